"""Optimizers: Keras's where its law is TF1's on dense gradients, else a class over TF1's own fused operations."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.knowledge.keras import may_hold_weights
from tf2migrate.migrate.fused import FUSED, FusedForm
from tf2migrate.migrate.refusal import OPTIMIZER_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.train_ops import has_sparse_gradients, optimizers_of
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind, Known, Value


@dataclass(frozen=True)
class OptimizerForm:
    """A TF1 optimizer and the Keras one with the same law on dense gradients.

    `arguments` are (TF1 name, position, Keras name, TF1 default where Keras has another one).
    """

    keras: str
    arguments: tuple[tuple[str, int, str, str | None], ...]
    slots_from_one: str | None = None  # the path ending of slots that TF1 starts at one
    sparse: bool = True  # dense gradients made of sparse ones keep the law
    rate_may_change: bool = True
    has_slots: bool = True
    slots_from_argument: str | None = None  # the TF1 argument that all slots start at

    is_keras = True


_RATE = ("learning_rate", 0, "learning_rate", None)
OPTIMIZERS = {
    "tf.train.GradientDescentOptimizer": OptimizerForm("SGD", (_RATE,), has_slots=False),
    "tf.train.MomentumOptimizer": OptimizerForm(
        "SGD",
        (_RATE, ("momentum", 1, "momentum", None), ("use_nesterov", 4, "nesterov", None)),
        sparse=False,
        rate_may_change=False,
    ),
    "tf.train.AdamOptimizer": OptimizerForm(
        "Adam",
        (
            ("learning_rate", 0, "learning_rate", None),
            ("beta1", 1, "beta_1", None),
            ("beta2", 2, "beta_2", None),
            ("epsilon", 3, "epsilon", "1e-08"),
        ),
    ),
    "tf.train.RMSPropOptimizer": OptimizerForm(
        "RMSprop",
        (
            _RATE,
            ("decay", 1, "rho", None),
            ("momentum", 2, "momentum", None),
            ("epsilon", 3, "epsilon", "1e-10"),
            ("centered", 5, "centered", None),
        ),
        slots_from_one="velocity",
        sparse=False,
    ),
    "tf.train.AdagradOptimizer": OptimizerForm(
        "Adagrad",
        (
            _RATE,
            ("initial_accumulator_value", 1, "initial_accumulator_value", None),
            ("epsilon", 9, "epsilon", "0.0"),
        ),
        slots_from_argument="initial_accumulator_value",
    ),
    "tf.train.AdadeltaOptimizer": OptimizerForm(
        "Adadelta",
        (("learning_rate", 0, "learning_rate", None), ("rho", 1, "rho", None), ("epsilon", 2, "epsilon", "1e-08")),
        sparse=False,
    ),
}
_IGNORED = {"use_locking": None, "name": None}


def optimizer_target(view: ProgramView, node: GraphNode) -> OptimizerForm | FusedForm:
    """Return what an optimizer becomes: Keras's if its law holds for all that this one does, else fused operations.

    Where every bit counts, Keras's is taken only where it rounds as TF1 does, or where nothing else is known.
    """
    form, fused = OPTIMIZERS.get(node.op), FUSED.get(node.op)
    if form is not None and (fused is None or not (view.style.exact or _breaks_law(view, node, form))):
        return form
    if fused is None:
        raise Refused(
            OPTIMIZER_FORM,
            node.place.expression,
            f"`{node.op}` has no native form with the same law",
            "write the update by hand over tf.raw_ops",
        )
    return fused


def _breaks_law(view: ProgramView, node: GraphNode, form: OptimizerForm) -> bool:
    changing = bool(nodes_in(node.arguments.get("learning_rate", Known(None))))
    if changing and not form.rate_may_change:
        return True
    return not form.sparse and is_sparse(view, node)


def is_sparse(view: ProgramView, node: GraphNode) -> bool:
    """Say whether an optimizer may be given sparse gradients by one of its train ops."""
    return any(has_sparse_gradients(view, frozenset(train.inputs)) for train in _trains_of(view, node))


def _trains_of(view: ProgramView, node: GraphNode) -> list[GraphNode]:
    return [n for n in view.nodes if n.kind is Kind.TRAIN and node.id in {one.id for one in optimizers_of(view, n)}]


def optimizer_text(bench: Workbench, node: GraphNode) -> Rendered:
    """Return the native optimizer for a TF1 one: TF1's defaults made explicit, the learning rate a Python float."""
    target = optimizer_target(bench.view, node)
    if isinstance(target, FusedForm):
        return _fused_text(bench, node, target, _written_call(bench, node))
    own = target.slots_from_one is not None and updates_unknown_weights(bench.view, node)
    return keras_text(bench, node, target, keras_name(bench, target, own=own))


def keras_name(bench: Workbench, form: OptimizerForm, *, own: bool) -> str:
    """Return the name of an optimizer's class: Keras's, or the program's own that starts averages at one."""
    if not own:
        return f"{bench.tf}.keras.optimizers.{form.keras}"
    return form.keras if form.keras not in bench.names else f"{form.keras}FromOne"


def updates_unknown_weights(view: ProgramView, node: GraphNode) -> bool:
    """Say whether an optimizer trains what Keras's layers and models hold, whose variables are not known one by one."""
    needed = view.closure(frozenset(number for train in _trains_of(view, node) for number in train.inputs))
    holders = [view.nodes[number] for number in needed]
    return any(n.kind in (Kind.OBJECT, Kind.LAYER) and not n.targets and may_hold_weights(n.op) for n in holders)


def check_weights_known(view: ProgramView, node: GraphNode) -> None:
    """Refuse an optimizer whose slots are needed before its first update, and that trains what Keras holds."""
    if updates_unknown_weights(view, node):
        raise Refused(
            OPTIMIZER_FORM,
            node.place.expression,
            "the slots of an optimizer are needed ahead, and which weights Keras's layers hold is not known",
            "give each model an optimizer of its own, and make the weights' layers in the program itself",
        )


def _written_call(bench: Workbench, node: GraphNode) -> ast.Call:
    call = bench.syntax.call(node.place.expression)
    if call is None or any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
        raise Refused(
            OPTIMIZER_FORM, node.place.expression, "the optimizer's arguments are not written out", "write them out"
        )
    return call


def keras_text(bench: Workbench, node: GraphNode, form: OptimizerForm, name: str) -> Rendered:
    """Return the call of the class `name`, which takes what Keras's optimizer of that form does."""
    call = _written_call(bench, node)
    _check_arguments(node, call, {name for name, *_ in form.arguments} | set(_IGNORED))
    parts: list[Rendered | str] = [f"{name}("]
    separator, positional = "", True
    for own, position, keras, default in form.arguments:
        given = argument(call, own, position)
        if given is None and default is None:
            if own == "learning_rate":
                parts.append(separator + "0.001")
                separator = ", "
            positional = False
            continue
        by_name = not positional or position > 0 or any(k.value is given for k in call.keywords)
        value = bench.render(given) if given is not None else Rendered.new(default or "")
        if own == "learning_rate":
            value = _as_float(value, node.arguments.get(own))
        parts.extend([separator, f"{keras}=" if by_name else "", value])
        separator = ", "
    parts.append(")")
    return concat(parts)


def _check_arguments(node: GraphNode, call: ast.Call, known: set[str]) -> None:
    for item in call.keywords:
        if item.arg not in known:
            raise Refused(
                OPTIMIZER_FORM, node.place.expression, f"argument `{item.arg}` has no native counterpart", "remove it"
            )


def _fused_text(bench: Workbench, node: GraphNode, form: FusedForm, call: ast.Call) -> Rendered:
    """Return the call of the emitted class: TF1's arguments, as they are written."""
    _check_arguments(node, call, {name for name, *_ in form.parameters} | {"use_locking", "name"})
    parts: list[Rendered | str] = [f"{class_name(bench, node)}("]
    separator, positional = "", True
    for place, (name, position, _) in enumerate(form.parameters):
        given = argument(call, name, position)
        if given is None:
            positional = False
            continue
        positional = positional and given in call.args and place == position
        value = bench.render(given)
        if name == "learning_rate" and nodes_in(node.arguments.get(name, Known(None))):
            value = Rendered.new("0.0", value.lines[0])
        parts.extend([separator, "" if positional else f"{name}=", value])
        separator = ", "
    label = argument(call, "name")
    if label is not None:
        parts.extend([separator, "name=", bench.render(label)])
    return concat([*parts, ")"])


def class_name(bench: Workbench, node: GraphNode) -> str:
    """Return the name of the class that stands for an optimizer."""
    name = node.op.rpartition(".")[2]
    return f"Fused{name}" if name in bench.names else name


def _as_float(value: Rendered, fact: Value | None) -> Rendered:
    """Coerce a learning rate: Keras takes Python floats alone."""
    match fact:
        case Known(float()):
            return value
        case Known(int(number)) if value.text.isdigit():
            return Rendered(f"{float(number)}", value.lines)
        case Known() | None:
            return concat(["float(", value, ")"])
        case _ if nodes_in(fact):
            return Rendered.new("0.0", value.lines[0])  # the step assigns the rate of each run before it updates
        case _:
            return concat(["float(", value, ")"])
