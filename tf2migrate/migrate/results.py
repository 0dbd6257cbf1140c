"""The text of a run site: the call that stands for it, and how its results reach the host."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from tf2migrate.migrate.fed_structures import FedStructures, structure_text
from tf2migrate.migrate.refusal import FEED_FORM, UNNAMED_VALUE, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.sites import SCIPY, EagerSite, StepSite
from tf2migrate.migrate.steps import Step
from tf2migrate.migrate.syntax import is_atom
from tf2migrate.migrate.view import VALUELESS_KINDS, ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import (
    Cell,
    Choice,
    Feed,
    Fetch,
    FetchLeaf,
    FetchNest,
    Host,
    Kind,
    Known,
    Sequence,
    Value,
    Visit,
)
from tf2migrate.model.plan import Path
from tf2migrate.model.source import NodeRef

_FROM_TEXT = frozenset({"float32", "float64", "int32", "int64"})
_NUMBERS = _FROM_TEXT | {"bool", "float16", "half", "int8", "int16", "uint8", "uint16", "uint32", "uint64"}


@dataclass(frozen=True)
class Wanted:
    """What a site's surroundings take of its result. `paths` are those of values that are used."""

    statement: ast.stmt | None  # the statement whose whole value the run is, if it may be rewritten
    paths: frozenset[Path]
    structured: bool  # the result's structure is seen
    element: ast.Subscript | None = None  # the expression that takes the one value of `paths` out of the result


def flat_leaves(fetch: Fetch, path: Path = ()) -> list[tuple[Path, FetchLeaf]]:
    """Return the fetched elements with their paths in the result."""
    match fetch:
        case FetchLeaf():
            return [(path, fetch)]
        case FetchNest(_, items):
            inner = ((item, (*path, part_key(fetch, number))) for number, item in enumerate(items))
            return [found for item, place in inner for found in flat_leaves(item, place)]
        case _:
            return []


def part_key(nest: FetchNest, number: int) -> int | str:
    """Return what denotes an element of a fetched list, tuple or dict."""
    key = nest.keys[number] if number < len(nest.keys) else None
    return key.value if isinstance(key, Known) and isinstance(key.value, (int, str)) else number


def is_summary(view: ProgramView, leaf: FetchLeaf) -> bool:
    """Say whether a fetched element is a summary: a dict of values in the migrated program."""
    return view.nodes[leaf.node].kind is Kind.SUMMARY


def makes_dataset(view: ProgramView, fetch: Fetch) -> bool:
    """Say whether a run makes a dataset anew, for an iterator that starts."""
    return isinstance(fetch, FetchLeaf) and view.nodes[fetch.node].kind in (Kind.DATASET, Kind.ITERATOR)


def has_value(view: ProgramView, leaf: FetchLeaf) -> bool:
    return view.nodes[leaf.node].kind not in VALUELESS_KINDS


def wanted(bench: Workbench, visit: Visit) -> Wanted:
    """Return what the code around a site does with its result."""
    view, syntax = bench.view, bench.of(visit.place.expression).syntax
    call = syntax.call(visit.place.expression)
    assert call is not None
    valued = frozenset(path for path, leaf in flat_leaves(visit.fetch) if has_value(view, leaf))
    parent = syntax.parents[call]
    if visit.form == SCIPY:
        return Wanted(None, valued, isinstance(visit.fetch, FetchNest))
    if isinstance(parent, ast.Expr):
        return Wanted(parent, frozenset(), False)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        if isinstance(target, ast.Name) and not valued and not _is_used(view, visit, target):
            return Wanted(parent, frozenset(), False)
        if isinstance(target, (ast.Tuple, ast.List)) and _is_flat(view, visit.fetch, len(target.elts)):
            return _wanted_targets(view, visit, parent, target, valued)
    taken = _taken_element(visit.fetch, parent)
    if taken in valued and isinstance(parent, ast.Subscript):
        return Wanted(None, frozenset({taken}), False, parent)
    return Wanted(None, valued, isinstance(visit.fetch, FetchNest))


def _taken_element(fetch: Fetch, parent: ast.AST) -> Path | None:
    """Return the path of the only element of a fetched list that the expression around the run takes: `run(..)[0]`."""
    match fetch, parent:
        case FetchNest("list" | "tuple", items), ast.Subscript(slice=ast.Constant(int(number)), ctx=ast.Load()):
            flat = all(isinstance(item, FetchLeaf) for item in items)
            return (number,) if flat and not isinstance(number, bool) and number < len(items) else None
    return None


def _is_flat(view: ProgramView, fetch: Fetch, length: int) -> bool:
    """Say whether each target of an assignment gets one value, or what has none: a list of operations, too."""
    return (
        isinstance(fetch, FetchNest)
        and fetch.type in ("list", "tuple")
        and len(fetch.items) == length
        and all(isinstance(item, FetchLeaf) or not _has_values(view, item) for item in fetch.items)
    )


def _has_values(view: ProgramView, fetch: Fetch) -> bool:
    return any(has_value(view, leaf) for _, leaf in flat_leaves(fetch))


def _wanted_targets(
    view: ProgramView, visit: Visit, parent: ast.Assign, target: ast.Tuple | ast.List, valued: frozenset[Path]
) -> Wanted:
    used: set[Path] = set()
    for number, element in enumerate(target.elts):
        if isinstance(element, ast.Starred):
            return Wanted(None, valued, True)
        if (number,) in valued:
            if not (isinstance(element, ast.Name) and not _is_used(view, visit, element)):
                used.add((number,))
        elif not isinstance(element, ast.Name) or _is_used(view, visit, element):
            return Wanted(None, valued, True)
    return Wanted(parent, frozenset(used), False)


def _is_used(view: ProgramView, visit: Visit, target: ast.Name) -> bool:
    """Say whether what a site assigns to a name is ever read."""
    if target.id == "_":
        return False
    cells = {Cell(visit.place.frame, target.id)}
    parent = view.frames[visit.place.frame].parent
    if parent is not None:
        cells.add(Cell(parent, target.id))
    for read in view.program.reads:
        if read.cell in cells and read.time > visit.time:
            definition = view.definition_of(read)
            if definition is None or definition.place.statement == visit.place.statement:
                return True
    return False


@dataclass
class Returns:
    """What a step function returns: nothing, the values at `paths` flat, or the whole structure."""

    paths: tuple[Path, ...] = ()
    structured: bool = False
    wanted: dict[NodeRef, Wanted] = field(default_factory=dict)


def plan_returns(bench: Workbench, step: Step) -> Returns:
    """Return what all sites of a step together need of its result."""
    if makes_dataset(bench.view, step.visit.fetch):
        return Returns(((),), False)
    found = {site.site: wanted(bench, visit) for site in step.sites for visit in site.visits[:1]}
    leaves = flat_leaves(step.visit.fetch)
    structured = any(want.structured for want in found.values())
    used: set[Path] = set().union(*(want.paths for want in found.values()))
    paths = tuple(path for path, leaf in leaves if path in used)
    if structured:
        paths = tuple(path for path, leaf in leaves if has_value(bench.view, leaf))
    return Returns(paths, structured, found)


class SiteWriter:
    """Writes the expressions and statements that stand for run sites."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.draws: dict[int, str] = {}  # how the host draws each element, behind the object that owns the graph
        self.structures = FedStructures()

    def step_call(self, step: Step, site: StepSite, names: dict[int, str], callee: str) -> Rendered:
        """Return the call of a step function with this site's feeds as arguments."""
        owner = callee.removesuffix(step.name)
        return concat([f"{callee}(", join(", ", self.step_arguments(step, site, names, owner)), ")"])

    def step_arguments(
        self, step: Step, site: StepSite, names: dict[int, str], owner: str = ""
    ) -> list[Rendered | str]:
        """Return this site's feeds as arguments of a step function; `owner` denotes what has the iterators."""
        visit = next(v for v in site.visits)
        drawn = {f.node: f"{owner}{self.draws[f.node]}" for f in visit.feeds if f.node in self.draws}
        if visit.feeds_at is not None and visit.feeds_at.kind != "Dict":
            self._check_text(visit, site)
            return [self._dict_arguments(visit.feeds_at, {names[node]: text for node, text in drawn.items()})]
        fed = dict.fromkeys(self.structures.parameter(feed.node) for feed in visit.feeds)
        given = tuple(parameter for parameter in fed if parameter in step.parameters)
        missing = [names[p] for p in step.parameters if p not in given]
        if missing:
            raise Refused(
                FEED_FORM,
                site.site,
                f"`{missing[0]}` is read while the step is built, but this run does not feed it",
                "feed it in every run",
            )
        self._check_dropped(visit, step)
        in_order = given == step.parameters
        arguments: list[Rendered | str] = []
        for node in given:
            if node in drawn:
                text = Rendered.new(drawn[node], site.site.line)
            elif node in self.structures.values:
                value = self.structures.values[node]
                text = structure_text(self.bench, visit, value, f"{owner}{self.structures.texts[node]}")
            else:
                text = self._argument(visit, next(feed for feed in visit.feeds if feed.node == node))
            arguments.append(text if in_order else concat([f"{names[node]}=", text]))
        return arguments

    def _argument(self, visit: Visit, feed: Feed) -> Rendered:
        """Return the value of one feed as an argument."""
        at, value = visit.place.expression, self._node(feed.value_at)
        if feed.value_at is None or not isinstance(value, ast.expr):
            raise Refused(FEED_FORM, at, "a fed value is not written at the run", "write it into the feed dict")
        text = self.bench.render_at(feed.value_at)
        if isinstance(value, (ast.GeneratorExp, ast.Starred)):
            raise Refused(FEED_FORM, at, "a generator is fed", "feed an array")
        return self._as_fed(at, feed.node, feed.value, text)

    def _dict_arguments(self, feeds_at: NodeRef, drawn: dict[str, str]) -> Rendered:
        """Return the arguments that stand for a feed dict that has a name, or that a call returns."""
        if not isinstance(self._node(feeds_at), (ast.Name, ast.Call, ast.Attribute, ast.Subscript)):
            raise Refused(FEED_FORM, feeds_at, "the feed dict is made by an expression", "give it a name first")
        elements = "".join(f"{name}={text}, " for name, text in drawn.items())
        return concat([f"{elements}**", self.bench.render_at(feeds_at)])

    def _node(self, at: NodeRef | None) -> ast.AST | None:
        return self.bench.of(at).syntax.nodes.get(at) if at is not None else None

    def _as_fed(self, site: NodeRef, node: int, value: Value, text: Rendered) -> Rendered:
        """Return a fed value as a signature takes it where a feed took more: `1` for a bool, floats for ints, text."""
        tf, name = self.bench.of(site).tf, self._dtype_of(node)
        if name in _NUMBERS and holds_text(value):
            if name not in _FROM_TEXT:
                raise Refused(FEED_FORM, site, f"text is fed for a {name}", "feed an array of numbers")
            return concat([f"{tf}.strings.to_number(", text, f", {tf}.{name})"])
        at = self.bench.view.nodes[node].argument_at.get("dtype")
        bools = name == "bool" and not _holds_bools(value)
        floats = name.startswith(("int", "uint")) and _holds_float(value)
        if at is None or not (bools or floats):
            return text
        return concat([f"{tf}.cast(", text, f", {tf}.{name})"])

    def _dtype_of(self, node: int) -> str:
        dtype = self.bench.view.nodes[node].arguments.get("dtype")
        return str(getattr(dtype, "path", getattr(dtype, "value", ""))).rpartition(".")[2]

    def _check_text(self, visit: Visit, site: StepSite) -> None:
        """Refuse text for numbers in a feed dict that is written elsewhere: a feed is converted, an argument is not."""
        for feed in visit.feeds:
            if feed.node >= 0 and self._dtype_of(feed.node) in _NUMBERS and holds_text(feed.value):
                raise Refused(FEED_FORM, site.site, "text is fed for numbers", "feed an array of numbers")

    def _check_dropped(self, visit: Visit, step: Step) -> None:
        """A feed that the step does not take must be free of effects to be left out."""
        for feed in visit.feeds:
            parameter = self.structures.parameter(feed.node)
            if parameter in step.parameters or feed.value_at is None:
                continue
            value = self._node(feed.value_at)
            if value is None or any(isinstance(n, (ast.Call, ast.Await, ast.Yield)) for n in ast.walk(value)):
                step.parameters = (*step.parameters, parameter)

    def read_leaf(self, leaf: FetchLeaf) -> Rendered:
        """Return an eager value as a numpy one."""
        at = self.bench.syntax.nodes.get(leaf.at) if leaf.at is not None else None
        if not isinstance(at, ast.expr):
            place = self.bench.view.nodes[leaf.node].place.expression
            raise Refused(UNNAMED_VALUE, place, "a fetched value has no name at the run", "fetch it by name")
        text = self.bench.render(at)
        if not has_value(self.bench.view, leaf):
            return text  # an operation that runs as it is written gives None
        return concat([text if is_atom(at) else concat(["(", text, ")"]), ".numpy()"])

    def eager_value(self, fetch: Fetch) -> Rendered:
        """Return the numpy value of a fetch that needs no step function, its structure kept."""
        match fetch:
            case FetchLeaf():
                return self.read_leaf(fetch)
            case FetchNest(kind, items, _, at):
                source = self.bench.syntax.nodes.get(at) if at is not None else None
                if isinstance(source, (ast.List, ast.Tuple)) and len(source.elts) == len(items):
                    inside = join(", ", [self.eager_value(item) for item in items])
                    opening, closing = ("[", "]") if kind == "list" else ("(", ",)" if len(items) == 1 else ")")
                    return concat([opening, inside, closing])
                if isinstance(source, ast.expr):
                    text = self.bench.render(source)
                    valued = all(has_value(self.bench.view, leaf) for _, leaf in flat_leaves(fetch))
                    value = "v.numpy()" if valued else "None if v is None else v.numpy()"
                    return concat([f"{self.bench.tf}.nest.map_structure(lambda v: {value}, ", text, ")"])
        place = self.bench.view.program.visits[0].place.expression
        raise Refused(UNNAMED_VALUE, place, "what is fetched is not written as an expression", "write it out")


def _holds_bools(value: Value) -> bool:
    match value:
        case Known(held):
            return isinstance(held, bool) or (
                isinstance(held, (list, tuple)) and all(isinstance(h, bool) for h in held)
            )
        case Sequence(_, items):
            return all(_holds_bools(item) for item in items)
        case _:
            return False


def holds_text(value: Value) -> bool:
    """Say whether a value is text, or lists of text."""
    match value:
        case Known(held):
            return isinstance(held, (str, bytes)) or (
                isinstance(held, (list, tuple)) and bool(held) and all(holds_text(Known(one)) for one in held)
            )
        case Host(what):
            return what in ("str", "list of str")
        case Sequence(_, items):
            return bool(items) and all(holds_text(item) for item in items)
        case Choice(options):
            return all(holds_text(option) for option in options)
        case _:
            return False


def _holds_float(value: Value) -> bool:
    match value:
        case Known(held):
            return isinstance(held, float) or (isinstance(held, (list, tuple)) and "." in repr(held))
        case Sequence(_, items):
            return any(_holds_float(item) for item in items)
        case _:
            return False


def structured_value(view: ProgramView, fetch: Fetch, call: Rendered, tf: str) -> Rendered:
    """Return the numpy form of a step function's result in the structure of the fetch."""
    if isinstance(fetch, FetchLeaf):
        return concat([call, ".numpy()"])
    leaves = flat_leaves(fetch)
    if any(is_summary(view, leaf) for _, leaf in leaves):
        return concat([f"{tf}.nest.map_structure(lambda v: v if v is None else v.numpy(), ", call, ")"])
    valued = [path for path, leaf in leaves if has_value(view, leaf)]
    flat = isinstance(fetch, FetchNest) and all(isinstance(item, FetchLeaf) for item in fetch.items)
    if flat and isinstance(fetch, FetchNest) and fetch.type in ("list", "tuple"):
        if len(valued) == len(leaves):
            if fetch.type == "tuple":
                return concat(["tuple(v.numpy() for v in ", call, ")"])
            return concat(["[v.numpy() for v in ", call, "]"])
        if len(valued) == 1:
            elements: list[Rendered | str] = [
                concat([call, ".numpy()"]) if path == valued[0] else "None" for path, _ in leaves
            ]
            opening, closing = ("[", "]") if fetch.type == "list" else ("(", ")")
            return concat([opening, join(", ", elements), closing])
    if len(valued) == len(leaves):
        return concat([f"{tf}.nest.map_structure(lambda v: v.numpy(), ", call, ")"])
    return concat([f"{tf}.nest.map_structure(lambda v: None if v is None else v.numpy(), ", call, ")"])


def returns_single(view: ProgramView, fetch: Fetch) -> bool:
    """Say whether a structured result is returned as its one value (the rest of the list is None)."""
    leaves = flat_leaves(fetch)
    valued = [path for path, leaf in leaves if has_value(view, leaf)]
    flat = isinstance(fetch, FetchNest) and all(isinstance(item, FetchLeaf) for item in fetch.items)
    return flat and isinstance(fetch, FetchNest) and fetch.type in ("list", "tuple") and len(valued) == 1 < len(leaves)


def eager_parts(fetch: Fetch) -> list[FetchLeaf]:
    return [leaf for _, leaf in flat_leaves(fetch)]


def site_of_eager(view: ProgramView, site: EagerSite) -> Visit:
    """Return a visit that stands for all of an eager site's visits: they must be written the same."""
    first = site.visits[0]
    for visit in site.visits[1:]:
        same = [leaf.at for leaf in eager_parts(visit.fetch)] == [leaf.at for leaf in eager_parts(first.fetch)]
        if not same:
            raise Refused(UNNAMED_VALUE, site.site, "this run fetches different things at different times", "split it")
    return first
