"""Statements that move into functions because of what moving statements do with their values."""

from __future__ import annotations

import ast
from collections.abc import Collection

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.refusal import outer_object_changed
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import COMPUTE_KINDS, nodes_in, value_nodes
from tf2migrate.model.facts import GraphValue


def filled_containers(home: Home, moving: Collection[Unit]) -> set[Unit]:
    """Return the statements that make what moving ones fill: a list that a loop appends layers to, say (law 13)."""
    made, found = home.view.program.made, set(moving)
    pending = sorted(moving, key=lambda u: u.index)
    while pending:
        unit = pending.pop()
        for write in home.events[unit].writes:
            if write.cell.owner not in made or home.holds(write.cell):
                continue
            maker = home.unit_of(made[write.cell.owner])
            if maker is None or home.events[maker].visits or (maker is not unit and _is_code(maker)):
                raise outer_object_changed(write.place.statement, bool(value_nodes(write.value)))
            if maker not in found:
                found.add(maker)
                pending.append(maker)
    return found


def rebound_constants(home: Home, moving: Collection[Unit], initial: Collection[int]) -> set[Unit]:
    """Return the statements that start a sum with a constant (`loss = tf.constant(0.)`) which moving ones go on with.

    The constant is the same in every run, and the name is theirs: a step then reads as the program does. One that is an
    initial value too, or that anything else reads, is made once.
    """
    return {unit for unit in home.body.units if unit not in moving and _starts_a_sum(home, unit, moving, initial)}


def _starts_a_sum(home: Home, unit: Unit, moving: Collection[Unit], initial: Collection[int]) -> bool:
    events, node = home.events[unit], unit.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or len(events.writes) != 1 or events.visits:
        return False
    write = events.writes[0]
    if not isinstance(write.value, GraphValue) or not home.holds(write.cell) or unit.parents:
        return False
    constant = all(fact.kind in COMPUTE_KINDS and not home.view.dynamic(fact.id) for fact in events.nodes)
    own = {fact.id for fact in events.nodes}
    if (
        not constant
        or write.value.node not in own
        or own & set(initial)
        or any(nodes_in(r.value) for r in events.reads)
    ):
        return False
    readers = [read for read in home.view.reads_of[write.cell] if home.view.definition_of(read) is write]
    return bool(readers) and all(_goes_on(home.unit_of(read.place), moving) for read in readers)


def _goes_on(unit: Unit | None, moving: Collection[Unit]) -> bool:
    """Say whether a moving statement of the body adds to the name that it reads."""
    return unit is not None and unit in moving and isinstance(unit.node, ast.AugAssign)


def _is_code(unit: Unit) -> bool:
    """Say whether a unit defines a function or class: what it makes (defaults, attributes) outlives each call."""
    return isinstance(unit.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
