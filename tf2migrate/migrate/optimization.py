"""Train ops as tape, gradients and update."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from tf2migrate.migrate.refusal import OPTIMIZER_FORM, UNNAMED_VALUE, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.state import optimizer_form
from tf2migrate.migrate.syntax import Names, argument
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind

SPARSE_OPS = frozenset(
    {"tf.gather", "tf.gather_nd", "tf.nn.embedding_lookup", "tf.nn.embedding_lookup_sparse", "tf.boolean_mask"}
    | {"tf.nn.nce_loss", "tf.nn.sampled_softmax_loss", "tf.IndexedSlices"}
)


@dataclass
class Update:
    """One train op, as lines of a step function at indent zero."""

    loss: int
    tape: str
    loss_lines: list[Rendered] = field(default_factory=list)
    gradient_lines: list[Rendered] = field(default_factory=list)
    apply_lines: list[Rendered] = field(default_factory=list)


@dataclass(frozen=True)
class Minimize:
    """The parts of one `optimizer.minimize(loss, ..)` call in the source."""

    node: GraphNode
    call: ast.Call
    optimizer: GraphNode
    receiver: ast.expr  # the expression that denotes the optimizer
    loss: int
    loss_at: ast.expr
    var_list: ast.expr | None
    global_step: ast.expr | None


def read_minimize(bench: Workbench, node: GraphNode) -> Minimize:
    """Return the parts of a train op; refuse forms that have none."""
    call = bench.syntax.call(node.place.expression)
    optimizer = node.arguments.get("optimizer")
    if (
        call is None
        or not isinstance(call.func, ast.Attribute)
        or call.func.attr != "minimize"
        or not isinstance(optimizer, GraphValue)
    ):
        raise Refused(
            OPTIMIZER_FORM,
            node.place.expression,
            "this train op is not made by `optimizer.minimize(loss)`",
            "use minimize, or compute the gradients with a tape by hand",
        )
    unknown = {item.arg for item in call.keywords} - {"loss", "var_list", "global_step", "name"}
    loss_at = argument(call, "loss", 0)
    loss = node.arguments.get("loss")
    if unknown or loss_at is None or not isinstance(loss, GraphValue) or len(call.args) > 3:
        raise Refused(
            OPTIMIZER_FORM,
            node.place.expression,
            f"`minimize` with {', '.join(sorted(map(str, unknown))) or 'an unknown loss'} has no native form yet",
            "compute the gradients with a tape by hand",
        )
    return Minimize(
        node,
        call,
        bench.view.nodes[optimizer.node],
        call.func.value,
        loss.node,
        loss_at,
        argument(call, "var_list", 2),
        argument(call, "global_step", 1),
    )


def trained_variables(view: ProgramView, found: Minimize) -> list[int]:
    """Return the variables that a train op changes, in order of creation (law 10)."""
    if found.node.targets:
        return sorted(found.node.targets)
    needed = view.closure(frozenset({found.loss}))
    return sorted(n for n in needed if view.nodes[n].kind is Kind.VARIABLE and n < found.node.id)


def has_sparse_gradients(view: ProgramView, found: Minimize) -> bool:
    """Say whether a gradient may be IndexedSlices: a variable is read by rows."""
    for needed in view.closure(frozenset({found.loss})):
        node = view.nodes[needed]
        if node.op in SPARSE_OPS and any(view.nodes[i].kind is Kind.VARIABLE for i in node.inputs):
            return True
    return False


def build_update(bench: Workbench, names: Names, found: Minimize, optimizer: Rendered, prefix: str) -> Update:
    """Return the lines of one update.

    `optimizer` is the expression that names the optimizer; `prefix` begins local names, and is empty where the step has
    only this update.
    """
    alone = not prefix
    sparse = has_sparse_gradients(bench.view, found)
    if sparse and not optimizer_form(found.optimizer).sparse:
        raise Refused(
            OPTIMIZER_FORM,
            found.node.place.expression,
            "the gradient may be sparse, and Keras has no optimizer with TF1's law for that",
            "use the dense form of the lookup, or another optimizer",
        )
    tape = names.fresh(f"{prefix}tape")
    row = found.call.lineno
    update = Update(found.loss, tape)
    loss = bench.render(found.loss_at)
    if not loss.text.isidentifier():
        name = names.fresh(f"{prefix}loss")
        update.loss_lines.append(concat([f"{name} = ", loss]))
        loss = Rendered.new(name, row)
    variables = names.fresh(f"{prefix}variables")
    update.gradient_lines.append(_variables_line(bench, found, tape, variables, alone))
    gradients = concat([f"{tape}.gradient(", loss, f", {variables})"])
    if sparse or not alone:
        name = names.fresh(f"{prefix}gradients")
        update.gradient_lines.append(concat([f"{name} = ", gradients]))
        if sparse:
            # Keras optimizers do not sum the rows that IndexedSlices repeat.
            dense = f"{name} = [{bench.tf}.convert_to_tensor(g) for g in {name}]"
            update.gradient_lines.append(Rendered.new(dense, row))
        gradients = Rendered.new(name, row)
    update.apply_lines.extend(_apply_lines(bench, found, optimizer, concat([gradients, f", {variables}"])))
    return update


def _apply_lines(bench: Workbench, found: Minimize, optimizer: Rendered, pairs: Rendered) -> list[Rendered]:
    """Return the update itself: a rate of the graph is assigned before it, the global step counted after it."""
    lines: list[Rendered] = []
    rate = found.optimizer.arguments.get("learning_rate")
    rate_at = found.optimizer.argument_at.get("learning_rate")
    if rate is not None and rate_at is not None and nodes_in(rate):
        lines.append(concat([optimizer, ".learning_rate.assign(", bench.render_at(rate_at), ")"]))
    lines.append(concat([optimizer, ".apply_gradients(zip(", pairs, "))"]))
    if found.global_step is not None and not _is_none(found.global_step):
        lines.append(concat([bench.render(found.global_step), ".assign_add(1)"]))
    return lines


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _variables_line(bench: Workbench, found: Minimize, tape: str, variables: str, alone: bool) -> Rendered:
    row = found.call.lineno
    if found.var_list is not None and not _is_none(found.var_list):
        return concat([f"{variables} = ", bench.render(found.var_list)])
    if alone:
        return Rendered.new(f"{variables} = {tape}.watched_variables()", row)
    raise Refused(
        UNNAMED_VALUE,
        found.node.place.expression,
        "one of several train ops of a run has no var_list",
        "give each minimize its var_list",
    )
