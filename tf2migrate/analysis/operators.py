"""Operators on abstract values: computed where both sides are known, a graph node where one is of the graph."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from tf2migrate.analysis.classes import find_method
from tf2migrate.analysis.elements import find_entry
from tf2migrate.analysis.graph.operators import graph_binary, graph_unary
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.joins import join, same
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.patterns import concatenated, may_equal, percent_formatted
from tf2migrate.analysis.values import (
    NONE,
    Bound,
    Builtin,
    Entries,
    Function,
    GraphValue,
    Host,
    Items,
    Known,
    NamedTuple,
    Range,
    Ref,
    ShapeOf,
    Symbol,
    Text,
    Tuple,
    Union,
    Unknown,
    V,
    plain,
)

BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("sub", operator.sub),
    ast.Mult: ("mul", operator.mul),
    ast.Div: ("truediv", operator.truediv),
    ast.FloorDiv: ("floordiv", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.Pow: ("pow", operator.pow),
    ast.MatMult: ("matmul", operator.matmul),
    ast.BitAnd: ("and", operator.and_),
    ast.BitOr: ("or", operator.or_),
    ast.BitXor: ("xor", operator.xor),
    ast.LShift: ("lshift", operator.lshift),
    ast.RShift: ("rshift", operator.rshift),
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("eq", operator.eq),
    ast.NotEq: ("ne", operator.ne),
    ast.Lt: ("less", operator.lt),
    ast.LtE: ("less_equal", operator.le),
    ast.Gt: ("greater", operator.gt),
    ast.GtE: ("greater_equal", operator.ge),
}
LARGEST = 100_000  # neither numbers nor texts grow beyond what a program plausibly computes while it builds


_CLOSED = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)  # whole numbers give whole numbers


def binary(machine: Machine, kind: type[ast.operator], left: V, right: V, node: ast.AST) -> V:
    """Return `left <operator> right`."""
    name, function = BINARY[kind]
    if kind is ast.Mod and _is_text(left):
        return _format(machine, left, right, node)
    if isinstance(left, Known) and isinstance(right, Known):
        return _compute(function, left.value, right.value, kind, machine, node)
    if _is_graph(left) or _is_graph(right):
        return graph_binary(machine, name, left, right, node)
    text = concatenated(left, right) if kind is ast.Add else None
    if text is not None:
        return text
    sequence = _sequence_operator(machine, kind, left, right, node)
    if sequence is not None:
        return sequence
    method = find_method(machine, left, f"__{name}__")
    if method is not None and isinstance(node, ast.expr):
        return machine.call(machine, method, plain(right), node)
    if kind in _CLOSED and _is_integer(left) and _is_integer(right):
        return Host("int")
    return _host_result(machine, left, right, node)


def _is_integer(value: V) -> bool:
    """Say whether a value is a whole number, which need not be known."""
    return value == Host("int") or (isinstance(value, Known) and type(value.value) is int)


def _is_text(value: V) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str | bytes)


def _is_graph(value: V) -> bool:
    if isinstance(value, Union):
        return any(isinstance(option, GraphValue) for option in value.options)
    return isinstance(value, GraphValue)


def _host_result(machine: Machine, left: V, right: V, node: ast.AST) -> V:
    tensors = graph_values(machine, left) + graph_values(machine, right)
    for tensor in tensors:
        machine.escape(tensor, "operator", node)
    for value in (left, right):
        if isinstance(value, Unknown):
            return value
    if tensors:
        return machine.unknown("an operator on containers of graph values", node)
    return Host("value")


def _compute(
    function: Callable[[object, object], object],
    left: object,
    right: object,
    kind: type[ast.operator],
    machine: Machine,
    node: ast.AST,
) -> V:
    if kind in (ast.Pow, ast.LShift) and isinstance(right, int | float) and abs(right) > 64:
        return Host("number")
    if kind is ast.Mult and not _small(left, right):
        return Host(type(left).__name__)
    try:
        return Known(function(left, right))
    except (ArithmeticError, TypeError, ValueError):
        return machine.unknown("an operation that fails", node)


def _small(left: object, right: object) -> bool:
    sizes = [len(side) for side in (left, right) if isinstance(side, str | bytes | tuple)]
    counts = [side for side in (left, right) if isinstance(side, int)]
    return not sizes or not counts or sizes[0] * counts[0] < LARGEST


def _format(machine: Machine, left: V, right: V, node: ast.AST) -> V:
    for tensor in graph_values(machine, right):
        machine.escape(tensor, "format", node)
    values = python_value(right)
    if values is not None and isinstance(left, Known):
        try:
            return Known(left.value % values[0])  # type: ignore[operator]
        except (TypeError, ValueError):
            return Host("str")
    template = machine.known_text(left)
    given = right.items if isinstance(right, Tuple) and right.rest is None else (right,)
    formatted = None if template is None else percent_formatted(template, given)
    return Host("str") if formatted is None else formatted


def python_value(value: V) -> tuple[object] | None:
    """Return the Python value of a known scalar or a tuple of them, wrapped; None where it is not known."""
    if isinstance(value, Known):
        return (value.value,)
    if isinstance(value, Tuple) and value.rest is None:
        parts = [python_value(item) for item in value.items]
        if all(part is not None for part in parts):
            return (tuple(part[0] for part in parts if part is not None),)
    return None


def _sequence_operator(machine: Machine, kind: type[ast.operator], left: V, right: V, node: ast.AST) -> V | None:
    first, second = _contents(machine, left), _contents(machine, right)
    if kind is ast.Add and first is not None and second is not None:
        joined = concatenate(first, second)
        return _rebuild(machine, left, joined, node)
    if kind is ast.Mult and (first is None) != (second is None):
        contents, count = (first, right) if first is not None else (second, left)
        if contents is not None:
            return _rebuild(machine, left if first is not None else right, _repeat(contents, count), node)
    return None


def _contents(machine: Machine, value: V) -> Items | None:
    if isinstance(value, Tuple):
        return Items(value.items, value.rest)
    if isinstance(value, Ref):
        contents = machine.heap.get(value.id, CONTENTS)
        return contents if isinstance(contents, Items) else None
    return None


def concatenate(first: Items, second: Items) -> Items:
    """Return the contents of `first + second`."""
    if first.rest is None:
        return Items(first.items + second.items, second.rest)
    rest = join(first.rest, second.rest)
    for value in second.items:
        rest = join(rest, value)
    return Items(first.items, rest)


def _repeat(contents: Items, count: V) -> Items:
    if isinstance(count, Known) and isinstance(count.value, int) and len(contents.items) * count.value <= 1000:
        return Items(contents.items * count.value, contents.rest)
    rest = contents.rest
    for value in contents.items:
        rest = join(rest, value)
    return Items((), rest)


def _rebuild(machine: Machine, like: V, contents: Items, node: ast.AST) -> V:
    if isinstance(like, Tuple):
        return Tuple(contents.items, contents.rest)
    return machine.new_list(contents.items, node, contents.rest)


def unary(machine: Machine, kind: ast.unaryop, operand: V, node: ast.expr) -> V:
    """Return `<operator> operand`."""
    if isinstance(kind, ast.Not):
        known = truth(machine, operand, node)
        return Host("bool") if known is None else Known(not known)
    if _is_graph(operand):
        return graph_unary(machine, {ast.USub: "neg", ast.Invert: "invert"}.get(type(kind), "pos"), operand, node)
    if isinstance(operand, Known):
        try:
            return Known(UNARY[type(kind)](operand.value))
        except TypeError:
            return machine.unknown("an operation that fails", node)
    return operand if isinstance(operand, Unknown) else Host("value")


def compare(machine: Machine, kind: ast.cmpop, left: V, right: V, node: ast.expr) -> V:
    """Return `left <comparison> right`."""
    match kind:
        case ast.Is() | ast.IsNot():
            known = _identical(left, right)
            return Host("bool") if known is None else Known(known is isinstance(kind, ast.Is))
        case ast.In() | ast.NotIn():
            known = _contains(machine, left, right, node)
            return Host("bool") if known is None else Known(known is isinstance(kind, ast.In))
    name, function = COMPARISONS[type(kind)]
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            return Known(function(left.value, right.value))
        except TypeError:
            return machine.unknown("an operation that fails", node)
    if isinstance(kind, ast.Eq | ast.NotEq):
        return _equal(machine, isinstance(kind, ast.Eq), left, right, node)
    if _is_graph(left) or _is_graph(right):
        return graph_binary(machine, name, left, right, node)
    return _host_result(machine, left, right, node)


def _equal(machine: Machine, wanted: bool, left: V, right: V, node: ast.expr) -> V:
    # `== None` means the same in both: no graph value is.
    for tensor in () if NONE in (left, right) else (*graph_values(machine, left), *graph_values(machine, right)):
        machine.escape(tensor, "compare", node)
    if isinstance(left, GraphValue) and isinstance(right, GraphValue):
        return Known((left == right) is wanted)
    first, second = python_value(left), python_value(right)
    if first is not None and second is not None:
        return Known((first == second) is wanted)
    if isinstance(left, Text) or isinstance(right, Text):
        equal = may_equal(left, right)
        return Host("bool") if equal is None else Known(equal is wanted)
    if (isinstance(left, Symbol) and same(left, right)) or (isinstance(left, Function) and left is right):
        return Known(wanted)
    if NONE in (left, right) and not _may_be_none(left if right == NONE else right):
        return Known(not wanted)
    return Host("bool")


def _identical(left: V, right: V) -> bool | None:
    if right == NONE:
        return _is_none(left)
    if left == NONE:
        return _is_none(right)
    if isinstance(left, Ref | GraphValue | Function | Symbol) and isinstance(
        right, Ref | GraphValue | Function | Symbol
    ):
        return left == right
    if isinstance(left, Known) and isinstance(right, Known):
        return same(left, right)
    return None


def _is_none(value: V) -> bool | None:
    if value == NONE:
        return True
    return None if _may_be_none(value) else False


def _may_be_none(value: V) -> bool:
    if isinstance(value, Union):
        return any(_may_be_none(option) for option in value.options)
    if isinstance(value, Host):
        return value.what in ("value", "attribute", "flag") or "." in value.what
    return isinstance(value, Unknown) or value == NONE


def _contains(machine: Machine, member: V, container: V, node: ast.expr) -> bool | None:
    for tensor in graph_values(machine, member):
        machine.escape(tensor, "compare", node)
    if isinstance(container, Known) and isinstance(member, Known):
        try:
            return member.value in container.value  # type: ignore[operator]
        except TypeError:
            return None
    if isinstance(container, Ref):
        contents = machine.heap.get(container.id, CONTENTS)
        if contents is not None:
            machine.note_read(container.id, CONTENTS, contents, node)
        if isinstance(contents, Entries):
            return _has_key(contents, member)
        if isinstance(contents, Items):
            return _has_item(contents, member)
    if isinstance(container, Tuple):
        return _has_item(Items(container.items, container.rest), member)
    return None


def _has_key(contents: Entries, key: V) -> bool | None:
    found, certain = find_entry(contents, key)
    if certain:
        return True
    return False if found is None and contents.rest is None and not isinstance(key, Host | Unknown | Union) else None


def _has_item(contents: Items, member: V) -> bool | None:
    if any(same(item, member) for item in contents.items):
        return True
    definite = isinstance(member, Known | GraphValue | Ref | Function)
    others = all(isinstance(item, Known | GraphValue | Ref | Function) for item in contents.items)
    return False if definite and others and contents.rest is None else None


def truth(machine: Machine, value: V, node: ast.AST) -> bool | None:
    """Return whether a value counts as true, None where that is not known."""
    match value:
        case Known(value=known):
            return bool(known)
        case Ref(owner):
            return _object_truth(machine, owner, node)
        case Tuple(items, rest):
            return bool(items) if rest is None or items else None
        case Range(values):
            return bool(values)
        case GraphValue(tensor):
            machine.escape(tensor, "bool", node)
            return None
        case Union(options):
            known_truths = {truth(machine, option, node) for option in options}
            return known_truths.pop() if len(known_truths) == 1 else None
        case Function() | Bound() | Builtin() | NamedTuple():
            return True
        case Symbol(path) if path.startswith("tf."):
            return True
        case ShapeOf():
            return None
    return None


def _object_truth(machine: Machine, owner: int, node: ast.AST) -> bool | None:
    contents = machine.heap.get(owner, CONTENTS)
    if contents is not None:
        machine.note_read(owner, CONTENTS, contents, node)
    if isinstance(contents, Items):
        return True if contents.items else (False if contents.rest is None else None)
    if isinstance(contents, Entries):
        certain = [entry for entry in contents.items if not entry.maybe]
        return True if certain else (None if contents.items or contents.rest is not None else False)
    if find_method(machine, Ref(owner), "__bool__") or find_method(machine, Ref(owner), "__len__"):
        return None
    return True
