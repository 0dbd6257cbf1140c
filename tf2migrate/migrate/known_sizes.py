"""Expressions over static shapes as the numbers that they are."""

from __future__ import annotations

import ast
from math import prod

from tf2migrate.migrate.syntax import Syntax
from tf2migrate.model.facts import Known, Value
from tf2migrate.model.source import NodeRef

Sizes = tuple[object, ...] | list[object]
_NO_NUMBER = object()


def known_part(syntax: Syntax, at: NodeRef, sizes: tuple[Value, ...]) -> tuple[ast.expr, str] | None:
    """Return the largest expression around the read of a shape that follows from its sizes, and its text."""
    node = syntax.nodes.get(at)
    function = node.func if isinstance(node, ast.Call) else node
    if not isinstance(node, ast.expr) or not isinstance(function, ast.Attribute):
        return None
    if function.attr not in ("shape", "get_shape"):
        return None
    value: object = tuple(size.value if isinstance(size, Known) else _NO_NUMBER for size in sizes)
    best: tuple[ast.expr, str] | None = None
    while isinstance(node, ast.expr):
        text = _text(value)
        best = best if text is None else (node, text)
        outer = _around(syntax, node, value)
        if outer is None:
            return best
        node, value = outer
    return best


def _text(value: object) -> str | None:
    """Return the text of a number or a list of them; a shape itself is no list."""
    if isinstance(value, list):
        return None if _NO_NUMBER in value else repr(value)
    return repr(value) if value is None or isinstance(value, int) else None


def _around(syntax: Syntax, node: ast.expr, value: object) -> tuple[ast.expr, object] | None:
    """Return the expression around one whose value is known, and its value."""
    outer = syntax.parents.get(node)
    match outer:
        case ast.Attribute(attr="value") if value is None or isinstance(value, int):
            return outer, value
        case ast.Attribute(attr="ndims" | "rank") if isinstance(value, tuple):
            return outer, len(value)
        case ast.Attribute(attr="as_list" | "num_elements" as name) if isinstance(value, tuple):
            call = syntax.parents.get(outer)
            return _called(call, name, value) if isinstance(call, ast.Call) and call.func is outer else None
        case ast.Subscript() if outer.value is node and isinstance(value, (tuple, list)):
            return _element(outer, value)
        case ast.Call(func=ast.Name("len"), args=[_], keywords=[]) if isinstance(value, (tuple, list)):
            return outer, len(value)
        case ast.Call(func=ast.Name("int"), args=[_], keywords=[]) if isinstance(value, int):
            return outer, value
    return None


def _called(call: ast.Call, name: str, value: tuple[object, ...]) -> tuple[ast.expr, object] | None:
    if name == "as_list":
        return call, list(value)
    numbers = [size for size in value if isinstance(size, int)]
    return (call, prod(numbers)) if len(numbers) == len(value) else None


def _element(outer: ast.Subscript, value: Sizes) -> tuple[ast.expr, object] | None:
    key = outer.slice
    try:
        if isinstance(key, ast.Slice):
            bounds = [None if bound is None else ast.literal_eval(bound) for bound in (key.lower, key.upper, key.step)]
            return outer, value[slice(*bounds)]
        found = value[ast.literal_eval(key)]
    except (ValueError, TypeError, IndexError):
        return None
    return None if found is _NO_NUMBER else (outer, found)
