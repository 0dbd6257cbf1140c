"""What a train op consists of, as its source writes it: the optimizer, the loss or the gradients, the variables."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.knowledge.keras import EMBEDDING
from tf2migrate.migrate.refusal import MIXED_STATE, OPTIMIZER_FORM, Refused
from tf2migrate.migrate.sites import fetched
from tf2migrate.migrate.syntax import argument
from tf2migrate.migrate.view import COMPUTE_KINDS, MOVING, ProgramView, is_external, is_slot, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known
from tf2migrate.model.source import NodeRef

SPARSE_OPS = frozenset(
    {"tf.gather", "tf.gather_nd", "tf.nn.embedding_lookup", "tf.nn.embedding_lookup_sparse", "tf.boolean_mask"}
    | {"tf.nn.nce_loss", "tf.nn.sampled_softmax_loss", "tf.IndexedSlices"}
)
COMPUTE_GRADIENTS = "tf.train.Optimizer.compute_gradients"

# What TF1's methods take, in order. The last ones say where and in which order a graph adds gradients up.
_ABOUT_THE_GRAPH = ("gate_gradients", "aggregation_method", "colocate_gradients_with_ops")
_PARAMETERS = {
    "minimize": ("loss", "global_step", "var_list", *_ABOUT_THE_GRAPH, "name", "grad_loss"),
    "compute_gradients": ("loss", "var_list", *_ABOUT_THE_GRAPH, "grad_loss"),
    "apply_gradients": ("grads_and_vars", "global_step", "name"),
}


@dataclass(frozen=True)
class Differentiated:
    """One `optimizer.minimize(..)` or `optimizer.compute_gradients(..)`: what is differentiated, and by what."""

    node: GraphNode
    call: ast.Call
    loss: int
    loss_at: ast.expr
    var_list: ast.expr | None
    grad_loss: ast.expr | None


@dataclass(frozen=True)
class Train:
    """One train op: `minimize` has what is differentiated, `apply_gradients` pairs of gradients and variables."""

    node: GraphNode
    call: ast.Call
    optimizer: GraphNode
    receiver: ast.expr  # the expression that denotes the optimizer
    global_step: ast.expr | None
    minimized: Differentiated | None
    pairs: ast.expr | None

    @property
    def parts(self) -> list[ast.expr]:
        """Return the expressions that are evaluated when the update is made; the loss is evaluated before."""
        listed = self.minimized.var_list if self.minimized is not None else None
        return [part for part in (self.receiver, self.global_step, self.pairs, listed) if part is not None]


def read_train(bench: Workbench, node: GraphNode) -> Train:
    """Return the parts of a train op; refuse forms that have none."""
    call, optimizer = bench.syntax.call(node.place.expression), node.arguments.get("optimizer")
    method = call.func.attr if call is not None and isinstance(call.func, ast.Attribute) else ""
    if call is None or method not in ("minimize", "apply_gradients") or not isinstance(optimizer, GraphValue):
        raise _no_form(node, "this train op is not made by a method of an optimizer", "call optimizer.minimize(loss)")
    assert isinstance(call.func, ast.Attribute)
    _check_arguments(node, call, method)
    return Train(
        node,
        call,
        bench.view.nodes[optimizer.node],
        call.func.value,
        given(call, method, "global_step"),
        read_differentiated(bench, node) if method == "minimize" else None,
        given(call, method, "grads_and_vars") if method == "apply_gradients" else None,
    )


def optimizers_of(view: ProgramView, train: GraphNode) -> list[GraphNode]:
    """Return the optimizers of which one makes a train op's update; more than one where a condition chooses."""
    named = [train.arguments.get(name, Known(None)) for name in ("optimizer", "alternatives")]
    return [view.nodes[number] for value in named for number in sorted(nodes_in(value))]


def read_differentiated(bench: Workbench, node: GraphNode) -> Differentiated:
    """Return the parts of a call that differentiates a loss."""
    call, loss = bench.syntax.call(node.place.expression), node.arguments.get("loss")
    assert call is not None and isinstance(call.func, ast.Attribute)
    method = call.func.attr
    _check_arguments(node, call, method)
    loss_at = given(call, method, "loss")
    if loss_at is None or not isinstance(loss, GraphValue):
        raise _no_form(node, f"`{method}` of an unknown loss has no native form yet", "give it one tensor as its loss")
    return Differentiated(
        node,
        call,
        loss.node,
        loss_at,
        given(call, method, "var_list"),
        given(call, method, "grad_loss"),
    )


def _check_arguments(node: GraphNode, call: ast.Call, method: str) -> None:
    unknown = {item.arg or "**" for item in call.keywords} - set(_PARAMETERS[method])
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    if unknown or starred or len(call.args) > len(_PARAMETERS[method]):
        named = ", ".join(sorted(unknown)) or "arguments that are not written out"
        raise _no_form(node, f"`{method}` with {named} has no native form yet", "use a tape by hand")


def given(call: ast.Call, method: str, name: str) -> ast.expr | None:
    """Return the expression given for a parameter; None also where it is written as None."""
    found = argument(call, name, _PARAMETERS[method].index(name))
    return None if isinstance(found, ast.Constant) and found.value is None else found


def _no_form(node: GraphNode, reason: str, advice: str) -> Refused:
    return Refused(OPTIMIZER_FORM, node.place.expression, reason, advice)


def check_level(train: Train, frames: frozenset[int]) -> None:
    """Refuse a train op that a function of the program makes: its parts have other names there."""
    if train.node.place.frame not in frames:
        raise Refused(
            MIXED_STATE,
            train.node.place.expression,
            "a train op is made in a function or comprehension",
            "make it where the graph is built",
        )


def updated_variables(view: ProgramView, node: GraphNode) -> list[int]:
    """Return the variables that a train op trains, in order of creation (law 10); its global step is none of them."""
    counted = nodes_in(node.arguments.get("global_step", Known(None)))
    return sorted(set(node.targets) - counted)


def trainable_variables(view: ProgramView, before: GraphNode) -> list[int]:
    """Return the variables that an optimizer without a var_list looks at: the trainable ones of the graph by then."""
    return [
        node.id
        for node in view.nodes
        if node.kind is Kind.VARIABLE
        and node.time < before.time
        and node.graph == before.graph
        and is_trainable(node)
        and not is_slot(node)
    ]


def is_trainable(node: GraphNode) -> bool:
    """Say whether a variable is trainable, and so watched by a tape of itself."""
    if node.output in MOVING:
        return False
    made_for_counting = node.op.startswith("tf.train.")  # the global step
    return node.arguments.get("trainable", Known(True)) == Known(True) and not is_slot(node) and not made_for_counting


def has_sparse_gradients(view: ProgramView, roots: frozenset[int]) -> bool:
    """Say whether a gradient of some values may be IndexedSlices: a variable is read by rows, by Keras as well."""
    for needed in view.closure(roots):
        node = view.nodes[needed]
        if node.op.startswith(EMBEDDING):
            return True
        if node.op in SPARSE_OPS and any(view.nodes[i].kind is Kind.VARIABLE for i in node.inputs):
            return True
    return False


def train_has_sparse_gradients(view: ProgramView, train: Train) -> bool:
    roots = {train.minimized.loss} if train.minimized is not None else set(train.node.inputs)
    return has_sparse_gradients(view, frozenset(roots))


def check_slots_unread(view: ProgramView) -> None:
    """Refuse a program that looks at what its optimizers keep: other objects keep it, under other names."""
    for visit in view.program.visits:
        wanted = fetched(visit) if visit.form in ("run", "eval", "op_run") else frozenset()
        for number in sorted(wanted | view.closure(wanted)):
            node = view.nodes[number]
            reads = node.inputs if node.kind in COMPUTE_KINDS and node.kind is not Kind.TRAIN else (number,)
            if any(is_slot(view.nodes[one]) for one in reads if one in wanted or node.kind in COMPUTE_KINDS):
                raise _slots_read(visit.place.expression)
    for node in view.nodes:
        receiver = view.nodes[node.inputs[0]] if node.inputs and node.op.startswith("method.") else None
        if receiver is not None and receiver.kind is Kind.OPTIMIZER and not is_external(receiver):
            raise _slots_read(node.place.expression)


def _slots_read(at: NodeRef) -> Refused:
    return Refused(
        OPTIMIZER_FORM,
        at,
        "the program reads what an optimizer keeps for itself",
        "read `optimizer.variables` of the Keras optimizer by hand",
    )
