"""Names of functions: from what they are fetched for."""

from __future__ import annotations

import ast

from tf2migrate.migrate.functions import Shared
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.results import flat_leaves, makes_dataset
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.syntax import Names, Syntax, snake
from tf2migrate.migrate.view import VALUELESS_KINDS
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import FetchNest, GraphValue, Kind

_PLAIN_TRAIN_NAMES = frozenset(
    {"train", "train_op", "train_step", "optimizer", "opt", "optim", "training_op", "step", "op"}
)
_MOST_NAMED_OUTPUTS = 2


def name_shared(shared: Shared, names: Names, prefix: str = "") -> str:
    """Return the name of a shared function: what it computes."""
    outputs = [snake(name) for name in shared.outputs]
    if not outputs:
        return names.fresh(f"{prefix}prepare")
    if len(outputs) > _MOST_NAMED_OUTPUTS:
        return names.fresh(f"{prefix}forward", f"{prefix}compute_{outputs[-1]}_and_more")
    return names.fresh(f"{prefix}compute_" + "_and_".join(outputs))


def name_step(bench: Workbench, home: Home, step: Step, names: Names) -> str:
    """Return the name of a step function: what it is run for."""
    view = bench.view
    leaves = [leaf for _, leaf in flat_leaves(step.visit.fetch)]
    if makes_dataset(view, step.visit.fetch):
        return names.fresh(f"make_{snake(home_name(home, leaves[0].node) or 'dataset')}")
    trains = [leaf.node for leaf in leaves if view.nodes[leaf.node].kind is Kind.TRAIN]
    if trains:
        wanted = [_train_name(home_name(home, node)) for node in trains]
        return names.fresh(wanted[0] if len(wanted) == 1 else "train_step")
    effects = [leaf.node for leaf in leaves if view.nodes[leaf.node].kind in VALUELESS_KINDS | {Kind.ASSIGN}]
    if effects:
        name = home_name(home, effects[0]) or _held_name(bench, step)
        if name is None:
            return names.fresh("update_step")
        short = snake(name).removesuffix("_op").removesuffix("_ops")
        return names.fresh(snake(name) if "step" in name.lower() else f"{short}_step")
    outputs = [
        snake(home_name(home, leaf.node) or _site_name(bench.of(step.visit.place.expression).syntax, step) or "value")
        for leaf in leaves
    ]
    fetch = step.visit.fetch
    if isinstance(fetch, FetchNest) and fetch.at is not None and fetch.at.kind == "Name":
        file = bench.of(fetch.at)
        outputs = [snake(file.renderer.source(file.syntax.index.span(fetch.at)))]
    outputs = list(dict.fromkeys(outputs))
    if not outputs or len(outputs) > _MOST_NAMED_OUTPUTS:
        return names.fresh("evaluate", "compute_values")
    joined = "_and_".join(outputs)
    return names.fresh(f"compute_{joined}", f"predict_{joined}", f"evaluate_{joined}")


def _held_name(bench: Workbench, step: Step) -> str | None:
    """Return the name of a list that is fetched as a whole."""
    fetch = step.visit.fetch
    place = fetch.at if isinstance(fetch, FetchNest) else None
    at = bench.of(place).syntax.nodes.get(place) if place is not None else None
    return at.attr if isinstance(at, ast.Attribute) else at.id if isinstance(at, ast.Name) else None


def home_name(home: Home, node: int) -> str | None:
    """Return the first home name that was given to a node."""
    for write in home.view.program.writes:
        if home.holds(write.cell) and write.value == GraphValue(node):
            return home.name_of(write.cell)
    return None


def _train_name(name: str | None) -> str:
    if name is None or name.lower() in _PLAIN_TRAIN_NAMES:
        return "train_step"
    short = snake(name)
    for suffix in ("_train_op", "_optimizer", "_train", "_op", "_step", "_opt"):
        if short.endswith(suffix) and len(short) > len(suffix):
            short = short[: -len(suffix)]
            break
    return "train_step" if short == "train" else f"{short.removeprefix('train_').removeprefix('op_')}_train_step"


def _site_name(syntax: Syntax, step: Step) -> str | None:
    """Return the name that the run's result is assigned to, or the op that is called within the run."""
    call = syntax.call(step.visit.place.expression)
    if call is None:
        return None
    parent = syntax.parents[call]
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        return parent.targets[0].id
    leaf = flat_leaves(step.visit.fetch)[0][1]
    at = syntax.nodes.get(leaf.at) if leaf.at is not None else None
    if isinstance(at, ast.Call):
        function = at.func
        return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
    return None
