"""How two abstract values join where paths of the program meet."""

from __future__ import annotations

from collections.abc import Iterable

from tf2migrate.analysis.values import (
    Bound,
    Entries,
    Entry,
    GraphValue,
    Host,
    Internal,
    Items,
    Known,
    Method,
    Partial,
    Range,
    Ref,
    ShapeOf,
    Text,
    Tuple,
    Union,
    Unknown,
    V,
)

MOST_OPTIONS = 10


def same(a: V, b: V) -> bool:
    """Say whether two values are certainly one value (1 and True are two)."""
    if isinstance(a, Known) and isinstance(b, Known):
        return type(a.value) is type(b.value) and a.value == b.value
    return a is b or (type(a) is type(b) and a == b)


def options(value: V) -> tuple[V, ...]:
    """Return the alternatives of a value, itself where there is one."""
    return value.options if isinstance(value, Union) else (value,)


def join(a: V | None, b: V | None) -> V | None:
    """Return what a cell holds that holds `a` on one path and `b` on the other; None stands for "unbound"."""
    if a is None or b is None:
        return b if a is None else a
    return join_values(a, b)


def join_values(a: V, b: V) -> V:
    """Return the value that stands for both."""
    if same(a, b):
        return a
    match a, b:
        case (Internal(), Internal()):
            return a
        case (Items(), Items()):
            return join_items(a, b)
        case (Entries(), Entries()):
            return join_entries(a, b)
        case (Tuple(), Tuple()) if a.type == b.type and len(a.items) == len(b.items):
            items = tuple(join_values(x, y) for x, y in zip(a.items, b.items, strict=True))
            return Tuple(items, join(a.rest, b.rest), a.type, a.fields)
    return union((*options(a), *options(b)))


def union(alternatives: Iterable[V]) -> V:
    """Return one value for several, numbers and host values collapsed."""
    kept: list[V] = []
    for value in alternatives:
        for one in options(value):
            _add_option(kept, one)
    if len(kept) == 1:
        return kept[0]
    if len(kept) > MOST_OPTIONS:
        unknown = next((value for value in kept if isinstance(value, Unknown)), None)
        return unknown or Unknown(f"more than {MOST_OPTIONS} alternatives", None)
    return Union(tuple(kept))


def _add_option(kept: list[V], value: V) -> None:
    for index, other in enumerate(kept):
        if same(other, value):
            return
        merged = _collapse(other, value)
        if merged is not None:
            kept[index] = merged
            return
    kept.append(value)


def _collapse(a: V, b: V) -> V | None:
    if isinstance(a, Unknown) and isinstance(b, Unknown | Host | Known):
        return a
    if isinstance(b, Unknown) and isinstance(a, Host | Known):
        return b
    if _is_data(a) and _is_data(b) and not (_is_text(a) and _is_text(b)):
        what = {_type_name(a), _type_name(b)}
        return Host(what.pop() if len(what) == 1 else "value")
    return None


def _is_data(value: V) -> bool:
    if isinstance(value, Known):
        return value.value is not None
    if isinstance(value, Method):
        return isinstance(value.receiver, Host)
    return isinstance(value, Host | ShapeOf | Range | Text)


def _is_text(value: V) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str)


def _type_name(value: V) -> str:
    match value:
        case Known():
            return type(value.value).__name__
        case Host():
            return value.what
        case _:
            return "value"


def join_items(a: Items, b: Items) -> Items:
    """Join two contents of one list: the common prefix by position, what is longer as open elements."""
    common = min(len(a.items), len(b.items))
    items = tuple(join_values(x, y) for x, y in zip(a.items[:common], b.items[:common], strict=True))
    rest = join(a.rest, b.rest)
    for value in (*a.items[common:], *b.items[common:]):
        rest = join(rest, value)
    return Items(items, rest)


def join_entries(a: Entries, b: Entries) -> Entries:
    """Join two contents of one dict: a key that only one has may be absent."""
    other = {entry.key: entry for entry in b.items}
    mine = {entry.key for entry in a.items}
    joined = [_join_entry(entry, other.get(entry.key)) for entry in a.items]
    joined += [_join_entry(entry, None) for entry in b.items if entry.key not in mine]
    return Entries(tuple(joined), join(a.rest, b.rest))


def _join_entry(entry: Entry, other: Entry | None) -> Entry:
    if other is None:
        return Entry(entry.key, entry.value, entry.key_at, entry.value_at, True)
    value_at = entry.value_at if entry.value_at == other.value_at else None
    key_at = entry.key_at if entry.key_at == other.key_at else None
    return Entry(entry.key, join_values(entry.value, other.value), key_at, value_at, entry.maybe or other.maybe)


def parts(value: V) -> Iterable[V]:
    """Yield the references and graph values in an immutable value."""
    match value:
        case GraphValue() | Ref():
            yield value
        case Tuple(items, rest) | Items(items, rest):
            yield from (part for item in items for part in parts(item))
            if rest is not None:
                yield from parts(rest)
        case Entries(entries, rest):
            for entry in entries:
                yield from parts(entry.key)
                yield from parts(entry.value)
            if rest is not None:
                yield from parts(rest)
        case Union(alternatives):
            yield from (part for option in alternatives for part in parts(option))
        case Method(receiver, _) | Bound(_, receiver):
            yield from parts(receiver)
        case Partial(_, arguments):
            yield from (part for given in arguments.values() for part in parts(given))
