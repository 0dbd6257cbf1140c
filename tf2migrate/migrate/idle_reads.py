"""Arguments that TensorFlow 2 has no use for: the collections of variables, also where functions hand them on."""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.syntax import Syntax, argument
from tf2migrate.migrate.view import ProgramView, covers
from tf2migrate.model.facts import Cell, Kind
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

COLLECTIONS = "collections"


def idle_arguments(view: ProgramView, syntax: Syntax) -> frozenset[NodeRef]:
    """Return the expressions of a file that are given for nothing but the collections of variables."""
    made = [node.argument_at.get(COLLECTIONS) for node in view.nodes if node.kind is Kind.VARIABLE]
    found = {at for at in made if at is not None}
    while found:
        more = found | {
            at for function, name in _idle_parameters(view, found) for at in _given(view, syntax, function, name)
        }
        if more == found:
            break
        found = more
    return frozenset(found)


def _idle_parameters(view: ProgramView, idle: set[NodeRef]) -> set[tuple[NodeRef, str]]:
    """Return the parameters that all activations of their functions read within such expressions alone."""
    cells: dict[tuple[NodeRef, str], set[Cell]] = defaultdict(set)
    for write in view.program.writes:
        frame = view.frames.get(write.cell.owner)
        if frame is not None and frame.definition is not None and write.place.expression.kind == "arg":
            cells[frame.definition, str(write.cell.key)].add(write.cell)
    return {
        parameter
        for parameter, held in cells.items()
        if any(view.reads_of[cell] for cell in held)
        and all(any(covers(at, r.place.expression) for at in idle) for cell in held for r in view.reads_of[cell])
    }


def _given(view: ProgramView, syntax: Syntax, definition: NodeRef, name: str) -> set[NodeRef]:
    """Return what the calls of a function in a file give for a parameter."""
    function = syntax.nodes.get(definition)
    if not isinstance(function, ast.FunctionDef):
        return set()
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    bound = isinstance(syntax.parents[function], ast.ClassDef) and not function.decorator_list
    calls = {call.place.expression for call in view.program.calls if call.callee == definition}
    found: set[NodeRef] = set()
    for call in (syntax.call(ref) for ref in calls if ref in syntax.nodes):
        value = argument(call, name, names.index(name) - bound) if call is not None and name in names else None
        found |= {node_ref(syntax.path, value)} if value is not None else set()
    return found
