"""Which bodies build the graphs of a program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from tf2migrate.migrate.cells import Builder
from tf2migrate.migrate.counterparts import Twins, as_of_first, twins_of
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.instances import Instances, graph_places, only_starts
from tf2migrate.migrate.refusal import SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.session_arguments import kept_sessions
from tf2migrate.migrate.sites import InitSite, Site, StepSite, initialized_variables, needed_by, never_called
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import STATE_KINDS, ProgramView, nodes_in
from tf2migrate.model.facts import Kind, Place, Visit
from tf2migrate.model.source import NodeRef


def find_homes(
    view: ProgramView, syntaxes: Mapping[str, Syntax], files: Collection[str], sites: list[Site]
) -> list[tuple[Home, list[Site]]]:
    """Return the bodies that build or run graphs, each with its run sites; the given files are always among them.

    A function that is called several times builds as many graphs by the same statements: its first call stands for all.
    So does the first of several objects of one class.
    """
    modules = [Builder((f.id,)) for f in view.program.frames if f.kind == "module" and f.path in files]
    finder = _Finder(view, sites, modules)
    found: dict[Builder, list[Site]] = {module: [] for module in modules}
    sites = sorted(sites, key=lambda site: not isinstance(site, StepSite))
    built = [_of_one_key(finder, site) for site in sites]
    first = _first_of_each(finder, built) | {finder.key(module): module for module in modules}
    for site, builders in zip(sites, built, strict=True):
        home = first[finder.key(next(iter(builders.values())))]
        mine = isinstance(site, StepSite) and home.instance is not None  # an object has its steps with it
        if not mine and any(view.frames[frame].path != site.site.path for frame in home.frames):
            reason = "this runs a graph that is built in another module"
            raise Refused(SEVERAL_GRAPH_OWNERS, site.site, reason, "run it in a method of what builds it")
        found.setdefault(home, []).append(
            _in_one_home(view, site, builders, home, finder.twins(home), finder.instance_of)
        )
    for holder in (Builder((frame,)) for frame in _session_holders(view, found)):
        found.setdefault(first.setdefault(finder.key(holder), holder), [])
    return _homes(view, syntaxes, found, finder)


def _homes(
    view: ProgramView, syntaxes: Mapping[str, Syntax], found: Mapping[Builder, list[Site]], finder: _Finder
) -> list[tuple[Home, list[Site]]]:
    """Return the bodies with their sites; objects come first, since the others name what these own."""
    trees, others = [syntax.tree for syntax in syntaxes.values()], _home_frames(view, found)
    homes: list[tuple[Home, list[Site]]] = []
    for builder, sites in found.items():
        syntax = syntaxes[view.frames[builder.roots[0]].path]
        home = Home(view, builder, others - {*builder.frames}, syntax, trees)
        home.twins = finder.twins(builder)
        homes.append((home, sites))
    for home, _ in homes:
        home.objects = [other for other, _ in homes if other is not home and other.members is not None]
    return sorted(homes, key=lambda pair: pair[0].members is None)


def _of_one_key(finder: _Finder, site: Site) -> dict[Visit, Builder]:
    """Return what builds the graph of each visit of a site: calls of one function, or objects of one class."""
    builders = {visit: finder.builder(site, visit) for visit in site.visits}
    if len({finder.key(builder) for builder in builders.values()}) > 1:
        raise Refused(
            SEVERAL_GRAPH_OWNERS,
            site.site,
            "this run serves graphs that are built in different functions",
            "give each graph a run of its own",
        )
    return builders


def _first_of_each(finder: _Finder, built: list[dict[Visit, Builder]]) -> dict[Key, Builder]:
    """Return for each function or class the first call or object that runs at the most sites.

    One that some sites do not run, as it trains for no step, cannot stand for one that they do.
    """
    counts = Counter(builder for builders in built for builder in {*builders.values()})
    first: dict[Key, Builder] = {}
    for builder in sorted(counts, key=lambda builder: (-counts[builder], builder.roots[0])):
        first.setdefault(finder.key(builder), builder)
    return first


def _home_frames(view: ProgramView, found: Collection[Builder]) -> frozenset[int]:
    """Return all activations of the bodies that build or run graphs."""
    definitions = {view.frames[frame].definition for builder in found for frame in builder.frames} - {None}
    return frozenset(f.id for f in view.program.frames if f.definition in definitions or f.kind == "module")


def _session_holders(view: ProgramView, found: Mapping[Builder, list[Site]]) -> list[int]:
    """Return the functions that make sessions, or keep them in attributes, and build no graph."""
    homes = {view.frames[frame].definition for builder in found for frame in builder.frames}
    holders = {node.place.frame for node in view.nodes if node.kind in (Kind.SESSION, Kind.GRAPH)}
    holders |= {write.place.frame for write in kept_sessions(view)}
    taken: set[int] = set()  # activations that run what is built further out
    for builder, sites in found.items():
        for visit in (visit for site in sites if builder.instance is None for visit in site.visits):
            trail = view.frames_on_trail(visit.place)
            taken.update(trail[trail.index(builder.roots[0]) + 1 :] if builder.roots[0] in trail else trail)
    functions = {f.id for f in view.program.frames if f.kind == "function" and f.definition not in {*homes, None}}
    return sorted((holders & functions) - taken)


Key = tuple[NodeRef | str, ...]


class _Finder:
    """Finds what builds the graph that a visit runs."""

    def __init__(self, view: ProgramView, sites: list[Site], modules: list[Builder]) -> None:
        self.view = view
        instances = Instances(view)
        self.instance_of = instances.instance_of
        self._twins: dict[Builder, dict[int, Twins]] = {}
        self._owners = {visit: instances.owner_of(site, visit) for site in sites for visit in site.visits}
        owners = sorted({owner for owner in self._owners.values() if owner is not None})
        self._builders = {owner: instances.builder(owner, sites) for owner in owners}
        self._by_frame = {frame: builder for builder in self._builders.values() for frame in builder.frames}
        self._by_frame |= {module.roots[0]: module for module in modules}

    def key(self, builder: Builder) -> Key:
        frames = [self.view.frames[frame] for frame in builder.roots]
        return tuple(frame.definition or frame.path for frame in frames)

    def twins(self, builder: Builder) -> dict[int, Twins]:
        """Return what the objects of a builder's class share with it; nothing where no object is built."""
        if builder.instance is None:
            return {}
        if builder not in self._twins:
            self._twins[builder] = twins_of(self.view, builder, self.instance_of)
        return self._twins[builder]

    def builder(self, site: Site, visit: Visit) -> Builder:
        owner = self._owners[visit]
        if owner is not None:
            return self._builders[owner]
        frame = _home_frame(self.view, site, visit)
        return self._by_frame.setdefault(frame, Builder((frame,)))


def _in_one_home(
    view: ProgramView,
    site: Site,
    builders: dict[Visit, Builder],
    home: Builder,
    twins: Mapping[int, Twins],
    instance_of: Mapping[int, int],
) -> Site:
    """Return the site with the visits of one home; those of its other activations must run the same statements."""
    inside = tuple(visit for visit in site.visits if builders[visit] == home)
    owner = home.instance
    if not inside and home.instance is not None and isinstance(site, StepSite):
        inside, owner = _of_another(view, site, builders, twins), builders[site.visits[0]].instance
    parts = {_statements(view, visit) for visit in inside}
    if not inside or any(_statements(view, visit) not in parts for visit in site.visits):
        _check_collections(view, {builder.instance for builder in builders.values()} - {None}, instance_of)
        raise Refused(
            SEVERAL_GRAPH_OWNERS,
            site.site,
            "the function that builds this graph is called more than once, and builds different graphs",
            "build the graph in one way, or write a function for each",
        )
    if isinstance(site, InitSite):
        return replace(site, visits=inside, variables=initialized_variables(view, inside))
    if isinstance(site, StepSite):
        return replace(site, visits=inside, owner=owner)
    return replace(site, visits=inside)


def _check_collections(view: ProgramView, objects: Collection[int | None], instance_of: Mapping[int, int]) -> None:
    """Refuse an object that reads what another one of its class has put into a collection, and so changes that, too.

    Train ops look at all variables and train those of their loss alone.
    """
    training = {node.place.expression for node in view.nodes if node.kind is Kind.TRAIN}
    for read in view.program.reads:
        match read.cell.key:
            case ("collection", str(key)) if read.place.expression not in training:
                mine = _owner(view, read.place, instance_of)
                owners = {_owner(view, view.nodes[number].place, instance_of) for number in nodes_in(read.value)}
                if mine in objects and len(owners & {*objects}) > 1:
                    raise Refused(
                        SEVERAL_GRAPH_OWNERS,
                        read.place.expression,
                        f"one object reads the collection `{key}`, which holds values of another of its class, too",
                        "let each object read its own: tf.get_collection(key, scope=..), or a list in an attribute",
                    )


def _owner(view: ProgramView, place: Place, instance_of: Mapping[int, int]) -> int | None:
    """Return the object whose method is active at a place."""
    return next((instance_of[f] for f in view.frames_on_trail(place)[::-1] if f in instance_of), None)


def _of_another(
    view: ProgramView, site: Site, builders: dict[Visit, Builder], twins: Mapping[int, Twins]
) -> tuple[Visit, ...]:
    """Return the visits of a site that runs other objects of the home's class, as runs of the home; none in doubt."""
    owners = {visit: builders[visit].instance for visit in site.visits}
    found = [as_of_first(view, visit, twins.get(owner or 0, {})) for visit, owner in owners.items()]
    known = tuple(visit for visit in found if visit is not None)
    return known if len(known) == len(found) else ()


def _statements(view: ProgramView, visit: Visit) -> frozenset[tuple[NodeRef, int]]:
    """Return the expressions that make what a visit runs, and how often each does."""
    needed = needed_by(view, visit)
    return frozenset(Counter(view.nodes[number].place.expression for number in needed).items())


def _home_frame(view: ProgramView, site: Site, visit: Visit) -> int:
    """Return the innermost activation that holds all of the graph that a visit runs, or the visit itself."""
    places = graph_places(view, visit) if isinstance(site, StepSite) or only_starts(site) else []
    trails = [view.frames_on_trail(place) for place in places]
    if not trails:
        trails.append(view.frames_on_trail(visit.place))
    common = trails[0]
    for trail in trails[1:]:
        shared = [a for a, b in zip(common, trail, strict=False) if a == b]
        common = common[: len(shared)]
    bodies = [frame for frame in common if view.frames[frame].kind in ("module", "function")]
    if not bodies:
        raise never_called(site.site)
    running = set(view.frames_on_trail(visit.place))
    while len(bodies) > 1 and bodies[-1] not in running and not _makes_inputs(view, bodies[-1]):
        bodies.pop()  # a helper that only computes: what calls it is the home
    return bodies[-1]


def _makes_inputs(view: ProgramView, frame: int) -> bool:
    """Say whether a body itself makes placeholders, variables or optimizers."""
    return any(n.place.frame == frame and n.kind in (Kind.PLACEHOLDER, *STATE_KINDS) for n in view.nodes)
