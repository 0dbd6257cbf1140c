"""The train ops of a step: which tapes it needs, what stands under them, and the order of all that it does."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from tf2migrate.migrate.building import Build, is_weight_of_layer
from tf2migrate.migrate.chosen_optimizers import check_choice, starting_at_one
from tf2migrate.migrate.functions import Function, Item
from tf2migrate.migrate.optimization import (
    Capture,
    Taped,
    TapeMaker,
    Under,
    Update,
    build_update,
    gradient_text,
)
from tf2migrate.migrate.optimizers import OptimizerForm, check_weights_known, optimizer_target
from tf2migrate.migrate.ordering import Order, units_in
from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, OPTIMIZER_FORM, UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.render import LONGEST_LINE, Rendered, Replacement, concat
from tf2migrate.migrate.savers import restored_optimizers, saved_optimizers
from tf2migrate.migrate.sites import fetched, needed_by
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.syntax import Names, snake
from tf2migrate.migrate.train_ops import (
    COMPUTE_GRADIENTS,
    Differentiated,
    Train,
    check_level,
    optimizers_of,
    read_differentiated,
    read_train,
    updated_variables,
)
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind
from tf2migrate.source import node_ref


@dataclass(frozen=True)
class Gradient:
    """A loss that is differentiated in a step, by a train op or by a statement of its own, and what it needs."""

    found: Differentiated
    unit: Unit
    under: frozenset[Unit]


@dataclass
class UpdatePlanner:
    """Arranges one step; `trains` are its train ops in fetch order."""

    bench: Workbench
    plan: HomePlan
    step: Step
    trains: list[Train]
    local: Names
    taped: dict[int, Taped] = field(default_factory=dict)  # by the node that differentiates

    def arrange(self, function: Function, items: list[Item]) -> None:
        """Put the items of a step and its updates into order."""
        units = [self._unit_of(train) for train in self.trains]
        others = [effect for unit in dict.fromkeys(units) for effect in self._other_effects(unit)]
        gradients = self._gradients(items)
        under = {unit for gradient in gradients for unit in gradient.under}
        inner = {item for item in items if under & set(units_in(item))}
        self._open_tapes(function, gradients, inner)
        updates = [self._update(train, unit) for train, unit in zip(self.trains, units, strict=True)]
        self._check_losses(updates, under)
        captures = [taped.capture for taped in self.taped.values() if taped.capture is not None]
        needed = needed_by(self.bench.view, self.step.visit)
        order = Order(self.plan.home, self.plan.units, [*items, *captures, *others, *updates], needed)
        users: dict[int, Item] = {update.train.node.id: update for update in updates}
        for gradient in gradients:
            capture = self.taped[gradient.found.node.id].capture
            for item in inner if capture is None else [capture]:
                order.put_before(item, users.get(gradient.found.node.id, gradient.unit))
        ordered = order.sort(inner | set(captures))
        function.before, function.inner, function.outer = ordered.before, ordered.inner, ordered.outer
        function.replacements.extend(self._without_operations(items))

    def _unit_of(self, train: Train) -> Unit:
        check_level(train, self.plan.home.frames)
        unit = self.plan.home.unit_of(train.node.place)
        assert unit is not None
        if isinstance(unit.node, (ast.For, ast.While, ast.If, ast.With)):
            raise Refused(
                OPTIMIZER_FORM,
                train.node.place.expression,
                "a train op is made within a loop, a condition or a scope that moves as a whole",
                "make it in a statement of its own",
            )
        return unit

    def _other_effects(self, unit: Unit) -> list[Capture]:
        """Return the effects that a statement makes beside its train ops: `tf.group(train, count.assign_add(1))`."""
        needed = needed_by(self.bench.view, self.step.visit)
        nodes = [node for node in self.plan.home.events[unit].nodes if node.id in needed and node.op != "tf.group"]
        effects = [node.place.expression for node in nodes if self._has_effect(node)]
        parts = self._parts(unit, unit.node.value) if isinstance(unit.node, (ast.Assign, ast.Expr)) else []
        found = [(part, node_ref(self.plan.home.path, part)) for part in parts]
        for at in effects:
            if not any(at == ref for _, ref in found):
                raise Refused(
                    UNORDERED_EFFECTS,
                    at,
                    "one statement makes a train op and another effect",
                    "make the two in statements of their own",
                )
        return [Capture(unit, part, [self.bench.render(part)]) for part, ref in found if ref in effects]

    def _has_effect(self, node: GraphNode) -> bool:
        changes = node.kind is Kind.ASSIGN or (node.kind is Kind.OPERATION and bool(node.targets))
        return changes or (node.stateful and not node.random and node.kind is not Kind.TRAIN)

    def _parts(self, unit: Unit, value: ast.expr | None) -> list[ast.expr]:
        """Return what a list or group of operations consists of."""
        match value:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return [part for element in elements for part in self._parts(unit, element)]
            case ast.Call(args=elements) if self._is_group(unit, value):
                return [part for element in elements for part in self._parts(unit, element)]
            case ast.expr():
                return [value]
            case _:
                return []

    def _is_group(self, unit: Unit, call: ast.Call) -> bool:
        ref = node_ref(self.plan.home.path, call)
        return any(n.op == "tf.group" and n.place.expression == ref for n in self.plan.home.events[unit].nodes)

    def _check_losses(self, updates: list[Update], under: set[Unit]) -> None:
        for update in updates:
            if update.unit in under:
                raise Refused(
                    UNORDERED_EFFECTS,
                    update.train.node.place.expression,
                    "a loss of this run is computed after another train op of it",
                    "run the one train op after the other",
                )

    # --- tapes ---

    def _gradients(self, items: list[Item]) -> list[Gradient]:
        """Return the losses that need a tape: those of train ops, and of gradients that nothing under a tape needs."""
        found: list[Gradient] = []
        for train in self.trains:
            if train.minimized is not None:
                found.append(self._gradient(train.minimized, self._unit_of(train)))
        made = {id(call): node for item in items if isinstance(item, Unit) for call, node in self._computed(item)}
        alone = [self._gradient(read_differentiated(self.bench, node), self._made_in(node)) for node in made.values()]
        everything = [*found, *alone]
        return [g for g in everything if g in found or not any(g.unit in other.under for other in everything)]

    def _made_in(self, node: GraphNode) -> Unit:
        unit = self.plan.home.unit_of(node.place)
        assert unit is not None
        return unit

    def _computed(self, unit: Unit) -> list[tuple[ast.Call, GraphNode]]:
        """Return the calls of `compute_gradients` that a statement makes at its own level."""
        if not isinstance(unit.node, (ast.Assign, ast.Expr, ast.AnnAssign)):
            return []
        nodes = [n for n in self.plan.home.events[unit].nodes if n.op == COMPUTE_GRADIENTS]
        calls = [(self.bench.syntax.call(node.place.expression), node) for node in nodes]
        return [(call, node) for call, node in calls if call is not None and node.place.frame in self.plan.home.frames]

    def _gradient(self, found: Differentiated, unit: Unit) -> Gradient:
        return Gradient(found, unit, frozenset(self._units_of(frozenset({found.loss})) - {unit}))

    def _units_of(self, roots: frozenset[int]) -> set[Unit]:
        """Return the units of the step that some nodes need, by data and by names."""
        members = set(self.step.units)
        found: set[Unit] = set()
        pending: list[Unit] = []
        for node in self.bench.view.closure(roots):
            unit = self.plan.home.unit_of(self.bench.view.nodes[node].place)
            if unit is not None and unit in members and self.plan.units.moves(node):
                pending.append(unit)
        while pending:
            unit = pending.pop()
            if unit not in found:
                found.add(unit)
                pending.extend(need.unit for need in self.plan.units.needs(unit) if need.unit in members)
        return found

    def _open_tapes(self, function: Function, gradients: Sequence[Gradient], inner: set[Item]) -> None:
        events = self.plan.home.events
        made = {node.id for item in inner for unit in units_in(item) for node in events[unit].nodes}
        nodes = self.bench.view.closure(frozenset(made | {g.found.loss for g in gradients}))
        maker = TapeMaker(self.bench, self.plan.home, self.local, Under(nodes, frozenset(self.step.units)))
        shared = self.local.fresh("tape") if len(gradients) > 2 else None
        if shared is not None:
            function.tapes.append((shared, "persistent=True"))
        for gradient in gradients:
            prefix = "" if len(gradients) == 1 and len(self.trains) < 2 else self._prefix(gradient.unit)
            tape = shared or self.local.fresh(f"{prefix}tape")
            taped = maker.tape_of(gradient.found, gradient.unit, tape, prefix)
            self.taped[gradient.found.node.id] = taped
            if shared is None:
                function.tapes.append((taped.tape, ""))
            if taped.watched is not None:
                function.watched.append(
                    Rendered.new(f"{taped.tape}.watch({taped.watched})", gradient.found.call.lineno)
                )
            if gradient.found.node.kind is not Kind.TRAIN:
                self._write_pairs(function, gradient, taped, prefix)

    def _write_pairs(self, function: Function, gradient: Gradient, taped: Taped, prefix: str) -> None:
        """`compute_gradients` gives pairs."""
        variables = self.local.fresh(f"{prefix}variables")
        line = concat([f"{variables} = ", taped.variables])
        pairs = concat(["zip(", gradient_text(self.bench, gradient.found, taped, variables), f", {variables})"])
        starred = isinstance(self.bench.syntax.parents[gradient.found.call], ast.Starred)
        text = pairs if starred else concat(["list(", pairs, ")"])
        function.above.setdefault(gradient.unit, []).append(line)
        function.replacements.append(Replacement(self.bench.syntax.span(gradient.found.call), lambda: text))

    def _prefix(self, unit: Unit) -> str:
        return snake(self._target_name(unit) or "step") + "_"

    def _target_name(self, unit: Unit) -> str | None:
        writes = self.plan.home.events[unit].writes
        return next((self.plan.home.name_of(w.cell) for w in writes if self.plan.home.holds(w.cell)), None)

    # --- updates ---

    def _update(self, train: Train, unit: Unit) -> Update:
        prefix = "" if len(self.trains) == 1 else self._prefix(unit)
        taped = self.taped[train.node.id] if train.minimized is not None else None
        check_choice(self.bench.view, train.node)
        self._build_slots(train, unit)
        return build_update(self.bench, self.local, train, taped, prefix, unit)

    def _without_operations(self, items: list[Item]) -> list[Replacement]:
        """Operations have no value: where a list of fetches names one, it holds None."""
        found: list[Replacement] = []
        gone = {update for train in self.trains for update in [self.plan.home.unit_of(train.node.place)]}
        for item in items:
            for need in self.plan.units.needs(item) if isinstance(item, Unit) else ():
                value = need.definition.value
                if need.unit not in gone or not isinstance(value, GraphValue):
                    continue
                if self.bench.view.nodes[value.node].kind is not Kind.TRAIN:
                    continue
                at = need.read.place.expression
                name = self.bench.syntax.nodes[at]
                if not isinstance(self.bench.syntax.parents[name], (ast.List, ast.Tuple, ast.Dict, ast.Call)):
                    raise Refused(
                        GRAPH_VALUE_ESCAPES,
                        at,
                        f"`{need.name}` is a train op, and what is done with it here is not known",
                        "run it, or name it in a list of fetches",
                    )
                row = at.line
                found.append(Replacement(self.bench.syntax.index.span(at), lambda row=row: Rendered.new("None", row)))  # type: ignore[misc]
        return found

    def _build_slots(self, train: Train, unit: Unit) -> None:
        """An optimizer is built ahead if it trains several sets of variables or has slots that TF1 starts at one."""
        form = optimizer_target(self.bench.view, train.optimizer)
        saved = train.optimizer.id in saved_optimizers(self.bench.view)
        if not isinstance(form, OptimizerForm) and not (saved and form.has_slots):
            return
        together = self._trained_with(train.optimizer.id)
        last = self._building(together)
        residue = self.plan.layout.residue
        restored = train.optimizer.id in restored_optimizers(self.bench.view)
        from_one = starting_at_one(self.bench.view, train.node)
        ahead = bool(from_one) or len(together) > 1 or restored or not isinstance(form, OptimizerForm)
        if not ahead or last.node.id != train.node.id:
            return
        check_weights_known(self.bench.view, train.optimizer)
        optimizer = self.bench.render(train.receiver).text
        if any(f"{optimizer}.build(" in text.text for text in residue[unit]):
            return
        trained = sorted({v for one in together for v in updated_variables(self.bench.view, one.node)})
        later = any(is_weight_of_layer(self.bench.view.nodes[v]) for v in trained)  # once the weights are made
        at, time = train.node.place.expression, None if later else train.node.time
        variables = list_text(self.bench.view, self.plan.home, trained, at, time, any_order=True)
        if re.fullmatch(r"\[\*[\w.]+\]", variables):
            variables = variables[2:-1]  # all of one list
        indent = self.bench.syntax.indent
        text, slots = _in_lines(f"{optimizer}.build(", variables, indent), ""
        for keras, ending in from_one.items():
            slots = (
                f"for slot in {optimizer}.variables:\n"
                f'{indent}if slot.path.endswith("{ending}"):  # RMSPropOptimizer starts its slot at one\n'
                f"{indent * 2}slot.assign({self.bench.tf}.ones_like(slot))"
            )
            if len(optimizers_of(self.bench.view, train.node)) > 1:
                body = slots.replace("\n", f"\n{indent}")
                slots = f"if isinstance({optimizer}, {self.bench.tf}.keras.optimizers.{keras}):\n{indent}{body}"
        if later:
            ops = frozenset(one.node.id for one in together)
            self.plan.builds.append(Build(frozenset(trained), ops, text, slots, train.call.lineno))
        else:
            residue[unit].append(Rendered.new(f"{text}\n{slots}".strip(), train.call.lineno))

    def _building(self, together: list[Train]) -> Train:
        """Return the train op at whose place an optimizer is built: its first, if all variables exist there."""
        ordered = sorted(together, key=lambda one: one.node.time)
        trained = {v for one in together for v in updated_variables(self.bench.view, one.node)}
        if max(trained, default=0) < ordered[0].node.id:
            return ordered[0]
        first_run = min(step.settled_time for step in self.plan.steps)
        if first_run < ordered[-1].node.time:
            raise Refused(
                OPTIMIZER_FORM,
                ordered[-1].node.place.expression,
                "an optimizer that is in use already gets variables that are made later",
                "use an optimizer of its own for them",
            )
        return ordered[-1]

    def _trained_with(self, optimizer: int) -> list[Train]:
        """Return all train ops of one optimizer that some step runs."""
        needed = self.bench.view.closure(
            frozenset().union(*(fetched(visit) for step in self.plan.steps for s in step.sites for visit in s.visits))
        )
        nodes = [self.bench.view.nodes[n] for n in sorted(needed)]
        mine = [n for n in nodes if n.kind is Kind.TRAIN and n.arguments.get("optimizer") == GraphValue(optimizer)]
        return [read_train(self.bench, node) for node in mine]


def _in_lines(opening: str, variables: str, indent: str) -> str:
    """Return a call with one list, in lines of its own where it is long: the same for every indentation."""
    if len(opening + variables) < LONGEST_LINE or not variables.startswith("["):
        return f"{opening}{variables})"
    rows = textwrap.wrap(variables[1:-1], LONGEST_LINE - 4, break_long_words=False, break_on_hyphens=False)
    return f"{opening}[\n{indent}" + f"\n{indent}".join(rows) + ",\n])"
