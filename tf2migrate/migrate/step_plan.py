"""From a step to the function that it becomes: what stands under the tape, what after it, what is returned."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tf2migrate.migrate.functions import Function, Item, Shared, needs_renaming
from tf2migrate.migrate.normalization import Averages
from tf2migrate.migrate.optimization import Capture
from tf2migrate.migrate.refusal import PLACEHOLDER_FORM, REBOUND_NAME, UNNAMED_VALUE, Refused
from tf2migrate.migrate.render import LONGEST_LINE, Rendered, concat, join
from tf2migrate.migrate.results import Returns, flat_leaves, has_value, returns_single
from tf2migrate.migrate.site_effects import effects_at_site
from tf2migrate.migrate.sites import STATE_TUPLE, needed_by, whole_expression
from tf2migrate.migrate.state_plan import HomePlan, unfed_values
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.syntax import Names, snake
from tf2migrate.migrate.train_ops import Train, read_train
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.updates import UpdatePlanner
from tf2migrate.migrate.variables import list_text, literal, path_to
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Fetch, FetchLeaf, FetchNest, GraphValue, Kind, Known, Value, Write
from tf2migrate.model.facts import Sequence as Held
from tf2migrate.model.source import NodeRef


@dataclass
class StepPlanner:
    """Makes the functions of one home body."""

    bench: Workbench
    plan: HomePlan
    averages: Averages

    def function(self, step: Step, shared: list[Shared], returns: Returns) -> Function:
        """Return the entry function of a step."""
        trains = self._trains(step)
        items = self._items(step, shared, {self.plan.home.unit_of(train.node.place) for train in trains})
        function = self._empty(step, items)
        function.first.extend(unfed_values(self.plan, step))
        local = self.bench.names.local()
        local.take(self._own_names(step))
        self._rename(step, function, local)
        UpdatePlanner(self.bench, self.plan, step, trains, local).arrange(function, items)
        self._check_renamed(step, function)
        self._add_returns(step, function, returns, local)
        return function

    def _empty(self, step: Step, items: list[Item]) -> Function:
        unknown = [p for p in step.parameters if p not in self.plan.parameter_names]
        if unknown:
            raise Refused(
                PLACEHOLDER_FORM,
                self.bench.view.nodes[unknown[0]].place.expression,
                "this placeholder has no name where the graph is built",
                "make it in the function that builds the graph, under a name of its own",
            )
        parameters = tuple(self.plan.parameter_names[p] for p in step.parameters)
        if len(set(parameters)) < len(parameters):
            raise Refused(
                PLACEHOLDER_FORM,
                step.visit.place.expression,
                "two placeholders of this run share a name",
                "give each placeholder a name of its own",
            )
        if self.plan.home.members is not None:
            return Function(step.name, parameters, items)  # its object wraps it
        specs = ", ".join(self.plan.spec_names[p] for p in step.parameters)
        decorators = [f"@{self.bench.tf}.function" + (f"(input_signature=[{specs}])" if specs else "")]
        told = self.averages.told_layers(step.visit, self.plan.home.lifted)
        decorators += [f"@{moving_text(self.bench, told, 1)}"] if told else []
        return Function(step.name, parameters, items, decorators=decorators)

    def _rename(self, step: Step, function: Function, local: Names) -> None:
        """Tell names of the function from host names that it reads."""
        members = [item for item in function.items if isinstance(item, Unit)]
        held = {need.name: need.definition.value for need in step.captured}
        for name in sorted(needs_renaming(self.plan.units, members, step.captured, set(function.parameters))):
            value = held[name]
            known = isinstance(value, Known) and not self.plan.home.called_again
            if known and isinstance(value, Known) and isinstance(value.value, (bool, int, float, str)):
                # A host value that a moving loop counts on from.
                function.first.append(Rendered.new(f"{name} = {value.value!r}"))
            else:
                function.renamed[name] = local.fresh(f"{name}_value")

    def _check_renamed(self, step: Step, function: Function) -> None:
        """What updates name is not written anew: which of two values such a name means there is not told."""
        texts = [*function.before_updates, *function.watched, *function.first]
        texts += [line for item in function.items if isinstance(item, Capture) for line in item.lines]
        texts += [line for update in function.updates for line in (*update.gradient_lines, *update.apply_lines)]
        texts += [line for lines in function.above.values() for line in lines]
        words = {word for text in texts for word in re.findall(r"\w+", text.text)}
        both = sorted(words & set(function.renamed))
        if both:
            raise Refused(
                REBOUND_NAME,
                step.visit.place.expression,
                f"`{both[0]}` stands for a host value and for a value of the graph in one train step",
                "use two names",
            )

    def _own_names(self, step: Step) -> set[str]:
        """Return the names that the statements of a step use: none of them may be handed out again in it."""
        home = self.plan.home
        used = {node.id for unit in step.units for node in ast.walk(unit.node) if isinstance(node, ast.Name)}
        written = [w.cell for unit in step.units for w in home.events[unit].writes if home.holds(w.cell)]
        return used | {home.name_of(cell) for cell in written} | {self.plan.parameter_names[p] for p in step.parameters}

    def _items(self, step: Step, shared: list[Shared], trained_in: set[Unit | None]) -> list[Item]:
        items: list[Item] = []
        for unit in step.units:
            if unit in trained_in:
                continue
            group = next((g for g in shared if unit in g.units), None)
            if group is None:
                items.append(unit)
            elif group not in items:
                items.append(group)
        return items

    def _run_nodes(self, step: Step) -> list[int]:
        """Return the nodes that a step runs, through groups of operations, in fetch order."""
        order: list[int] = []
        stack = [leaf.node for _, leaf in flat_leaves(step.visit.fetch)][::-1]
        while stack:
            node = stack.pop()
            if node not in order:
                order.append(node)
                if self.bench.view.nodes[node].kind is Kind.OPERATION:
                    stack.extend(self.bench.view.nodes[node].inputs[::-1])
        return order

    def _trains(self, step: Step) -> list[Train]:
        """Return the train ops of a step in fetch order; those that others run after themselves come behind."""
        view = self.bench.view
        direct = [n for n in self._run_nodes(step) if view.nodes[n].kind is Kind.TRAIN]
        needed = needed_by(view, step.visit)
        others = [n for n in sorted(needed) if view.nodes[n].kind is Kind.TRAIN and n not in direct]
        return [read_train(self.bench, view.nodes[n]) for n in (*direct, *others)]

    # --- results ---

    def _add_returns(self, step: Step, function: Function, returns: Returns, local: Names) -> None:
        effects = effects_at_site(self.bench.view, step.visit.fetch, self.plan.units.made_at_site, returns.paths)
        function.before_updates.extend(self.bench.render_at(at) for at in effects)
        if not returns.paths:
            return
        fetch = step.visit.fetch
        if returns.structured and not returns_single(self.bench.view, fetch):
            function.returned = [self._structure(step, function, fetch, local)]
            return
        leaves = dict(flat_leaves(fetch))
        function.returned = [self._leaf(step, function, leaves[path], local) for path in returns.paths]

    def _structure(self, step: Step, function: Function, fetch: Fetch, local: Names) -> Rendered:
        match fetch:
            case FetchLeaf():
                if not has_value(self.bench.view, fetch):
                    return Rendered.new("None")
                return self._leaf(step, function, fetch, local)
            case FetchNest() if (whole := self._made_whole(fetch)) is not None:
                return whole
            case FetchNest(at=at) if at is not None and (name := self._step_name(step, at)) is not None:
                if not any(self._is_changed(step, leaf.node) for _, leaf in flat_leaves(fetch)):
                    return name
                return self._elements(step, function, fetch, local)
            case FetchNest(type=kind) if kind != STATE_TUPLE and not _holds_states(fetch):
                return self._elements(step, function, fetch, local)
            case FetchNest() if (whole := self._state_name(step, function, fetch)) is not None:
                return whole
            case FetchNest(type=kind) if kind != STATE_TUPLE:
                return self._elements(step, function, fetch, local)
            case _:
                at = step.visit.place.expression
                raise Refused(UNNAMED_VALUE, at, "what is fetched is not known", "write it out")

    def _made_whole(self, nest: FetchNest) -> Rendered | None:
        """Return the expression in the run call that makes a fetched list at once: a comprehension, say."""
        at = whole_expression(nest)
        made = at is not None and all(self.plan.units.made_at_site(leaf.node) for _, leaf in flat_leaves(nest))
        return self.bench.render_at(at) if at is not None and made else None

    def _state_name(self, step: Step, function: Function, fetch: FetchNest) -> Rendered | None:
        """Return the name that holds a fetched state of a cell, wherever the fetch itself reads it."""
        nodes, home = tuple(leaf.node for _, leaf in flat_leaves(fetch)), self.plan.home
        writes = [write for unit in step.units for write in home.events[unit].writes if home.holds(write.cell)]
        last = {home.name_of(write.cell): write.value for write in writes}
        name = next((name for name, value in last.items() if _is_whole(fetch, value)), None)
        changed = any(self._is_changed(step, node) for node in nodes)
        return None if name is None or changed else Rendered.new(function.renamed.get(name, name))

    def _elements(self, step: Step, function: Function, nest: FetchNest, local: Names) -> Rendered:
        parts = [self._structure(step, function, item, local) for item in nest.items]
        if nest.type == "dict":
            pairs = zip(nest.keys, parts, strict=True)
            named = [concat([_key(key), ": ", part]) for key, part in pairs]
            return concat(["{", join(", ", named), "}"])
        if nest.type == "list":
            return concat(["[", join(", ", parts), "]"])
        return concat(["(", join(", ", parts), ",)" if len(parts) == 1 else ")"])

    def _is_changed(self, step: Step, node: int) -> bool:
        """Say whether a node is a variable that a step changes."""
        needed = needed_by(self.bench.view, step.visit)
        return any(node in self.bench.view.nodes[n].targets for n in needed)

    def _step_name(self, step: Step, at: NodeRef) -> Rendered | None:
        """Return the name of a fetched list that the step's own statements make."""
        read = self.bench.view.read_at.get((at, step.visit.place.context))
        definition = self.bench.view.definition_of(read) if read is not None else None
        unit = self.plan.home.unit_of(definition.place) if definition is not None else None
        if read is None or unit is None or unit not in step.units or self._trains_in(unit):
            return None
        if self.plan.home.members is not None:
            return Rendered.new(self.plan.home.name_of(read.cell), at.line)
        return self.bench.render_at(at)

    def _trains_in(self, unit: Unit) -> bool:
        return any(node.kind is Kind.TRAIN for node in self.plan.home.events[unit].nodes)

    def _leaf(self, step: Step, function: Function, leaf: FetchLeaf, local: Names) -> Rendered:
        """Return the expression of a fetched value at the end of a step."""
        node = self.bench.view.nodes[leaf.node]
        structures = self.plan.units.structures
        if leaf.node in structures.given(step.parameters):
            parameter = structures.parameter(leaf.node)
            path = path_to(structures.values[parameter], frozenset({leaf.node})) if leaf.node in structures else ""
            return Rendered.new(f"{self.plan.parameter_names[parameter]}{path}")
        if node.kind is Kind.VARIABLE:
            return self._variable(step, function, leaf.node, local)
        if node.kind is Kind.PLACEHOLDER:
            return Rendered.new(self.plan.parameter_names[leaf.node])
        name = self._name_of(step, leaf.node)
        if name is not None:
            base = name.partition("[")[0]
            return Rendered.new(function.renamed.get(base, base) + name[len(base) :])
        if not self.bench.view.dynamic(leaf.node):
            constant = list_text(self.bench.view, self.plan.home, [leaf.node], step.visit.place.expression)
            return Rendered.new(constant[1:-1])
        if leaf.at is not None and self.plan.units.made_at_site(leaf.node):
            return self.bench.render_at(leaf.at)
        raise Refused(UNNAMED_VALUE, node.place.expression, "a value that is run has no name", "give it a name")

    def _variable(self, step: Step, function: Function, variable: int, local: Names) -> Rendered:
        """Return a variable's value; what is fetched beside an update is read before it (law 15)."""
        text = list_text(self.bench.view, self.plan.home, [variable], step.visit.place.expression)[1:-1]
        if not function.updates and not self._is_changed(step, variable):
            inner = variable in self.plan.home.lifted  # a part of a layer may be a variable of Keras
            return Rendered.new(f"{self.bench.tf}.identity({text})" if inner else f"{text}.read_value()")
        name = local.fresh(f"{snake(text.removeprefix(self.plan.prefix))}_before")
        function.first.append(Rendered.new(f"{name} = {self.bench.tf}.identity({text})"))
        return Rendered.new(name)

    def _name_of(self, step: Step, node: int) -> str | None:
        """Return the home name that holds a node at the end of a step, or the element that does."""
        last: dict[str, Value] = {}
        for unit in step.units:
            for write in self.plan.home.events[unit].writes:
                if self.plan.home.holds(write.cell):
                    last[self.plan.home.name_of(write.cell)] = self._grown(write, step.visit.time)
        same = self.bench.view.twins(node) if step.rebuilt else frozenset({node})
        paths = {name: path_to(value, same) for name, value in last.items()}
        found = [name + path for name, path in paths.items() if path is not None]
        return min(found, key=lambda text: text.count("[")) if found else None

    def _grown(self, write: Write, until: int) -> Value:
        """Return what a name holds at a time: a list that was empty when it was named may have grown since."""
        owner = getattr(write.value, "owner", None)
        if owner is None:
            return write.value
        seen = [
            read.value
            for read in self.bench.view.reads_of.get(write.cell, ())
            if write.time < read.time < until and getattr(read.value, "owner", None) == owner
        ]
        return seen[-1] if seen else write.value


def moving_text(bench: Workbench, layers: Sequence[str], behind: int = 0) -> str:
    """Return what lets layers move their averages in a function: on one line, or with each on a line of its own."""
    text = f"{bench.tf}.layers.moving_averages({', '.join(layers)})"
    if behind + len(text) <= LONGEST_LINE:
        return text
    inner = "".join(f"{bench.syntax.indent}{layer},\n" for layer in layers)
    return f"{bench.tf}.layers.moving_averages(\n{inner})"


def _holds_states(nest: FetchNest) -> bool:
    return any(isinstance(item, FetchNest) and item.type == STATE_TUPLE for item in nest.items)


def _is_whole(fetch: Fetch, value: Value) -> bool:
    """Say whether a fetch is just what a name holds, with the same structure."""
    match fetch, value:
        case FetchLeaf(node), GraphValue(held):
            return node == held
        case FetchNest(kind, items), Held(other, parts, False):
            alike = kind == other and len(items) == len(parts)
            return alike and all(_is_whole(a, b) for a, b in zip(items, parts, strict=True))
        case _:
            return False


def _key(key: Value) -> str:
    return literal(key.value) if isinstance(key, Known) and isinstance(key.value, (str, int)) else repr(key)
