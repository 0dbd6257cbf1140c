"""Variables of objects, named where the program holds the object: a saver beside `model` writes `model.w`."""

from __future__ import annotations

from collections.abc import Iterable

from tf2migrate.analysis.graph.inference.creation import VARIABLES
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Cell, GraphValue, Kind, Record


def name_object_variables(view: ProgramView, plans: Iterable[HomePlan]) -> None:
    """Let each body name the variables of the objects that it holds under names of its own."""
    listed = list(plans)
    for owner in listed:
        members = owner.home.members
        if members is None or members.siblings != {members.instance}:
            continue
        inside = _attributes(view, owner)
        for plan in listed:
            holder = _holder(view, plan, members.instance) if plan is not owner else None
            if holder is not None:
                text = plan.home.text_of(holder)
                for variable, attribute in inside.items():
                    plan.home.lifted.setdefault(variable, f"{text}.{attribute}")


def _attributes(view: ProgramView, plan: HomePlan) -> dict[int, str]:
    """Return the attributes that hold an object's variables; layers have theirs only when they were called."""
    members = plan.home.members
    assert members is not None
    prefix = members.prefix
    found = {
        variable: path.removeprefix(prefix)
        for variable, path in plan.home.lifted.items()
        if path.startswith(prefix) and view.nodes[variable].op in VARIABLES
    }
    for write in view.program.writes:
        value = write.value
        if not isinstance(value, GraphValue) or view.nodes[value.node].kind is not Kind.VARIABLE:
            continue
        if members.holds(write.cell) and (not members.is_local(write.cell) or write.cell in members.kept):
            found.setdefault(value.node, members.text_of(write.cell).removeprefix(prefix))
    return found


def _holder(view: ProgramView, plan: HomePlan, instance: int) -> Cell | None:
    """Return the one name of a body that holds an object."""
    held = {
        write.cell
        for write in view.program.writes
        if plan.home.holds(write.cell) and isinstance(write.value, Record) and write.value.owner == instance
    }
    cell = held.pop() if len(held) == 1 else None
    return cell if cell is not None and len(view.writes_to[cell]) == 1 else None
