"""Operations whose native form depends on facts of the whole program, not on the call alone."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import partial
from math import prod

from tf2migrate.analysis.graph.collections import KEYS
from tf2migrate.knowledge.keras import MODELS, SEEDED
from tf2migrate.migrate.cases import is_case_of_dict, write_case
from tf2migrate.migrate.dimension_values import write_dimension_values
from tf2migrate.migrate.layer_forms import LAYER_FORMS, check_flag, check_seeded, is_layer_object, layer_constructor
from tf2migrate.migrate.losses import is_loss, write_loss
from tf2migrate.migrate.number_kinds import FLOAT, INT, UNKNOWN, value_kind
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, PLACEHOLDER_FORM, Refused
from tf2migrate.migrate.render import Rendered, Replacement, concat
from tf2migrate.migrate.schedules import SCHEDULES, write_schedule
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Value
from tf2migrate.model.source import Span
from tf2migrate.names import Names as Symbols

# Rules whose question the planner answers for the whole program.
DECIDED_BY_FACTS = frozenset({"TFM006", "TFM009"})
_LABELLED = {"tf.nn.softmax_cross_entropy_with_logits": "labels", "tf.losses.softmax_cross_entropy": "onehot_labels"}


def write_op_forms(bench: Workbench) -> None:
    """Register the native form of every such call in the file."""
    write_dimension_values(bench)
    _write_collection_keys(bench)
    done: set[object] = set()
    for node in bench.view.nodes:
        if node.place.expression in done or node.place.expression.path != bench.syntax.path:
            continue
        done.add(node.place.expression)
        if is_loss(node):
            write_loss(bench, node)
        if node.op in _LABELLED:
            _stop_label_gradient(bench, node, _LABELLED[node.op])
        elif node.op in SCHEDULES:
            write_schedule(bench, node)
        elif is_layer_object(node) and not LAYER_FORMS[node.op].as_written:
            span = bench.syntax.index.span(node.place.expression)
            bench.renderer.local.append(Replacement(span, partial(layer_constructor, bench, node)))
        elif node.op.removesuffix(".__call__") in LAYER_FORMS:
            _write_application(bench, node)
        elif is_case_of_dict(node):
            write_case(bench, node)
        elif node.op in _WRITERS:
            _WRITERS[node.op](bench, node)


def _write_application(bench: Workbench, node: GraphNode) -> None:
    """`layer.apply(x)` is `layer(x)`."""
    call = bench.syntax.call(node.place.expression)
    if call is not None and isinstance(call.func, ast.Attribute) and call.func.attr == "apply":
        end = bench.syntax.span(call.func).end
        bench.renderer.add(Span(bench.syntax.span(call.func.value).end, end), "")


def _refuse_hessians(bench: Workbench, node: GraphNode) -> None:
    raise Refused(
        NO_NATIVE_FORM,
        node.place.expression,
        "`tf.hessians` differentiates in a loop, and no gradient gets into TensorFlow 2's loops from outside",
        "take tf.gradients of each element of the gradient",
    )


def _check_constant(bench: Workbench, node: GraphNode) -> None:
    """Refuse a constant whose values TensorFlow 1 repeats to fill its shape: TensorFlow 2 takes one, or all."""
    shape = node.arguments.get("shape")
    sizes = [item.value for item in shape.items if isinstance(item, Known)] if isinstance(shape, Sequence) else []
    count = _count(node.arguments.get("value"))
    known = isinstance(shape, Sequence) and len(sizes) == len(shape.items) and all(isinstance(n, int) for n in sizes)
    if known and count is not None and count not in (1, prod(int(str(size)) for size in sizes)):
        reason = "the values of this constant are repeated to fill its shape, which TensorFlow 2 does not do"
        raise Refused(NO_NATIVE_FORM, node.place.expression, reason, "write all of its values")


def _count(value: Value | None) -> int | None:
    """Return how many numbers a literal holds; None where that is not known."""
    if isinstance(value, Known):
        return 1
    counts = [_count(item) for item in value.items] if isinstance(value, Sequence) else [None]
    return None if None in counts else sum(count for count in counts if count is not None)


def _write_collection_keys(bench: Workbench) -> None:
    """`tf.GraphKeys.LOSSES` in a list of keys is a string: what was done with the list is written without it."""
    symbols = Symbols(bench.syntax.tree)
    for node in ast.walk(bench.syntax.tree):
        if isinstance(node, ast.Attribute) and isinstance(bench.syntax.parents[node], (ast.List, ast.Tuple)):
            path = symbols.path(node) or ""
            key = KEYS.get(path.removeprefix("tf.GraphKeys.")) if path.startswith("tf.GraphKeys.") else None
            if key is not None:
                bench.renderer.add(bench.syntax.span(node), f'"{key}"')


def _write_default(bench: Workbench, node: GraphNode) -> None:
    """A placeholder that is not fed is its default; a run that feeds it takes a parameter of its name."""
    call = bench.syntax.call(node.place.expression)
    default = node.argument_at.get("input")
    if call is None or default is None:
        raise Refused(
            PLACEHOLDER_FORM,
            node.place.expression,
            "a placeholder's default is not written here",
            "write it out",
        )
    bench.renderer.add(
        bench.syntax.span(call),
        lambda: concat([f"{bench.tf}.convert_to_tensor(", bench.render_at(default), ")"]),
    )


def _write_affine(bench: Workbench, node: GraphNode) -> None:
    """`xw_plus_b` and `relu_layer` are a product and a bias."""
    call, at = bench.syntax.call(node.place.expression), node.argument_at
    if call is None or not {"x", "weights", "biases"} <= set(at) <= {"x", "weights", "biases", "name"}:
        return
    name = bench.syntax.span(call.func)
    if any(name.contains(edit.span) for edit in bench.renderer.local):
        return  # the rule's form
    tf = bench.tf

    def build() -> Rendered:
        x, weights, biases = (bench.render_at(at[part]) for part in ("x", "weights", "biases"))
        text = concat([f"{tf}.nn.bias_add({tf}.matmul(", x, ", ", weights, "), ", biases, ")"])
        return concat([f"{tf}.nn.relu(", text, ")"]) if node.op.endswith("relu_layer") else text

    bench.renderer.add(bench.syntax.span(call), build)


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
    wrapped: list[Replacement] = []

    def build() -> Rendered:
        return concat([f"{bench.tf}.stop_gradient(", bench.renderer.render(span, without=wrapped[0]), ")"])

    wrapped.append(Replacement(span, build))
    bench.renderer.replacements.extend(wrapped)


@dataclass(frozen=True)
class _DropoutForm:
    """The parameters of a layer that drops: what it keeps or drops with, and what turns it on, as it is by default."""

    rate: str
    flag: str
    on: bool
    template: str  # of TensorFlow 2's rate


_DROPOUT = _DropoutForm("rate", "training", False, "{}")
_KEEPING = _DropoutForm("keep_prob", "is_training", True, "rate=1 - {}")
_DROPPING = {
    "tf.layers.dropout": _DROPOUT,
    **dict.fromkeys(("tf.contrib.layers.dropout", "tf.contrib.slim.dropout"), _KEEPING),
}


def _write_dropout(bench: Workbench, node: GraphNode) -> None:
    """A layer of dropout drops while it trains."""
    at, form = node.argument_at, _DROPPING[node.op]
    known = {"inputs", form.rate, form.flag, "seed", "noise_shape", "name", "scope"}
    if "inputs" not in at or set(at) - known:
        return
    if form.on and (form.flag not in at or isinstance(bench.syntax.nodes.get(at[form.flag]), ast.Constant)):
        return  # the rule writes it
    # Written when all names are known: a class may give its placeholders other ones.
    bench.renderer.add(bench.syntax.index.span(node.place.expression), lambda: _dropout(bench, node, form))


def _dropout(bench: Workbench, node: GraphNode, form: _DropoutForm) -> Rendered:
    at = node.argument_at
    given = node.arguments.get(form.flag, Known(form.on))
    inputs = bench.render_at(at["inputs"])
    before, after = form.template.split("{}")
    rate = bench.render_at(at[form.rate]) if form.rate in at else "0.5"
    if (
        before
        and isinstance(rate, Rendered)
        and isinstance(bench.syntax.nodes.get(at[form.rate]), (ast.BinOp, ast.IfExp))
    ):
        before, after = f"{before}(", f"){after}"
    parts: list[Rendered | str] = [inputs, ", ", before, rate, after]
    for name in ("noise_shape", "seed"):
        if name in at:
            parts.extend([f", {name}=", bench.render_at(at[name])])
    dropped = concat([f"{bench.tf}.nn.dropout(", *parts, ")"])
    if form.flag not in at:
        return inputs
    training = bench.render_at(at[form.flag])
    if training.text in ("True", "False"):
        return dropped if training.text == "True" else inputs
    same = [n.arguments.get(form.flag) for n in bench.view.nodes if n.place.expression == node.place.expression]
    if len({isinstance(value, GraphValue) for value in same}) > 1:
        raise Refused(
            NO_NATIVE_FORM,
            node.place.expression,
            "whether this dropout trains is a value of the graph in one call and one of the host in another",
            "give it as the same kind of value in each call",
        )
    if isinstance(given, GraphValue):
        kept = concat([f", lambda: {bench.tf}.identity(", inputs, "))"])
        return concat([f"{bench.tf}.cond(", training, ", lambda: ", dropped, kept])
    return concat(["(", dropped, " if ", training, " else ", inputs, ")"])


def _write_value(bench: Workbench, node: GraphNode) -> None:
    """`variable.value()` is an attribute of the variables of Keras: the native form suits both kinds."""
    call = bench.syntax.call(node.place.expression)
    nodes = [n for n in bench.view.nodes if n.place.expression == node.place.expression]
    variables = [bench.view.nodes[i] for n in nodes for i in n.inputs]
    if call is None or not isinstance(call.func, ast.Attribute) or not any(v.op in LAYER_FORMS for v in variables):
        return
    value = call.func.value
    bench.renderer.add(
        bench.syntax.span(call), lambda: concat([f"{bench.tf}.convert_to_tensor(", bench.render(value), ")"])
    )


def _write_division(bench: Workbench, node: GraphNode) -> None:
    """`tf.div` rounds integers down and divides floats: the native form depends on the dtype."""
    call = bench.syntax.call(node.place.expression)
    if call is None:
        return
    kinds = {_quotient_kind(bench, n) for n in bench.view.nodes if n.place.expression == node.place.expression}
    name = {INT: "math.floordiv", FLOAT: "divide"}.get(kinds.pop()) if len(kinds) == 1 else None
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


def _quotient_kind(bench: Workbench, node: GraphNode) -> str:
    """Return the kind of numbers that a division works on: its operands that are graph values decide."""
    operands = [node.arguments.get(name, Known(None)) for name in ("x", "y")]
    deciding = [value for value in operands if isinstance(value, GraphValue)] or operands
    kinds = {value_kind(bench.view, value) for value in deciding} - ({UNKNOWN} if len(deciding) > 1 else set())
    return kinds.pop() if len(kinds) == 1 else UNKNOWN


_WRITERS = {
    **dict.fromkeys(_DROPPING, _write_dropout),
    "tf.hessians": _refuse_hessians,
    "method.value": _write_value,
    "tf.div": _write_division,
    "tf.nn.xw_plus_b": _write_affine,
    "tf.nn.relu_layer": _write_affine,
    "tf.constant": _check_constant,
    "tf.placeholder_with_default": _write_default,
    **{f"{layer}.__call__": check_seeded for layer in SEEDED},
    **{f"{model}.__call__": check_flag for model in MODELS},
}
