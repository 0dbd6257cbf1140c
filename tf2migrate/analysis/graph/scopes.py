"""Graphs, name scopes, variable scopes and unique names, as TF1 keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tf2migrate.analysis.heap import Header
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import current_graph
from tf2migrate.analysis.values import Internal, Union, V
from tf2migrate.model.facts import Known


@dataclass(frozen=True, slots=True)
class VariableScope:
    """The variable scope in force; a name of None is not known, and so are all names in it."""

    name: str | None = ""
    reuse: bool | None = False  # None: not known
    auto_reuse: bool = False
    regularizer: V | None = None
    initializer: V | None = None


def new_graph(machine: Machine) -> int:
    """Return a new graph."""
    return machine.heap.allocate(Header("graph", "graph"))


def set_graph(machine: Machine, graph: int) -> None:
    """Make `graph` the default graph, outside all scopes."""
    set_world(machine, "graph", graph)


def set_world(machine: Machine, key: str, value: object) -> object:
    """Set a part of TensorFlow's global state; returns what it was."""
    old = world(machine, key)
    machine.heap.set(machine.world, key, Internal(value))
    return old


def world(machine: Machine, key: str) -> object:
    """Return a part of TensorFlow's global state: "graph", "session", "variable_scope", "name_scope", "controls"."""
    state = machine.heap.get(machine.world, key)
    return state.value if isinstance(state, Internal) else None


def variable_scope(machine: Machine) -> VariableScope:
    """Return the variable scope in force."""
    state = world(machine, "variable_scope")
    return state if isinstance(state, VariableScope) else VariableScope()


def name_scope(machine: Machine) -> str | None:
    """Return the name scope in force, without a final slash; None where it is not known."""
    state = machine.heap.get(machine.world, "name_scope")
    if not isinstance(state, Internal):
        return ""
    return state.value if isinstance(state.value, str) else None


def unique_name(machine: Machine, name: str | None) -> str | None:
    """Return `name` in the name scope in force, made unique in the graph and marked as used."""
    scope = name_scope(machine)
    if name is None or scope is None:
        return None
    return unique_full_name(machine, f"{scope}/{name}" if scope else name)


def unique_full_name(machine: Machine, name: str) -> str:
    """Return a full name made unique in the graph and marked as used."""
    graph = current_graph(machine)
    count = _count(machine, graph, name)
    _set_count(machine, graph, name, count + 1)
    if not machine.certain or machine.loops > 0:
        _doubt(machine, name)
    if count == 0:
        return name
    while True:
        candidate = f"{name}_{count}"
        count += 1
        if _count(machine, graph, candidate) == 0:
            _set_count(machine, graph, name, count)
            _set_count(machine, graph, candidate, 1)
            return candidate


def doubt_name(machine: Machine, name: str) -> None:
    """Note that an operation may have a name in the name scope in force."""
    scope = name_scope(machine)
    if scope is not None:
        _doubt(machine, f"{scope}/{name}" if scope else name)


def certain_name(machine: Machine, name: str | None) -> str | None:
    """Return `name` made unique as by `unique_name`; None where it depends on what is not known."""
    scope = name_scope(machine)
    if name is None or scope is None:
        return None
    full = f"{scope}/{name}" if scope else name
    doubted = machine.heap.get(current_graph(machine), ("doubted name", full.lower())) is not None
    unique = unique_full_name(machine, full)
    return None if doubted else unique


def _doubt(machine: Machine, name: str) -> None:
    machine.heap.set(current_graph(machine), ("doubted name", name.lower()), Internal(True))


def _count(machine: Machine, graph: int, name: str) -> int:
    state = machine.heap.get(graph, ("name", name.lower()))
    return state.value if isinstance(state, Internal) and isinstance(state.value, int) else 0


def _set_count(machine: Machine, graph: int, name: str, count: int) -> None:
    machine.heap.set(graph, ("name", name.lower()), Internal(count))


def enter_name_scope(machine: Machine, name: str | None) -> object:
    """Open a name scope made unique (one that ends with a slash is re-entered); returns the old one."""
    if name is not None and name.endswith("/"):
        return set_world(machine, "name_scope", name.rstrip("/"))
    if name == "":
        return set_world(machine, "name_scope", "")
    return set_world(machine, "name_scope", unique_name(machine, name))


def open_variable_scope(machine: Machine, scope: VariableScope) -> VariableScope:
    """Enter a variable scope; returns the old one."""
    old = variable_scope(machine)
    set_world(machine, "variable_scope", scope)
    if scope.name is not None:
        _set_scope_count(machine, scope.name, _scope_count(machine, scope.name) + 1)
    return old


def close_variable_scope(machine: Machine, old: VariableScope) -> None:
    """Leave the variable scope in force: the counters of anonymous scopes inside it start anew."""
    left = variable_scope(machine).name
    if left is not None:
        graph = current_graph(machine)
        for key in list(machine.heap.cells(graph)):
            if isinstance(key, tuple) and key[0] == "scope" and str(key[1]).startswith(f"{left}/"):
                machine.heap.set(graph, key, Internal(0))
    set_world(machine, "variable_scope", old)


def inner_scope(machine: Machine, name: str | None) -> VariableScope:
    """Return the scope that `variable_scope(name)` opens here."""
    outer = variable_scope(machine)
    if name is None or outer.name is None:
        return replace(outer, name=None)
    return replace(outer, name=f"{outer.name}/{name}" if outer.name else name)


def default_scope_name(machine: Machine, default: str) -> str:
    """Return the name that `variable_scope(None, default)` opens here: anonymous scopes are counted."""
    outer = variable_scope(machine).name
    prefix = f"{outer}/" if outer else ""
    if _scope_count(machine, prefix + default) == 0:
        return default
    index = 1
    while _scope_count(machine, f"{prefix}{default}_{index}") > 0:
        index += 1
    return f"{default}_{index}"


def _scope_count(machine: Machine, name: str) -> int:
    state = machine.heap.get(current_graph(machine), ("scope", name))
    return state.value if isinstance(state, Internal) and isinstance(state.value, int) else 0


def _set_scope_count(machine: Machine, name: str, count: int) -> None:
    machine.heap.set(current_graph(machine), ("scope", name), Internal(count))


def known_flag(value: V) -> bool | None:
    """Return a flag's value, None where it is not known."""
    if isinstance(value, Known):
        return bool(value.value)
    if isinstance(value, Union):
        flags = {known_flag(option) for option in value.options}
        return flags.pop() if len(flags) == 1 else None
    return None
