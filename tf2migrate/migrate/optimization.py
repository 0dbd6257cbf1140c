"""Train ops as tape, gradients and update."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from tf2migrate.migrate.building import is_weight_of_layer
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.optimizers import optimizer_target
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.syntax import Names
from tf2migrate.migrate.train_ops import (
    Differentiated,
    Train,
    is_trainable,
    train_has_sparse_gradients,
    trainable_variables,
    updated_variables,
)
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import MOVING, ProgramView, nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Kind, Known, Sequence, Value


@dataclass(eq=False)
class Capture:
    """A part of a statement that makes train ops: a loss that has no name of its own, or another effect."""

    unit: Unit  # at whose place the lines stand
    at: ast.expr
    lines: list[Rendered]


@dataclass(eq=False)
class Update:
    """One train op, as lines of a step function at indent zero."""

    unit: Unit
    train: Train
    gradient_lines: list[Rendered] = field(default_factory=list)
    apply_lines: list[Rendered] = field(default_factory=list)


@dataclass(frozen=True)
class Taped:
    """A tape, the loss under it and the variables that it gives gradients of, as expressions."""

    tape: str
    loss: Rendered
    watched: str | None  # what the tape does not watch by itself
    capture: Capture | None
    variables: Rendered


@dataclass(frozen=True)
class Under:
    """What a step computes under its tapes, and all of its statements."""

    nodes: frozenset[int]
    units: frozenset[Unit]


@dataclass(frozen=True)
class TapeMaker:
    """Makes the tapes of one step; `names` are those of its function."""

    bench: Workbench
    home: Home
    names: Names
    under: Under

    def tape_of(self, found: Differentiated, unit: Unit, tape: str, prefix: str) -> Taped:
        """Return what a differentiated loss needs of its tape."""
        loss, capture = self.bench.render(found.loss_at), None
        if not loss.text.isidentifier() or _is_bound_again(self.home, found, loss.text, self.under.units):
            name = self.names.fresh(f"{prefix}loss")
            capture = Capture(unit, found.loss_at, [concat([f"{name} = ", loss])])
            loss = Rendered.new(name, found.call.lineno)
        variables = _variables(self.bench, self.home, found, tape, self.under.nodes)
        return Taped(tape, loss, _watched(self.bench, self.home, found), capture, variables)


def _is_bound_again(home: Home, found: Differentiated, name: str, units: frozenset[Unit]) -> bool:
    """Say whether the name of a loss stands for something else later in the step."""
    return any(
        home.holds(write.cell) and home.name_of(write.cell) == name and write.time > found.node.time
        for unit in units
        for write in home.events[unit].writes
    )


def _watched(bench: Workbench, home: Home, found: Differentiated) -> str | None:
    """Return a list of the variables that have a gradient although they are not trainable."""
    if found.var_list is None:
        return None
    listed = nodes_in(found.node.arguments["var_list"])
    others = [n for n in sorted(listed) if bench.view.nodes[n].kind is Kind.VARIABLE]
    missed = [n for n in others if not is_trainable(bench.view.nodes[n])]
    return list_text(bench.view, home, missed, found.node.place.expression) if missed else None


def _variables(bench: Workbench, home: Home, found: Differentiated, tape: str, under: frozenset[int]) -> Rendered:
    """Return the expression of the variables of a tape: those given, or those that TF1 looks at."""
    if found.var_list is not None:
        return bench.render(found.var_list)
    row = found.call.lineno
    seen = {n for n in under if bench.view.nodes[n].kind is Kind.VARIABLE and is_trainable(bench.view.nodes[n])}
    if found.node.kind is Kind.TRAIN:
        wanted = updated_variables(bench.view, found.node)
    else:
        wanted = trainable_variables(bench.view, found.node)
    unseen = [bench.view.nodes[n] for n in under - seen]
    frozen = any(is_weight_of_layer(n) and n.output not in MOVING for n in unseen)  # a tape sees them being made
    if set(wanted) == seen and not frozen:
        return Rendered.new(f"{tape}.watched_variables()", row)
    return Rendered.new(list_text(bench.view, home, wanted, found.node.place.expression, any_order=True), row)


def gradient_text(bench: Workbench, found: Differentiated, taped: Taped, variables: str) -> Rendered:
    """Return the call that gives the gradients of a taped loss."""
    parts: list[Rendered | str] = [f"{taped.tape}.gradient(", taped.loss, f", {variables}"]
    if found.grad_loss is not None:
        parts.extend([", output_gradients=", bench.render(found.grad_loss)])
    return concat([*parts, ")"])


def build_update(bench: Workbench, names: Names, train: Train, taped: Taped | None, prefix: str, unit: Unit) -> Update:
    """Return the lines of one update. `prefix` begins local names, and is empty where the step has only this update."""
    sparse = train_has_sparse_gradients(bench.view, train)
    update = Update(unit, train)
    pairs = _pairs(bench, names, train, taped, prefix, update, sparse)
    update.apply_lines.extend(_apply_lines(bench, train, pairs))
    return update


def _pairs(
    bench: Workbench, names: Names, train: Train, taped: Taped | None, prefix: str, update: Update, sparse: bool
) -> Rendered:
    """Return the expression of gradients and variables; what it needs is put into the update's lines."""
    row = train.call.lineno
    dense = sparse and optimizer_target(bench.view, train.optimizer).is_keras
    if taped is None or train.minimized is None:
        assert train.pairs is not None
        return _given_pairs(bench, names, train, train.pairs, dense)
    variables = taped.variables.text
    if not variables.isidentifier():
        variables = names.fresh(f"{prefix}variables")
        update.gradient_lines.append(concat([f"{variables} = ", taped.variables]))
    gradients = gradient_text(bench, train.minimized, taped, variables)
    if dense or prefix:
        name = names.fresh(f"{prefix}gradients")
        update.gradient_lines.append(concat([f"{name} = ", gradients]))
        if dense:
            # Keras optimizers do not sum the rows that IndexedSlices repeat.
            line = f"{name} = [{bench.tf}.convert_to_tensor(g) for g in {name}]"
            update.gradient_lines.append(Rendered.new(line, row))
        gradients = Rendered.new(name, row)
    return concat(["zip(", gradients, f", {variables})"])


def _given_pairs(bench: Workbench, names: Names, train: Train, pairs: ast.expr, dense: bool) -> Rendered:
    """Return the pairs that the program makes itself; Keras warns of gradients that are None, TF1 skips them."""
    text = bench.render(pairs)
    empty = _has_empty_gradient(train)
    if not dense and not empty:
        return text
    taken = f"{bench.tf}.convert_to_tensor(g)" if dense else "g"
    condition = " if g is not None" if empty else ""
    return concat([f"[({taken}, v) for g, v in ", text, f"{condition}]"])


def _has_empty_gradient(train: Train) -> bool:
    """Say whether a train op is given a gradient that is None."""
    pairs = train.node.arguments.get("grads_and_vars")
    held = [pair.items for pair in getattr(pairs, "items", ()) if isinstance(pair, Sequence)]
    return any(len(pair) == 2 and pair[0] == Known(None) for pair in held)


def _apply_lines(bench: Workbench, train: Train, pairs: Rendered) -> list[Rendered]:
    """Return the update itself: a rate of the graph is assigned before it, the global step counted after it."""
    lines: list[Rendered] = []
    optimizer = bench.render(train.receiver)
    rate = train.optimizer.arguments.get("learning_rate")
    rate_at = train.optimizer.argument_at.get("learning_rate")
    if rate is not None and rate_at is not None and nodes_in(rate):
        value = bench.render_at(rate_at)
        if optimizer_target(bench.view, train.optimizer).is_keras and _may_lack_rank(bench.view, rate):
            value = concat([f"{bench.tf}.ensure_shape(", value, ", [])"])  # Keras takes no rate of unknown rank
        lines.append(concat([optimizer, ".learning_rate.assign(", value, ")"]))
    lines.append(concat([optimizer, ".apply_gradients(", pairs, ")"]))
    if train.global_step is not None:
        lines.append(concat([bench.render(train.global_step), ".assign_add(1)"]))
    return lines


def _may_lack_rank(view: ProgramView, rate: Value) -> bool:
    """Say whether the number of dimensions of a rate may be unknown: a placeholder without a shape decides on it."""
    needed = [view.nodes[number] for number in view.closure(nodes_in(rate))]
    return any(n.kind is Kind.PLACEHOLDER and n.arguments.get("shape", Known(None)) == Known(None) for n in needed)
