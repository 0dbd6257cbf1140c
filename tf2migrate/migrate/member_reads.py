"""A check that nothing reads the parts of an object that are gone with its graph."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.migrate.refusal import GRAPH_VALUE_ESCAPES, NOT_EVALUATED, Refused
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import Kind, Read, Write
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_GONE_KINDS = frozenset({Kind.PLACEHOLDER, Kind.SESSION, Kind.GRAPH, Kind.INITIALIZER})


def check_member_reads(plan: HomePlan, view: ProgramView, syntax: Syntax, is_covered: Callable[[Read], bool]) -> None:
    """Refuse a program in which code that stays reads attributes that held values of the graph (law 16)."""
    if plan.home.members is None:
        return
    owners = plan.home.members.siblings
    gone = {write.cell.key for write in view.program.writes if write.cell.owner in owners and _is_gone(plan, write)}
    seen: set[NodeRef] = set()
    for read in view.program.reads:
        if read.cell.owner not in owners:
            if read.place.expression.kind == "Attribute":
                seen.add(read.place.expression)
            continue
        seen.add(read.place.expression)
        definition = view.definition_of(read)
        if definition is None or not _is_gone(plan, definition):
            continue
        unit = plan.home.unit_in_text(read.place)
        if (unit is not None and unit in plan.layout.removed) or is_covered(read):
            continue
        raise Refused(
            GRAPH_VALUE_ESCAPES,
            read.place.expression,
            f"`{read.cell.key}` of the object would no longer exist where it is used",
            "fetch it with a run first, or remove the use",
        )
    _check_unseen(plan, view, syntax, {str(key) for key in gone}, seen)


def _is_gone(plan: HomePlan, write: Write) -> bool:
    """Say whether what an attribute was set to does not exist any more, at least not there."""
    unit = plan.home.unit_of(write.place)
    if unit is not None and unit in plan.layout.removed:
        return True
    nodes = plan.home.view.nodes
    return any(nodes[n].kind in _GONE_KINDS or plan.home.view.is_compute(n) for n in nodes_in(write.value))


def _check_unseen(plan: HomePlan, view: ProgramView, syntax: Syntax, gone: set[str], seen: set[NodeRef]) -> None:
    """Refuse attributes that are gone in code of the class which the evaluation did not enter."""
    moved = [unit.ref for unit in plan.home.body.units if unit in plan.layout.removed] + plan.rewritten
    classes = {view.frames[frame].parent for frame in plan.home.frames}
    definitions = {view.frames[number].definition for number in classes if number is not None}
    for definition in definitions - {None}:
        for node in ast.walk(syntax.nodes[definition]):  # type: ignore[index]
            if not isinstance(node, ast.Attribute) or node.attr not in gone or not isinstance(node.ctx, ast.Load):
                continue
            ref = node_ref(plan.home.path, node)
            inside = any((r.line, r.column) <= (ref.line, ref.column) <= (r.end_line, r.end_column) for r in moved)
            named = isinstance(node.value, ast.Name) and f"{node.value.id}." == plan.prefix
            if named and ref not in seen and not inside:
                raise Refused(
                    NOT_EVALUATED,
                    ref,
                    f"`{node.attr}` of the object would no longer exist, and this code was not evaluated",
                    "call the code that holds it, or remove it",
                )
