"""Where the value that a read finds came from: names and attributes that hold the same data."""

from __future__ import annotations

import ast

from tf2migrate.analysis.source_module import parameter_names
from tf2migrate.migrate.home import Home
from tf2migrate.model.facts import Cell, Read, Write
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_DEPTH = 8


def origins(home: Home, read: Read) -> list[Cell]:
    """Return the names and attributes from which a value was assigned or handed to a call, the nearest first."""
    found: list[Cell] = []
    for _ in range(_DEPTH):
        definition = home.view.definition_of(read)
        source = None if definition is None else _source(home, definition)
        if source is None:
            break
        found.append(source.cell)
        read = source
    return found


def _source(home: Home, definition: Write) -> Read | None:
    """Return the read that gave a name or attribute its value, where it was given as it is."""
    if definition.place.expression.kind == "arg":
        call = next((one for one in home.view.program.calls if one.frame == definition.cell.owner), None)
        node = None if call is None else home.syntax.nodes.get(call.place.expression)
        if call is None or not isinstance(node, ast.Call):
            return None
        return _last(home, _argument(home, node, call.callee, str(definition.cell.key)), definition.time)
    statement = home.syntax.nodes.get(definition.place.statement)
    return _last(home, statement.value, definition.time) if isinstance(statement, ast.Assign) else None


def _argument(home: Home, call: ast.Call, callee: NodeRef, name: str) -> ast.expr | None:
    """Return the expression that a call gives for a parameter."""
    function = home.syntax.nodes.get(callee)
    if not isinstance(function, ast.FunctionDef):
        return None
    names = parameter_names(function.args)
    names = names[isinstance(home.syntax.parents[function], ast.ClassDef) and not function.decorator_list :]
    given = dict(zip(names, call.args, strict=False))
    given |= {word.arg: word.value for word in call.keywords if word.arg is not None}
    return given.get(name)


def _last(home: Home, node: ast.expr | None, time: int) -> Read | None:
    """Return the last read of a name or attribute before a time; a part of an array is a view of it."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return None
    at = node_ref(home.path, node)
    reads = (read for read in home.view.program.reads if read.place.expression == at and read.time < time)
    return max(reads, key=lambda read: read.time, default=None)
