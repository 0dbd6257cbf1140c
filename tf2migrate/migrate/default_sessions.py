"""Names for the session that a function's caller opened: it is asked for where it runs, as runs without a name do.

It is text before planning, as inlining is. A name that may be another session (a parameter that a caller gives) shows
as runs of another session in the facts, which are compared before such a text is planned.
"""

from __future__ import annotations

import ast

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.unaliasing import is_bound_once, written_out
from tf2migrate.model.facts import Program
from tf2migrate.names import Names as Symbols

_DEFAULT = "tf.get_default_session"


def ask_for_session(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text without one `sess = sess or tf.get_default_session()`, None without any."""
    syntax = Syntax.parse(path, text)
    symbols = Symbols(syntax.tree)
    functions = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for statement in function.body:
            found = _named(symbols, statement)
            if found is None:
                continue
            name, call, bound = found
            uses = _uses(function, statement, name)
            if uses and _is_this_alone(syntax, function, name, bound):
                return written_out(syntax, statement, uses, call)
    return None


def _named(symbols: Symbols, statement: ast.stmt) -> tuple[str, ast.Call, bool] | None:
    """Return the name that is given to the session, the call that gives it, and whether it is a parameter, too."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
            asked = False
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.BoolOp(op=ast.Or(), values=[ast.Name(id=other), ast.Call() as call])
        ) if name == other:
            asked = True
        case ast.If(
            test=ast.Compare(left=ast.Name(id=other), ops=[ast.Is()], comparators=[ast.Constant(value=None)]),
            body=[ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)],
            orelse=[],
        ) if name == other:
            asked = True
        case _:
            return None
    plain = not call.args and not call.keywords
    return (name, call, asked) if plain and symbols.path(call.func) == _DEFAULT else None


def _uses(function: ast.FunctionDef, statement: ast.stmt, name: str) -> list[ast.Name]:
    """Return what reads a name behind a statement of a function; nothing where it is read before."""
    own = {id(node) for node in ast.walk(statement)}
    named = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name and id(n) not in own]
    behind = all(isinstance(one.ctx, ast.Load) and one.lineno > (statement.end_lineno or 0) for one in named)
    return named if behind else []


def _is_this_alone(syntax: Syntax, function: ast.FunctionDef, name: str, bound: bool) -> bool:
    """Say whether a name of a function is nothing else, apart from the parameter that it may be `bound` to."""
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    within = [node for one in function.body for node in ast.walk(one) if isinstance(node, inner)]
    if any(isinstance(node, ast.Name) and node.id == name for one in within for node in ast.walk(one)):
        return False  # read at another time, when another session may be the default
    given = {one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
    return name in given if bound else name not in given and is_bound_once(syntax, function, name)
