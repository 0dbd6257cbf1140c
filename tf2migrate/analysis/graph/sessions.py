"""Sessions and run sites."""

from __future__ import annotations

import ast
from collections.abc import Collection
from dataclasses import replace

from tf2migrate.analysis.elements import set_entry
from tf2migrate.analysis.graph.contexts import graph_number
from tf2migrate.analysis.graph.request import Request, request
from tf2migrate.analysis.graph.scopes import set_world, world
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.joins import union
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node, revise_node
from tf2migrate.analysis.summaries import summarize
from tf2migrate.analysis.values import (
    NONE,
    Argument,
    Arguments,
    Entries,
    Entry,
    GraphValue,
    Host,
    Items,
    Known,
    Method,
    Ref,
    Tuple,
    Union,
    Unknown,
    V,
)
from tf2migrate.model.facts import (
    Feed,
    Fetch,
    FetchChoice,
    FetchLeaf,
    FetchNest,
    FetchUnknown,
    Grade,
    Kind,
    Visit,
)
from tf2migrate.model.source import NodeRef

VALUELESS = (Kind.OPERATION, Kind.TRAIN, Kind.INITIALIZER)
MOST_CHOICES = 4  # of keys that unknown conditions add to a feed dict
ORDER = [Grade.EXACT, Grade.MAY, Grade.UNKNOWN]


def make_session(asked: Request) -> V:
    """Model `tf.Session(..)` and `tf.InteractiveSession(..)`, which makes itself the default."""
    machine = asked.machine
    session = make_node(machine, asked.node, Kind.SESSION, asked.path, asked.inputs(), asked.given)
    graphs = graph_values(machine, asked.value("graph"))
    if graphs:
        revise_node(machine, session.node, graph=graph_number(machine, graphs[0]))
    if asked.path.endswith("InteractiveSession"):
        set_world(machine, "session", session.node)
    return session


def default_session(machine: Machine) -> int | None:
    """Return the session in force."""
    session = world(machine, "session")
    return session if isinstance(session, int) else None


def run_session(asked: Request, session: int | None) -> V:
    """Model `session.run(..)`."""
    argument = asked.bindings.argument("fetches")
    fetched = NONE if argument is None else argument.value
    return visit(asked, "run", session, fetched, argument)


def run_value(asked: Request, value: V, form: str) -> V:
    """Model `tensor.eval(..)` and `operation.run(..)`: a run in the given session or the default one."""
    machine = asked.machine
    given = graph_values(machine, asked.value("session"))
    session = given[0] if given else default_session(machine)
    at = (
        asked.node.func.value
        if isinstance(asked.node, ast.Call) and isinstance(asked.node.func, ast.Attribute)
        else None
    )
    source = None if at is None else Argument(value, machine.ref(at), at)
    return visit(asked, form, session, value, source)


def unknown_run(machine: Machine, method: Method, arguments: Arguments, node: ast.expr) -> V:
    """Model `.run(..)` or `.eval(..)` on a value that is not known: it may be a run site."""
    form = method.name
    asked = request(machine, "tf.Session.run" if form == "run" else "tf.Tensor.eval", arguments, node)
    argument = asked.bindings.argument("fetches") if form == "run" else None
    fetched = method.receiver if argument is None else argument.value
    return visit(asked, form, None, fetched, argument, Grade.UNKNOWN)


def visit(
    asked: Request,
    form: str,
    session: int | None,
    fetched: V,
    argument: Argument | None,
    least: Grade = Grade.EXACT,
) -> V:
    """Record one evaluation of a run site; return what the run gives."""
    machine, node = asked.machine, asked.node
    reasons: list[Unknown] = []
    feed_argument = asked.bindings.argument("feed_dict")
    outer = world(machine, "graph")
    if session is not None:  # names are those of its graph
        set_world(machine, "graph", machine.trace.nodes[session].graph)
    fetch, result, fetch_grade = fetch_tree(machine, fetched, argument, reasons)
    feeds, feed_grade = read_feeds(machine, feed_argument, node, reasons)
    set_world(machine, "graph", outer)
    if asked.bindings.open is not None:
        fetch_grade = max(fetch_grade, Grade.MAY, key=ORDER.index)
    if isinstance(fetch, FetchNest) and not fetch.items:
        machine.find("empty_fetch", node)
    for given in _alternatives(feeds):
        machine.trace.visits.append(
            Visit(
                form=form,
                session=session,
                fetch=fetch,
                feeds=given,
                feeds_at=None if feed_argument is None else feed_argument.at,
                time=machine.trace.tick(),
                place=machine.place(node),
                grade=max(least, fetch_grade, feed_grade, key=ORDER.index),
                reasons=tuple(reasons),
                certain=machine.certain,
                repeated=machine.loops > 0,
                taken=machine.untaken == 0,
            )
        )
    return result


def _alternatives(feeds: tuple[Feed, ...]) -> list[tuple[Feed, ...]]:
    """Return what a run is fed where unknown conditions decide that, all of it last."""
    found: list[tuple[Feed, ...]] = [feeds]
    for key in dict.fromkeys(feed.key_at for feed in feeds if feed.maybe):
        found = [part for one in found for part in (tuple(f for f in one if not (f.maybe and f.key_at == key)), one)]
    return found


def fetch_tree(machine: Machine, value: V, argument: Argument | None, reasons: list[Unknown]) -> tuple[Fetch, V, Grade]:
    """Return what is fetched as a tree, the abstract result of the run in the same structure, and how sure that is."""
    at = None if argument is None else argument.at
    node = None if argument is None else argument.node
    match value:
        case GraphValue(tensor):
            return _leaf(machine, tensor, at)
        case Tuple(items, rest, kind, fields):
            tree, results, grade = _sequence(machine, kind, items, rest, at, node, reasons)
            return tree, Tuple(results, None, kind, fields), grade
        case Ref(owner):
            return _container(machine, owner, at, node, reasons)
        case Union(options) if (same := _one_initializer(machine, options)) is not None:
            return _leaf(machine, same, at)
        case Union(options):
            parts = [fetch_tree(machine, option, argument, reasons) for option in options if option != NONE]
            grade = max((part[2] for part in parts), key=ORDER.index, default=Grade.UNKNOWN)
            return (
                FetchChoice(tuple(part[0] for part in parts), at),
                union([part[1] for part in parts]) if parts else Host("array"),
                max(grade, Grade.MAY, key=ORDER.index),
            )
        case Known(value=str() as name):
            found = node_by_name(machine, name)
            if found is not None:
                return _leaf(machine, found, at)
    reason = value if isinstance(value, Unknown) else Unknown("what is fetched is no graph value", at)
    reasons.append(reason)
    return FetchUnknown(reason.reason, at), Host("array"), Grade.UNKNOWN


def _one_initializer(machine: Machine, options: Collection[V]) -> int | None:
    """Return one of several initializers that set the same variables: which one is run does not matter."""
    nodes = [machine.trace.nodes[option.node] for option in options if isinstance(option, GraphValue)]
    alike = {node.inputs for node in nodes}
    whole = {"tf.global_variables_initializer", "tf.initialize_all_variables"}
    if len(nodes) < len(options) or not {node.op for node in nodes} <= whole:
        return None
    return nodes[0].id if len(alike) == 1 else None


def _leaf(machine: Machine, tensor: int, at: NodeRef | None) -> tuple[Fetch, V, Grade]:
    kind = machine.trace.nodes[tensor].kind
    result: V = NONE if kind in VALUELESS else Host("fetched", tensor)
    return FetchLeaf(tensor, at), result, Grade.EXACT


def _container(
    machine: Machine, owner: int, at: NodeRef | None, node: ast.expr | None, reasons: list[Unknown]
) -> tuple[Fetch, V, Grade]:
    contents = machine.heap.get(owner, CONTENTS)
    here = node if node is not None else machine.here.statement
    if isinstance(contents, Items):
        machine.note_read(owner, CONTENTS, contents, here)
        tree, results, grade = _sequence(machine, "list", contents.items, contents.rest, at, node, reasons)
        return tree, machine.new_list(results, here, None if contents.rest is None else Host("array")), grade
    if isinstance(contents, Entries):
        machine.note_read(owner, CONTENTS, contents, here)
        return _mapping(machine, contents, at, node, reasons)
    reason = Unknown("an object is fetched", at)
    reasons.append(reason)
    return FetchUnknown(reason.reason, at), Host("array"), Grade.UNKNOWN


def _sequence(
    machine: Machine,
    kind: str,
    items: tuple[V, ...],
    rest: V | None,
    at: NodeRef | None,
    node: ast.expr | None,
    reasons: list[Unknown],
) -> tuple[FetchNest, tuple[V, ...], Grade]:
    sources = _element_sources(node, len(items))
    parts = [
        fetch_tree(machine, item, _element(machine, item, source), reasons)
        for item, source in zip(items, sources, strict=True)
    ]
    if rest is not None:
        parts.append(fetch_tree(machine, rest, None, reasons))
    grade = max((part[2] for part in parts), key=ORDER.index, default=Grade.EXACT)
    if rest is not None:
        grade = max(grade, Grade.MAY, key=ORDER.index)
        reasons.append(Unknown("a list of unknown length is fetched", at))
    results = tuple(part[1] for part in parts[: len(items)])
    return FetchNest(kind, tuple(part[0] for part in parts), at=at), results, grade


def _element_sources(node: ast.expr | None, count: int) -> list[ast.expr | None]:
    if isinstance(node, ast.List | ast.Tuple) and len(node.elts) == count:
        return [None if isinstance(element, ast.Starred) else element for element in node.elts]
    return [None] * count


def _element(machine: Machine, value: V, source: ast.expr | None) -> Argument | None:
    return None if source is None else Argument(value, machine.ref(source), source)


def _mapping(
    machine: Machine, contents: Entries, at: NodeRef | None, node: ast.expr | None, reasons: list[Unknown]
) -> tuple[Fetch, V, Grade]:
    here = node if node is not None else machine.here.statement
    parts = []
    for entry in contents.items:
        argument = Argument(entry.value, entry.value_at)
        parts.append(fetch_tree(machine, entry.value, argument, reasons))
    grade = max((part[2] for part in parts), key=ORDER.index, default=Grade.EXACT)
    if contents.rest is not None or any(entry.maybe for entry in contents.items):
        grade = max(grade, Grade.MAY, key=ORDER.index)
    keys = tuple(summarize(machine.heap, entry.key) for entry in contents.items)
    results = tuple(Entry(entry.key, part[1]) for entry, part in zip(contents.items, parts, strict=True))
    tree = FetchNest("dict", tuple(part[0] for part in parts), keys, at)
    return tree, machine.new_dict(Entries(results, None if contents.rest is None else Host("array")), here), grade


def node_by_name(machine: Machine, name: str) -> int | None:
    """Return the last node of the default graph with a name, as `get_tensor_by_name` and fetches by string find it."""
    wanted = name.split(":", maxsplit=1)[0]
    graph = world(machine, "graph")
    for made in reversed(machine.trace.nodes):
        if made.name == wanted and made.graph == graph and not made.op.startswith("attribute."):
            return made.id
    return None


def read_feeds(
    machine: Machine, argument: Argument | None, node: ast.expr, reasons: list[Unknown]
) -> tuple[tuple[Feed, ...], Grade]:
    """Return what a run feeds, and how sure that is."""
    if argument is None or argument.value == NONE:
        return (), Grade.EXACT
    value = argument.value
    if isinstance(value, Union):
        return _feed_choice(machine, value, argument, node, reasons)
    contents = machine.heap.get(value.id, CONTENTS) if isinstance(value, Ref) else None
    if not isinstance(value, Ref) or not isinstance(contents, Entries):
        reasons.append(value if isinstance(value, Unknown) else Unknown("the feed dict is not known", argument.at))
        return (), Grade.UNKNOWN
    machine.note_read(value.id, CONTENTS, contents, argument.node or node)
    grade = Grade.EXACT
    if sum(entry.maybe for entry in contents.items) > MOST_CHOICES:
        reasons.append(Unknown("many unknown conditions decide what is fed", argument.at))
        return (), Grade.UNKNOWN
    if contents.rest is not None:
        reasons.append(Unknown("the feed dict may have keys that are not known", argument.at))
        grade = Grade.UNKNOWN if not contents.items else Grade.MAY
    feeds: list[Feed] = []
    for entry in contents.items:
        found, entry_grade = _feed_entry(machine, entry, node, reasons)
        feeds += found
        grade = max(grade, entry_grade, key=ORDER.index)
    return tuple(feeds), grade


def _feed_choice(
    machine: Machine, value: Union, argument: Argument, node: ast.expr, reasons: list[Unknown]
) -> tuple[tuple[Feed, ...], Grade]:
    parts = [
        read_feeds(machine, Argument(option, argument.at, argument.node), node, reasons) for option in value.options
    ]
    grade = max((one for _, one in parts), key=ORDER.index)
    keys = {frozenset(feed.node for feed in feeds) for feeds, _ in parts}
    if len(keys) == 1:
        return _merged_feeds([feeds for feeds, _ in parts]), grade
    reasons.append(Unknown("one of several feed dicts", argument.at))
    merged = _merged_feeds([feeds for feeds, _ in parts])
    return merged, max(grade, Grade.MAY, key=ORDER.index)


def _merged_feeds(parts: list[tuple[Feed, ...]]) -> tuple[Feed, ...]:
    """Return the feeds of alternative dicts: one for each key, told by place only where all write it there."""
    merged: dict[int, Feed] = {}
    for feed in [one for feeds in parts for one in feeds]:
        other = merged.get(feed.node)
        if other is None or other == feed:
            merged[feed.node] = feed
            continue
        key_at = feed.key_at if feed.key_at == other.key_at else None
        value_at = feed.value_at if feed.value_at == other.value_at else None
        whole = None if feed.whole is None is other.whole else Unknown("one of several values", value_at)
        merged[feed.node] = Feed(feed.node, key_at, value_at, Host("value"), whole)
    return tuple(merged.values())


def _feed_entry(machine: Machine, entry: Entry, node: ast.expr, reasons: list[Unknown]) -> tuple[list[Feed], Grade]:
    key = entry.key
    text = machine.known_text(key)
    if text is not None:
        found = node_by_name(machine, text)
        key = key if found is None else GraphValue(found)
    if isinstance(key, Tuple):
        return _feed_structure(machine, entry, key, node, reasons)
    keys = graph_values(machine, key)
    if not keys:
        reasons.append(
            key if isinstance(key, Unknown) else Unknown("a key of the feed dict is not known", entry.key_at)
        )
        return [], Grade.UNKNOWN
    value = summarize(machine.heap, entry.value)
    maybe = entry.maybe and len(keys) == 1 and machine.trace.nodes[keys[0]].kind is not Kind.PLACEHOLDER
    grade = Grade.MAY if (entry.maybe and not maybe) or len(keys) > 1 else Grade.EXACT
    if grade is Grade.MAY:
        reasons.append(Unknown("a key of the feed dict depends on an unknown condition", entry.key_at))
    return [Feed(one, entry.key_at, entry.value_at, value, maybe=maybe) for one in keys], grade


def _feed_structure(
    machine: Machine, entry: Entry, key: Tuple, node: ast.expr, reasons: list[Unknown]
) -> tuple[list[Feed], Grade]:
    from tf2migrate.analysis.iteration import iterate

    values = iterate(machine, entry.value, node, len(key.items))
    contents = Entries(())
    for index, part in enumerate(key.items):
        value = values.items[index] if index < len(values.items) else values.rest or Host("array")
        contents = set_entry(contents, part, value, (entry.key_at, entry.value_at))
    feeds: list[Feed] = []
    grade = Grade.EXACT
    for part_entry in contents.items:
        found, one = _feed_entry(machine, replace(part_entry, maybe=entry.maybe), node, reasons)
        feeds += found
        grade = max(grade, one, key=ORDER.index)
    whole = summarize(machine.heap, entry.value)
    return [replace(feed, whole=whole) for feed in feeds], grade
