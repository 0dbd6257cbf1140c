"""Functions that the program never enters, evaluated once with unknown arguments."""

from __future__ import annotations

import ast

from tf2migrate.analysis.classes import new_instance
from tf2migrate.analysis.coverage import builds_or_runs
from tf2migrate.analysis.functions import enter
from tf2migrate.analysis.machine import Activation, Machine
from tf2migrate.analysis.values import Argument, Arguments, Function, GraphValue, Ref, Unknown, V
from tf2migrate.model.facts import Kind

ROUNDS = 4


def evaluate_unreached(machine: Machine) -> None:
    """Enter every function that builds or runs a part of the graph and was not entered by the program itself."""
    for _ in range(ROUNDS):
        waiting = [function for function in machine.functions.values() if _is_waiting(machine, function)]
        if not waiting:
            return
        for function in waiting:
            if isinstance(function, Function) and id(function.definition) not in machine.entered:
                _enter(machine, function)


def _is_waiting(machine: Machine, function: V) -> bool:
    if not isinstance(function, Function) or isinstance(function.definition, ast.Lambda):
        return False
    if id(function.definition) in machine.entered:
        return False
    module = machine.sources[function.path]
    return builds_or_runs(function.definition, module.tensorflow_names())


def _enter(machine: Machine, function: Function) -> None:
    definition = function.definition
    module = machine.sources[function.path]
    positional = [*definition.args.posonlyargs, *definition.args.args]
    required = positional[: len(positional) - len(function.defaults)]
    with machine.activation(Activation(function.closure, module, (), definition, None)), machine.under_condition():
        session = _only_session(machine)
        values: list[V] = [
            session
            if session is not None and _is_session(definition, one.arg)
            else Unknown("an argument of a function that is never called", module.ref(one))
            for one in required
        ]
        if function.owner is not None and values:
            values[0] = _receiver(machine, function.owner, definition)
        arguments = Arguments(tuple(Argument(value, None) for value in values))
        enter(machine, function, arguments, definition, kind="synthetic")


def _only_session(machine: Machine) -> GraphValue | None:
    """Return the session of a program that has one: what is never called would be given that."""
    sessions = [node.id for node in machine.trace.nodes if node.kind is Kind.SESSION]
    return GraphValue(sessions[0]) if len(sessions) == 1 else None


def _is_session(definition: ast.AST, name: str) -> bool:
    """Say whether a function runs a parameter as one runs sessions: it is called so, or what it runs is fed."""
    for node in ast.walk(definition):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr="run"), keywords=keywords) if found == name:
                return "sess" in name.lower() or any(one.arg == "feed_dict" for one in keywords)
    return False


def _receiver(machine: Machine, owner: int, definition: ast.AST) -> V:
    made = machine.instances.get(owner, [])
    return Ref(made[-1]) if made else new_instance(machine, owner, definition)
