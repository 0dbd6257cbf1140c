"""Operations whose native form depends on facts of the whole program, not on the call alone."""

from __future__ import annotations

import ast

from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import concat
from tf2migrate.migrate.schedules import SCHEDULES, write_schedule
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Value
from tf2migrate.model.source import Span

# Rules whose question the planner answers for the whole program.
DECIDED_BY_FACTS = frozenset({"TFM006", "TFM009"})
_LABELLED = {"tf.nn.softmax_cross_entropy_with_logits": "labels", "tf.losses.softmax_cross_entropy": "onehot_labels"}


def write_op_forms(bench: Workbench) -> None:
    """Register the native form of every such call in the file."""
    _write_dimension_values(bench)
    done: set[object] = set()
    for node in bench.view.nodes:
        if node.place.expression in done or node.place.expression.path != bench.syntax.path:
            continue
        done.add(node.place.expression)
        if node.op in _LABELLED:
            _stop_label_gradient(bench, node, _LABELLED[node.op])
        elif node.op in SCHEDULES:
            write_schedule(bench, node)
        elif node.op == "tf.div":
            _write_division(bench, node)


def _write_dimension_values(bench: Workbench) -> None:
    """`shape[i].value` is `shape[i]`: dimensions are integers in TF2."""
    for node in ast.walk(bench.syntax.tree):
        match node:
            case ast.Attribute(attr="value", value=ast.Subscript(value=shape) as element):
                is_call = isinstance(shape, ast.Call) and isinstance(shape.func, ast.Attribute)
                named = shape.func if is_call else shape  # type: ignore[attr-defined]
                if isinstance(named, ast.Attribute) and named.attr in ("shape", "get_shape"):
                    span = bench.syntax.span(node)
                    bench.renderer.add(Span(bench.syntax.span(element).end, span.end), "")
            case _:
                pass


def _stop_label_gradient(bench: Workbench, node: GraphNode, parameter: str) -> None:
    """TF1 gives labels no gradient; it matters only where they depend on a variable."""
    labels = node.arguments.get(parameter)
    at = node.argument_at.get(parameter)
    if not isinstance(labels, GraphValue) or at is None:
        return
    needed = bench.view.closure(frozenset({labels.node}))
    if not any(bench.view.nodes[n].kind is Kind.VARIABLE for n in needed):
        return
    source = bench.syntax.source(bench.syntax.nodes[at])  # type: ignore[arg-type]
    if source.replace(" ", "").startswith(f"{bench.tf}.stop_gradient("):
        return
    span = bench.syntax.index.span(at)
    if any(edit.span.start in (span.start, span.end) for edit in bench.renderer.local):
        return  # the rule wraps them already
    inner = bench.renderer.render(span)
    bench.renderer.add(span, lambda: concat([f"{bench.tf}.stop_gradient(", inner, ")"]))


def _write_division(bench: Workbench, node: GraphNode) -> None:
    """`tf.div` rounds integers down and divides floats: the native form depends on the dtype."""
    call = bench.syntax.call(node.place.expression)
    if call is None:
        return
    kinds = {_number_kind(bench, value) for value in node.arguments.values() if value != Known(None)}
    name = {frozenset({"int"}): "math.floordiv", frozenset({"float"}): "divide"}.get(frozenset(kinds - {"any"}))
    x, y = argument(call, "x", 0), argument(call, "y", 1)
    if name is None or x is None or y is None:
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            "`tf.div` rounds integers down and divides floats, and which it does here is not certain",
            "write tf.divide or tf.math.floordiv",
        )
    function = bench.syntax.span(call.func)
    bench.renderer.add(Span(function.start, function.end), f"{bench.tf}.{name}")


def _number_kind(bench: Workbench, value: Value) -> str:
    """Return "int" or "float" for what certainly is one, "any" for a Python int beside a tensor, else "unknown"."""
    match value:
        case Known(bool()):
            return "unknown"
        case Known(int()):
            return "int"
        case Known(float()):
            return "float"
        case Sequence(_, items) if items:
            kinds = {_number_kind(bench, item) for item in items}
            return (
                "float"
                if "float" in kinds and kinds <= {"int", "float"}
                else kinds.pop()
                if len(kinds) == 1
                else "unknown"
            )
        case GraphValue(node):
            return _dtype_kind(bench, bench.view.nodes[node])
        case _:
            return "unknown"


def _dtype_kind(bench: Workbench, node: GraphNode) -> str:
    """Return the number kind of a graph value whose dtype follows from its own call."""
    dtype = node.arguments.get("dtype")
    name = str(getattr(dtype, "path", getattr(dtype, "value", ""))).rpartition(".")[2]
    if name.startswith(("float", "double", "half", "bfloat")):
        return "float"
    if name.startswith(("int", "uint")):
        return "int"
    first = next(iter(node.arguments.values()), None)
    if dtype is None and node.op in ("tf.constant", "tf.Variable", "tf.convert_to_tensor") and first is not None:
        return _number_kind(bench, first)
    if node.op.startswith("operator.") and node.inputs:
        kinds = {_dtype_kind(bench, bench.view.nodes[i]) for i in node.inputs}
        return kinds.pop() if len(kinds) == 1 else "unknown"
    return "unknown"
