"""TF objects other than tensors: summaries, writers, layers as values, and what calling them gives."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.request import Request, request
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.values import NONE, Arguments, GraphValue, Host, V
from tf2migrate.model.facts import Kind

TENSOR_METHODS = frozenset(
    "call apply sample log_prob prob mean stddev variance entropy cdf kl_divergence average get_next zero_state read "
    "dequeue dequeue_many enqueue enqueue_many lookup quantile mode".split()
)


def call_object(machine: Machine, value: GraphValue, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling a TF object gives: a tensor of its arguments."""
    made = machine.trace.nodes[value.node]
    asked = request(machine, f"{made.op}.__call__", arguments, node)
    return make_node(machine, node, Kind.TENSOR, asked.path, [value.node, *asked.inputs()], asked.given)


def call_object_method(asked: Request, receiver: GraphValue, name: str) -> V:
    """Return what a method of a TF object gives."""
    machine = asked.machine
    made = machine.trace.nodes[receiver.node]
    kind = Kind.TENSOR if name in TENSOR_METHODS else Kind.OBJECT
    if made.kind is Kind.DATASET:
        kind = Kind.DATASET
    node = make_node(machine, asked.node, kind, f"{made.op}.{name}" if kind is not Kind.OBJECT else asked.path,
                     [receiver.node, *asked.inputs()], asked.given)
    if made.kind is Kind.WRITER:
        return NONE
    return node if kind is not Kind.OBJECT or made.kind in (Kind.OBJECT, Kind.LAYER, Kind.CELL) else Host("value")
