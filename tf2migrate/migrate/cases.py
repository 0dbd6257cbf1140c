"""`tf.case` of a dict: its keys are tensors, which TensorFlow 2 cannot hash, and pairs say the same."""

from __future__ import annotations

import ast

from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Known
from tf2migrate.model.source import Span

_PAIRS = "pred_fn_pairs"


def is_case_of_dict(node: GraphNode) -> bool:
    """Say whether a node chooses by a dict that is written in the call, in which no order of the keys counts."""
    at = node.argument_at.get(_PAIRS)
    exclusive = node.arguments.get("exclusive") == Known(True)
    return node.op == "tf.case" and at is not None and at.kind == "Dict" and exclusive


def write_case(bench: Workbench, node: GraphNode) -> None:
    """Register the list of pairs that stands for the dict."""
    at = node.argument_at[_PAIRS]
    display = bench.syntax.nodes[at]
    if not isinstance(display, ast.Dict) or None in display.keys:
        return
    whole = bench.syntax.index.span(at)
    pairs = [(key, value) for key, value in zip(display.keys, display.values, strict=True) if key is not None]
    bench.renderer.add(whole, lambda: _pairs(bench, whole, pairs))


def _pairs(bench: Workbench, whole: Span, pairs: list[tuple[ast.expr, ast.expr]]) -> Rendered:
    """Return the pairs in a list, with the comments and line ends of the dict."""
    parts: list[Rendered | str] = ["["]
    position = whole.start + 1
    for key, value in pairs:
        parts.append(bench.renderer.original(Span(position, bench.syntax.span(key).start)))
        parts.extend(["(", bench.render(key), ", ", bench.render(value), ")"])
        position = bench.syntax.span(value).end
    parts.extend([bench.renderer.original(Span(position, whole.end - 1)), "]"])
    return concat(parts)
