"""What a native program no longer has: sessions, graphs, initializers; and a check that nothing else reads them."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import replace

from tf2migrate.migrate.emptied import tests_gone
from tf2migrate.migrate.member_reads import check_member_reads
from tf2migrate.migrate.normalization import holds_updates
from tf2migrate.migrate.planner import Planner
from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.render import Rendered
from tf2migrate.migrate.reset import write_reinitialization
from tf2migrate.migrate.scipy_optimizers import losses_given
from tf2migrate.migrate.scopes import is_reuse
from tf2migrate.migrate.session_arguments import check_unseen_sessions, keeps_session
from tf2migrate.migrate.session_copies import starts_beside, used_after
from tf2migrate.migrate.sites import (
    SAVE,
    EagerSite,
    InitSite,
    Site,
    StepSite,
    fetched,
    initializers_in,
    needed_by,
    restored,
)
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import ProgramView, covers, nodes_in, value_nodes
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphValue, Kind, Known, Read, Record, Value
from tf2migrate.model.source import NodeRef
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_HOST_SETUP_KINDS = frozenset({Kind.SESSION, Kind.GRAPH, Kind.INITIALIZER})
_SETUP_CALLS = frozenset(
    {
        "tf.reset_default_graph",
        "tf.disable_v2_behavior",
        "tf.disable_eager_execution",
        "tf.disable_resource_variables",
        "tf.enable_resource_variables",
        "tf.disable_v2_tensorshape",
        "tf.disable_control_flow_v2",
        "tf.get_default_graph",
        "tf.get_default_session",
        "tf.keras.backend.set_session",
    }
)
_MERGES = frozenset({"tf.summary.merge_all", "tf.merge_all_summaries"})
_CONFIGURATION = frozenset({"tf.ConfigProto", "tf.GPUOptions", "tf.RunOptions", "tf.RunMetadata"})
_SESSION_METHODS = frozenset({"close", "as_default", "finalize"})


def remove_host_setup(plan: HomePlan, view: ProgramView, syntax: Syntax) -> None:
    """Take out the statements that only make or close sessions, graphs and initializers."""
    symbols = Symbols(syntax.tree)
    for unit in plan.home.body.units:
        if isinstance(unit.node, ast.Delete) and _deletes_what_goes(plan, view, unit, unit.node):
            plan.layout.removed.add(unit)
        if unit in plan.layout.removed or unit in plan.units.compute or plan.home.events[unit].visits:
            continue
        if is_reuse(unit.node):
            plan.layout.removed.add(unit)
        if _is_setup(plan, view, syntax, symbols, unit):
            plan.layout.removed.add(unit)


def _is_setup(plan: HomePlan, view: ProgramView, syntax: Syntax, symbols: Symbols, unit: Unit) -> bool:
    written = [write for write in plan.home.events[unit].writes if plan.home.holds(write.cell)]
    if written and all(holds_updates(view, write.value) for write in written):
        return True
    if isinstance(unit.node, ast.If):
        return _chooses_initializer(plan, symbols, unit, unit.node)
    value = unit.node.value if isinstance(unit.node, (ast.Assign, ast.Expr, ast.AnnAssign)) else None
    if not isinstance(value, ast.Call):
        return isinstance(unit.node, ast.Assign) and _is_setup_alias(plan, view, unit)
    path = symbols.path(value.func)
    if path in _SETUP_CALLS or (path in _MERGES and _writes_none(plan, unit)):
        return True
    kinds = {node.kind for node in plan.home.events[unit].nodes}
    if _groups_initializers(plan, view, unit):
        return True
    given_on = any(isinstance(write.value, Record) for write in plan.home.events[unit].writes)
    if kinds & _HOST_SETUP_KINDS and kinds <= _HOST_SETUP_KINDS | {Kind.OBJECT, Kind.OPERATION} and not given_on:
        return True
    if path in _CONFIGURATION:
        return True
    return (
        isinstance(value.func, ast.Attribute)
        and value.func.attr in _SESSION_METHODS
        and _reads_session(plan, view, unit)
    )


def _chooses_initializer(plan: HomePlan, symbols: Symbols, unit: Unit, statement: ast.If) -> bool:
    """Say whether a condition on TensorFlow's version does nothing but name an initializer."""
    branches = [*statement.body, *statement.orelse]
    kinds = {node.kind for node in plan.home.events[unit].nodes}
    paths = {symbols.path(node) for node in ast.walk(statement.test) if isinstance(node, (ast.Name, ast.Attribute))}
    plain = all(isinstance(branch, ast.Assign) for branch in branches)
    return plain and kinds == {Kind.INITIALIZER} and bool(paths & {"tf.__version__", "tf.VERSION"})


def _deletes_what_goes(plan: HomePlan, view: ProgramView, unit: Unit, statement: ast.Delete) -> bool:
    """Say whether all that a `del` names is gone from the program."""
    names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if len(names) != len(statement.targets):
        return False
    for name in names:
        writes = [w for w in view.writes_to[plan.home.cell(name)] if plan.home.unit_of(w.place) is not unit]
        held = [w for w in writes if nodes_in(w.value)]
        if not held or any(view.nodes[n].kind is Kind.VARIABLE for w in held for n in nodes_in(w.value)):
            return False
    return True


def _groups_initializers(plan: HomePlan, view: ProgramView, unit: Unit) -> bool:
    """Say whether all that a statement makes is a group of initializers."""
    nodes = plan.home.events[unit].nodes
    return bool(nodes) and all(initializers_in(view, node.id) for node in nodes)


def _writes_none(plan: HomePlan, unit: Unit) -> bool:
    """Say whether a merge of summaries found none to merge."""
    return all(write.value == Known(None) for write in plan.home.events[unit].writes)


def _is_setup_alias(plan: HomePlan, view: ProgramView, unit: Unit) -> bool:
    """Say whether an assignment only names a session, a graph or a part of a session's configuration."""
    events = plan.home.events[unit]
    written = [nodes_in(write.value) for write in events.writes if plan.home.holds(write.cell)]
    held = frozenset().union(*written) if written else frozenset()
    if held and all(view.nodes[node].kind in _HOST_SETUP_KINDS for node in held):
        return True
    if events.writes and all(keeps_session(view, write) for write in events.writes):
        return True
    target = unit.node.targets[0] if isinstance(unit.node, ast.Assign) else None
    while isinstance(target, ast.Attribute):
        target = target.value
    if isinstance(target, ast.Name) and not held:
        for read in events.reads:
            named = plan.home.holds(read.cell) and read.cell.key == target.id
            if named and isinstance(read.value, GraphValue):
                return view.nodes[read.value.node].op in _CONFIGURATION
    return False


def _reads_session(plan: HomePlan, view: ProgramView, unit: Unit) -> bool:
    return any(
        isinstance(read.value, GraphValue) and view.nodes[read.value.node].kind in (Kind.SESSION, Kind.GRAPH)
        for read in plan.home.events[unit].reads
    )


def remove_initializers(bench: Workbench, plan: HomePlan) -> None:
    """The first run of an initializer goes, since variables are made with their values; a further one sets them again.

    One that finds the variables as they were made, since nothing ran in between and nothing is drawn, is a first one.
    """
    view = bench.view
    initialized: dict[int, int] = {}  # when each variable was first initialized
    again: list[InitSite] = []
    mine = [s for s in plan.sites if isinstance(s, InitSite) and not starts_beside(view, plan.sites, s)]
    places = {site.site for site in mine}
    runs = [v.time for v in view.program.visits if v.place.expression not in places and v.form != SAVE and v.taken]
    drawn = {node for node in view.initial_values() if view.nodes[node].random}
    for started_all in sorted(mine, key=lambda s: s.visits[0].time):
        if _starts_untaken_session(view, started_all):
            _remove_run(bench, plan, started_all)
            continue
        site = replace(started_all, variables=started_all.variables & used_after(view, started_all))
        if site.site in plan.starts and not started_all.variables:
            _start_iterators(bench, plan, site)
            continue
        repeated = (
            _runs_elsewhere(plan, view, site) or len(site.visits) > 1 or any(visit.repeated for visit in site.visits)
        )
        earlier = [initialized[variable] for variable in site.variables if variable in initialized]
        time = site.visits[0].time
        started = [view.nodes[i] for i in _initializers(view, site)]
        named = any(node.inputs or node.op == "tf.variables_initializer" for node in started)
        if not started_all.variables and named:
            reason = "an optimizer's own variables are initialized on their own"
            raise Refused(UNORDERED_EFFECTS, site.site, reason, "make the optimizer anew by hand at this place")
        changed = drawn or any(min(earlier) < run < time for run in runs) if earlier else _assigned_before(view, site)
        if (repeated or changed) and (site.variables or not started_all.variables):
            again.append(site)
        else:
            _remove_run(bench, plan, site)
        for variable in started_all.variables:
            initialized.setdefault(variable, time)
    if again:
        write_reinitialization(bench, plan, again)


def _starts_untaken_session(view: ProgramView, site: InitSite) -> bool:
    """Say whether a run stands in a branch that is ruled out, and initializes a session which that branch makes."""
    sessions = {visit.session for visit in site.visits}
    return not any(visit.taken for visit in view.program.visits if visit.session in sessions)


def _initializers(view: ProgramView, site: InitSite) -> set[int]:
    return {i for visit in site.visits for leaf in fetched(visit) for i in initializers_in(view, leaf)}


def _runs_elsewhere(plan: HomePlan, view: ProgramView, site: InitSite) -> bool:
    """Say whether another call of this function initializes variables again that were made outside of it."""
    visits = [visit for visit in view.program.visits if visit.place.expression == site.site]
    outside = [v for v in site.variables if plan.home.place(view.nodes[v].place) is None]
    return len(visits) > len(site.visits) and bool(outside)


def _assigned_before(view: ProgramView, site: InitSite) -> bool:
    """Say whether a run before the initializer's already changed one of its variables."""
    time = site.visits[0].time
    if any(r.taken and r.time < time and variables & site.variables for r, variables in restored(view)):
        return True
    for visit in view.program.visits:
        if visit.time >= time or not visit.taken:
            continue
        for number in needed_by(view, visit):
            node = view.nodes[number]
            changes = set(node.targets) if node.kind in (Kind.ASSIGN, Kind.TRAIN) else set()
            if changes & site.variables:
                return True
    return False


def _start_iterators(bench: Workbench, plan: HomePlan, site: InitSite) -> None:
    """A run that starts iterators makes them."""
    lines = plan.starts[site.site]
    indent = bench.syntax.index.indent(site.site.line)
    bench.renderer.add(bench.syntax.index.span(site.site), ("\n" + indent).join(lines))


def _remove_run(bench: Workbench, plan: HomePlan, site: InitSite) -> None:
    syntax = bench.syntax
    if site.site in plan.starts:
        _start_iterators(bench, plan, site)
        return
    unit = plan.home.unit_of(site.visits[0].place)
    call = syntax.nodes[site.site]
    parent = syntax.parents[call]
    if unit is None or unit.node is not parent or not isinstance(parent, (ast.Expr, ast.Assign)):
        raise Refused(
            UNORDERED_EFFECTS,
            site.site,
            "the initializer is run within another expression",
            "run it in a statement of its own",
        )
    plan.layout.removed.add(unit)


def check_remaining_reads(plan: HomePlan, view: ProgramView, sites: list[Site], planners: list[Planner]) -> None:
    """Refuse a program in which code that stays reads what is gone (law 16)."""
    layout, units = plan.layout, plan.units
    replaced = _replaced(sites, planners)
    for unit in plan.home.body.units:
        if unit in layout.removed:
            continue
        for need in units.needs(unit):
            gone = need.unit is None or (need.unit in layout.removed and need.unit is not unit)
            if not gone or _is_covered(view, need.read, replaced, plan.home.frames):
                continue
            if need.unit is not None and _is_constant(need.definition.value) and not plan.home.called_again:
                # A host value that a moving loop leaves behind.
                line = f"{need.name} = {need.definition.value.value!r}"  # type: ignore[union-attr]
                if all(text.text != line for text in layout.residue[need.unit]):
                    layout.residue[need.unit].append(Rendered.new(line, need.definition.place.statement.line))
                continue
            if need.unit in units.compute or _holds_setup(view, need.definition.value):
                raise Refused(
                    GRAPH_VALUE_ESCAPES,
                    need.read.place.expression,
                    f"`{need.name}` is a value of the graph and is used outside of a run",
                    "fetch it with a run first, or remove the use",
                )


def _is_constant(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, (bool, int, float, str, type(None)))


def _holds_setup(view: ProgramView, value: object) -> bool:
    return any(view.nodes[node].kind in _HOST_SETUP_KINDS for node in value_nodes(value))  # type: ignore[arg-type]


def check_members(plan: HomePlan, bench: Workbench, sites: list[Site], planners: list[Planner]) -> None:
    """Refuse a program in which code that stays reads what an object no longer has."""
    replaced = _replaced(sites, planners)
    view = bench.view
    check_member_reads(plan, view, bench.syntax, lambda read: _is_covered(view, read, replaced, plan.home.frames))


def check_sessions_gone(plans: list[HomePlan], view: ProgramView, sites: list[Site], planners: list[Planner]) -> None:
    """Refuse a program in which code that stays reads a session that is no parameter any more."""
    replaced = _replaced(sites, planners)

    def is_gone(read: Read) -> bool:
        units = [(plan.home.unit_in_text(read.place), plan.layout) for plan in plans]
        removed = any(unit is not None and unit in layout.removed for unit, layout in units)
        return removed or _is_covered(view, read, replaced, ())

    owners = {owner for plan in plans if plan.home.members is not None for owner in plan.home.members.siblings}
    for planner in planners:
        check_unseen_sessions(planner.bench, owners)
        planner.session_arguments.check(view, is_gone)


def _replaced(sites: list[Site], planners: list[Planner]) -> list[tuple[NodeRef, tuple[NodeRef, ...]]]:
    """Return the expressions that are written anew, each with the parts of it that stay."""
    found: list[tuple[NodeRef, tuple[NodeRef, ...]]] = []
    for site in sites:
        if isinstance(site, StepSite):
            kept = [feed.value_at for visit in site.visits for feed in visit.feeds if feed.value_at is not None]
            kept.extend(visit.feeds_at for visit in site.visits if visit.feeds_at and visit.feeds_at.kind != "Dict")
            found.append((site.site, tuple(kept)))
        elif isinstance(site, EagerSite):
            leaves = [visit.fetch for visit in site.visits]
            found.append((site.site, tuple(ref for fetch in leaves for ref in _fetch_places(fetch))))
        else:
            found.append((site.site, ()))
    for planner in planners:
        found.extend((key, ()) for key in planner.feed_names.keys)
        found.extend((given, ()) for given in planner.session_arguments.given)
        found.extend(_scopes_and_sessions(planner))
        found.extend((read, ()) for read in planner.static_reads)
        found.extend((test, ()) for plan in planner.plans for test in tests_gone(plan))
    found.extend((rate, ()) for rate in _assigned_rates(planners[0]))
    found.extend((loss, ()) for loss in losses_given(planners[0].bench.view))
    found.extend(_sessions_of_savers(planners[0]))
    found.extend((graph, ()) for graph in _recorded_graphs(planners[0]))
    return found


def _sessions_of_savers(planner: Planner) -> list[tuple[NodeRef, tuple[NodeRef, ...]]]:
    """Return the arguments of savers' methods that go: the session, above all."""
    uses = [node for node in planner.bench.view.nodes if node.op.startswith("tf.train.Saver.")]
    return [
        (at, ()) for use in uses for name, at in use.argument_at.items() if name not in ("save_path", "global_step")
    ]


def _recorded_graphs(planner: Planner) -> list[NodeRef]:
    """Return the graph arguments of summary writers: the writer's native form records a step's graph."""
    nodes = [node for node in planner.bench.view.nodes if node.kind is Kind.WRITER]
    return [node.argument_at["graph"] for node in nodes if "graph" in node.argument_at]


def _assigned_rates(planner: Planner) -> list[NodeRef]:
    """Return the learning rates that steps assign: the optimizer's own argument goes."""
    return [
        node.argument_at["learning_rate"]
        for node in planner.bench.view.nodes
        if node.kind is Kind.OPTIMIZER and nodes_in(node.arguments.get("learning_rate", Known(None)))
    ]


def _scopes_and_sessions(planner: Planner) -> list[tuple[NodeRef, tuple[NodeRef, ...]]]:
    """Return the headers of `with sess:` blocks: they go."""
    return [
        (node_ref(planner.bench.syntax.path, item.context_expr), ())
        for node in ast.walk(planner.bench.syntax.tree)
        if isinstance(node, ast.With)
        for item in node.items
    ]


def _fetch_places(fetch: object) -> list[NodeRef]:
    at = getattr(fetch, "at", None)
    places = [at] if at is not None else []
    for item in getattr(fetch, "items", ()):
        places.extend(_fetch_places(item))
    return places


def _is_covered(
    view: ProgramView, read: Read, replaced: list[tuple[NodeRef, tuple[NodeRef, ...]]], frames: Container[int]
) -> bool:
    for place in view.trail(read.place):
        for outer, kept in replaced:
            if covers(outer, place.expression) and not any(covers(part, place.expression) for part in kept):
                return True
        if place.frame in frames:
            break
    return False
