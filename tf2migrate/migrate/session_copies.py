"""Sessions side by side over one graph: each has variables of its own, those of the later ones under further names."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.refusal import SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.render import concat
from tf2migrate.migrate.sites import EagerSite, InitSite, Site, fetched, initializers_in, needed_by
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphValue, Kind, Read, Visit


def sessions_beside(view: ProgramView, sites: Iterable[Site]) -> list[int]:
    """Return the sessions that begin while an earlier one over the same graph is still in use."""
    times: dict[int, list[int]] = defaultdict(list)
    for site in sites:
        for visit in site.visits:
            if visit.session is not None:
                times[visit.session].append(visit.time)
    spans = sorted((min(found), max(found), session) for session, found in times.items())
    return [
        session
        for number, (start, _, session) in enumerate(spans)
        if any(end > start and view.nodes[s].graph == view.nodes[session].graph for _, end, s in spans[:number])
    ]


def is_separable(view: ProgramView, sites: Iterable[Site], session: int) -> bool:
    """Say whether a session only initializes variables once, and reads or assigns those that its runs name."""
    initialized: set[int] = set()
    for visit, site in sorted(_visits(sites, session), key=lambda pair: pair[0].time):
        several = isinstance(site, InitSite) and len(site.visits) > 1
        if several or any(other.session != session for other in site.visits):
            return False
        if isinstance(site, InitSite):
            if site.variables & initialized or visit.repeated:
                return False
            initialized |= site.variables
        elif not isinstance(site, EagerSite) or not _variables(view, visit) <= _named(view, visit).keys():
            return False
    return all(_has_own_value(view, variable) for variable in _used(view, sites, session))


def write_session_copies(bench: Workbench, plan: HomePlan) -> None:
    """Register the variables of sessions that stand beside others, and their names in the runs of these."""
    view, sites = bench.view, plan.sites
    for session in sessions_beside(view, sites):
        names = {variable: _copy(bench, plan, variable) for variable in sorted(_used(view, sites, session))}
        for visit, site in _visits(sites, session):
            unit = plan.home.unit_of(visit.place)
            if isinstance(site, InitSite):
                if unit is None or not isinstance(unit.node, ast.Expr):
                    raise _refused(view, session)
                plan.layout.removed.add(unit)
                continue
            for variable, reads in _named(view, visit).items():
                for ref in {read.place.expression for read in reads}:
                    file = bench.of(ref)
                    file.renderer.add(file.syntax.index.span(ref), names[variable])


def starts_beside(view: ProgramView, sites: Iterable[Site], site: InitSite) -> bool:
    """Say whether an initializer is run in a session that stands beside another."""
    return any(visit.session in sessions_beside(view, sites) for visit in site.visits)


def _visits(sites: Iterable[Site], session: int) -> list[tuple[Visit, Site]]:
    return [(visit, site) for site in sites for visit in site.visits if visit.session == session]


def _used(view: ProgramView, sites: Iterable[Site], session: int) -> set[int]:
    found = [_variables(view, visit) for visit, site in _visits(sites, session) if not isinstance(site, InitSite)]
    return set().union(*found)


def _variables(view: ProgramView, visit: Visit) -> set[int]:
    needed = needed_by(view, visit)
    changed = {target for number in needed for target in view.nodes[number].targets}
    return {number for number in needed | changed if view.nodes[number].kind is Kind.VARIABLE}


def _named(view: ProgramView, visit: Visit) -> dict[int, list[Read]]:
    """Return the variables that the text of a run names, with the reads of these names."""
    found: dict[int, list[Read]] = defaultdict(list)
    for read in view.program.reads:
        at = read.place.expression
        node = read.value.node if isinstance(read.value, GraphValue) and at.kind == "Name" else None
        if node is not None and view.nodes[node].kind is Kind.VARIABLE and covers(visit.place.expression, at):
            found[node].append(read)
    return found


def _has_own_value(view: ProgramView, variable: int) -> bool:
    """Say whether a variable can be made again by its own statement: its value follows from no other variable."""
    fact = view.nodes[variable]
    needed = view.closure(frozenset(fact.inputs))
    return fact.op == "tf.Variable" and all(view.nodes[number].kind is not Kind.VARIABLE for number in needed)


def _copy(bench: Workbench, plan: HomePlan, variable: int) -> str:
    """Make a variable once more, behind the statement that makes it; return the name."""
    fact = bench.view.nodes[variable]
    unit = plan.home.unit_of(fact.place)
    target = _target(bench, unit)
    if unit is None or target is None or plan.home.members is not None:
        raise _refused(bench.view, variable)
    name = plan.names.fresh(target)
    made = fact.place.expression
    plan.layout.residue[unit].append(concat([f"{name} = ", bench.render_at(made)]))
    return name


def _target(bench: Workbench, unit: Unit | None) -> str | None:
    match unit.node if unit is not None else None:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call()):
            return name
        case _:
            return None


def _refused(view: ProgramView, node: int) -> Refused:
    return Refused(
        SEVERAL_GRAPH_OWNERS,
        view.nodes[node].place.expression,
        "two sessions are in use side by side, each with variables of its own",
        "use one session after the other",
    )


def check_sessions_beside(view: ProgramView, sites: list[Site]) -> None:
    """Refuse sessions that are in use side by side, unless what the later ones use can be made once more (law 8)."""
    for session in sessions_beside(view, sites):
        if not is_separable(view, sites, session):
            raise _refused(view, session)


def used_after(view: ProgramView, site: InitSite) -> frozenset[int]:
    """Return the variables of an initializer that its session goes on to use; another session has its own values."""
    visit = site.visits[0]
    if visit.session is None or visit.repeated or len(site.visits) > 1:
        return site.variables
    later = [v for v in view.program.visits if v.time > visit.time and v.session in (visit.session, None)]
    needed = frozenset().union(*(needed_by(view, v) for v in later if not _starts_only(view, v)))
    return needed.union(*(view.nodes[number].targets for number in needed))


def _starts_only(view: ProgramView, visit: Visit) -> bool:
    return all(initializers_in(view, node) for node in fetched(visit))
