"""Python's questions about types: `isinstance`, `type`, `callable`."""

from __future__ import annotations

import ast

from tf2migrate.analysis.classes import resolution_order
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.values import (
    Arguments,
    Bound,
    Builtin,
    Function,
    GraphValue,
    Host,
    Known,
    Partial,
    Ref,
    Symbol,
    Tuple,
    Union,
    V,
)
from tf2migrate.model.facts import GraphNode, Kind

_PLACEHOLDERS = ("tf.placeholder", "tf.placeholder_with_default")
TYPES = {"int": int, "float": float, "str": str, "bool": bool, "bytes": bytes, "complex": complex}


def call_isinstance(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    """Model `isinstance(value, types)`."""
    value, types = arguments.values()[:2]
    known = _is_instance(machine, value, types)
    return Host("bool") if known is None else Known(known)


def _is_instance(machine: Machine, value: V, types: V) -> bool | None:
    if isinstance(types, Tuple):
        answers = [_is_instance(machine, value, one) for one in types.items]
        return True if True in answers else (None if None in answers else False)
    if isinstance(value, Union):
        answers = [_is_instance(machine, option, types) for option in value.options]
        return answers[0] if len(set(answers)) == 1 else None
    if isinstance(types, Symbol) and isinstance(value, GraphValue):
        return _is_graph_type(machine.trace.nodes[value.node], types.path)
    if isinstance(types, Builtin):
        return _is_builtin_type(machine, value, types.name)
    if isinstance(types, Ref) and isinstance(value, Ref):
        cls = machine.heap.header(value.id).cls
        return cls is not None and types.id in resolution_order(machine, cls)
    if isinstance(types, Ref) and isinstance(value, Known | GraphValue | Tuple | Function):
        return False
    return None


def _is_graph_type(node: GraphNode, path: str) -> bool | None:
    """Say whether a graph value has a type of a module: it is no number or array; what else it is is known of some."""
    if path.startswith(("numbers.", "numpy.")):
        return False
    if path in ("tf.Tensor", "tf.Variable"):
        kind = "tf.Variable" if node.kind is Kind.VARIABLE else "tf.Tensor"
        return kind == path if node.kind is Kind.VARIABLE or node.op in _PLACEHOLDERS else None
    return None


def _is_builtin_type(machine: Machine, value: V, name: str) -> bool | None:
    if isinstance(value, Known):
        kind = TYPES.get(name)
        return isinstance(value.value, kind) if kind is not None else False
    if isinstance(value, Tuple):
        return name in ("tuple", "object")
    if isinstance(value, Ref):
        return machine.heap.header(value.id).kind == name
    if isinstance(value, GraphValue | Function | Bound):
        return False
    return None


def call_type(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    """Model `type(value)`."""
    value = arguments.values()[0]
    if isinstance(value, Ref):
        cls = machine.heap.header(value.id).cls
        return Builtin(machine.heap.header(value.id).kind) if cls is None else Ref(cls)
    if isinstance(value, Known):
        return Builtin(type(value.value).__name__)
    for tensor in graph_values(machine, value):
        machine.static_read(tensor, "type", node)
    return Host("type")


def call_callable(machine: Machine, arguments: Arguments, node: ast.expr) -> V:
    """Model `callable(value)`."""
    value = arguments.values()[0]
    if isinstance(value, Function | Bound | Builtin | Partial):
        return Known(True)
    return Known(False) if isinstance(value, Known | GraphValue | Tuple) else Host("bool")
