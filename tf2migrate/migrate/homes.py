"""Which bodies build the graphs of a program."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import NOT_EVALUATED, SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.sites import InitSite, Site, StepSite, fetched, initialized_variables, made_within
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Kind, Visit
from tf2migrate.model.source import NodeRef


def find_homes(view: ProgramView, syntax: Syntax, sites: list[Site]) -> list[tuple[Home, list[Site]]]:
    """Return the bodies that build graphs or run them, each with its run sites; the module is always among them.

    A function that is called several times builds as many graphs by the same statements: its first call stands for all.
    """
    module = next(f.id for f in view.program.frames if f.kind == "module" and f.path == syntax.path)
    by_frame: dict[int, list[Site]] = defaultdict(list, {module: []})
    frame_of: dict[NodeRef | None, int] = {view.frames[module].definition: module}
    for site in sorted(sites, key=lambda site: not isinstance(site, StepSite)):
        frames = {visit: _home_frame(view, site, visit) for visit in site.visits}
        definitions = {view.frames[frame].definition for frame in frames.values()}
        if len(definitions) > 1:
            raise Refused(
                SEVERAL_GRAPH_OWNERS,
                site.site,
                "this run serves graphs that are built in different functions",
                "give each graph a run of its own",
            )
        home = frame_of.setdefault(definitions.pop(), min(frames.values()))
        by_frame[home].append(_in_one_home(view, site, frames, home))
    builders = {view.frames[frame].definition for frame in by_frame} - {None}
    others = frozenset(f.id for f in view.program.frames if f.definition in builders) | {module}
    return [(Home(view, frame, others - {frame}, syntax), found) for frame, found in by_frame.items()]


def _in_one_home(view: ProgramView, site: Site, frames: dict[Visit, int], home: int) -> Site:
    """Return the site with the visits of one home; those of its other activations must run the same statements."""
    inside = tuple(visit for visit in site.visits if frames[visit] == home)
    parts = {_statements(view, visit) for visit in inside}
    if not inside or any(_statements(view, visit) not in parts for visit in site.visits):
        raise Refused(
            SEVERAL_GRAPH_OWNERS,
            site.site,
            "the function that builds this graph is called more than once, and builds different graphs",
            "build the graph in one way, or write a function for each",
        )
    if isinstance(site, InitSite):
        return replace(site, visits=inside, variables=initialized_variables(view, inside))
    return replace(site, visits=inside)


def _statements(view: ProgramView, visit: Visit) -> frozenset[tuple[NodeRef, int]]:
    """Return the expressions that make what a visit runs, and how often each does."""
    needed = view.closure(fetched(visit))
    return frozenset(Counter(view.nodes[number].place.expression for number in needed).items())


def _home_frame(view: ProgramView, site: Site, visit: Visit) -> int:
    """Return the innermost activation that holds all of the graph that a visit runs, or the visit itself."""
    trails: list[list[int]] = []
    if isinstance(site, StepSite):
        for number in view.closure(fetched(visit)):
            node = view.nodes[number]
            if node.kind is Kind.PLACEHOLDER or (view.is_compute(number) and not made_within(view, node, visit)):
                trails.append(view.frames_on_trail(node.place))
    if not trails:
        trails.append(view.frames_on_trail(visit.place))
    common = trails[0]
    for trail in trails[1:]:
        shared = [a for a, b in zip(common, trail, strict=False) if a == b]
        common = common[: len(shared)]
    bodies = [frame for frame in common if view.frames[frame].kind in ("module", "function")]
    if not bodies:
        raise Refused(
            NOT_EVALUATED,
            site.site,
            "the code around this run is never called here",
            "run fix on the program that uses this module, or on the whole folder",
        )
    return bodies[-1]
