"""Calls that make scopes: `variable_scope`, `name_scope`, `control_dependencies`, `Graph`, `as_default`."""

from __future__ import annotations

from dataclasses import replace

from tf2migrate.analysis.graph.contexts import enter_controls, enter_names, enter_variables
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import (
    VariableScope,
    default_scope_name,
    enter_name_scope,
    inner_scope,
    known_flag,
    new_graph,
    set_world,
    variable_scope,
)
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.values import NONE, GraphValue, Internal, Scope, Symbol, V
from tf2migrate.model.facts import Kind, Known


def make_name_scope(request: Request) -> V:
    """Model `tf.name_scope(..)` and `tf.op_scope(..)`."""
    machine = request.machine
    name_value = request.value("name")
    if name_value == NONE:
        name_value = request.value("default_name")
    name = machine.known_text(name_value)
    if name_value == NONE:
        name = ""
    scope = make_node(machine, request.node, Kind.SCOPE, request.path, (), request.given)
    machine.openers[scope.node] = enter_names(lambda inner: enter_name_scope(inner, name))
    return scope


def make_variable_scope(request: Request) -> V:
    """Model `tf.variable_scope(..)`."""
    machine = request.machine
    scope = make_node(machine, request.node, Kind.SCOPE, request.path, (), request.given)
    machine.openers[scope.node] = enter_variables(lambda inner: _scope(inner, request), enter_name_scope)
    return scope


def _scope(machine: Machine, request: Request) -> tuple[VariableScope, str | None]:
    wanted = request.value("name_or_scope")
    outer = variable_scope(machine)
    names: str | None
    if isinstance(wanted, Scope):
        scope = replace(outer, name=wanted.name, reuse=outer.reuse or wanted.reuse)
        names = None if wanted.name is None else wanted.name.rsplit("/", 1)[-1]
        if wanted.name == "":
            names = ""
    elif wanted == NONE:
        default = machine.known_text(request.value("default_name"))
        chosen = None if default is None else default_scope_name(machine, default)
        scope, names = inner_scope(machine, chosen), default
    else:
        text = machine.known_text(wanted)
        scope, names = (outer, "") if text == "" else (inner_scope(machine, text), text)
    regularizer = request.value("regularizer")
    if regularizer != NONE:
        scope = replace(scope, regularizer=regularizer)
    initializer = request.value("initializer")
    if initializer != NONE:
        scope = replace(scope, initializer=initializer)
    return _with_reuse(scope, request.value("reuse")), names


def _with_reuse(scope: VariableScope, reuse: V) -> VariableScope:
    if reuse == NONE:
        return scope
    if isinstance(reuse, Symbol) and reuse.path == "tf.AUTO_REUSE":
        return replace(scope, reuse=True, auto_reuse=True)
    flag = known_flag(reuse)
    if flag is None:
        return replace(scope, reuse=None)
    return replace(scope, reuse=flag or scope.reuse)


def get_variable_scope(request: Request) -> V:
    """Model `tf.get_variable_scope()`."""
    machine = request.machine
    node = make_node(machine, request.node, Kind.SCOPE, request.path)
    scope = variable_scope(machine)
    return Scope(scope.name, None, scope.reuse, node.node)


def reuse_variables(machine: Machine) -> None:
    """Model `scope.reuse_variables()`."""
    set_world(machine, "variable_scope", replace(variable_scope(machine), reuse=True))


def control_dependencies(request: Request) -> V:
    """Model `tf.control_dependencies(..)`."""
    machine = request.machine
    scope = make_node(machine, request.node, Kind.SCOPE, request.path, request.inputs(), request.given)
    machine.openers[scope.node] = enter_controls(machine, request.value("control_inputs"))
    return scope


def make_graph(request: Request) -> V:
    """Model `tf.Graph()`."""
    machine = request.machine
    graph = make_node(machine, request.node, Kind.GRAPH, request.path)
    machine.heap.set(-1 - graph.node, "*graph", Known(new_graph(machine)))
    return graph


def default_graph(request: Request) -> V:
    """Model `tf.get_default_graph()`."""
    machine = request.machine
    graph = make_node(machine, request.node, Kind.GRAPH, request.path)
    machine.heap.set(-1 - graph.node, "*graph", Known(machine.trace.nodes[graph.node].graph))
    return graph


def reset_default_graph(request: Request) -> V:
    """Model `tf.reset_default_graph()`: a new generation of graph, outside all scopes."""
    machine = request.machine
    make_node(machine, request.node, Kind.OBJECT, request.path, stateful=True)
    set_world(machine, "graph", new_graph(machine))
    set_world(machine, "variable_scope", VariableScope())
    machine.heap.set(machine.world, "name_scope", Internal(""))
    return NONE


def as_default(machine: Machine, value: GraphValue) -> V:
    """Model `graph.as_default()` and `session.as_default()`: entered like the object itself."""
    return value
