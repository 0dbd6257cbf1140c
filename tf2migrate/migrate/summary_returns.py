"""How a function returns what it computes, so that it may return its summaries beside it."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Returning:
    """A function that returns nothing, or one thing at its end."""

    function: ast.FunctionDef
    node: ast.Return | None = None
    value: ast.expr | None = None

    @property
    def count(self) -> int:
        """Return how many values the function returns: those of a tuple that is written out."""
        if self.value is None:
            return 0
        return len(self.value.elts) if isinstance(self.value, ast.Tuple) else 1


def returning(function: ast.FunctionDef) -> Returning | None:
    """Return how a function returns, None where that has another form."""
    inner = [node for statement in function.body for node in ast.walk(statement)]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal)
    if function.decorator_list or any(isinstance(node, kinds) for node in inner):
        return None
    found = [node for node in inner if isinstance(node, ast.Return)]
    if not found:
        return Returning(function)
    last: ast.stmt = function.body[-1]
    while isinstance(last, ast.With):
        last = last.body[-1]
    if len(found) > 1 or last is not found[0] or found[0].value is None:
        return None
    return Returning(function, found[0], found[0].value)


def is_compound(node: ast.AST) -> bool:
    """Say whether a statement decides whether or how often others run."""
    return isinstance(node, (ast.For, ast.If, ast.While, ast.Try))


def is_stable(function: ast.FunctionDef, value: ast.expr) -> bool:
    """Say whether an expression is a name that a function binds once."""
    if not isinstance(value, ast.Name):
        return False
    stores = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == value.id and n.ctx != value.ctx]
    stores = [node for node in stores if isinstance(node.ctx, (ast.Store, ast.Del))]
    parameters = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    return len(stores) + (value.id in parameters) == 1


def called_name(call: ast.Call) -> str | None:
    """Return the last name of what a call calls."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def word_of(node: ast.expr) -> str:
    """Return the word by which an expression is called, "" where there is none."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.Constant(value=str(word)):
            return word
    return ""


def is_within(inner: ast.AST, outer: ast.AST) -> bool:
    """Say whether a node is a part of another one."""
    return any(node is inner for node in ast.walk(outer))
