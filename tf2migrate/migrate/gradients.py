"""Gradients that no tape of a step gives: `tf.gradients` is native inside of a step function."""

from __future__ import annotations

import ast

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.train_ops import COMPUTE_GRADIENTS, Differentiated, read_differentiated, trainable_variables
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.workbench import Workbench


def write_gradients(bench: Workbench, home: Home) -> None:
    """Register pairs of gradients and variables for each `compute_gradients`; a step may use a tape instead."""
    done: set[object] = set()
    for node in bench.view.nodes:
        at = node.place.expression
        if node.op != COMPUTE_GRADIENTS or at in done or home.unit_of(node.place) is None or at.path != home.path:
            continue
        done.add(at)
        found = read_differentiated(bench, node)
        bench.renderer.add(bench.syntax.span(found.call), lambda found=found: _pairs(bench, home, found))  # type: ignore[misc]


def _pairs(bench: Workbench, home: Home, found: Differentiated) -> Rendered:
    if found.var_list is not None:
        variables = bench.render(found.var_list)
    else:
        wanted = trainable_variables(bench.view, found.node)
        variables = Rendered.new(list_text(bench.view, home, wanted, found.node.place.expression), found.call.lineno)
    parts: list[Rendered | str] = [f"zip({bench.tf}.gradients(", bench.render(found.loss_at), ", ", variables]
    if found.grad_loss is not None:
        parts.extend([", grad_ys=", bench.render(found.grad_loss)])
    pairs = concat([*parts, "), ", variables, ")"])
    starred = isinstance(bench.syntax.parents[found.call], ast.Starred)
    return pairs if starred else concat(["list(", pairs, ")"])
