"""Attributes of graph values: facts that the host reads, and parts that are graph values themselves."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.laws import MOVING
from tf2migrate.analysis.graph.shapes import rank
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.patterns import as_value
from tf2migrate.analysis.summaries import summarize
from tf2migrate.analysis.values import GraphValue, Host, Known, Method, Scope, ShapeOf, V
from tf2migrate.model.facts import Cell, Kind, Symbol, Write

STATIC = {
    "shape": "shape",
    "dtype": "dtype",
    "name": "name",
    "device": "device",
    "graph": "graph",
    "op": "op",
    "graph_def": "graph_def",
    "consumers": "consumers",
    "sess_str": "target",
    "output_size": "output_size",
    "state_size": "state_size",
    "output_shapes": "output_shapes",
    "output_types": "output_types",
}
TENSOR_METHODS = frozenset(
    "apply sample log_prob prob mean stddev variance entropy cdf kl_divergence dequeue dequeue_many lookup quantile "
    "mode size stack write read_up_to".split()
)
SPARSE_PARTS = frozenset({"values", "indices", "dense_shape"})
VALUES = (Kind.TENSOR, Kind.VARIABLE, Kind.PLACEHOLDER, Kind.ASSIGN, Kind.OPERATION, Kind.TRAIN, Kind.INITIALIZER)


def attribute_owner(node: int) -> int:
    """Return the id under which a graph value owns the attributes that the program sets on it."""
    return -1 - node


def read_member(machine: Machine, value: GraphValue | Scope | ShapeOf, name: str, node: ast.expr) -> V:
    """Return `value.name` for a graph value."""
    if isinstance(value, ShapeOf):
        return _shape_member(machine, value, name)
    if isinstance(value, Scope):
        return _scope_member(machine, value, name, node)
    held = machine.read(attribute_owner(value.node), name, node)
    if held is not None:
        return held
    kind = machine.trace.nodes[value.node].kind
    if name in ("initializer", "op") and kind in (*VALUES, Kind.ITERATOR):
        return _operation(machine, value, name, node)
    if name == "graph":
        machine.static_read(value.node, "graph", node)
        return make_node(machine, node, Kind.GRAPH, "attribute.graph", (value.node,))
    if name in STATIC:
        machine.static_read(value.node, STATIC[name], node)
        return _static_value(machine, value, name)
    if kind is Kind.TENSOR and name in SPARSE_PARTS:
        return make_node(machine, node, Kind.TENSOR, f"attribute.{name}", (value.node,))
    if kind is Kind.DISTRIBUTION and name not in TENSOR_METHODS:
        return make_node(machine, node, Kind.TENSOR, f"{machine.trace.nodes[value.node].op}.{name}", (value.node,))
    if name in ("trainable_weights", "trainable_variables", "weights", "variables", "kernel", "bias"):
        return _weights(machine, value, name, node)
    return Method(value, name)


def _operation(machine: Machine, value: GraphValue, name: str, node: ast.expr) -> V:
    made = machine.trace.nodes[value.node]
    if name == "initializer" and made.kind in (Kind.VARIABLE, Kind.ITERATOR):
        label = None if made.name is None else f"{made.name}/Assign"
        return make_node(
            machine,
            node,
            Kind.INITIALIZER,
            "attribute.initializer",
            (value.node,),
            name=label,
            targets=(value.node,),
            stateful=True,
        )
    if name == "op":
        return make_node(machine, node, Kind.OPERATION, "attribute.op", (value.node,), name=made.name)
    return Method(value, name)


def _static_value(machine: Machine, value: GraphValue, name: str) -> V:
    made = machine.trace.nodes[value.node]
    match name:
        case "shape":
            return ShapeOf(value.node)
        case "name":
            suffix = "" if made.kind in (Kind.OPERATION, Kind.TRAIN, Kind.INITIALIZER, Kind.LAYER, Kind.CELL) else ":0"
            return Host("str") if made.name is None else as_value(made.name + suffix)
        case "dtype":
            given = made.arguments.get("dtype")
            return given if isinstance(given, Symbol) else Host("dtype")
    return Host(name)


def _shape_member(machine: Machine, value: ShapeOf, name: str) -> V:
    if name in ("ndims", "rank"):
        return rank(machine, value)
    if name == "dims":
        return ShapeOf(value.node)
    return Method(value, name)


def _scope_member(machine: Machine, value: Scope, name: str, node: ast.expr) -> V:
    machine.static_read(value.node, f"scope.{name}", node)
    match name:
        case "name":
            return Host("str") if value.name is None else as_value(value.name)
        case "original_name_scope":
            return Host("str") if value.name_scope is None else Known(f"{value.name_scope}/")
        case "reuse":
            return Host("bool") if value.reuse is None else Known(value.reuse)
    return Method(value, name)


def _weights(machine: Machine, value: GraphValue, name: str, node: ast.expr) -> V:
    targets = machine.trace.nodes[value.node].targets
    machine.static_read(value.node, name, node)
    if name in ("kernel", "bias"):
        for target in targets:
            if machine.trace.nodes[target].output == name:
                return GraphValue(target)
        return Method(value, name)
    kept = [
        target
        for target in targets
        if not name.startswith("trainable") or machine.trace.nodes[target].output not in MOVING
    ]
    return machine.new_list(tuple(GraphValue(target) for target in kept), node)


def write_member(machine: Machine, value: GraphValue, name: str, new: V | None, node: ast.expr) -> None:
    """Set an attribute that the program puts on a graph value."""
    owner = attribute_owner(value.node)
    machine.heap.set(owner, name, new)
    written = Known(None) if new is None else summarize(machine.heap, new)
    machine.trace.writes.append(Write(Cell(owner, name), machine.trace.tick(), machine.place(node), written))
