"""RNN cells and the functions that unroll them."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.analysis.graph.laws import CELLS, LSTM, WRAPPERS
from tf2migrate.analysis.graph.layers import in_layer_scope
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import VariableScope, known_flag
from tf2migrate.analysis.graph.variables import shared_variable
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import union
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node, revise_node
from tf2migrate.analysis.values import NONE, GraphValue, Items, Ref, Tuple, Union, V, plain
from tf2migrate.model.facts import Kind, Known

LSTM_FIELDS = ("c", "h")
Leaf = Callable[[int], V]


def make_cell(request: Request) -> V:
    """Model the construction of a cell: its weights come with its first call."""
    return make_node(request.machine, request.node, Kind.CELL, request.path, request.inputs(), request.given)


def state_tuple(request: Request) -> V:
    """Model `LSTMStateTuple(c, h)`."""
    values = request.arguments.values()
    c, h = request.value("c", values[0] if values else NONE), request.value("h", values[1] if len(values) > 1 else NONE)
    make_node(request.machine, request.node, Kind.OBJECT, request.path, request.inputs(), request.given)
    return Tuple((c, h), None, "LSTMStateTuple", LSTM_FIELDS)


def short_name(machine: Machine, cell: GraphValue) -> str:
    """Return the class name of a cell."""
    return machine.trace.nodes[cell.node].op.rsplit(".", 1)[-1]


def inner_cells(machine: Machine, cell: GraphValue, node: ast.expr) -> tuple[list[V], V | None]:
    """Return the cells that a wrapper or a stack holds, and what a stack of unknown height repeats."""
    given = machine.given.get(cell.node, {})
    if short_name(machine, cell) == "MultiRNNCell":
        contents = iterate(machine, given.get("cells", given.get("0", NONE)), node)
        return list(contents.items), contents.rest
    return [given.get("cell", given.get("0", NONE))], None


def state_of(machine: Machine, cell: V, leaf: Leaf, node: ast.expr) -> V:
    """Return a state with the structure of the cell's; `leaf(i)` makes its i-th tensor."""
    counter = iter(range(10_000))
    return _state_of(machine, cell, lambda: leaf(next(counter)), node)


def _state_of(machine: Machine, cell: V, leaf: Callable[[], V], node: ast.expr) -> V:
    if isinstance(cell, Union):
        return union([_state_of(machine, option, leaf, node) for option in cell.options])
    if not isinstance(cell, GraphValue):
        return leaf()
    short = short_name(machine, cell)
    given = machine.given.get(cell.node, {})
    if short in LSTM and known_flag(given.get("state_is_tuple", Known(True))) is not False:
        return Tuple((leaf(), leaf()), None, "LSTMStateTuple", LSTM_FIELDS)
    if short == "MultiRNNCell":
        inner, rest = inner_cells(machine, cell, node)
        if known_flag(given.get("state_is_tuple", Known(True))) is False:
            return leaf()
        states = tuple(_state_of(machine, one, leaf, node) for one in inner)
        return Tuple(states, None if rest is None else _state_of(machine, rest, leaf, node))
    if short in WRAPPERS:
        return _state_of(machine, inner_cells(machine, cell, node)[0][0], leaf, node)
    return leaf()


def zero_state(request: Request, cell: GraphValue) -> V:
    """Model `cell.zero_state(..)`."""
    machine = request.machine
    op = f"{machine.trace.nodes[cell.node].op}.zero_state"
    return state_of(
        machine,
        cell,
        lambda index: make_node(
            machine, request.node, Kind.TENSOR, op, [cell.node, *request.inputs()], request.given, output=index
        ),
        request.node,
    )


def cell_weights(machine: Machine, cell: V, node: ast.expr, wanted: V = NONE) -> list[int]:
    """Return the weights of a cell, made in the scope in force at its first call."""
    if isinstance(cell, Union):
        return [one for option in cell.options for one in cell_weights(machine, option, node, wanted)]
    if isinstance(cell, Ref):
        tensors = [make_node(machine, node, Kind.TENSOR, "tf.nn.dynamic_rnn.parameter", output=i) for i in range(2)]
        return graph_values(machine, machine.call(machine, cell, plain(*tensors), node))
    if not isinstance(cell, GraphValue) or machine.trace.nodes[cell.node].kind is not Kind.CELL:
        return graph_values(machine, cell)
    held = machine.heap.get(-1 - cell.node, "*weights")
    if isinstance(held, Items):
        return [one for item in held.items for one in graph_values(machine, item)]
    made = _make_weights(machine, cell, node, wanted)
    machine.heap.set(-1 - cell.node, "*weights", Items(tuple(GraphValue(one) for one in made)))
    revise_node(machine, cell.node, targets=tuple(made))
    return made


def _make_weights(machine: Machine, cell: GraphValue, node: ast.expr, wanted: V) -> list[int]:
    short = short_name(machine, cell)
    if short in CELLS:
        default, names = CELLS[short]
        given = machine.given.get(cell.node, {})
        op = machine.trace.nodes[cell.node].op

        def make(inner: Machine, scope: VariableScope) -> list[V]:
            full = [None if scope.name is None else f"{scope.name}/{name}" for name in names]
            return [shared_variable(inner, node, op, one, output=name) for one, name in zip(full, names, strict=True)]

        named = given.get("name", wanted)
        held = in_layer_scope(machine, named, default, make)
        return [one for value in held for one in graph_values(machine, value)]
    cells, rest = inner_cells(machine, cell, node)
    if short == "OutputProjectionWrapper":
        return _projected_weights(machine, cell, cells[0], node, wanted)
    if short == "MultiRNNCell":
        return _stacked_weights(machine, [*cells, *([] if rest is None else [rest])], node, wanted)
    return [one for inner in cells for one in cell_weights(machine, inner, node)]


def _projected_weights(machine: Machine, cell: GraphValue, projected: V, node: ast.expr, wanted: V) -> list[int]:
    """Return the weights of a projected cell, and those of the projection behind them."""
    op = machine.trace.nodes[cell.node].op

    def make(inner: Machine, scope: VariableScope) -> list[V]:
        held: list[V] = [GraphValue(one) for one in cell_weights(inner, projected, node)]
        for name in ("kernel", "bias"):
            full = None if scope.name is None else f"{scope.name}/{name}"
            held.append(shared_variable(inner, node, op, full, output=name))
        return held

    held = in_layer_scope(machine, wanted, "output_projection_wrapper", make)
    return [one for value in held for one in graph_values(machine, value)]


def _stacked_weights(machine: Machine, cells: list[V], node: ast.expr, wanted: V) -> list[int]:
    def make(inner: Machine, _: VariableScope) -> list[V]:
        return [value for index, cell in enumerate(cells) for value in _weights_at(inner, index, cell, node)]

    held = in_layer_scope(machine, wanted, "multi_rnn_cell", make)
    return [one for value in held for one in graph_values(machine, value)]


def _weights_at(machine: Machine, index: int, cell: V, node: ast.expr) -> list[V]:
    def make(inner: Machine, _: VariableScope) -> list[V]:
        return [GraphValue(one) for one in cell_weights(inner, cell, node)]

    return in_layer_scope(machine, Known(f"cell_{index}"), "", make)


def call_cell(request: Request, cell: GraphValue) -> V:
    """Model `cell(inputs, state)`: the output and the new state."""
    machine = request.machine
    weights = cell_weights(machine, cell, request.node, request.value("scope"))
    return _results(
        request, cell, [cell.node, *request.inputs(), *weights], f"{machine.trace.nodes[cell.node].op}.__call__"
    )


def _results(request: Request, cell: V, inputs: list[int], op: str) -> Tuple:
    machine = request.machine
    output = make_node(machine, request.node, Kind.TENSOR, op, inputs, request.given, output=0)
    state = _new_state(request, cell, inputs, op)
    return Tuple((output, state))


def _new_state(request: Request, cell: V, inputs: list[int], op: str, first: int = 1) -> V:
    machine = request.machine
    return state_of(
        machine,
        cell,
        lambda index: make_node(machine, request.node, Kind.TENSOR, op, inputs, request.given, output=first + index),
        request.node,
    )


def _weights_in(request: Request, cell: V, default: str, wanted: V) -> list[int]:
    held = in_layer_scope(
        request.machine,
        wanted if wanted != NONE else Known(default),
        default,
        lambda machine, _: [GraphValue(one) for one in cell_weights(machine, cell, request.node)],
    )
    return [one for value in held for one in graph_values(request.machine, value)]


def dynamic_rnn(request: Request) -> V:
    """Model `tf.nn.dynamic_rnn(..)`."""
    cell = request.value("cell")
    weights = _weights_in(request, cell, "rnn", request.value("scope"))
    return _results(request, cell, [*request.inputs(), *weights], request.path)


def static_rnn(request: Request) -> V:
    """Model `tf.nn.static_rnn(..)` and `rnn_decoder(..)`: a list of outputs and the last state."""
    machine = request.machine
    cell = request.value("cell")
    decoder = "decoder" in request.path
    sequence = request.value("decoder_inputs" if decoder else "inputs")
    weights = _weights_in(request, cell, "rnn_decoder" if decoder else "rnn", request.value("scope"))
    inputs = [*request.inputs(), *weights]
    loop = request.value("loop_function")
    if loop != NONE:
        fresh = make_node(machine, request.node, Kind.TENSOR, f"{request.path}.parameter", inputs)
        inputs += graph_values(machine, machine.call(machine, loop, plain(fresh, Known(1)), request.node))
    contents = iterate(machine, sequence, request.node)
    outputs = _outputs(request, contents, inputs)
    return Tuple((outputs, _new_state(request, cell, inputs, request.path, len(contents.items))))


def _outputs(request: Request, contents: Items, inputs: list[int]) -> V:
    machine = request.machine
    parts = [
        make_node(machine, request.node, Kind.TENSOR, request.path, inputs, request.given, output=index)
        for index in range(max(len(contents.items), 1))
    ]
    if contents.rest is None and contents.items:
        return machine.new_list(tuple(parts), request.node)
    return machine.new_list((), request.node, parts[0])


def bidirectional(request: Request) -> V:
    """Model the dynamic and the static bidirectional RNN."""
    machine = request.machine
    forward, backward = request.value("cell_fw"), request.value("cell_bw")
    scope = request.value("scope", NONE)

    def make(inner: Machine, _: VariableScope) -> list[V]:
        found = _weights_in(request, forward, "fw", NONE) + _weights_in(request, backward, "bw", NONE)
        return [GraphValue(one) for one in found]

    held = in_layer_scope(machine, scope if scope != NONE else Known("bidirectional_rnn"), "bidirectional_rnn", make)
    inputs = [*request.inputs(), *(one for value in held for one in graph_values(machine, value))]
    states = (
        _new_state(request, forward, inputs, request.path, 10),
        _new_state(request, backward, inputs, request.path, 20),
    )
    if "static" in request.path:
        outputs = _outputs(request, iterate(machine, request.value("inputs"), request.node), inputs)
        return Tuple((outputs, *states))
    pair = [
        make_node(machine, request.node, Kind.TENSOR, request.path, inputs, request.given, output=index)
        for index in range(2)
    ]
    return Tuple((Tuple(tuple(pair)), Tuple(states)))
