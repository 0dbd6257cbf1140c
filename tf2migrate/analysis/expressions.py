"""Evaluation of expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from tf2migrate.analysis.attributes import read_attribute
from tf2migrate.analysis.comprehensions import comprehend
from tf2migrate.analysis.elements import read_element, set_entry
from tf2migrate.analysis.functions import make_function
from tf2migrate.analysis.heap import CONTENTS, Delta
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import join, union
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.names import read_name, write_name
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.operators import binary, compare, truth, unary
from tf2migrate.analysis.patterns import as_pattern, as_value
from tf2migrate.analysis.values import (
    NONE,
    Argument,
    Arguments,
    Entries,
    Host,
    Items,
    Known,
    Ref,
    Slice,
    Tuple,
    Unknown,
    V,
)


def evaluate(machine: Machine, node: ast.expr) -> V:
    """Return the abstract value of an expression, its events recorded."""
    handler = HANDLERS.get(type(node))
    if handler is None:
        return _unsupported(machine, node)
    return handler(machine, node)


def _unsupported(machine: Machine, node: ast.expr) -> V:
    values = [evaluate(machine, part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    if any(graph_values(machine, value) for value in values):
        machine.find("unsupported", node, type(node).__name__)
    return machine.unknown(f"an expression of kind {type(node).__name__}", node)


def _constant(machine: Machine, node: ast.Constant) -> V:
    return Host("Ellipsis") if node.value is ... else Known(node.value)


def _attribute(machine: Machine, node: ast.Attribute) -> V:
    return read_attribute(machine, evaluate(machine, node.value), node.attr, node)


def _subscript(machine: Machine, node: ast.Subscript) -> V:
    value = evaluate(machine, node.value)
    return read_element(machine, value, evaluate(machine, node.slice), node)


def _slice(machine: Machine, node: ast.Slice) -> V:
    bounds = [NONE if part is None else evaluate(machine, part) for part in (node.lower, node.upper, node.step)]
    return Slice(*bounds)


def _elements(machine: Machine, elements: list[ast.expr]) -> Items:
    items: list[V] = []
    rest: V | None = None
    for element in elements:
        if isinstance(element, ast.Starred):
            inner = iterate(machine, evaluate(machine, element.value), element)
            added, rest = inner.items, join(rest, inner.rest)
        else:
            added = (evaluate(machine, element),)
        if rest is None:
            items.extend(added)
        else:
            for value in added:
                rest = join(rest, value)
    return Items(tuple(items), rest)


def _tuple(machine: Machine, node: ast.Tuple) -> V:
    contents = _elements(machine, node.elts)
    return Tuple(contents.items, contents.rest)


def _list(machine: Machine, node: ast.List) -> V:
    contents = _elements(machine, node.elts)
    return machine.new_list(contents.items, node, contents.rest)


def _set(machine: Machine, node: ast.Set) -> V:
    contents = _elements(machine, node.elts)
    return machine.new_list(contents.items, node, contents.rest, kind="set")


def _dict(machine: Machine, node: ast.Dict) -> V:
    contents = Entries(())
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        if key_node is None:
            contents = _merge(machine, contents, evaluate(machine, value_node), value_node)
            continue
        key = evaluate(machine, key_node)
        value = evaluate(machine, value_node)
        contents = set_entry(contents, key, value, (machine.ref(key_node), machine.ref(value_node)))
    return machine.new_dict(contents, node)


def _merge(machine: Machine, contents: Entries, other: V, node: ast.expr) -> Entries:
    added = machine.heap.get(other.id, CONTENTS) if isinstance(other, Ref) else None
    if not isinstance(other, Ref) or not isinstance(added, Entries):
        return Entries(contents.items, join(contents.rest, machine.unknown("an unpacked mapping", node)))
    machine.note_read(other.id, CONTENTS, added, node)
    for entry in added.items:
        contents = set_entry(contents, entry.key, entry.value, (entry.key_at, entry.value_at))
    return Entries(contents.items, join(contents.rest, added.rest))


def _binary(machine: Machine, node: ast.BinOp) -> V:
    left = evaluate(machine, node.left)
    right = evaluate(machine, node.right)
    return binary(machine, type(node.op), left, right, node)


def _unary(machine: Machine, node: ast.UnaryOp) -> V:
    return unary(machine, node.op, evaluate(machine, node.operand), node)


def _compare(machine: Machine, node: ast.Compare) -> V:
    left = evaluate(machine, node.left)
    results: list[V] = []
    for operator, right_node in zip(node.ops, node.comparators, strict=True):
        right = evaluate(machine, right_node)
        results.append(compare(machine, operator, left, right, node))
        left = right
    if len(results) == 1:
        return results[0]
    if all(isinstance(one, Known) for one in results):
        return Known(all(one.value for one in results if isinstance(one, Known)))
    return Host("bool")


def _boolean(machine: Machine, node: ast.BoolOp) -> V:
    stops_at = isinstance(node.op, ast.Or)
    return _boolean_from(machine, node, node.values, stops_at)


def _boolean_from(machine: Machine, node: ast.BoolOp, parts: list[ast.expr], stops_at: bool) -> V:
    value = evaluate(machine, parts[0])
    if len(parts) == 1:
        return value
    known = truth(machine, value, parts[0])
    if known is not None:
        return value if known is stops_at else _boolean_from(machine, node, parts[1:], stops_at)
    return either(machine, [lambda: _boolean_from(machine, node, parts[1:], stops_at), lambda: value])


def _conditional(machine: Machine, node: ast.IfExp) -> V:
    known = truth(machine, evaluate(machine, node.test), node.test)
    if known is not None:
        return evaluate(machine, node.body if known else node.orelse)
    return either(machine, [lambda: evaluate(machine, node.body), lambda: evaluate(machine, node.orelse)])


def either(machine: Machine, branches: list[Callable[[], V]]) -> V:
    """Return the join of expressions of which one is evaluated."""
    mark = machine.heap.mark()
    values: list[V] = []
    deltas: list[Delta] = []
    for branch in branches:
        with machine.under_condition():
            values.append(branch())
        deltas.append(machine.rewind(mark))
    machine.heap.join_deltas(deltas)
    return union(values)


def _lambda(machine: Machine, node: ast.Lambda) -> V:
    return make_function(machine, node, "<lambda>")


def _named(machine: Machine, node: ast.NamedExpr) -> V:
    value = evaluate(machine, node.value)
    write_name(machine, node.target.id, value, node.target)
    return value


def _joined(machine: Machine, node: ast.JoinedStr) -> V:
    parts = [as_pattern(evaluate(machine, part)) for part in node.values]
    known = [part for part in parts if part is not None]
    return as_value("".join(known)) if len(known) == len(parts) else Host("str")


def _formatted(machine: Machine, node: ast.FormattedValue) -> V:
    value = evaluate(machine, node.value)
    spec = None if node.format_spec is None else evaluate(machine, node.format_spec)
    for tensor in graph_values(machine, value):
        machine.escape(tensor, "format", node)
    if isinstance(value, Known) and node.conversion == -1 and (spec is None or isinstance(spec, Known)):
        try:
            return Known(format(value.value, "" if spec is None else str(spec.value)))
        except (TypeError, ValueError):
            return Host("str")
    pattern = as_pattern(value)
    return Host("str") if pattern is None or spec is not None else as_value(pattern)


def _starred(machine: Machine, node: ast.Starred) -> V:
    return evaluate(machine, node.value)


def _yield(machine: Machine, node: ast.Yield) -> V:
    value = NONE if node.value is None else evaluate(machine, node.value)
    if machine.here.yields is not None:
        machine.here.yields.append(value)
    return Host("sent")


def _yield_from(machine: Machine, node: ast.YieldFrom) -> V:
    contents = iterate(machine, evaluate(machine, node.value), node)
    if machine.here.yields is not None:
        machine.here.yields.extend(contents.items if contents.rest is None else (*contents.items, contents.rest))
    return Host("value")


def _await(machine: Machine, node: ast.Await) -> V:
    return evaluate(machine, node.value)


def _call(machine: Machine, node: ast.Call) -> V:
    callee = evaluate(machine, node.func)
    arguments = evaluate_arguments(machine, node)
    machine.evaluated.add(id(node))
    return machine.call(machine, callee, arguments, node)


def evaluate_arguments(machine: Machine, node: ast.Call) -> Arguments:
    """Return the arguments of a call, starred ones spread where they are known."""
    positional: list[Argument] = []
    open_: V | None = None
    for part in node.args:
        if isinstance(part, ast.Starred):
            contents = iterate(machine, evaluate(machine, part.value), part)
            positional.extend(Argument(value, machine.ref(part)) for value in contents.items)
            open_ = join(open_, contents.rest)
        else:
            positional.append(Argument(evaluate(machine, part), machine.ref(part), part))
    keywords: list[tuple[str, Argument]] = []
    for keyword in node.keywords:
        value = evaluate(machine, keyword.value)
        if keyword.arg is not None:
            keywords.append((keyword.arg, Argument(value, machine.ref(keyword.value), keyword.value)))
            continue
        spread, rest = _spread(machine, value, keyword.value)
        keywords.extend(spread)
        open_ = join(open_, rest)
    return Arguments(tuple(positional), tuple(keywords), open_)


def _spread(machine: Machine, value: V, node: ast.expr) -> tuple[list[tuple[str, Argument]], V | None]:
    contents = machine.heap.get(value.id, CONTENTS) if isinstance(value, Ref) else None
    if not isinstance(value, Ref) or not isinstance(contents, Entries):
        return [], value if isinstance(value, Unknown) else Host("keyword")
    machine.note_read(value.id, CONTENTS, contents, node)
    named = [
        (entry.key.value, Argument(entry.value, entry.value_at))
        for entry in contents.items
        if isinstance(entry.key, Known) and isinstance(entry.key.value, str)
    ]
    return named, contents.rest


HANDLERS: dict[type[ast.expr], Callable[[Machine, Any], V]] = {
    ast.Constant: _constant,
    ast.Name: read_name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.NamedExpr: _named,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.Starred: _starred,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.Await: _await,
    ast.Call: _call,
    ast.ListComp: comprehend,
    ast.SetComp: comprehend,
    ast.DictComp: comprehend,
    ast.GeneratorExp: comprehend,
}
