"""Execution of statements in the order of the program."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

from tf2migrate.analysis.classes import define_class
from tf2migrate.analysis.conditions import execute_if, execute_match, execute_try
from tf2migrate.analysis.functions import NEVER, make_function
from tf2migrate.analysis.graph.contexts import enter_context
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.imports import import_from, import_modules
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.loops import execute_for, execute_while
from tf2migrate.analysis.machine import NEXT, Completion, Machine
from tf2migrate.analysis.names import write_name
from tf2migrate.analysis.nodes import graph_values
from tf2migrate.analysis.operators import binary, concatenate, truth
from tf2migrate.analysis.targets import assign, delete
from tf2migrate.analysis.untaken import evaluate_untaken
from tf2migrate.analysis.values import (
    NONE,
    Builtin,
    ClassMethod,
    Items,
    Known,
    Method,
    Property,
    Ref,
    StaticMethod,
    Symbol,
    V,
    plain,
)

RAISED = Completion("raise")


def execute(machine: Machine, body: list[ast.stmt]) -> Completion:
    """Execute statements until one ends the block."""
    here = machine.here
    outer = here.statement
    completion = NEXT
    for number, node in enumerate(body):
        machine.step()
        here.statement = node
        completion = HANDLERS.get(type(node), _unsupported)(machine, node)
        if completion.kind != "next":
            evaluate_untaken(machine, body[number + 1 :], ())
            break
    here.statement = outer
    return completion


def _ended(value: V) -> Completion:
    return Completion("raise", Known("SystemExit")) if value is NEVER else NEXT


def _expression(machine: Machine, node: ast.Expr) -> Completion:
    return _ended(machine.evaluate(machine, node.value))


def _assign(machine: Machine, node: ast.Assign) -> Completion:
    value = machine.evaluate(machine, node.value)
    if value is NEVER:
        return RAISED
    value_at = machine.ref(node.value)
    for target in node.targets:
        assign(machine, target, value, value_at)
    return NEXT


def _annotated(machine: Machine, node: ast.AnnAssign) -> Completion:
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(machine, node.value), machine.ref(node.value))
    return NEXT


def _augmented(machine: Machine, node: ast.AugAssign) -> Completion:
    target = node.target
    old = machine.evaluate(machine, target)
    value = machine.evaluate(machine, node.value)
    contents = machine.heap.get(old.id, CONTENTS) if isinstance(old, Ref) else None
    if isinstance(old, Ref) and isinstance(contents, Items) and isinstance(node.op, ast.Add):
        changed = concatenate(contents, iterate(machine, value, node.value))
        machine.write(old.id, CONTENTS, changed, node)
        assign(machine, target, old)
        return NEXT
    assign(machine, target, binary(machine, type(node.op), old, value, node), machine.ref(node.value))
    return NEXT


def _return(machine: Machine, node: ast.Return) -> Completion:
    value = NONE if node.value is None else machine.evaluate(machine, node.value)
    return RAISED if value is NEVER else Completion("return", value)


def _raise(machine: Machine, node: ast.Raise) -> Completion:
    value = None if node.exc is None else machine.evaluate(machine, node.exc)
    name = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    text = ast.unparse(name) if name is not None else ""
    del value
    return Completion("raise", Known(text.split(".")[-1]))


def _define(machine: Machine, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Completion:
    decorators = [machine.evaluate(machine, decorator) for decorator in node.decorator_list]
    value: V = make_function(machine, node, node.name)
    for decorator, at in zip(reversed(decorators), reversed(node.decorator_list), strict=True):
        value = _decorate(machine, decorator, value, at)
    write_name(machine, node.name, value, node)
    return NEXT


def _decorate(machine: Machine, decorator: V, value: V, node: ast.expr) -> V:
    match decorator:
        case Builtin("property"):
            return Property(value)
        case Builtin("staticmethod"):
            return StaticMethod(value)
        case Builtin("classmethod"):
            return ClassMethod(value)
        case Method(Property(getter, _), "setter"):
            return Property(getter, value)
        case Symbol(path) if path.rsplit(".", 1)[-1] in ("wraps", "lru_cache", "abstractmethod", "contextmanager"):
            return value
        case Symbol(path) if path in ("tf.function", "tf.Defun"):
            return value
    return machine.call(machine, decorator, plain(value), node)


def _class(machine: Machine, node: ast.ClassDef) -> Completion:
    write_name(machine, node.name, define_class(machine, node), node)
    return NEXT


def _with(machine: Machine, node: ast.With | ast.AsyncWith) -> Completion:
    leave: list[Callable[[], None]] = []
    for item in node.items:
        value = machine.evaluate(machine, item.context_expr)
        bound, exit_ = enter_context(machine, value, item.context_expr)
        leave.append(exit_)
        if item.optional_vars is not None:
            assign(machine, item.optional_vars, bound)
    try:
        return machine.execute(machine, node.body)
    finally:
        machine.here.statement = node
        for exit_ in reversed(leave):
            exit_()


def _assert(machine: Machine, node: ast.Assert) -> Completion:
    value = machine.evaluate(machine, node.test)
    truth(machine, value, node.test)
    return NEXT


def _delete(machine: Machine, node: ast.Delete) -> Completion:
    for target in node.targets:
        delete(machine, target)
    return NEXT


def _nothing(machine: Machine, node: ast.stmt) -> Completion:
    return NEXT


def _import(machine: Machine, node: ast.Import) -> Completion:
    import_modules(machine, node)
    return NEXT


def _import_from(machine: Machine, node: ast.ImportFrom) -> Completion:
    import_from(machine, node)
    return NEXT


def _break(machine: Machine, node: ast.Break) -> Completion:
    return Completion("break")


def _continue(machine: Machine, node: ast.Continue) -> Completion:
    return Completion("continue")


def _unsupported(machine: Machine, node: ast.stmt) -> Completion:
    values = [machine.evaluate(machine, part) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
    if any(graph_values(machine, value) for value in values):
        machine.find("unsupported", node, type(node).__name__)
    return NEXT


HANDLERS: dict[type[ast.stmt], Callable[[Machine, Any], Completion]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _class,
    ast.If: execute_if,
    ast.For: execute_for,
    ast.AsyncFor: execute_for,
    ast.While: execute_while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: execute_try,
    ast.Match: execute_match,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Pass: _nothing,
    ast.Global: _nothing,
    ast.Nonlocal: _nothing,
    ast.Break: _break,
    ast.Continue: _continue,
}
if sys.version_info >= (3, 11):
    HANDLERS[ast.TryStar] = execute_try
