"""Static shapes of graph values: each follows from its operation's law where the operation is made."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from math import prod

from tf2migrate.analysis.graph.cell_sizes import cell_of
from tf2migrate.analysis.graph.inference.creation import VARIABLES
from tf2migrate.analysis.graph.inference.dims import UNSURE, Shape, join, merge_dims, unknown
from tf2migrate.analysis.graph.inference.operands import DIMENSION, Cell, Name, Open, Operands, Tensor, as_value
from tf2migrate.analysis.graph.inference.table import NOTHING, inferred, law_of
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.patterns import INDEX
from tf2migrate.analysis.values import NONE, GraphValue, Host, Items, Known, Range, Ref, ShapeOf, Slice, Tuple, Union, V
from tf2migrate.model.facts import GraphNode, Kind, Symbol

_NUMBERS = frozenset({"int", "float", "bool", "dimension", "len"})
_BOUNDS = {int, type(None)}
_DEPTH = 5  # of lists in lists


def note_shape(machine: Machine, made: GraphNode) -> None:
    """Keep what follows statically of a value that was just made: later its arguments may have changed."""
    machine.shapes[made.id] = _inferred(machine, made)


def assume_shape(machine: Machine, value: V, shape: Shape | None) -> None:
    """Keep the shape of a value that no law of its operation tells."""
    if isinstance(value, GraphValue):
        machine.shapes[value.node] = Tensor(shape)


def shape_of_call(machine: Machine, path: str, given: Mapping[str, V]) -> Shape | None:
    """Return the shape of what an operation would give."""
    return inferred(path, Operands(lambda name: plain(machine, given[name]) if name in given else None)).shape


def narrow_shape(machine: Machine, node: int, wanted: V) -> None:
    """Take over what `set_shape` says; what it says under a condition may not hold."""
    known, said = shape_of_node(machine, node), _listed(machine, wanted)
    if said is None or (known is not None and len(known) != len(said)):
        return
    found = unknown(len(said)) if known is None else known
    merged = tuple(old if new is None else merge_dims(old, new) for old, new in zip(found, said, strict=True))
    if not machine.conditions:
        machine.shapes[node] = Tensor(merged)
    elif known is not None:
        machine.shapes[node] = Tensor(join([known, merged]))


def shape_of_node(machine: Machine, node: int) -> Shape | None:
    """Return the static shape of a graph value as the laws see it."""
    return machine.shapes.get(node, NOTHING).shape


def static_shape(machine: Machine, node: int) -> tuple[V, ...] | None:
    """Return the dimensions of a graph value, None where not even their number is known."""
    shape = shape_of_node(machine, node)
    return None if shape is None else tuple(as_value(dim) for dim in shape)


# --- the arguments of an operation as its law sees them -------------------------------------------------------------


def _inferred(machine: Machine, made: GraphNode) -> Tensor:
    if made.kind is Kind.VARIABLE and made.output == "slot" and made.inputs:
        return machine.shapes.get(made.inputs[0], NOTHING)
    if made.kind is Kind.ASSIGN and made.targets:
        return Tensor(shape_of_node(machine, made.targets[0]))
    if made.kind is Kind.VARIABLE:
        of_table = made.op in VARIABLES and made.output is None
    else:
        of_table = made.kind in (Kind.TENSOR, Kind.PLACEHOLDER)
    if made.op == "method.value" and made.inputs:
        return machine.shapes.get(made.inputs[0], NOTHING)
    path = _path(machine, made)
    if not of_table or law_of(path) is None:
        return NOTHING
    return inferred(path, Operands(_argument(machine, made), made.output))


def _path(machine: Machine, made: GraphNode) -> str:
    """Return the name under which the law of an operation is found; all cells have one."""
    receiver = machine.trace.nodes[made.inputs[0]] if made.inputs else None
    of_cell = receiver is not None and receiver.kind is Kind.CELL and made.op.startswith(f"{receiver.op}.")
    return f"cell.{made.op.rpartition('.')[2]}" if of_cell else made.op


def _argument(machine: Machine, made: GraphNode) -> Callable[[str], object]:
    given = machine.given.get(made.id, {})
    fallback: Mapping[str, V] = {}
    receiver = machine.trace.nodes[made.inputs[0]] if made.inputs else None
    if receiver is not None and made.op.endswith(".__call__") and receiver.kind is Kind.LAYER:
        fallback = machine.given.get(receiver.id, {})

    def look(name: str) -> object:
        value = given.get(name, fallback.get(name))
        if value is None and name == "x" and made.op.startswith("operator.") and made.inputs:
            value = GraphValue(made.inputs[0])  # a subscript, an operator with one operand
        if name == "cell" and value is None and receiver is not None and receiver.kind is Kind.CELL:
            value = GraphValue(receiver.id)
        if name == "initial_value" and value is not None and not isinstance(value, GraphValue) and made.inputs:
            value = _initial(machine, value, made.inputs)
        return None if value is None else plain(machine, value)

    return look


def _initial(machine: Machine, value: V, inputs: tuple[int, ...]) -> V:
    """Return the value that a variable begins with, which may be what a function gives."""
    return value if isinstance(value, Known | Ref | Tuple) or len(inputs) > 1 else GraphValue(inputs[0])


def plain(machine: Machine, value: V, depth: int = _DEPTH) -> object:
    """Return an argument as laws read it; UNSURE where it may be anything."""
    match value:
        case Known(known):
            return known
        case GraphValue(node):
            return _of_node(machine, node)
        case Tuple(items, rest) | Items(items, rest):
            return _sequence(machine, value, items, rest, depth - 1)
        case Ref(owner):
            contents = machine.heap.get(owner, CONTENTS)
            return plain(machine, contents, depth) if isinstance(contents, Items) else UNSURE
        case Range(values):
            return list(values)
        case Slice(lower, upper, step):
            return slice(*(plain(machine, bound, depth) for bound in (lower, upper, step)))
        case Symbol(path):
            return None if path.endswith(".newaxis") else Name(path)
        case ShapeOf():
            dims = dimensions(machine, value)
            return UNSURE if dims is None else [plain(machine, dim) for dim in dims]
        case Union(options):
            return _one_of([plain(machine, option, depth) for option in options])
        case Host("Ellipsis"):
            return ...
        case Host(what) if what in _NUMBERS or what.startswith(INDEX):
            return Tensor(())
    return UNSURE


def _of_node(machine: Machine, node: int) -> object:
    made = machine.trace.nodes[node]
    if made.kind is not Kind.CELL:
        return machine.shapes.get(node, NOTHING)
    given = {name: plain(machine, value) for name, value in machine.given.get(node, {}).items()}
    return cell_of(made.op.rpartition(".")[2], given, lambda held: held if isinstance(held, Cell) else None)


def _sequence(machine: Machine, value: V, items: tuple[V, ...], rest: V | None, depth: int) -> object:
    if depth == 0:
        return UNSURE
    inner = [plain(machine, item, depth) for item in (items if rest is None else (*items, rest))]
    if rest is not None:
        return Open(inner)
    return tuple(inner) if isinstance(value, Tuple) else inner


def _one_of(found: list[object]) -> object:
    tensors = [one for one in found if isinstance(one, Tensor)]
    return Tensor(join([tensor.shape for tensor in tensors])) if len(tensors) == len(found) else UNSURE


def _listed(machine: Machine, shape: V) -> Shape | None:
    return Operands({"shape": plain(machine, shape)}.get).numbers("shape")


# --- shapes that the program reads ----------------------------------------------------------------------------------


def dimensions(machine: Machine, shape: ShapeOf) -> tuple[V, ...] | None:
    """Return the dimensions of a static shape, or of the part of one that it is."""
    if shape.part is not None:
        return shape.part
    return None if shape.dimension is not None else static_shape(machine, shape.node)


def shape_element(machine: Machine, shape: ShapeOf, key: V) -> V:
    """Return `shape[key]`."""
    known = dimensions(machine, shape)
    if isinstance(key, Slice):
        bounds = plain(machine, key)
        if known is None or not isinstance(bounds, slice) or _types(bounds) - _BOUNDS:
            return ShapeOf(shape.node, 0)
        return ShapeOf(shape.node, 0, known[bounds])
    index = plain(machine, key)
    if known is None or not isinstance(index, int) or not -len(known) <= index < len(known):
        return DIMENSION
    return known[index] if known[index] != NONE else DIMENSION


def _types(bounds: slice) -> set[type]:
    return {type(bounds.start), type(bounds.stop), type(bounds.step)}


def shape_list(machine: Machine, shape: ShapeOf, node: ast.expr) -> V:
    """Return `shape.as_list()`."""
    known = dimensions(machine, shape)
    return machine.new_list((), node, DIMENSION) if known is None else machine.new_list(known, node)


def shape_fact(machine: Machine, shape: ShapeOf, name: str) -> V:
    """Return `shape.num_elements()` or `shape.is_fully_defined()`."""
    known = dimensions(machine, shape)
    if known is None or DIMENSION in known:
        return Host("value")
    numbers = [dim.value for dim in known if isinstance(dim, Known) and isinstance(dim.value, int)]
    if name == "is_fully_defined":
        return Known(len(numbers) == len(known))
    return Known(prod(numbers)) if len(numbers) == len(known) else NONE


def rank(machine: Machine, shape: ShapeOf) -> V:
    """Return `shape.ndims`."""
    known = dimensions(machine, shape)
    return Host("int") if known is None else Known(len(known))
