"""What `with` enters: sessions, graphs, scopes, control dependencies, and objects of the program."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.analysis.classes import find_method
from tf2migrate.analysis.graph.scopes import (
    VariableScope,
    close_variable_scope,
    open_variable_scope,
    set_world,
    variable_scope,
    world,
)
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import controls, graph_values
from tf2migrate.analysis.values import NONE, Generator, GraphValue, Known, Ref, Scope, V, plain
from tf2migrate.model.facts import Kind

Entered = tuple[V, Callable[[], None]]


def _stay() -> None:
    return None


def enter_context(machine: Machine, value: V, node: ast.expr) -> Entered:
    """Enter a context manager; return what `as` binds and how to leave."""
    match value:
        case Ref():
            return _enter_object(machine, value, node)
        case Generator():
            yielded = iterate(machine, value, node)
            return (yielded.items[0] if yielded.items else yielded.rest or NONE), _stay
        case GraphValue(tensor):
            return _enter_graph_value(machine, value, tensor, node)
    return value, _stay


def _enter_object(machine: Machine, value: Ref, node: ast.expr) -> Entered:
    enter = find_method(machine, value, "__enter__")
    leave = find_method(machine, value, "__exit__")
    bound = value if enter is None else machine.call(machine, enter, plain(), node)

    def exit_() -> None:
        if leave is not None:
            machine.call(machine, leave, plain(NONE, NONE, NONE), node)

    return bound, exit_


def _enter_graph_value(machine: Machine, value: GraphValue, tensor: int, node: ast.expr) -> Entered:
    made = machine.trace.nodes[tensor]
    match made.kind:
        case Kind.SESSION:
            return _enter_session(machine, value, made.graph)
        case Kind.GRAPH:
            return _enter_graph(machine, value, graph_number(machine, tensor))
        case Kind.SCOPE:
            return _enter_scope(machine, value, tensor)
    return value, _stay


def graph_number(machine: Machine, tensor: int) -> int:
    """Return the graph that a graph object stands for."""
    given = machine.heap.get(-1 - tensor, "*graph")
    return (
        given.value if isinstance(given, Known) and isinstance(given.value, int) else machine.trace.nodes[tensor].graph
    )


def _enter_session(machine: Machine, value: GraphValue, graph: int) -> Entered:
    old_session = set_world(machine, "session", value.node)
    old_graph = set_world(machine, "graph", graph)

    def leave() -> None:
        set_world(machine, "session", old_session)
        set_world(machine, "graph", old_graph)

    return value, leave


def _enter_graph(machine: Machine, value: GraphValue, graph: int) -> Entered:
    outer = {key: world(machine, key) for key in ("graph", "variable_scope", "name_scope", "controls")}
    set_world(machine, "graph", graph)
    set_world(machine, "variable_scope", VariableScope())
    set_world(machine, "name_scope", "")
    set_world(machine, "controls", ())

    def leave() -> None:
        for key, old in outer.items():
            set_world(machine, key, "" if key == "name_scope" and old is None else old)

    return value, leave


def _enter_scope(machine: Machine, value: GraphValue, tensor: int) -> Entered:
    opener = machine.openers.get(tensor)
    return (value, _stay) if opener is None else opener(machine, value)


def enter_controls(machine: Machine, value: V) -> Callable[[Machine, GraphValue], Entered]:
    """Return how `tf.control_dependencies(value)` is entered; None forgets those in force."""

    def enter(machine: Machine, bound: GraphValue) -> Entered:
        old = controls(machine)
        added = () if value == NONE else (*old, *graph_values(machine, value))
        set_world(machine, "controls", tuple(dict.fromkeys(added)))
        return bound, lambda: (set_world(machine, "controls", old), None)[1]

    return enter


def enter_names(
    scope: Callable[[Machine], object], old_of: str = "name_scope"
) -> Callable[[Machine, GraphValue], Entered]:
    """Return how a name scope is entered: `scope` opens it and returns the one in force before."""

    def enter(machine: Machine, bound: GraphValue) -> Entered:
        old = scope(machine)
        name = world(machine, "name_scope")
        value = Known(f"{name}/") if isinstance(name, str) else bound
        return value, lambda: (set_world(machine, old_of, "" if old is None else old), None)[1]

    return enter


def enter_variables(
    make: Callable[[Machine], tuple[VariableScope, str | None]],
    open_names: Callable[[Machine, str | None], object],
) -> Callable[[Machine, GraphValue], Entered]:
    """Return how a variable scope is entered, with the name scope that it opens."""

    def enter(machine: Machine, bound: GraphValue) -> Entered:
        scope, name = make(machine)
        old = open_variable_scope(machine, scope)
        old_names = open_names(machine, name)
        names = world(machine, "name_scope")
        reuse = scope.reuse
        value = Scope(variable_scope(machine).name, names if isinstance(names, str) else None, reuse, bound.node)

        def leave() -> None:
            close_variable_scope(machine, old)
            set_world(machine, "name_scope", "" if old_names is None else old_names)

        return value, leave

    return enter
