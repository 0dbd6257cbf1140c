"""From the facts of a program to replacements in the text of its file."""

from __future__ import annotations

import ast

from tf2migrate.migrate.averages import write_averages
from tf2migrate.migrate.building import building_lines, early_uses, traced_steps
from tf2migrate.migrate.captures import (
    changed_captures,
    check_captured_contents,
    check_captured_iterators,
    check_outer_captures,
)
from tf2migrate.migrate.chosen_steps import (
    check_one_step_each,
    check_same_results,
    choice_text,
    is_written_elsewhere,
    other_step,
)
from tf2migrate.migrate.effects import check_assignment_order, check_slice_effects
from tf2migrate.migrate.fed_values import check_fed_values, check_wrapped_in_turn, givers, spec_behind
from tf2migrate.migrate.feeds import FeedNames
from tf2migrate.migrate.functions import Function, FunctionWriter, Shared
from tf2migrate.migrate.gradients import write_gradients
from tf2migrate.migrate.graph_records import find_nested_graphs
from tf2migrate.migrate.hoisting import hoist_host_effects
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.home_state import HomeState
from tf2migrate.migrate.iterator_text import name_elements, write_iterators, write_start
from tf2migrate.migrate.lifting import lift_in_unused_methods, lift_parameters
from tf2migrate.migrate.members import callee, wrapping_place, write_members, write_wrapping
from tf2migrate.migrate.naming import name_shared, name_step
from tf2migrate.migrate.refusal import BUILT_IN_LOOP, MIXED_STATE, NOT_EVALUATED, REBOUND_NAME, Refused
from tf2migrate.migrate.regularization import write_regularization
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.results import (
    Returns,
    SiteWriter,
    flat_leaves,
    has_value,
    is_summary,
    makes_dataset,
    plan_returns,
    site_of_eager,
)
from tf2migrate.migrate.rnn_state import write_cell_builds
from tf2migrate.migrate.scipy_optimizers import is_minimized, minimize_text, write_scipy_optimizers
from tf2migrate.migrate.scopes import drop_items
from tf2migrate.migrate.session_arguments import drop_session_arguments
from tf2migrate.migrate.shape_checks import attach_shape_checks
from tf2migrate.migrate.sharing import share
from tf2migrate.migrate.site_effects import effects_at_site
from tf2migrate.migrate.sites import COUNT, EagerSite, InitSite, Site, StepSite, made_within
from tf2migrate.migrate.split import Splitters
from tf2migrate.migrate.state_plan import HomePlan, make_state, release_names, write_state_reads
from tf2migrate.migrate.step_plan import StepPlanner, moving_text
from tf2migrate.migrate.steps import Step, Units, build_steps
from tf2migrate.migrate.taken_values import host_value, write_assignment
from tf2migrate.migrate.units import Unit, host_block, walk
from tf2migrate.migrate.variable_lists import write_variable_lists
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.plan import EmittedFunction, Path, SiteMap
from tf2migrate.model.source import NodeRef, Span


class Planner:
    """Plans the migration of one file; `splitters` are those of all files of the program."""

    def __init__(self, bench: Workbench, splitters: Splitters) -> None:
        self.bench = bench
        self.feed_names = FeedNames(bench)
        self.session_arguments = drop_session_arguments(bench)
        self.sites = SiteWriter(bench)
        self.splitter = splitters.of(bench.syntax.path)
        self.leaves: dict[NodeRef, tuple[tuple[Path, Path | None], ...]] = {}
        self.functions: list[EmittedFunction] = []
        self.plans: list[HomePlan] = []  # the one in work is the last
        self.starts: set[NodeRef] = set()  # runs that make a dataset for an iterator that starts anew
        self.static_reads: set[NodeRef] = set()  # of computed values, read from a step function instead

    def plan_home(self, home: Home, sites: list[Site]) -> None:
        """Decide everything for one home body and register the replacements in the text."""
        for scope, gone in home.shortened.items():
            drop_items(self.bench, scope, gone)
        units = Units(home, [visit for site in sites for visit in site.visits])
        steps = build_steps(home, units, [site for site in sites if isinstance(site, StepSite)])
        attach_shape_checks(home, units, steps)
        check_one_step_each(units, steps)
        names = home.members.members if home.members is not None else self.bench.names
        plan = HomePlan(home, units, steps, sites, names)
        self.plans.append(plan)
        for step in steps:
            check_captured_contents(home, step)
            check_captured_iterators(home, step)
            check_outer_captures(home, step)
            check_assignment_order(home, step)
            check_slice_effects(home, step, self.splitter.splitters.averages)
            check_fed_values(plan, step)
            self._keep_captured(plan, step)
        find_nested_graphs(self.bench, plan)
        release_names(self.bench, plan)
        name_elements(self.bench, plan)
        self.sites.draws |= plan.draws
        write_members(self.bench, plan)
        make_state(self.bench, plan, self.splitter.splitters.scalars(home))
        write_scipy_optimizers(self.bench, home)
        write_gradients(self.bench, home)
        self.splitter.splitters.lift(plan.steps)
        HomeState(self.splitter, plan).split()
        write_state_reads(self.bench, plan)
        write_cell_builds(self.bench, plan, self.splitter.facts)
        write_variable_lists(self.bench, home)
        write_regularization(self.splitter, plan)
        write_averages(self.bench, plan)
        hoist_host_effects(self.bench, plan)
        self._write_steps(plan)
        for site in sites:
            if isinstance(site, EagerSite):
                self._write_eager(plan, site)
        plan.layout.removed |= units.compute | (units.trace_time & {u for s in steps for u in s.units})

    def _keep_captured(self, plan: HomePlan, step: Step) -> None:
        """A host value that changes after the graph was built with it is kept under a name of its own."""
        for need in sorted(changed_captures(plan.home, step), key=lambda need: need.definition.time):
            read = need.read.place
            site = plan.home.unit_of(step.visit.place)
            if step.rebuilt and site is not None and host_block(site) is not None:
                step.inside = True  # the function is made anew in every round, as the graph was
                continue
            if step.rebuilt:
                raise Refused(
                    BUILT_IN_LOOP,
                    read.expression,
                    f"operations are added to the graph while it runs, each time with another `{need.name}`",
                    "build the graph once, with a placeholder for what changes",
                )
            if need.unit is None or host_block(need.unit) is not None or read.frame not in plan.home.frames:
                raise Refused(
                    REBOUND_NAME,
                    read.expression,
                    f"`{need.name}` changes after the graph was built with it and before it is run",
                    "use another name for the later value",
                )
            key = (need.name, need.definition.time)
            if key not in plan.units.snapshots:
                name = plan.prefix + plan.names.fresh(f"initial_{need.name}")
                plan.units.snapshots[key] = name
                value = self.bench.renderer.source(self.bench.syntax.index.span(read.expression))
                line = Rendered.new(f"{name} = {value}", need.definition.place.statement.line)
                plan.layout.residue[need.unit].append(line)
            plan.units.snapshot_reads[read.expression] = plan.units.snapshots[key]
            self.bench.renderer.add(self.bench.syntax.index.span(read.expression), plan.units.snapshots[key])

    def _write_steps(self, plan: HomePlan) -> None:
        writer = FunctionWriter(self.bench, plan.home, plan.units)
        shared = share(plan.home, plan.units, plan.steps)
        self.sites.structures.include(plan.units.structures)
        self.feed_names.name_shared_dicts(plan.steps, plan.parameter_names, plan.units.structures)
        for group in shared:
            group.name = name_shared(group, plan.names, "_" if plan.prefix else "")
        for step in sorted(plan.steps, key=lambda step: self._anchor(plan, step).index):
            step.name = name_step(self.bench, plan.home, step, plan.names)
        lift_parameters(self.bench, plan.steps, self.splitter.splitters.is_module)
        self.static_reads |= lift_in_unused_methods(self.bench, plan)
        for group in shared:
            function = Function(group.name, group.parameters, list(group.units), outputs=group.outputs)
            local = self.bench.names.local()
            local.take({n.id for unit in group.units for n in ast.walk(unit.node) if isinstance(n, ast.Name)})
            function.renamed = {name: local.fresh(f"{name}_value") for name in sorted(group.rebound)}
            text = writer.write(function)
            self.place(plan, group.units[-1], text)
            self._emitted(group.name, "method", group.units)
        write_iterators(self.bench, plan)
        given = givers(self.bench, plan)
        if plan.home.members is not None:
            check_wrapped_in_turn(plan, given)
        for step in sorted(plan.steps, key=lambda step: step not in given.values()):
            self._write_step(plan, step, shared, writer)
            for node in (node for node, giver in given.items() if giver is step):
                self._write_behind(plan, step, spec_behind(self.bench, plan, step, node))
        self._write_building(plan)

    def _write_behind(self, plan: HomePlan, step: Step, text: Rendered) -> None:
        """Put a statement behind the one that makes a step."""
        if plan.home.members is not None:
            plan.layout.after[wrapping_place(plan, step)].append(text)
        else:
            self.place(plan, step.units[-1], text)

    def _write_building(self, plan: HomePlan) -> None:
        """Write what makes weights and slots before the first run, behind the steps that it traces."""
        view = self.bench.view
        chosen = traced_steps(plan.home, plan.steps, plan.builds)
        lines = building_lines(view, plan.prefix, chosen, plan.builds)
        if lines is None:
            return
        traced = chosen or plan.steps
        if plan.home.members is not None:
            places = [wrapping_place(plan, step) for step in traced]
            last = max(places, key=lambda place: max(unit.index for unit in walk((place,))))
            self._check_built_before(plan, max(unit.index for unit in walk((last,))) if chosen else -1)
            plan.layout.after[last].append(lines)
        else:
            anchor = max((self._anchor(plan, step) for step in traced), key=lambda unit: unit.index)
            self._check_built_before(plan, anchor.index if chosen else -1)
            self.place(plan, anchor, lines)

    def _check_built_before(self, plan: HomePlan, index: int) -> None:
        """Refuse runs that use weights of layers before the statement behind which these are made."""
        for unit in early_uses(plan.home):
            if unit.index <= index:
                raise Refused(
                    MIXED_STATE,
                    unit.ref,
                    "weights of layers are used here before all of the graph is built that calls them",
                    "build the graph first",
                )

    def _write_step(self, plan: HomePlan, step: Step, shared: list[Shared], writer: FunctionWriter) -> None:
        returns = plan_returns(self.bench, step)
        for site in step.sites:
            # Registers feeds that the step must take although it does not need them, before the signature is written.
            self.sites.step_call(step, site, plan.parameter_names, self._callee(plan, step, site))
        function = StepPlanner(self.bench, plan, self.splitter.splitters.averages).function(step, shared, returns)
        anchor = self._anchor(plan, step)
        if plan.home.members is not None:
            self._place_method(plan, step, function, writer)
        else:
            self.place(plan, anchor, writer.write(function), self._must_stay_inside(plan, step, anchor))
        self._emitted(step.name, "step", step.units)
        for site in step.sites:
            if makes_dataset(self.bench.view, step.visit.fetch):
                self._write_start(plan, step, site)
            elif not is_written_elsewhere(plan, step, site):
                self._write_site(plan, step, site, returns)

    def _callee(self, plan: HomePlan, step: Step, site: StepSite) -> str:
        """Return what a run calls: a step, or a choice between two."""
        own, other = callee(self.bench, plan, step, site), other_step(plan, step, site)
        if other is None or is_written_elsewhere(plan, step, site):
            return own
        check_same_results(site, plan_returns(self.bench, step), plan_returns(self.bench, other))
        return choice_text(self.bench, plan, step, other, site, [own, callee(self.bench, plan, other, site)])

    def _anchor(self, plan: HomePlan, step: Step) -> Unit:
        """Return the statement at whose place a step's function is written."""
        site = plan.home.unit_of(step.visit.place)
        anchor = step.units[-1] if step.units else site
        if step.inside and site is not None and anchor is not None and host_block(anchor) is not host_block(site):
            anchor = site
        if anchor is None:
            raise Refused(
                NOT_EVALUATED,
                step.visit.place.expression,
                "this run uses nothing of the graph and stands in a function of its own",
                "write what it fetches where the graph is built",
            )
        return anchor

    def place(self, plan: HomePlan, unit: Unit, text: Rendered, inside: bool = False) -> None:
        """Put a function behind the statement (or the block around it) that it was made of."""
        if plan.home.members is not None:
            plan.layout.methods[unit.region].append(text)
            return
        block = None if inside else host_block(unit)
        scope = plan.home.scope_behind(unit) if block is None else None
        if scope is not None and not inside:
            plan.layout.behind[scope].append(text)
        else:
            plan.layout.definitions[block or unit].append(text)

    def _place_method(self, plan: HomePlan, step: Step, function: Function, writer: FunctionWriter) -> None:
        """Write a step of an object: a method, and the statement that wraps it."""
        only = function.called_alone
        if only is None:
            others = [f"_{verb}_{step.name.removeprefix('compute_')}" for verb in ("evaluate", "run")]
            function.name = step.body = plan.names.fresh(f"_{step.name}", *others)
            plan.layout.methods[step.units[-1].region if step.units else 0].append(writer.write(function))
        else:
            step.body = only.name
        told = self.splitter.splitters.averages.told_layers(step.visit, plan.home.lifted)
        write_wrapping(self.bench, plan, step, moving_text(self.bench, told) if told else None)

    def _must_stay_inside(self, plan: HomePlan, step: Step, anchor: Unit) -> bool:
        """Say whether a step needs names that only exist within the loop or condition that holds it."""
        block = host_block(anchor)
        if block is None or step.inside:
            return block is not None
        needed = [plan.units.placeholders[p][0] for p in step.parameters if p in plan.units.placeholders]
        needed.extend(need.unit for need in step.captured if need.unit is not None)
        needed.extend(unit for unit in step.units if plan.layout.residue.get(unit))
        return any(block in unit.parents for unit in needed)

    def _emitted(self, name: str, kind: str, units: list[Unit]) -> None:
        lines = sorted({row for unit in units for row in range(unit.node.lineno, (unit.node.end_lineno or 0) + 1)})
        self.functions.append(EmittedFunction(name, kind, tuple(lines)))

    # --- run sites ---

    def _write_start(self, plan: HomePlan, step: Step, site: StepSite) -> None:
        call = self.sites.step_call(step, site, plan.parameter_names, self._callee(plan, step, site))
        write_start(self.bench, plan, site, call)
        self.starts.add(site.site)

    def _write_site(self, plan: HomePlan, step: Step, site: StepSite, returns: Returns) -> None:
        bench, want = self.bench.of(site.site), returns.wanted[site.site]
        fetch = step.visit.fetch
        leaves = flat_leaves(fetch)
        if is_minimized(site.visits[0]):
            self.leaves[site.site] = ()
            self.bench.renderer.add(
                self.bench.syntax.index.span(site.site), lambda: self._minimization(plan, step, site), site.site
            )
            return
        summaries = {path for path, leaf in leaves if is_summary(self.bench.view, leaf) and path in returns.paths}

        def value() -> Rendered:
            text = self.sites.step_call(step, site, plan.parameter_names, self._callee(plan, step, site))
            return host_value(bench, text, fetch, summaries, want, returns)

        if want.element is not None and not returns.structured:
            bench.renderer.add(bench.syntax.span(want.element), value, site.site)
            places: dict[Path, Path] = dict.fromkeys(want.paths, ())
        elif isinstance(want.statement, ast.Assign) and not returns.structured:
            write_assignment(bench, want.statement, site.site, value, returns)
            used = returns.paths if want.paths else ()
            places = {path: (() if len(used) == 1 else (number,)) for number, path in enumerate(used)}
        else:
            bench.renderer.add(bench.syntax.index.span(site.site), value, site.site)
            places = {path: path for path in want.paths}
        # A summary is bytes in TF1: what it holds cannot be compared as it stands.
        known = {path: place for path, place in places.items() if path not in summaries}
        self.leaves[site.site] = tuple((path, known.get(path)) for path, _ in leaves)

    def _minimization(self, plan: HomePlan, step: Step, site: StepSite) -> Rendered:
        arguments = self.sites.step_arguments(step, site, plan.parameter_names)
        return minimize_text(self.bench, site.visits, self._callee(plan, step, site), arguments)

    def _write_eager(self, plan: HomePlan, site: EagerSite) -> None:
        visit = site_of_eager(self.bench.view, site)
        span = self.bench.syntax.index.span(site.site)
        if visit.form == COUNT:
            self.bench.renderer.add(span, lambda: concat(["int(", self.sites.eager_value(visit.fetch), ")"]))
            return
        parent = self.bench.syntax.parents[self.bench.syntax.nodes[site.site]]
        leaves = flat_leaves(visit.fetch)
        if not isinstance(parent, ast.Expr):
            view = self.bench.view
            self.leaves[site.site] = tuple((path, path if has_value(view, leaf) else None) for path, leaf in leaves)
            self.bench.renderer.add(span, lambda: self.sites.eager_value(visit.fetch), site.site)
            return
        self.leaves[site.site] = tuple((path, None) for path, _ in leaves)
        view = self.bench.view
        effects = effects_at_site(view, visit.fetch, lambda n: made_within(view, view.nodes[n], visit), ())
        unit = plan.home.unit_of(visit.place)
        if not effects and unit is not None and unit.node is parent:
            plan.layout.removed.add(unit)
            return
        self.bench.renderer.add(span, lambda: join("\n", [self.bench.render_at(at) for at in effects]), site.site)


def site_map(
    planners: list[Planner], path: str, marks: dict[NodeRef, Span], init: list[InitSite]
) -> tuple[SiteMap, ...]:
    """Return how the run sites of a file correspond to the expressions of its new text."""
    found = {site: leaves for one in planners for site, leaves in one.leaves.items() if site.path == path}
    maps = [SiteMap(site, marks.get(site), leaves) for site, leaves in found.items()]
    started = {site for one in planners for site in one.starts if site.path == path}
    maps.extend(SiteMap(site, None, ()) for site in {*(site.site for site in init), *started})
    return tuple(sorted(maps, key=lambda m: (m.original.line, m.original.column)))
