"""Methods of graph values, and graph values that are called."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.contexts import graph_number
from tf2migrate.analysis.graph.hidden import call_saver
from tf2migrate.analysis.graph.request import Request, request
from tf2migrate.analysis.graph.scope_calls import reuse_variables
from tf2migrate.analysis.graph.sessions import node_by_name, run_session, run_value
from tf2migrate.analysis.graph.shapes import narrow_shape, shape_fact, shape_list
from tf2migrate.analysis.graph.slots import get_slot, has_slots
from tf2migrate.analysis.graph.training import CHOSEN, apply_gradients, compute_gradients, minimize
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import (
    NONE,
    Arguments,
    GraphValue,
    Host,
    Items,
    Method,
    Scope,
    ShapeOf,
    V,
)
from tf2migrate.model.facts import Kind

TENSORS = (Kind.TENSOR, Kind.PLACEHOLDER, Kind.VARIABLE, Kind.ASSIGN, Kind.SUMMARY)
ASSIGNS = {
    "assign": "tf.assign",
    "assign_add": "tf.assign_add",
    "assign_sub": "tf.assign_sub",
    "scatter_update": "tf.scatter_update",
    "scatter_add": "tf.scatter_add",
    "scatter_sub": "tf.scatter_sub",
}
SHAPE_METHODS = ("get_shape", "shape_as_list")
INSPECTIONS = frozenset({"as_graph_def", "get_operations", "get_tensors"})


def call_method(machine: Machine, method: Method, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling a method of a graph value, scope or shape gives."""
    receiver = method.receiver
    if isinstance(receiver, ShapeOf):
        return _call_shape(machine, receiver, method.name, node)
    if isinstance(receiver, Scope):
        if method.name == "reuse_variables":
            reuse_variables(machine)
        make_node(machine, node, Kind.OBJECT, f"method.{method.name}", (receiver.node,))
        return NONE
    if not isinstance(receiver, GraphValue):
        return machine.unknown("a method of a graph value", node)
    match machine.trace.nodes[receiver.node].kind:
        case Kind.SESSION:
            return _session_method(machine, receiver, method.name, arguments, node)
        case Kind.OPTIMIZER:
            return _optimizer_method(machine, receiver, method.name, arguments, node)
        case Kind.GRAPH:
            return _graph_method(machine, receiver, method.name, arguments, node)
        case Kind.SAVER:
            return call_saver(request(machine, f"tf.train.Saver.{method.name}", arguments, node), receiver)
    return _value_method(machine, receiver, method.name, arguments, node)


def _call_shape(machine: Machine, receiver: ShapeOf, name: str, node: ast.expr) -> V:
    if name == "as_list":
        return shape_list(machine, receiver, node)
    if name in ("num_elements", "is_fully_defined"):
        return shape_fact(machine, receiver, name)
    return ShapeOf(receiver.node) if name in ("with_rank", "concatenate", "merge_with") else Host("value")


def plain_method(request_: Request, receiver: GraphValue, kind: Kind) -> GraphValue:
    """Return the node of a method that has no model of its own."""
    inputs = [receiver.node, *request_.inputs()]
    return make_node(
        request_.machine, request_.node, kind, request_.path, inputs, request_.given, request_.explicit_name()
    )


def _session_method(machine: Machine, receiver: GraphValue, name: str, arguments: Arguments, node: ast.expr) -> V:
    if name == "run":
        return run_session(request(machine, "tf.Session.run", arguments, node), receiver.node)
    asked = request(machine, f"method.{name}", arguments, node)
    if name in ("partial_run", "partial_run_setup", "make_callable", "list_devices"):
        machine.find("hidden_run", node, name)
    made = plain_method(asked, receiver, Kind.OBJECT)
    if name in ("as_default", "__enter__"):
        return receiver
    return Host("value") if made else NONE


def _optimizer_method(machine: Machine, receiver: GraphValue, name: str, arguments: Arguments, node: ast.expr) -> V:
    models = {"minimize": minimize, "compute_gradients": compute_gradients, "apply_gradients": apply_gradients}
    asked = request(machine, f"tf.train.Optimizer.{name}", arguments, node)
    model = models.get(name)
    if model is not None and not _is_external(machine, receiver):
        return model(asked, receiver)
    if name == "get_slot":
        return get_slot(asked, receiver)
    if name == "minimize":
        from tf2migrate.analysis.graph.hidden import external_minimize

        return external_minimize(request(machine, "method.minimize", arguments, node), receiver)
    made = plain_method(request(machine, f"method.{name}", arguments, node), receiver, Kind.OBJECT)
    return Host("str") if name == "get_name" else made


def chosen_optimizers(machine: Machine, options: tuple[V, ...]) -> tuple[Method, ...]:
    """Return one method of several optimizers of which an unknown condition has chosen one; nothing of other values.

    Each is made by an expression of its own: what one expression makes, has one native form.
    """
    found = tuple(option for option in options if isinstance(option, Method) and option.receiver != NONE)
    receivers = [one.receiver for one in found if isinstance(one.receiver, GraphValue)]
    made = [machine.trace.nodes[receiver.node] for receiver in receivers]
    others = len(found) + sum(option == NONE for option in options) < len(options) or len(receivers) < len(found)
    alike = all(one.kind is Kind.OPTIMIZER and not _is_external(machine, GraphValue(one.id)) for one in made)
    apart = len({one.place.expression for one in made}) == len(made) > 1
    return found if alike and apart and not others and len({one.name for one in found}) == 1 else ()


def call_chosen(machine: Machine, chosen: tuple[Method, ...], arguments: Arguments, node: ast.expr) -> V:
    """Return what a method of a chosen optimizer gives: one with slots stands for all of them."""
    receivers = [one.receiver for one in chosen if isinstance(one.receiver, GraphValue)]
    first, *others = sorted(receivers, key=lambda one: not has_slots(machine, one))
    machine.heap.set(-1 - first.node, CHOSEN, Items(tuple(others)))
    result = _optimizer_method(machine, first, chosen[0].name, arguments, node)
    machine.heap.set(-1 - first.node, CHOSEN, Items(()))
    return result


def _is_external(machine: Machine, receiver: GraphValue) -> bool:
    return machine.trace.nodes[receiver.node].op.endswith("OptimizerInterface")


def _graph_method(machine: Machine, receiver: GraphValue, name: str, arguments: Arguments, node: ast.expr) -> V:
    asked = request(machine, f"method.{name}", arguments, node)
    if name == "as_default":
        plain_method(asked, receiver, Kind.OBJECT)
        return receiver
    if name in INSPECTIONS:
        machine.find("graph_inspection", node, name)
    if name == "gradient_override_map":
        machine.find("gradient_registry", node, name)
    if name in ("get_tensor_by_name", "get_operation_by_name", "as_graph_element"):
        return _by_name(machine, receiver, arguments, node)
    from tf2migrate.analysis.graph.calls import call_symbol

    same = {"get_collection", "add_to_collection", "get_collection_ref", "control_dependencies", "name_scope", "device"}
    if name in same:
        return call_symbol(machine, f"tf.{name}", arguments, node)
    plain_method(asked, receiver, Kind.OBJECT)
    return Host("value")


def _by_name(machine: Machine, receiver: GraphValue, arguments: Arguments, node: ast.expr) -> V:
    values = arguments.values()
    name = machine.known_text(values[0]) if values else None
    found = None if name is None else node_by_name(machine, name)
    make_node(machine, node, Kind.OBJECT, "tf.Graph.get_tensor_by_name", (receiver.node,))
    if found is None or graph_number(machine, receiver.node) != machine.trace.nodes[found].graph:
        machine.find("operator_graph", node, name or "")
        return machine.unknown("a tensor looked up by a name that no operation of the program has", node)
    return GraphValue(found)


def _value_method(machine: Machine, receiver: GraphValue, name: str, arguments: Arguments, node: ast.expr) -> V:
    made = machine.trace.nodes[receiver.node]
    if name == "eval" and made.kind in TENSORS:
        signature = "tf.Variable.eval" if made.kind is Kind.VARIABLE else "tf.Tensor.eval"
        return run_value(request(machine, signature, arguments, node), receiver, "eval")
    if name == "run" and made.kind in (Kind.OPERATION, Kind.TRAIN, Kind.INITIALIZER, Kind.ASSIGN, Kind.TENSOR):
        return run_value(request(machine, "tf.Operation.run", arguments, node), receiver, "op_run")
    if name in SHAPE_METHODS:
        machine.static_read(receiver.node, "shape", node)
        return ShapeOf(receiver.node)
    if name in ASSIGNS and made.kind is Kind.VARIABLE:
        from tf2migrate.analysis.graph.calls import call_symbol

        return call_symbol(machine, ASSIGNS[name], arguments.preceded_by(receiver), node)
    if name == "load" and made.kind is Kind.VARIABLE:
        from tf2migrate.analysis.graph.hidden import load_variable

        return load_variable(request(machine, "tf.Variable.load", arguments, node), receiver)
    return _other_method(machine, receiver, name, arguments, node)


def _other_method(machine: Machine, receiver: GraphValue, name: str, arguments: Arguments, node: ast.expr) -> V:
    made = machine.trace.nodes[receiver.node]
    asked = request(machine, f"method.{name}", arguments, node)
    for session in [one for one in graph_values(machine, asked.value("session")) if made.kind in TENSORS]:
        machine.escape(session, f"method {name}", node)
    if name == "set_shape":
        narrow_shape(machine, receiver.node, asked.value("shape", asked.value("0")))
    if name in ("set_shape", "__hash__"):
        plain_method(asked, receiver, Kind.OPERATION)
        return NONE
    if made.kind in TENSORS:
        return plain_method(asked, receiver, Kind.TENSOR)
    from tf2migrate.analysis.graph.objects import call_object_method

    return call_object_method(asked, receiver, name)


def call_value(machine: Machine, value: GraphValue, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling a graph value gives: a layer, a cell, an initializer, a template."""
    from tf2migrate.analysis.graph.objects import call_object

    return call_object(machine, value, arguments, node)
