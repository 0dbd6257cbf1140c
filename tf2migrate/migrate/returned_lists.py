"""Builders that also return the list of their variables: the list is read where they are called.

A list out of a collection depends on its filter alone, not on where it is read, as long as nothing else is made in
between; what a run computes and what the program holds are then two values.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from tf2migrate.migrate.syntax import Syntax
from tf2migrate.names import Names as Symbols

_COLLECTIONS = frozenset({"tf.get_collection", "tf.trainable_variables", "tf.global_variables"})


@dataclass
class ReturnedLists:
    """What a function returns: which parts of it are lists of variables, and the statements that read these."""

    returned: ast.Return
    size: int
    lists: dict[int, ast.Call] = field(default_factory=dict)  # by the position in what is returned
    statements: list[ast.stmt] = field(default_factory=list)

    @property
    def others(self) -> list[ast.expr]:
        """Return what stays in the function's result."""
        assert isinstance(self.returned.value, ast.Tuple)
        return [part for number, part in enumerate(self.returned.value.elts) if number not in self.lists]


def returned_lists(symbols: Symbols, function: ast.FunctionDef) -> ReturnedLists | None:
    """Return the lists of variables that a function returns beside other values; None where there are none."""
    returned = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    if len(returned) != 1 or not isinstance(returned[0].value, ast.Tuple):
        return None
    parts = returned[0].value.elts
    found = ReturnedLists(returned[0], len(parts))
    assigned = {name: statement for statement in function.body if (name := _assigned(statement))}
    for number, part in enumerate(parts):
        statement = assigned.get(part.id) if isinstance(part, ast.Name) else None
        call = statement.value if isinstance(statement, ast.Assign) else part
        if not isinstance(call, ast.Call) or symbols.path(call.func) not in _COLLECTIONS:
            continue
        if not _may_move(function, call) or (isinstance(part, ast.Name) and _uses(function, part.id) != 2):
            return None
        if isinstance(statement, ast.Assign) and not _stands_alone(function, statement):
            return None
        found.lists[number] = call
        if isinstance(statement, ast.Assign):
            found.statements.append(statement)
    return found if found.lists and len(found.lists) < len(parts) else None


def call_of(value: ast.expr) -> ast.Call | None:
    """Return the call in `build(..)` and in `build(..)[-2:]`."""
    match value:
        case ast.Call():
            return value
        case ast.Subscript(value=ast.Call() as call, slice=ast.Slice()):
            return call
        case _:
            return None


def targets_of(syntax: Syntax, call: ast.Call, found: ReturnedLists) -> list[tuple[int, ast.expr]] | None:
    """Return the targets of the assignment around a call, by position in what is returned; None if not certain."""
    statement = syntax.statement_of(call)
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value) if call_of(value) is call:
            numbers = list(range(found.size))
            if isinstance(value, ast.Subscript):
                bounds = _bounds(value.slice)
                if bounds is None:
                    return None
                numbers = numbers[bounds]
            if len(numbers) == len(targets) and not any(isinstance(t, ast.Starred) for t in targets):
                return list(zip(numbers, targets, strict=True))
    return None


def is_plain(value: ast.expr) -> bool:
    """Say whether an expression may be evaluated twice, and later: a constant, a name, an attribute of a name."""
    match value:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=owner):
            return is_plain(owner)
        case _:
            return False


def _bounds(part: ast.expr) -> slice | None:
    if not isinstance(part, ast.Slice) or part.step is not None:
        return None
    ends: list[int | None] = []
    for end in (part.lower, part.upper):
        try:
            number = None if end is None else ast.literal_eval(end)
        except ValueError:
            return None
        if number is not None and not isinstance(number, int):
            return None
        ends.append(number)
    return slice(*ends)


def _stands_alone(function: ast.FunctionDef, statement: ast.stmt) -> bool:
    """Say whether no other statement shares the rows of this one."""
    rows = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    return not any(other is not statement and other.lineno in rows for other in function.body)


def _assigned(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call()):
            return name
        case _:
            return None


def _may_move(function: ast.FunctionDef, call: ast.Call) -> bool:
    """Say whether a call reads nothing of the function but parameters that keep their values."""
    bound = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    read = {n.id for n in ast.walk(call) if isinstance(n, ast.Name)}
    unusual = (ast.Lambda, ast.ListComp, ast.GeneratorExp, ast.Starred, ast.NamedExpr)
    return not read & bound and not any(isinstance(node, unusual) for node in ast.walk(call))


def _uses(function: ast.FunctionDef, name: str) -> int:
    return sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function))
