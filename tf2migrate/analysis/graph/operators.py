"""Python operators on graph values: each makes a node."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.op_names import take_names
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import Given, graph_values, make_node
from tf2migrate.analysis.values import Slice, V
from tf2migrate.model.facts import Kind


def graph_binary(machine: Machine, name: str, left: V, right: V, node: ast.AST) -> V:
    """Return the node that `left <name> right` makes."""
    inputs = graph_values(machine, left) + graph_values(machine, right)
    at = {}
    take_names(machine, f"operator.{name}")
    if isinstance(node, ast.BinOp):
        at = {"x": machine.ref(node.left), "y": machine.ref(node.right)}
    return make_node(machine, node, Kind.TENSOR, f"operator.{name}", inputs, Given({"x": left, "y": right}, at))


def graph_unary(machine: Machine, name: str, operand: V, node: ast.AST) -> V:
    """Return the node that `<name> operand` makes."""
    take_names(machine, f"operator.{name}")
    return make_node(machine, node, Kind.TENSOR, f"operator.{name}", graph_values(machine, operand))


def getitem(machine: Machine, value: V, key: V, node: ast.AST) -> V:
    """Return the node that `value[key]` makes."""
    bounds = [key.lower, key.upper, key.step] if isinstance(key, Slice) else [key]
    inputs = graph_values(machine, value) + [one for bound in bounds for one in graph_values(machine, bound)]
    take_names(machine, "operator.getitem")
    return make_node(machine, node, Kind.TENSOR, "operator.getitem", inputs, Given({"slice": key}))
