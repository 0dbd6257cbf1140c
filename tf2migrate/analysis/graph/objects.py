"""TF objects other than tensors: what calling them and their methods gives."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.datasets import dataset_method, iterator_method
from tf2migrate.analysis.graph.layers import call_layer_object
from tf2migrate.analysis.graph.members import TENSOR_METHODS
from tf2migrate.analysis.graph.recurrent import call_cell, zero_state
from tf2migrate.analysis.graph.request import Request, request
from tf2migrate.analysis.graph.statistics import average_method
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, Arguments, GraphValue, Host, Tuple, V
from tf2migrate.model.facts import Kind

OPERATION_METHODS = frozenset("enqueue enqueue_many close insert initializer".split())


def call_object(machine: Machine, value: GraphValue, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling a TF object gives: a tensor of its arguments."""
    made = machine.trace.nodes[value.node]
    asked = request(machine, f"{made.op}.__call__", arguments, node)
    match made.kind:
        case Kind.LAYER:
            return call_layer_object(asked, value)
        case Kind.CELL:
            return call_cell(asked, value)
    if made.op == "tf.make_template":
        return _call_template(asked, value)
    return make_node(machine, node, Kind.TENSOR, asked.path, [value.node, *asked.inputs()], asked.given)


def _call_template(asked: Request, value: GraphValue) -> V:
    from tf2migrate.analysis.graph.layers import in_layer_scope

    machine = asked.machine
    given = machine.given[value.node]
    scope = machine.heap.get(-1 - value.node, "*scope") or given.get("name_", NONE)
    results: list[V] = []

    def call(inner: Machine, _: object) -> list[V]:
        results.append(inner.call(inner, given.get("func_", NONE), asked.arguments, asked.node))
        return []

    in_layer_scope(machine, scope, "template", call)
    return results[0]


def call_object_method(asked: Request, receiver: GraphValue, name: str) -> V:
    """Return what a method of a TF object gives."""
    machine = asked.machine
    made = machine.trace.nodes[receiver.node]
    match made.kind:
        case Kind.DATASET:
            return dataset_method(asked, receiver, name)
        case Kind.ITERATOR:
            return iterator_method(asked, receiver, name)
        case Kind.LAYER if name in ("apply", "call", "__call__"):
            return call_layer_object(asked, receiver)
        case Kind.CELL if name == "zero_state":
            return zero_state(asked, receiver)
        case Kind.CELL if name in ("call", "__call__"):
            return call_cell(asked, receiver)
    if made.op.endswith("ExponentialMovingAverage"):
        return average_method(asked, receiver, name)
    return _plain_method(asked, receiver, name)


def _plain_method(asked: Request, receiver: GraphValue, name: str) -> V:
    machine, node = asked.machine, asked.node
    made = machine.trace.nodes[receiver.node]
    inputs = [receiver.node, *asked.inputs()]
    if name == "read" and "Reader" in made.op:
        parts = [
            make_node(machine, node, Kind.TENSOR, f"{made.op}.read", inputs, output=i, stateful=True) for i in (0, 1)
        ]
        return Tuple(tuple(parts))
    if name in TENSOR_METHODS or (name == "read" and "Array" in made.op):
        random = name == "sample"
        return make_node(
            machine,
            node,
            Kind.TENSOR,
            f"{made.op}.{name}",
            inputs,
            asked.given,
            random=random,
            stateful=name.startswith("dequeue"),
        )
    if name in OPERATION_METHODS and "Queue" in made.op:
        return make_node(machine, node, Kind.OPERATION, f"{made.op}.{name}", inputs, asked.given, stateful=True)
    if name in ("run", "eval", "partial_run"):
        machine.find("hidden_run", node, f"{made.op}.{name}")
    for tensor in graph_values(machine, asked.value("session")):
        machine.escape(tensor, f"method {name}", node)
    result = make_node(machine, node, Kind.OBJECT, f"{made.op}.{name}", inputs, asked.given)
    if made.kind is Kind.WRITER:
        return NONE
    return result if made.kind in (Kind.OBJECT, Kind.LAYER, Kind.CELL) else Host("value")
