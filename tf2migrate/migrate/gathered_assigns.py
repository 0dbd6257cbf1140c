"""Assignments that a loop makes and gathers in a list to be run behind it: they are made in the call of that run.

`for p, q in pairs: value = sess.run(q); ops.append(p.assign(value))`, then `sess.run(ops)`, is how a network is often
copied to another. The list holds what is assigned to what, so that all is read before anything changes, as it was. It
is text before planning, as inlining is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.leftovers import tf_alias
from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.text_edits import removal
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.source import Edit
from tf2migrate.source import node_ref

_METHODS = frozenset({"assign", "assign_add", "assign_sub"})
_OF_LIST = 3  # mentions: where it begins, is appended to, and is run
_OF_OPERATION = 2  # mentions: where it is made, and appended


@dataclass(frozen=True)
class _Gathered:
    """A list of assignments: the loop that ends with `append`, what that appends, and the list where it is run."""

    loop: ast.For
    appended: ast.expr
    run: ast.Name


def gather_values(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one such list holding variables and values; None where there is none."""
    syntax = Syntax.parse(path, text)
    made = {node.place.statement for node in program.nodes if node.kind is Kind.ASSIGN}
    for function in ast.walk(syntax.tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for found in _gathered(function):
            assignment, statement = _assignment(syntax, function, found)
            if assignment is None or node_ref(path, syntax.statement_of(assignment)) not in made:
                continue
            edits = _edits(syntax, found, assignment)
            if edits is not None:
                edits += [removal(syntax, statement)] if statement is not None else []
                rendered = edited(Rendered(text, tuple(range(1, text.count("\n") + 2))), edits)
                return Inlined(rendered.text, rendered.lines)
    return None


def _gathered(function: ast.FunctionDef) -> Iterator[_Gathered]:
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    begun = [one.targets[0] for one in function.body if isinstance(one, ast.Assign) and ast.unparse(one.value) == "[]"]
    runs = [one.value.args[0] for one in function.body if _is_run(one)]  # type: ignore[attr-defined]
    for loop in function.body:
        match loop:
            case ast.For(body=[*_, ast.Expr(value=ast.Call(func=append, args=[appended], keywords=[]))]):
                for run in runs:
                    mentions = sum(node.id == run.id for node in names)
                    mine = mentions == _OF_LIST and any(ast.unparse(one) == run.id for one in begun)
                    if mine and ast.unparse(append) == f"{run.id}.append" and loop.lineno < run.lineno:
                        yield _Gathered(loop, appended, run)
            case _:
                pass


def _is_run(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="run"), args=[ast.Name()], keywords=[])):
            return True
        case _:
            return False


def _assignment(
    syntax: Syntax, function: ast.FunctionDef, found: _Gathered
) -> tuple[ast.Call | None, ast.Assign | None]:
    """Return the call that makes the operation, and the statement right before that gives it a name, if one does."""
    before = found.loop.body[-2] if len(found.loop.body) > 1 else None
    match found.appended, before:
        case ast.Call() as call, _:
            return call, None
        case ast.Name(id=name), ast.Assign(targets=[ast.Name(id=target)], value=ast.Call() as call) if name == target:
            uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function))
            return (call, before) if uses == _OF_OPERATION else (None, None)
        case _:
            return None, None


def _edits(syntax: Syntax, found: _Gathered, call: ast.Call) -> list[Edit] | None:
    """Return the edits that append pairs, and make the assignments where they are run."""
    alias = tf_alias(syntax.tree)
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=root), attr="assign"), args=[variable, value], keywords=[]):
            if root != alias:
                return None
            form = f"{alias}.assign({{}}, {{}})"
        case ast.Call(func=ast.Attribute(value=variable, attr=method), args=[value], keywords=[]) if method in _METHODS:
            form = f"{{}}.{method}({{}})"
        case _:
            return None
    first, second = (
        part.id if isinstance(part, ast.Name) else name for part, name in ((variable, "variable"), (value, "value"))
    )
    if first == second:
        return None
    pair = f"({syntax.source(variable)}, {syntax.source(value)})"
    made = f"[{form.format(first, second)} for {first}, {second} in {found.run.id}]"
    return [Edit(syntax.span(found.appended), pair), Edit(syntax.span(found.run), made)]
