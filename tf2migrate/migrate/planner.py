"""From the facts of a program to the new text of its file."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from tf2migrate.migrate.assemble import Assembler, Layout
from tf2migrate.migrate.feeds import FeedNames
from tf2migrate.migrate.functions import Function, FunctionWriter, Item, Shared, needs_renaming
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.naming import name_shared, name_step
from tf2migrate.migrate.optimization import Minimize, build_update, read_minimize, trained_variables
from tf2migrate.migrate.refusal import MIXED_STATE, UNNAMED_VALUE, Refused
from tf2migrate.migrate.render import Rendered, Renderer, concat, join
from tf2migrate.migrate.results import (
    Returns,
    SiteWriter,
    flat_leaves,
    has_value,
    plan_returns,
    returns_single,
    site_of_eager,
    structured_value,
)
from tf2migrate.migrate.sharing import share
from tf2migrate.migrate.sites import EagerSite, InitSite, Site, StepSite, fetched
from tf2migrate.migrate.state import optimizer_form, optimizer_text, spec_text, variable_text
from tf2migrate.migrate.steps import Step, Units, build_steps, check_captures
from tf2migrate.migrate.syntax import Names, Syntax, snake
from tf2migrate.migrate.units import Unit, host_block
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import STATE_KINDS, ProgramView
from tf2migrate.model.facts import FetchLeaf, FetchNest, GraphValue, Kind
from tf2migrate.model.plan import EmittedFunction, Path, SiteMap
from tf2migrate.model.source import NodeRef, Span


@dataclass
class HomePlan:
    """All that is decided for one home body."""

    home: Home
    units: Units
    steps: list[Step]
    layout: Layout = field(default_factory=Layout)
    functions: list[EmittedFunction] = field(default_factory=list)


class Planner:
    """Plans the migration of one file."""

    def __init__(self, view: ProgramView, syntax: Syntax, renderer: Renderer, tf: str) -> None:
        self.view, self.syntax, self.renderer, self.tf = view, syntax, renderer, tf
        self.names = Names(syntax.tree)
        self.feed_names = FeedNames(view, syntax, renderer)
        self.leaves: dict[NodeRef, tuple[tuple[Path, Path | None], ...]] = {}
        self.functions: list[EmittedFunction] = []

    def plan_home(self, home: Home, sites: list[Site]) -> HomePlan:
        """Decide everything for one home body and register the replacements in the text."""
        visits = [visit for site in sites for visit in site.visits]
        units = Units(home, visits)
        steps = build_steps(home, units, [site for site in sites if isinstance(site, StepSite)])
        plan = HomePlan(home, units, steps)
        for step in steps:
            check_captures(home, step)
        self._release_names(plan)
        self._make_state(plan)
        self._write_steps(plan)
        for site in sites:
            if isinstance(site, EagerSite):
                self._write_eager(plan, site)
        plan.layout.removed |= units.compute | (units.trace_time & {u for s in steps for u in s.units})
        return plan

    # --- state ---------------------------------------------------------------------------------------------------------

    def _release_names(self, plan: HomePlan) -> None:
        """Free the names that moving statements alone assign."""
        writers: dict[str, set[bool]] = defaultdict(set)
        for unit, events in plan.home.events.items():
            for write in events.writes:
                if write.cell.owner == plan.home.frame and isinstance(write.cell.key, str):
                    writers[write.cell.key].add(unit in plan.units.compute)
        for name, moving in writers.items():
            if moving == {True}:
                self.names.release(name)

    def _make_state(self, plan: HomePlan) -> None:
        """Register the native forms of placeholders, variables and optimizers."""
        units = plan.units
        self.parameter_names = {node: name for node, (_, name) in units.placeholders.items()}
        self.spec_names: dict[int, str] = {}
        self.lifted: dict[int, str] = {}
        for node, (unit, name) in sorted(units.placeholders.items()):
            self.spec_names[node] = self.names.fresh(f"{name}_spec")
            self._write_spec(plan, node, unit, name)
        for fact in self.view.nodes:
            if fact.kind not in STATE_KINDS or fact.place.expression.path != self.syntax.path:
                continue
            owner = plan.home.unit_of(fact.place)
            if owner is not None and owner in units.compute:
                self._lift(plan, fact.id, owner)
            elif owner is not None:
                self._write_state(fact.id)

    def _write_spec(self, plan: HomePlan, node: int, unit: Unit, name: str) -> None:
        fact = self.view.nodes[node]
        spec = self.spec_names[node]
        span = self.syntax.index.span(fact.place.expression)
        self.renderer.add(span, lambda: spec_text(self.renderer, self.syntax, fact, self.tf))
        for target in ast.walk(unit.node):
            if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store) and target.id == name:
                self.renderer.add(self.syntax.span(target), spec)
        for read in self.view.program.static_reads:
            at = self.syntax.nodes.get(read.place.expression)
            if read.node == node and isinstance(at, ast.Attribute) and isinstance(at.value, ast.Name):
                reader = plan.home.unit_of(read.place)
                if reader is not None and reader not in plan.units.compute | plan.units.trace_time:
                    self.renderer.add(self.syntax.span(at.value), spec)

    def _write_state(self, node: int) -> None:
        fact = self.view.nodes[node]
        span = self.syntax.index.span(fact.place.expression)
        if fact.kind is Kind.OPTIMIZER:
            optimizer_form(fact)
            self.renderer.add(span, lambda: optimizer_text(self.renderer, self.syntax, fact, self.tf))
            return
        text = variable_text(self.renderer, self.syntax, fact, self.tf)
        if text is not None:
            self.renderer.add(span, lambda: variable_text(self.renderer, self.syntax, fact, self.tf) or text)

    def _lift(self, plan: HomePlan, node: int, unit: Unit) -> None:
        """State made within a statement that moves stays behind, under a name of its own."""
        fact = self.view.nodes[node]
        if fact.place.frame != plan.home.frame or not isinstance(unit.node, (ast.Assign, ast.Expr, ast.AnnAssign)):
            raise Refused(
                MIXED_STATE,
                fact.place.expression,
                "state is made in a function or loop that also computes with it",
                "make the variables outside of it and pass them in",
            )
        if unit not in {u for step in plan.steps for u in step.units} and fact.kind is Kind.OPTIMIZER:
            return
        name = self._lifted_name(unit, fact.kind)
        self.lifted[node] = name
        span = self.syntax.index.span(fact.place.expression)
        if fact.kind is Kind.OPTIMIZER:
            text = optimizer_text(self.renderer, self.syntax, fact, self.tf)
        else:
            text = variable_text(self.renderer, self.syntax, fact, self.tf) or self.renderer.render(span)
        plan.layout.residue[unit].append(concat([f"{name} = ", text]))
        self.renderer.add(span, name)

    def _lifted_name(self, unit: Unit, kind: Kind) -> str:
        target = unit.node.targets[0] if isinstance(unit.node, ast.Assign) else None
        if kind is Kind.OPTIMIZER:
            if isinstance(target, ast.Name) and "optim" in target.id.lower():
                return self.names.fresh(target.id, "optimizer")
            return self.names.fresh("optimizer")
        return self.names.fresh(f"{target.id}_variable" if isinstance(target, ast.Name) else "variable")

    # --- steps ---------------------------------------------------------------------------------------------------------

    def _write_steps(self, plan: HomePlan) -> None:
        writer = FunctionWriter(plan.home, plan.units, self.syntax, self.renderer, self.tf)
        shared = share(plan.home, plan.units, plan.steps, self.parameter_names)
        self.feed_names.name_shared_dicts(plan.steps, self.parameter_names)
        for group in shared:
            group.name = name_shared(group, self.names)
        for step in plan.steps:
            step.name = name_step(self.view, plan.home, self.syntax, step, self.names)
        self._apply_lifting(plan)
        for group in shared:
            self._place(plan, group.units[-1], writer.write(Function(group.name, group.parameters, list(group.units))))
            self._emitted(group.name, "method", group.units)
        sites = SiteWriter(self.view, plan.units, self.syntax, self.renderer, self.tf)
        for step in plan.steps:
            self._write_step(plan, step, shared, writer, sites)

    def _write_step(
        self, plan: HomePlan, step: Step, shared: list[Shared], writer: FunctionWriter, sites: SiteWriter
    ) -> None:
        returns = plan_returns(self.view, self.syntax, step)
        for site in step.sites:
            # Registers feeds that the step must take although it does not need them, before the signature is written.
            sites.step_call(step, site, self.parameter_names)
        function = self._function(plan, step, shared, returns)
        anchor = step.units[-1] if step.units else plan.home.unit_of(step.visit.place)
        assert anchor is not None
        self._place(plan, anchor, writer.write(function))
        self._emitted(step.name, "step", step.units)
        for site in step.sites:
            self._write_site(step, site, returns, sites)

    def _function(self, plan: HomePlan, step: Step, shared: list[Shared], returns: Returns) -> Function:
        trains = [n for n in self._fetched_in_order(step) if self.view.nodes[n].kind is Kind.TRAIN]
        found = [read_minimize(self.view, self.syntax, self.view.nodes[n]) for n in trains]
        train_units = {plan.home.unit_of(f.node.place) for f in found}
        items: list[Item] = []
        for unit in step.units:
            group = next((g for g in shared if unit in g.units), None)
            if unit in train_units:
                continue
            if group is None:
                items.append(unit)
            elif group not in items:
                items.append(group)
        parameters = tuple(self.parameter_names[p] for p in step.parameters)
        specs = ", ".join(self.spec_names[p] for p in step.parameters)
        decorator = f"@{self.tf}.function(input_signature=[{specs}])" if specs else f"@{self.tf}.function"
        function = Function(step.name, parameters, items, decorator=decorator)
        self._rename(plan, step, function)
        if found:
            self._add_updates(plan, step, function, found)
        self._add_returns(plan, step, function, returns)
        return function

    def _fetched_in_order(self, step: Step) -> list[int]:
        """Return the nodes that a step runs for their effect, through groups, in fetch order."""
        order: list[int] = []
        stack = [leaf.node for _, leaf in flat_leaves(step.visit.fetch)][::-1]
        while stack:
            node = stack.pop()
            if node not in order:
                order.append(node)
                if self.view.nodes[node].kind is Kind.OPERATION:
                    stack.extend(self.view.nodes[node].inputs[::-1])
        return order

    def _rename(self, plan: HomePlan, step: Step, function: Function) -> None:
        members = [u for item in function.items for u in ([item] if isinstance(item, Unit) else [])]
        for name in sorted(needs_renaming(plan.units, members, step.captured, set(function.parameters))):
            function.renamed[name] = self.names.local().fresh(f"{name}_value")

    def _add_updates(self, plan: HomePlan, step: Step, function: Function, found: list[Minimize]) -> None:
        under_tape: set[Unit] = set()
        for minimize in found:
            under_tape |= self._units_of(plan, frozenset({minimize.loss}), step)
        function.inner = [i for i in function.items if self._overlaps(i, under_tape)]
        function.outer = [i for i in function.items if not self._overlaps(i, under_tape)] if found else []
        local = self.names.local()
        for minimize in found:
            unit = plan.home.unit_of(minimize.node.place)
            prefix = "" if len(found) == 1 else snake(self._target_name(unit) or "step") + "_"
            optimizer = self._optimizer_expression(minimize)
            function.updates.append(
                build_update(
                    self.view, plan.home, self.syntax, self.renderer, local, minimize, optimizer, prefix, len(found) == 1
                )
            )
            self._build_slots(plan, minimize, unit)

    def _units_of(self, plan: HomePlan, roots: frozenset[int], step: Step) -> set[Unit]:
        """Return the units of a step that some nodes need, by data and by names."""
        members = set(step.units)
        found: set[Unit] = set()
        pending: list[Unit] = []
        for node in self.view.closure(roots):
            unit = plan.home.unit_of(self.view.nodes[node].place)
            if unit in members and plan.units.moves(node):
                pending.append(unit)
        while pending:
            unit = pending.pop()
            if unit not in found:
                found.add(unit)
                pending.extend(need.unit for need in plan.units.needs(unit) if need.unit in members)
        return found

    @staticmethod
    def _overlaps(item: Item, units: set[Unit]) -> bool:
        return item in units if isinstance(item, Unit) else any(unit in units for unit in item.units)

    def _optimizer_expression(self, minimize: Minimize) -> Rendered:
        assert isinstance(minimize.call.func, ast.Attribute)
        return self.renderer.render(self.syntax.span(minimize.call.func.value))

    def _build_slots(self, plan: HomePlan, minimize: Minimize, unit: Unit | None) -> None:
        """An optimizer whose slots TF1 starts at one is built where it is first used."""
        suffix = optimizer_form(minimize.optimizer).slots_from_one
        assert unit is not None
        if suffix is None or any("build(" in text.text for text in plan.layout.residue[unit]):
            return
        optimizer = self._optimizer_expression(minimize).text
        variables = list_text(self.view, plan.home, trained_variables(self.view, minimize), minimize.node.place.expression)
        lines = [
            f"{optimizer}.build({variables})",
            f"for slot in {optimizer}.variables:",
            f'    if slot.path.endswith("{suffix}"):  # RMSPropOptimizer starts its slot at one',
            f"        slot.assign({self.tf}.ones_like(slot))",
        ]
        plan.layout.residue[unit].append(Rendered.new("\n".join(lines), minimize.call.lineno))

    def _target_name(self, unit: Unit | None) -> str | None:
        node = unit.node if unit is not None else None
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            return node.targets[0].id
        return None

    # --- results -------------------------------------------------------------------------------------------------------

    def _add_returns(self, plan: HomePlan, step: Step, function: Function, returns: Returns) -> None:
        if not returns.paths:
            self._add_effects(plan, step, function)
            return
        fetch = step.visit.fetch
        if returns.structured and not returns_single(self.view, fetch):
            function.returned = [self._structure(plan, step, function, fetch)]
            return
        leaves = dict(flat_leaves(fetch))
        function.returned = [self._leaf(plan, step, function, leaves[path]) for path in returns.paths]
        self._add_effects(plan, step, function)

    def _add_effects(self, plan: HomePlan, step: Step, function: Function) -> None:
        """Operations that the run call itself makes are statements of the function."""
        for path, leaf in flat_leaves(step.visit.fetch):
            made_here = plan.units.made_at_site(leaf.node)
            node = self.view.nodes[leaf.node]
            if made_here and leaf.at is not None and node.kind in (Kind.OPERATION, Kind.ASSIGN):
                function.before_updates.append(self.renderer.render(self.syntax.index.span(leaf.at)))

    def _structure(self, plan: HomePlan, step: Step, function: Function, fetch: object) -> Rendered:
        match fetch:
            case FetchLeaf():
                return self._leaf(plan, step, function, fetch) if has_value(self.view, fetch) else Rendered.new("None")
            case FetchNest(kind, items, keys):
                parts = [self._structure(plan, step, function, item) for item in items]
                if kind == "dict":
                    named = [concat([repr(getattr(key, "value", key)), ": ", part]) for key, part in zip(keys, parts)]
                    return concat(["{", join(", ", named), "}"])
                if kind == "list":
                    return concat(["[", join(", ", parts), "]"])
                return concat(["(", join(", ", parts), ",)" if len(parts) == 1 else ")"])
        raise Refused(UNNAMED_VALUE, step.visit.place.expression, "what is fetched is not known", "write it out")

    def _leaf(self, plan: HomePlan, step: Step, function: Function, leaf: FetchLeaf) -> Rendered:
        """Return the expression of a fetched value at the end of a step."""
        node = self.view.nodes[leaf.node]
        if node.kind is Kind.VARIABLE:
            text = list_text(self.view, plan.home, [leaf.node], step.visit.place.expression)[1:-1]
            if not function.updates:
                return Rendered.new(f"{text}.read_value()")
            # What is fetched beside an update is read before it (law 15).
            name = self.names.local().fresh(f"{snake(text)}_before")
            function.before_updates.append(Rendered.new(f"{name} = {self.tf}.identity({text})"))
            return Rendered.new(name)
        if node.kind is Kind.PLACEHOLDER:
            return Rendered.new(self.parameter_names[leaf.node])
        name_of = self._name_of(plan, step, leaf.node)
        if name_of is not None:
            return Rendered.new(function.renamed.get(name_of, name_of))
        at = self.syntax.nodes.get(leaf.at) if leaf.at is not None else None
        if isinstance(at, ast.expr):
            return self.renderer.render(self.syntax.span(at))
        raise Refused(UNNAMED_VALUE, node.place.expression, "a value that is run has no name", "give it a name")

    def _name_of(self, plan: HomePlan, step: Step, node: int) -> str | None:
        """Return the home name that holds a node at the end of a step."""
        last: dict[str, int] = {}
        for unit in step.units:
            for write in plan.home.events[unit].writes:
                if write.cell.owner == plan.home.frame and isinstance(write.cell.key, str):
                    last[write.cell.key] = write.value.node if isinstance(write.value, GraphValue) else -1
        return next((name for name, value in last.items() if value == node), None)

    # --- sites ---------------------------------------------------------------------------------------------------------

    def _write_site(self, step: Step, site: StepSite, returns: Returns, sites: SiteWriter) -> None:
        want = returns.wanted[site.site]
        fetch = step.visit.fetch
        call = self.syntax.index.span(site.site)
        leaves = flat_leaves(fetch)

        def value() -> Rendered:
            text = sites.step_call(step, site, self.parameter_names)
            if returns.structured:
                if want.statement is not None and isinstance(want.statement, ast.Expr):
                    return text
                return structured_value(self.view, fetch, text, self.tf)
            if not want.paths:
                return text
            if len(returns.paths) == 1:
                return concat([text, ".numpy()"])
            return concat(["(v.numpy() for v in ", text, ")"])

        if want.statement is None or returns.structured or isinstance(want.statement, ast.Expr):
            self.renderer.add(call, value, site.site)
            paths = tuple((p, self._migrated_path(p, want.paths, returns, fetch)) for p, _ in leaves)
            self.leaves[site.site] = paths
            return
        self._write_assignment(want.statement, call, site, value, returns)
        used = returns.paths
        self.leaves[site.site] = tuple(
            (p, None if p not in used or not want.paths else () if len(used) == 1 else (used.index(p),)) for p, _ in leaves
        )

    def _migrated_path(
        self, path: Path, used: frozenset[Path], returns: Returns, fetch: object
    ) -> Path | None:
        if path not in used:
            return None
        return path

    def _write_assignment(
        self, statement: ast.stmt, call: Span, site: StepSite, value: object, returns: Returns
    ) -> None:
        """Replace `a, b = sess.run(..)`: targets of operations and of unused values go."""
        assert isinstance(statement, ast.Assign) and callable(value)
        target = statement.targets[0]
        kept: list[str] = []
        if isinstance(target, (ast.Tuple, ast.List)):
            for path in returns.paths:
                kept.append(self.syntax.source(target.elts[int(path[0])]))
        span = Span(self.syntax.span(statement).start, call.end)
        targets = ", ".join(kept) + " = " if kept and any(name != "_" for name in kept) else ""
        row = statement.lineno

        def build() -> Rendered:
            return concat([Rendered.new(targets, row), value().marked(site.site)])

        self.renderer.add(span, build)

    def _write_eager(self, plan: HomePlan, site: EagerSite) -> None:
        visit = site_of_eager(self.view, site)
        sites = SiteWriter(self.view, plan.units, self.syntax, self.renderer, self.tf)
        call = self.syntax.index.span(site.site)
        parent = self.syntax.parents[self.syntax.nodes[site.site]]
        leaves = flat_leaves(visit.fetch)
        if isinstance(parent, ast.Expr):
            self.leaves[site.site] = tuple((path, None) for path, _ in leaves)
            effects = [leaf for _, leaf in leaves if self._has_effect(leaf.node)]

            def effect() -> Rendered:
                return join("\n", [self.renderer.render(self.syntax.index.span(leaf.at)) for leaf in effects if leaf.at])

            unit = plan.home.unit_of(visit.place)
            if not effects and unit is not None and unit.node is parent:
                plan.layout.removed.add(unit)
            else:
                self.renderer.add(call, effect if effects else "pass", site.site)
            return
        self.leaves[site.site] = tuple((p, p if has_value(self.view, leaf) else None) for p, leaf in leaves)
        self.renderer.add(call, lambda: sites.eager_value(visit.fetch), site.site)

    def _has_effect(self, node: int) -> bool:
        fact = self.view.nodes[node]
        return fact.stateful or fact.kind in (Kind.ASSIGN, Kind.OPERATION)

    # --- places --------------------------------------------------------------------------------------------------------

    def _place(self, plan: HomePlan, unit: Unit, text: Rendered) -> None:
        plan.layout.definitions[host_block(unit) or unit].append(text)

    def _emitted(self, name: str, kind: str, units: list[Unit]) -> None:
        lines = sorted({row for unit in units for row in range(unit.node.lineno, (unit.node.end_lineno or 0) + 1)})
        self.functions.append(EmittedFunction(name, kind, tuple(lines)))

    def _apply_lifting(self, plan: HomePlan) -> None:
        from tf2migrate.migrate.lifting import lift_parameters

        lift_parameters(self.view, plan.home, self.syntax, self.renderer, plan.steps)


def site_map(planner: Planner, marks: dict[NodeRef, Span], init: list[InitSite]) -> tuple[SiteMap, ...]:
    """Return how the run sites correspond to the expressions of the new text."""
    maps = [SiteMap(site, marks.get(site), leaves) for site, leaves in planner.leaves.items()]
    maps.extend(SiteMap(site.site, None, ()) for site in init)
    return tuple(sorted(maps, key=lambda m: (m.original.line, m.original.column)))


__all__ = ["HomePlan", "Planner", "fetched", "site_map"]
