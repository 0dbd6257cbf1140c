"""Methods of lists, tuples, sets and dicts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from tf2migrate.analysis.elements import entry_key, find_entry, read_entry, set_entry, write_element
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import join, same, union
from tf2migrate.analysis.libraries import hand_over
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.operators import concatenate
from tf2migrate.analysis.sets import distinct
from tf2migrate.analysis.values import NONE, Arguments, Entries, Host, Items, Known, Ref, Tuple, Unknown, V

Change = Callable[[Machine, int, Items, list[V], ast.expr], V]


def call_container(machine: Machine, receiver: Ref | Tuple, name: str, arguments: Arguments, node: ast.expr) -> V:
    """Return what a method of a container gives, its change applied and recorded."""
    if isinstance(receiver, Tuple):
        return _call_tuple(machine, receiver, name, arguments, node)
    contents = machine.heap.get(receiver.id, CONTENTS)
    match contents:
        case Items():
            change = LIST_METHODS.get(name)
            if change is not None:
                return change(machine, receiver.id, contents, arguments.values(), node)
        case Entries():
            return _call_dict(machine, receiver.id, contents, name, arguments, node)
    hand_over(machine, arguments, f"method {name}", node)
    return machine.unknown(f"method {name!r} of a container", node)


def _call_tuple(machine: Machine, receiver: Tuple, name: str, arguments: Arguments, node: ast.expr) -> V:
    match name:
        case "index" | "count":
            return _index(machine, -1, Items(receiver.items, receiver.rest), arguments.values(), node)
        case "_replace":
            given = {key: argument.value for key, argument in arguments.keywords}
            items = tuple(given.get(key, item) for key, item in zip(receiver.fields, receiver.items, strict=False))
            return replace(receiver, items=items)
        case "_asdict":
            return machine.unknown("_asdict of a namedtuple", node)
    hand_over(machine, arguments, f"method {name}", node)
    return machine.unknown(f"method {name!r} of a tuple", node)


def _store(machine: Machine, owner: int, contents: Items, node: ast.expr) -> None:
    machine.write(owner, CONTENTS, contents, node)


def _append(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    value = given[0] if given else NONE
    if contents.rest is None:
        machine.heap.set(owner, CONTENTS, Items((*contents.items, value)))
        machine.note_write(owner, len(contents.items), value, node)
        return NONE
    machine.heap.set(owner, CONTENTS, Items(contents.items, join(contents.rest, value)))
    machine.note_write(owner, CONTENTS, value, node)
    return NONE


def _add(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    if given and any(same(item, given[0]) for item in contents.items):
        return NONE
    return _append(machine, owner, contents, given, node)


def _extend(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    added = iterate(machine, given[0], node) if given else Items(())
    joined = concatenate(contents, added)
    _store(machine, owner, distinct(joined) if machine.heap.header(owner).kind == "set" else joined, node)
    return NONE


def _insert(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    at, value = (given[0], given[1]) if len(given) == 2 else (NONE, NONE)
    if isinstance(at, Known) and isinstance(at.value, int) and contents.rest is None:
        items = list(contents.items)
        items.insert(at.value, value)
        _store(machine, owner, Items(tuple(items)), node)
        return NONE
    rest = join(contents.rest, value)
    for item in contents.items:
        rest = join(rest, item)
    _store(machine, owner, Items((), rest), node)
    return NONE


def _pop(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    at = given[0] if given else Known(-1)
    count = len(contents.items)
    if isinstance(at, Known) and isinstance(at.value, int) and contents.rest is None and -count <= at.value < count:
        index = at.value % count
        _store(machine, owner, Items((*contents.items[:index], *contents.items[index + 1 :])), node)
        return contents.items[index]
    values = contents.items if contents.rest is None else (*contents.items, contents.rest)
    if not values:
        return machine.unknown("an element of an empty list", node)
    _store(machine, owner, Items((), union(values)), node)
    return union(values)


def _remove(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    kept = tuple(item for item in contents.items if not given or not same(item, given[0]))
    _store(machine, owner, Items(kept, contents.rest), node)
    return NONE


def _clear(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    _store(machine, owner, Items(()), node)
    return NONE


def _reverse(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    _store(machine, owner, Items(tuple(reversed(contents.items)), contents.rest), node)
    return NONE


def _sort(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    values = contents.items if contents.rest is None else (*contents.items, contents.rest)
    plainly = contents.rest is None and isinstance(node, ast.Call) and not node.keywords
    in_order = _in_order(contents.items) if plainly else None
    sorted_ = Items((), union(values)) if values else contents
    _store(machine, owner, sorted_ if in_order is None else Items(in_order), node)
    return NONE


def _in_order(items: tuple[V, ...]) -> tuple[V, ...] | None:
    """Return known values in their order; None where one is not known, or they have none."""
    known = [item.value for item in items if isinstance(item, Known)]
    try:
        return tuple(map(Known, sorted(known))) if len(known) == len(items) else None  # type: ignore[type-var]
    except TypeError:
        return None


def _copy(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    machine.note_read(owner, CONTENTS, contents, node)
    return machine.new_list(contents.items, node, contents.rest, machine.heap.header(owner).kind)


def _index(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    for index, item in enumerate(contents.items):
        if given and same(item, given[0]):
            return Known(index)
    return Host("int")


def _count(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    return Host("int")


def _union(machine: Machine, owner: int, contents: Items, given: list[V], node: ast.expr) -> V:
    machine.note_read(owner, CONTENTS, contents, node)
    added = iterate(machine, given[0], node) if given else Items(())
    joined = concatenate(contents, added)
    return machine.new_list(joined.items, node, joined.rest, machine.heap.header(owner).kind)


LIST_METHODS: dict[str, Change] = {
    "append": _append,
    "add": _add,
    "extend": _extend,
    "update": _extend,
    "insert": _insert,
    "pop": _pop,
    "popleft": _pop,
    "appendleft": _append,
    "remove": _remove,
    "discard": _remove,
    "clear": _clear,
    "reverse": _reverse,
    "sort": _sort,
    "copy": _copy,
    "index": _index,
    "count": _count,
    "union": _union,
}


def _call_dict(machine: Machine, owner: int, contents: Entries, name: str, arguments: Arguments, node: ast.expr) -> V:
    given = arguments.values()
    match name:
        case "keys" | "values" | "items" | "iteritems" | "itervalues" | "iterkeys" | "copy":
            machine.note_read(owner, CONTENTS, contents, node)
            return _view(machine, contents, name, node)
        case "get":
            return read_entry(machine, owner, given[0], node, given[1] if len(given) > 1 else NONE)
        case "setdefault":
            return _set_default(machine, owner, contents, given, node)
        case "pop":
            return _pop_entry(machine, owner, contents, given, node)
        case "update":
            return _update(machine, owner, contents, arguments, node)
        case "has_key":
            return Host("bool")
        case "clear":
            machine.write(owner, CONTENTS, Entries(()), node)
            return NONE
    hand_over(machine, arguments, f"method {name}", node)
    return machine.unknown(f"method {name!r} of a dict", node)


def _view(machine: Machine, contents: Entries, name: str, node: ast.expr) -> V:
    rest = contents.rest
    if name == "copy":
        return machine.new_dict(contents, node)
    if name in ("keys", "iterkeys"):
        return Tuple(tuple(entry.key for entry in contents.items), None if rest is None else Host("key"))
    if name in ("values", "itervalues"):
        return Tuple(tuple(entry.value for entry in contents.items), rest)
    pairs = tuple(Tuple((entry.key, entry.value)) for entry in contents.items)
    return Tuple(pairs, None if rest is None else Tuple((Host("key"), rest)))


def _set_default(machine: Machine, owner: int, contents: Entries, given: list[V], node: ast.expr) -> V:
    found, certain = find_entry(contents, given[0])
    if certain and found is not None:
        machine.note_read(owner, entry_key(given[0]), found, node)
        return found
    default = given[1] if len(given) > 1 else NONE
    value = default if found is None else union([found, default])
    write_element(machine, Ref(owner), given[0], value, node)
    return value


def _pop_entry(machine: Machine, owner: int, contents: Entries, given: list[V], node: ast.expr) -> V:
    found = read_entry(machine, owner, given[0], node, given[1] if len(given) > 1 else None)
    machine.write(owner, CONTENTS, set_entry(contents, given[0], None, (None, None)), node)
    return found


def _update(machine: Machine, owner: int, contents: Entries, arguments: Arguments, node: ast.expr) -> V:
    changed = contents
    for argument in arguments.positional:
        changed = merge_into(machine, changed, argument.value, node)
    for key, argument in arguments.keywords:
        changed = set_entry(changed, Known(key), argument.value, (None, argument.at))
    if arguments.open is not None:
        changed = Entries(changed.items, join(changed.rest, arguments.open))
    machine.write(owner, CONTENTS, changed, node)
    return NONE


def merge_into(machine: Machine, contents: Entries, other: V, node: ast.expr) -> Entries:
    """Return dict contents updated by a mapping or by pairs."""
    added = machine.heap.get(other.id, CONTENTS) if isinstance(other, Ref) else None
    if isinstance(other, Ref) and isinstance(added, Entries):
        machine.note_read(other.id, CONTENTS, added, node)
        for entry in added.items:
            contents = set_entry(contents, entry.key, entry.value, (entry.key_at, entry.value_at))
        return Entries(contents.items, join(contents.rest, added.rest))
    pairs = iterate(machine, other, node)
    for pair in pairs.items:
        parts = iterate(machine, pair, node, 2).items
        if len(parts) == 2:
            contents = set_entry(contents, parts[0], parts[1], (None, None))
    if pairs.rest is None:
        return contents
    values = iterate(machine, pairs.rest, node, 2)
    value: V = values.items[1] if len(values.items) == 2 else values.rest or Unknown("unknown pairs", machine.ref(node))
    return Entries(contents.items, join(contents.rest, value))
