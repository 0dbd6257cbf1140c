"""Elements of containers: `value[index]`, read and written."""

from __future__ import annotations

import ast
from dataclasses import replace

from tf2migrate.analysis.classes import find_method
from tf2migrate.analysis.graph.operators import getitem
from tf2migrate.analysis.graph.shapes import shape_element
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.host_text import element_of_host
from tf2migrate.analysis.joins import join, join_values, same, union
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.values import (
    NONE,
    Entries,
    Entry,
    GraphValue,
    Host,
    Items,
    Known,
    Method,
    Range,
    Ref,
    ShapeOf,
    Slice,
    Tuple,
    Union,
    Unknown,
    V,
    plain,
)
from tf2migrate.model.source import NodeRef

WrittenAt = tuple[NodeRef | None, NodeRef | None]


def read_element(machine: Machine, value: V, key: V, node: ast.expr) -> V:
    """Return `value[key]`."""
    match value:
        case GraphValue():
            return getitem(machine, value, key, node)
        case Tuple(items, rest, _, _):
            return _from_sequence(machine, Items(items, rest), key, node)
        case Known(value=known):
            return _from_known(known, key)
        case Range(values):
            return _from_known(values, key)
        case Ref(owner):
            return _from_object(machine, owner, key, node)
        case Union(options):
            present = [option for option in options if option != NONE]
            with machine.under_condition():
                return union([read_element(machine, option, key, node) for option in present])
        case ShapeOf():
            return shape_element(machine, value, key)
        case Unknown():
            return value
    for tensor in graph_values(machine, key):
        machine.escape(tensor, "index", node)
    if isinstance(value, Host):
        return element_of_host(value.what, sliced=isinstance(key, Slice))
    return Method(value, "__getitem__") if isinstance(value, Method) else Host("element")


def _from_known(known: object, key: V) -> V:
    try:
        if isinstance(key, Known):
            return _known(known[key.value])  # type: ignore[index]
        if isinstance(key, Slice):
            bounds = known_slice(key)
            return Host("slice") if bounds is None else _known(known[bounds])  # type: ignore[index]
    except (IndexError, KeyError, TypeError):
        return Unknown("an index that is out of range", None)
    return Host("element")


def _known(value: object) -> V:
    return Range(value) if isinstance(value, range) else Known(value)


def known_slice(key: Slice) -> slice | None:
    """Return the slice with Python values, None where a bound is not known."""
    bounds = [key.lower, key.upper, key.step]
    if not all(isinstance(bound, Known) for bound in bounds):
        return None
    return slice(*(bound.value for bound in bounds if isinstance(bound, Known)))


def _from_sequence(machine: Machine, contents: Items, key: V, node: ast.expr) -> V:
    count = len(contents.items)
    if isinstance(key, Known) and isinstance(key.value, int):
        index = key.value
        if contents.rest is None and -count <= index < count:
            return contents.items[index]
        if contents.rest is not None:
            return contents.items[index] if 0 <= index < count else _any(contents)
        return machine.unknown("an index that is out of range", node)
    if isinstance(key, Slice):
        return _slice(contents, key)
    if isinstance(key, Unknown) and not contents.items and contents.rest is None:
        return key
    return (
        _any(contents) if count or contents.rest is not None else machine.unknown("an element of an empty list", node)
    )


def _slice(contents: Items, key: Slice) -> Tuple:
    bounds = known_slice(key)
    if bounds is None:
        return Tuple((), _any(contents))
    if contents.rest is None:
        return Tuple(contents.items[bounds])
    reaches_end = bounds.stop is None and (bounds.start is None or bounds.start >= 0) and bounds.step in (None, 1)
    return Tuple(contents.items[bounds], contents.rest) if reaches_end else Tuple((), _any(contents))


def _any(contents: Items) -> V:
    values = contents.items if contents.rest is None else (*contents.items, contents.rest)
    return union(values) if values else Host("element")


def _from_object(machine: Machine, owner: int, key: V, node: ast.expr) -> V:
    contents = machine.heap.get(owner, CONTENTS)
    match contents:
        case Items():
            found = _from_sequence(machine, contents, key, node)
            machine.note_read(owner, _cell_key(key, contents), found, node)
            return _as_list(machine, found, node) if isinstance(key, Slice) else found
        case Entries():
            return read_entry(machine, owner, key, node)
    method = find_method(machine, Ref(owner), "__getitem__")
    if method is not None:
        return machine.call(machine, method, plain(key), node)
    return machine.unknown("an element of an object", node)


def _as_list(machine: Machine, value: V, node: ast.expr) -> V:
    return machine.new_list(value.items, node, value.rest) if isinstance(value, Tuple) else value


def _cell_key(key: V, contents: Items) -> object:
    if isinstance(key, Known) and isinstance(key.value, int):
        return key.value if key.value >= 0 or contents.rest is not None else key.value + len(contents.items)
    return CONTENTS


def entry_key(key: V) -> object:
    """Return the cell key of a dict element."""
    return key.value if isinstance(key, Known) else key if isinstance(key, GraphValue) else CONTENTS


def read_entry(machine: Machine, owner: int, key: V, node: ast.expr, default: V | None = None) -> V:
    """Return the value of a dict under `key`; `default` where it may be absent."""
    contents = machine.entries(owner)
    found, certain = find_entry(contents, key)
    if default is not None and not certain:
        found = default if found is None else join_values(found, default)
    if found is None:
        found = machine.unknown("a key that was never written", node)
    machine.note_read(owner, entry_key(key), found, node)
    return found


def find_entry(contents: Entries, key: V) -> tuple[V | None, bool]:
    """Return what a dict holds under `key`, and whether it certainly holds the key."""
    if _is_definite(key):
        for entry in contents.items:
            if same(entry.key, key):
                value = entry.value if contents.rest is None else join_values(entry.value, contents.rest)
                return value, not entry.maybe
        loose = [entry.value for entry in contents.items if not _is_definite(entry.key)]
        values = [*loose, *([] if contents.rest is None else [contents.rest])]
        return (union(values) if values else None), False
    if isinstance(key, Union):
        parts = [find_entry(contents, option) for option in key.options]
        known = [value for value, _ in parts if value is not None]
        return (union(known) if known else None), all(certain for _, certain in parts)
    values = [entry.value for entry in contents.items] + ([] if contents.rest is None else [contents.rest])
    return (union(values) if values else None), False


def _is_definite(key: V) -> bool:
    if isinstance(key, Tuple):
        return key.rest is None and all(_is_definite(item) for item in key.items)
    return not isinstance(key, Host | Unknown | Union)


def write_element(
    machine: Machine, value: V, key: V, new: V | None, node: ast.expr, at: WrittenAt = (None, None)
) -> None:
    """Set `value[key]`, or delete it with None; `at` is where key and value stand in the source."""
    match value:
        case Ref(owner):
            _write_object(machine, owner, key, new, node, at)
        case Union(options):
            with machine.under_condition():
                for option in options:
                    write_element(machine, option, key, new, node, at)
        case _:
            for part in (value, key, *(() if new is None else (new,))):
                for tensor in graph_values(machine, part):
                    machine.escape(tensor, "element assignment", node)


def _write_object(machine: Machine, owner: int, key: V, new: V | None, node: ast.expr, at: WrittenAt) -> None:
    contents = machine.heap.get(owner, CONTENTS)
    match contents:
        case Entries():
            changed = set_entry(contents, key, new, at)
            machine.heap.set(owner, CONTENTS, changed)
            machine.note_write(owner, entry_key(key), NONE if new is None else new, node)
            return
        case Items():
            _write_item(machine, owner, contents, key, new, node)
            return
    method = find_method(machine, Ref(owner), "__setitem__")
    if method is not None and new is not None:
        machine.call(machine, method, plain(key, new), node)
        return
    for tensor in [] if new is None else graph_values(machine, new):
        machine.escape(tensor, "element assignment", node)


def set_entry(contents: Entries, key: V, new: V | None, at: WrittenAt) -> Entries:
    """Return dict contents with one key written, or deleted with None."""
    if new is None:
        kept = tuple(entry for entry in contents.items if not same(entry.key, key))
        return replace(contents, items=kept)
    if isinstance(key, Host | Unknown | Union):
        return Entries(contents.items, join(contents.rest, new))
    entry = Entry(key, new, *at)
    for index, old in enumerate(contents.items):
        if same(old.key, key):
            return replace(contents, items=(*contents.items[:index], entry, *contents.items[index + 1 :]))
    return replace(contents, items=(*contents.items, entry))


def _write_item(machine: Machine, owner: int, contents: Items, key: V, new: V | None, node: ast.expr) -> None:
    value = NONE if new is None else new
    if (
        isinstance(key, Known)
        and isinstance(key.value, int)
        and -len(contents.items) <= key.value < len(contents.items)
    ):
        index = key.value % len(contents.items)
        after = contents.items[index + 1 :]
        items = (*contents.items[:index], *(() if new is None else (new,)), *after)
        machine.heap.set(owner, CONTENTS, replace(contents, items=items))
        machine.note_write(owner, index if new is not None else CONTENTS, value, node)
        return
    added = graph_values(machine, value)
    widened = tuple(join_values(item, value) if new is not None else item for item in contents.items)
    rest = contents.rest if contents.items and not added else join(contents.rest, value)
    machine.heap.set(owner, CONTENTS, Items(widened, rest))
    machine.note_write(owner, CONTENTS, value, node)
