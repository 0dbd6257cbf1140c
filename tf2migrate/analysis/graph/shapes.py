"""Static shapes of graph values, where the program writes them down."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tf2migrate.analysis.graph.inference import BROADCAST, inferred
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.values import NONE, Host, Items, Known, Ref, ShapeOf, Slice, Tuple, V
from tf2migrate.model.facts import Kind

WRITTEN = frozenset(
    "tf.placeholder tf.placeholder_with_default tf.get_variable tf.zeros tf.ones tf.random_normal tf.random_uniform "
    "tf.truncated_normal tf.fill tf.reshape".split()
)
_DEPTH = 150  # operations between a value and what its shape follows from
DIMENSION = Host("dimension")


def static_shape(machine: Machine, node: int) -> tuple[V, ...] | None:
    """Return the dimensions of a graph value, None where not even their number is known."""
    return _shape(machine, node, {}, _DEPTH)


def _shape(machine: Machine, node: int, known: dict[int, tuple[V, ...] | None], depth: int) -> tuple[V, ...] | None:
    if node not in known:
        known[node] = None  # a loop leads nowhere
        known[node] = _shape_of(machine, node, known, depth) if depth else None
    return known[node]


def _shape_of(machine: Machine, node: int, known: dict[int, tuple[V, ...] | None], depth: int) -> tuple[V, ...] | None:
    made = machine.trace.nodes[node]
    given = machine.given.get(node, {})
    by_value = made.op == "tf.get_variable" and given.get("shape", NONE) == NONE
    if by_value and made.inputs:
        return _shape(machine, made.inputs[0], known, depth - 1)
    if made.op in WRITTEN or (made.op == "tf.constant" and "shape" in given):
        return _dimensions(machine, given.get("shape", given.get("dims", NONE)))
    if made.op == "tf.Variable" and made.inputs:
        return _shape(machine, made.inputs[0], known, depth - 1)
    if made.kind is Kind.VARIABLE and made.output == "slot" and made.inputs:
        return _shape(machine, made.inputs[0], known, depth - 1)
    if made.kind is Kind.TENSOR:
        constant = made.op in BROADCAST and len(made.inputs) < 2  # an operand that is a number of the host
        inputs = [] if constant and not _is_number(given) else made.inputs
        shapes = [_shape(machine, number, known, depth - 1) for number in inputs]
        return inferred(made.op, shapes, given, lambda value: _dimensions(machine, value))
    return None


def _is_number(given: Mapping[str, V]) -> bool:
    """Say whether one operand is a number, which changes no shape."""
    return any(isinstance(value, Known) and isinstance(value.value, (bool, int, float)) for value in given.values())


def _dimensions(machine: Machine, shape: V) -> tuple[V, ...] | None:
    contents: V | None = shape
    if isinstance(shape, Ref):
        contents = machine.heap.get(shape.id, CONTENTS)
    if not isinstance(contents, Items | Tuple) or contents.rest is not None:
        return None
    return tuple(_dimension(item) for item in contents.items)


def _dimension(item: V) -> V:
    if isinstance(item, Known) and isinstance(item.value, int) and item.value >= 0:
        return item
    return NONE if item == NONE else DIMENSION


def shape_element(machine: Machine, shape: ShapeOf, key: V) -> V:
    """Return `shape[key]`."""
    known = static_shape(machine, shape.node)
    if known is None or shape.dimension is not None:
        return ShapeOf(shape.node, 0) if isinstance(key, Slice) else DIMENSION
    if isinstance(key, Known) and isinstance(key.value, int) and -len(known) <= key.value < len(known):
        return known[key.value] if known[key.value] != NONE else DIMENSION
    return ShapeOf(shape.node, 0) if isinstance(key, Slice) else DIMENSION


def shape_list(machine: Machine, shape: ShapeOf, node: ast.expr) -> V:
    """Return `shape.as_list()`."""
    known = None if shape.dimension is not None else static_shape(machine, shape.node)
    return machine.new_list((), node, DIMENSION) if known is None else machine.new_list(known, node)


def rank(machine: Machine, shape: ShapeOf) -> V:
    """Return `shape.ndims`."""
    known = None if shape.dimension is not None else static_shape(machine, shape.node)
    return Host("int") if known is None else Known(len(known))
