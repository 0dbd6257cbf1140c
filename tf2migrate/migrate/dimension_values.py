"""`dimension.value`: a shape of TensorFlow 1 holds objects, one of TensorFlow 2 holds integers and None."""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Host, Known, Read, Value
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref

_DIMENSION, _SHAPE = "dimension", "shapeof"
_OBJECTS = "dims"  # of a shape: these are `Dimension` objects in TensorFlow 2 as well


def write_dimension_values(bench: Workbench) -> None:
    """Register the dimension in the place of its value."""
    reads: dict[NodeRef, list[Read]] = defaultdict(list)
    for read in bench.view.program.reads:
        reads[read.place.expression].append(read)
    for node in ast.walk(bench.syntax.tree):
        if not isinstance(node, ast.Attribute) or node.attr != "value" or not isinstance(node.ctx, ast.Load):
            continue
        if _is_element_of_call(node.value) or _is_dimension(bench, node.value, reads):
            bench.renderer.add(Span(bench.syntax.span(node.value).end, bench.syntax.span(node).end), "")


def _is_element_of_call(node: ast.expr) -> bool:
    """Say whether an expression is an element of `x.shape` or `x.get_shape()`."""
    if not isinstance(node, ast.Subscript):
        return False
    named = node.value.func if isinstance(node.value, ast.Call) else node.value
    return isinstance(named, ast.Attribute) and named.attr in ("shape", "get_shape")


def _is_dimension(bench: Workbench, node: ast.expr, reads: dict[NodeRef, list[Read]]) -> bool:
    """Say whether a name holds a dimension whenever it is read, or is a shape of which this is an element."""
    element = isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice)
    name = node.value if isinstance(node, ast.Subscript) and element else node
    found = reads.get(node_ref(bench.syntax.path, name), []) if isinstance(name, ast.Name) else []
    fits = _holds_shape if element else _holds_dimension
    return bool(found) and all(fits(read.value) and not _from_objects(bench, read) for read in found)


def _holds_shape(value: Value) -> bool:
    return isinstance(value, Host) and value.what == _SHAPE


def _holds_dimension(value: Value) -> bool:
    if isinstance(value, Known):
        return value.value is None or (isinstance(value.value, int) and not isinstance(value.value, bool))
    return isinstance(value, Host) and value.what == _DIMENSION


def _from_objects(bench: Workbench, read: Read) -> bool:
    """Say whether a name was given the objects that `shape.dims` has, or one of them."""
    definition = bench.view.definition_of(read)
    if definition is None:
        return True
    statement = bench.of(definition.place.statement).syntax.nodes.get(definition.place.statement)
    return statement is None or any(isinstance(n, ast.Attribute) and n.attr == _OBJECTS for n in ast.walk(statement))
