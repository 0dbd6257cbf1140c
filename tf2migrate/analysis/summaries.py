"""Abstract values as facts: what an event says of a value, without the heap behind it."""

from __future__ import annotations

from dataclasses import replace

from tf2migrate.analysis.heap import CONTENTS, Heap
from tf2migrate.analysis.held_text import TEXT, holds_text
from tf2migrate.analysis.values import (
    Bound,
    Builtin,
    ClassMethod,
    Entries,
    Function,
    Generator,
    Internal,
    Items,
    Method,
    NamedTuple,
    Partial,
    Property,
    Range,
    Ref,
    Scope,
    ShapeOf,
    Slice,
    StaticMethod,
    Super,
    Text,
    Tuple,
    Union,
    V,
)
from tf2migrate.model.facts import (
    Choice,
    Code,
    GraphValue,
    Host,
    Known,
    Record,
    Sequence,
    Symbol,
    Unknown,
    Value,
)
from tf2migrate.model.source import NodeRef

DEPTH = 4
MOST_ITEMS = 16  # of one container of host values, which is told at the top only; those of the graph are all told


def summarize(heap: Heap, value: V, owner: int = 0, depth: int = DEPTH) -> Value:
    """Return `value` as a fact; what lies deeper than `depth` is left out of containers (they say `open`)."""
    match value:
        case Known() | Host() | GraphValue() | Symbol() | Unknown():
            return value
        case Tuple(items, rest, kind, _):
            return _sequence(heap, kind, items, rest, depth)
        case Items(items, rest):
            if owner >= 0 and value is heap.get(owner, CONTENTS):
                return _object(heap, owner, depth)
            return _sequence(heap, "list", items, rest, depth)
        case Entries():
            return _dict(heap, value, owner, depth)
        case Ref(reference):
            return _object(heap, reference, depth)
        case Union(options):
            return Choice(tuple(summarize(heap, option, owner, depth) for option in options))
        case Text():
            return Host("str")
        case Range() | ShapeOf():
            return Host(type(value).__name__.lower())
        case Scope(node=node):
            return GraphValue(node)
        case _:
            return _code(heap, value, depth)


def _code(heap: Heap, value: V, depth: int) -> Value:
    match value:
        case Function(definition, name, path, _):
            place = NodeRef(
                path,
                type(definition).__name__,
                definition.lineno,
                definition.col_offset,
                definition.end_lineno or definition.lineno,
                definition.end_col_offset or 0,
            )
            return Code(place, name)
        case Bound(function, _) | StaticMethod(function) | ClassMethod(function) | Partial(function, _):
            return summarize(heap, function, depth=depth)
        case Property(getter, _):
            return summarize(heap, getter, depth=depth)
        case Method(receiver, name):
            if isinstance(receiver, Host):
                return Host(f"{receiver.what}.{name}")
            inner = summarize(heap, receiver, depth=0)
            return inner if isinstance(inner, GraphValue) else Symbol(f"method.{name}")
        case Builtin(name):
            return Symbol(name)
        case NamedTuple(name, _):
            return Symbol(name)
        case Slice() | Internal() | Generator() | Super():
            return Host(type(value).__name__.lower())
        case _:
            return Host("value")


def _sequence(heap: Heap, kind: str, items: tuple[V, ...], rest: V | None, depth: int) -> Sequence:
    if depth == 0 and items:
        return Sequence(kind, (), True)
    inner = tuple(summarize(heap, item, depth=depth - 1) for item in items)
    return Sequence(kind, inner if rest is None else (*inner, summarize(heap, rest, depth=depth - 1)), rest is not None)


def _dict(heap: Heap, entries: Entries, owner: int, depth: int) -> Record:
    if depth == 0:
        return Record("dict", (), owner, True)
    items = [
        (summarize(heap, entry.key, depth=depth - 1), summarize(heap, entry.value, depth=depth - 1))
        for entry in entries.items
    ]
    if entries.rest is not None:
        items.append((Host("key"), summarize(heap, entries.rest, depth=depth - 1)))
    return Record("dict", tuple(items), owner, entries.rest is not None)


def _untold(kind: str, owner: int) -> Value:
    return Record("dict", (), owner, True) if kind == "dict" else Sequence(kind, (), True, owner)


def _object(heap: Heap, owner: int, depth: int) -> Value:
    header = heap.header(owner)
    contents = heap.get(owner, CONTENTS)
    nested_or_long = isinstance(contents, Items | Entries) and (depth < DEPTH or len(contents.items) > MOST_ITEMS)
    if nested_or_long and not heap.may_hold_graph_values(owner):
        text = header.kind == "list" and holds_text(heap, Ref(owner))
        return Sequence("list", (Host(TEXT),), True, owner) if text else _untold(header.kind, owner)
    if isinstance(contents, Items):
        return replace(_sequence(heap, header.kind, contents.items, contents.rest, depth), owner=owner)
    if isinstance(contents, Entries):
        return _dict(heap, contents, owner, depth)
    return Record(header.name, (), owner)
