"""Static shapes where an operation calls functions of the program: what these are given, and what they give."""

from __future__ import annotations

from collections.abc import Sequence

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, join_dims
from tf2migrate.analysis.graph.inference.operands import shape_of
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.shapes import assume_shape, plain, shape_of_node
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.values import NONE, GraphValue, V

_OVER_ROWS = ("tf.map_fn", "tf.scan")


def note_parameters(request: Request, tensors: Sequence[V]) -> None:
    """Keep the shapes of what an operation hands to a function: rows, and what the rows before gave."""
    elements = request.value("elems")
    shape = shape_of(plain(request.machine, elements)) if isinstance(elements, GraphValue) else None
    if request.path not in _OVER_ROWS or not shape or not tensors:
        return
    assume_shape(request.machine, tensors[-1], shape[1:])
    initial = request.value("initializer")
    if request.path == "tf.scan" and len(tensors) == 2 and (initial == NONE or isinstance(initial, GraphValue)):
        before = shape[1:] if initial == NONE else shape_of(plain(request.machine, initial))
        assume_shape(request.machine, tensors[0], before)


def note_loop_variable(request: Request, fresh: V, initial: V) -> None:
    """Keep the shape of what a loop hands to its body: that of the first value, unless the program says otherwise."""
    if request.path == "tf.while_loop" and request.value("shape_invariants") == NONE:
        assume_shape(request.machine, fresh, shape_of(plain(request.machine, initial)))


def note_results(request: Request, result: V, given: Sequence[V]) -> None:
    """Keep the shapes of an operation's results: `given` is what each function of the program gave."""
    machine = request.machine
    made = graph_values(machine, result)
    if request.path == "tf.while_loop":
        first = graph_values(machine, request.value("loop_vars"))
        if request.value("shape_invariants") == NONE and len(first) == len(made):
            _note(request, made, [shape_of_node(machine, node) for node in first])
        return
    leaves = [graph_values(machine, one) for one in given]
    if not leaves or any(len(one) != len(made) for one in leaves):
        return
    shapes = [[shape_of_node(machine, node) for node in one] for one in leaves]
    if request.path == "tf.cond" and len(shapes) == 2:
        _note(request, made, [_either(*pair) for pair in zip(*shapes, strict=True)])
    elif request.path in _OVER_ROWS and len(shapes) == 1:
        rows = _rows(request)
        _note(request, made, [None if shape is None else (rows, *shape) for shape in shapes[0]])


def _note(request: Request, made: Sequence[int], shapes: Sequence[Shape | None]) -> None:
    for node, shape in zip(made, shapes, strict=True):
        assume_shape(request.machine, GraphValue(node), shape)


def _rows(request: Request) -> Dim:
    elements = request.value("elems")
    shape = shape_of_node(request.machine, elements.node) if isinstance(elements, GraphValue) else None
    return shape[0] if shape else UNSURE


def _either(a: Shape | None, b: Shape | None) -> Shape | None:
    """Return the shape of what one of two branches gives, which has no size where they differ."""
    if a is None or b is None or len(a) != len(b):
        return None
    pairs = list(zip(a, b, strict=True))
    return tuple(None if UNSURE not in pair and pair[0] != pair[1] else join_dims(*pair) for pair in pairs)
