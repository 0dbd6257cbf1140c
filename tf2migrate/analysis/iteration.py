"""What iterating over a value yields."""

from __future__ import annotations

import ast
from typing import cast

from tf2migrate.analysis.classes import find_method
from tf2migrate.analysis.graph.shapes import dimensions
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.host_text import element_of_host
from tf2migrate.analysis.joins import join_items, join_values
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.sets import in_any_order
from tf2migrate.analysis.values import (
    Entries,
    Generator,
    GraphValue,
    Host,
    Items,
    Known,
    NamedTuple,
    Range,
    Ref,
    ShapeOf,
    Tuple,
    Union,
    V,
    plain,
)
from tf2migrate.model.facts import Kind

MOST_RANGE = 200


def iterate(machine: Machine, value: V, node: ast.AST, expected: int | None = None) -> Items:
    """Return the elements that iterating over `value` yields, open where their number is not known.

    `expected` is how many the program takes, where it unpacks.
    """
    match value:
        case Tuple(items, rest):
            return Items(items, rest)
        case Range(values):
            return _range_items(values)
        case Known(value=str() | bytes() | tuple() | frozenset() as known):
            return Items(tuple(Known(element) for element in known))
        case Ref(owner):
            return _object_items(machine, owner, node)
        case Generator(run):
            return iterate(machine, run(), node)
        case GraphValue(tensor):
            return _graph_items(machine, tensor, node, expected)
        case ShapeOf():
            sizes = dimensions(machine, value)
            return Items((), Host("dimension")) if sizes is None else Items(sizes)
        case Host(what):
            return Items((), element_of_host(what))
        case Union(options):
            parts = [iterate(machine, option, node, expected) for option in options if option != Known(None)]
            joined = parts[0] if parts else Items((), Host("element"))
            for part in parts[1:]:
                joined = _join_parts(joined, part)
            return joined
        case NamedTuple():
            return Items((), Host("element"))
    return Items((), machine.unknown("iteration over a value that is not known", node))


def _join_parts(a: Items, b: Items) -> Items:
    return join_items(a, b)


def _range_items(values: range) -> Items:
    if len(values) > MOST_RANGE:
        return Items((), Host("int"))
    return Items(tuple(Known(element) for element in values))


def _object_items(machine: Machine, owner: int, node: ast.AST) -> Items:
    contents = machine.heap.get(owner, CONTENTS)
    if contents is not None:
        machine.note_read(owner, CONTENTS, contents, node)
    match contents:
        case Items():
            return in_any_order(contents) if machine.heap.header(owner).kind == "set" else contents
        case Entries(entries, rest):
            return Items(tuple(entry.key for entry in entries), None if rest is None else Host("key"))
    method = find_method(machine, Ref(owner), "__iter__")
    if method is None:
        return Items((), machine.unknown("iteration over an object", node))
    iterator = machine.call(machine, method, plain(), cast(ast.expr, node))
    if isinstance(iterator, Ref) and machine.heap.get(iterator.id, CONTENTS) is None:
        return _iterator_items(machine, iterator, node)
    return iterate(machine, iterator, node)


def _iterator_items(machine: Machine, iterator: Ref, node: ast.AST) -> Items:
    method = find_method(machine, iterator, "__next__") or find_method(machine, iterator, "next")
    if method is None:
        return Items((), machine.unknown("iteration over an object", node))
    return Items((), machine.call(machine, method, plain(), cast(ast.expr, node)))


def _graph_items(machine: Machine, tensor: int, node: ast.AST, expected: int | None) -> Items:
    parts = [
        make_node(machine, node, Kind.TENSOR, "operator.getitem", (tensor,), output=index)
        for index in range(expected or 1)
    ]
    return Items(tuple(parts)) if expected else Items((), join_values(parts[0], parts[0]))
