"""Statements that several steps need, as functions that they call."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence

from tf2migrate.migrate.fed_structures import parts_of
from tf2migrate.migrate.functions import Shared, needs_renaming
from tf2migrate.migrate.home import Home
from tf2migrate.migrate.iterators import is_element
from tf2migrate.migrate.sites import leaves, nests
from tf2migrate.migrate.steps import Need, Step, Units
from tf2migrate.migrate.units import Unit
from tf2migrate.model.facts import Fetch, Kind, Write


def share(home: Home, units: Units, steps: list[Step]) -> list[Shared]:
    """Return the functions of code that two or more steps have in common, in the order of their statements.

    What cannot be shared safely is left to each step: effects (their order is the step's own), several versions of one
    name, names that exist outside too.
    """
    found: list[Shared] = []
    drawn = {unit: name for node, (unit, name) in units.placeholders.items() if is_element(home.view.nodes[node])}
    named = {unit for unit, name in drawn.items() if any(name == home.name_of(w.cell) for w in _own_writes(home, unit))}
    for users, members in units_by_sharing(steps).items():
        if len(users) < 2:
            continue
        pure = [unit for unit in members if _is_pure(home, units, unit) and unit not in named]
        computes = any(node.kind is not Kind.SUMMARY for unit in pure for node in home.events[unit].nodes)
        if not computes or _is_one_call(home, pure) or set(drawn) >= set(pure):
            continue
        shared = _shared(home, units, steps, pure)
        if shared is not None:
            found.append(shared)
    kept = [s for s in found if _order_holds(units, s, steps, found)]
    return sorted(kept, key=lambda s: s.units[0].index)


def _own_writes(home: Home, unit: Unit) -> list[Write]:
    return [write for write in home.events[unit].writes if home.holds(write.cell)]


def _is_one_call(home: Home, members: list[Unit]) -> bool:
    """Say whether a group is only the call of a function of the program: it is shared code already."""
    value = members[0].node.value if isinstance(members[0].node, ast.Assign) else None
    return len(members) == 1 and isinstance(value, ast.Call) and bool(home.events[members[0]].calls)


def _is_pure(home: Home, units: Units, unit: Unit) -> bool:
    kinds = {node.kind for node in home.events[unit].nodes}
    effects = any(node.stateful and not node.random for node in home.events[unit].nodes)
    if any(isinstance(block.node, (ast.For, ast.While)) for block in unit.parents):
        return False  # what it captures may change from round to round
    return not effects and not kinds & {Kind.TRAIN, Kind.ASSIGN, Kind.OPERATION} and unit not in units.trace_time


def _shared(home: Home, units: Units, steps: list[Step], members: list[Unit]) -> Shared | None:
    inside = set(members)
    needs = [need for unit in members for need in units.needs(unit)]
    held = [(node, name) for node, (unit, name) in units.placeholders.items() if unit in inside & units.compute]
    drawn = [name for node, name in held if is_element(home.view.nodes[node])]
    parameters: list[str] = list(drawn)
    captured: list[Need] = []
    for need in needs:
        if need.unit in inside:
            continue
        if need.unit in units.compute or _is_placeholder(units, need):
            if need.name not in parameters:
                parameters.append(need.name)
        else:
            captured.append(need)
    outputs: list[str] = []
    for name, definition_is_last in _used_outside(home, units, steps, members):
        if not definition_is_last:
            return None
        if name not in outputs:
            outputs.append(name)
    rebound = frozenset(needs_renaming(units, members, captured, set(parameters)))
    if rebound & set(outputs) or _reassigned(home, inside, parameters, needs):
        return None
    return Shared(members, tuple(parameters), tuple(outputs), rebound=rebound)


def _is_placeholder(units: Units, need: Need) -> bool:
    return units.structures.denoted(need.definition.value) in units.placeholders


def _reassigned(home: Home, inside: set[Unit], parameters: list[str], needs: list[Need]) -> bool:
    """Say whether one parameter would stand for two values."""
    definitions: dict[str, set[int]] = {}
    for need in needs:
        if need.unit not in inside and need.name in parameters:
            definitions.setdefault(need.name, set()).add(need.definition.time)
    return any(len(times) > 1 for times in definitions.values())


def _used_outside(home: Home, units: Units, steps: list[Step], members: list[Unit]) -> list[tuple[str, bool]]:
    """Return the names that others read of a group, and whether each is the group's last value of that name."""
    inside = set(members)
    last: dict[str, int] = {}
    for unit in members:
        for write in home.events[unit].writes:
            if home.holds(write.cell):
                last[home.name_of(write.cell)] = write.time
    used: list[tuple[str, bool]] = []
    structures: list[tuple[str, bool]] = []
    for step in steps:
        if not inside & set(step.units):
            continue
        site_unit = home.unit_of(step.visit.place)
        outside = [need for other in step.units if other not in inside for need in units.needs(other)]
        if site_unit is not None:
            for leaf in leaves(step.visit.fetch):
                if leaf.at is not None:
                    outside.extend(units.needs(site_unit, within=leaf.at))
        used.extend((need.name, last.get(need.name) == need.definition.time) for need in outside if need.unit in inside)
        used += _fetched_of(home, members, last, leaves(step.visit.fetch))
        structures += _fetched_of(home, members, last, nests(step.visit.fetch))
    return used + structures


def _fetched_of(
    home: Home, members: list[Unit], last: dict[str, int], fetched: Sequence[Fetch]
) -> list[tuple[str, bool]]:
    """Return the names of what is fetched, and whether each is the group's last value of that name."""
    wanted = [tuple(leaf.node for leaf in leaves(part)) for part in fetched]
    writes = [write for member in members for write in home.events[member].writes if home.holds(write.cell)]
    named = [(home.name_of(w.cell), w.time) for nodes in wanted for w in writes if parts_of(w.value) == nodes != ()]
    return [(name, last[name] == time) for name, time in named]


def _order_holds(units: Units, shared: Shared, steps: list[Step], all_shared: list[Shared]) -> bool:
    """Say whether a group, run where its first statement stood, comes after all that it reads.

    A step runs its items in the order of their first statements; a group whose later statements read what another item
    makes after the group's first statement would run too early.
    """
    start = shared.units[0].index
    inside = set(shared.units)
    first_of = {unit: group.units[0].index for group in all_shared for unit in group.units}
    for unit in shared.units:
        for need in units.needs(unit):
            if need.unit in inside or need.unit not in units.compute:
                continue
            if first_of.get(need.unit, need.unit.index) >= start:
                return False
    if any(_awaited(units, unit, inside, start) for unit in shared.units):
        return False
    written = {
        units.home.name_of(write.cell)
        for unit in shared.units
        for write in units.home.events[unit].writes
        if units.home.holds(write.cell)
    }
    end = shared.units[-1].index
    for step in steps:
        if not inside & set(step.units):
            continue
        for other in step.units:
            if other not in inside and start < other.index < end:
                names = {
                    units.home.name_of(w.cell) for w in units.home.events[other].writes if units.home.holds(w.cell)
                }
                names |= {need.name for need in units.needs(other) if need.unit not in inside}
                if names & written:
                    return False
    return True


def _awaited(units: Units, unit: Unit, inside: set[Unit], start: int) -> bool:
    """Say whether a statement of a group waits for an effect of a step's own, behind the place of the group."""
    view = units.home.view
    for node in units.home.events[unit].nodes:
        for control in node.controls:
            other = units.home.unit_of(view.nodes[control].place)
            if other is not None and other in units.compute and other not in inside and other.index >= start:
                return True
    return False


def units_by_sharing(steps: list[Step]) -> dict[frozenset[int], list[Unit]]:
    """Return the units by the set of steps (their indices) that need them."""
    users: dict[Unit, set[int]] = defaultdict(set)
    for number, step in enumerate(steps):
        for unit in step.units:
            users[unit].add(number)
    groups: dict[frozenset[int], list[Unit]] = defaultdict(list)
    for unit in sorted(users, key=lambda u: u.index):
        groups[frozenset(users[unit])].append(unit)
    return groups
