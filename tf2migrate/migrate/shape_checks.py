"""Checks of static shapes that the host makes of values of the graph: they move into the steps that have these."""

from __future__ import annotations

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.steps import Step, Units


def attach_shape_checks(home: Home, units: Units, steps: list[Step]) -> None:
    """Put checks of static shapes into the first step that has all that they look at."""
    for unit in sorted(units.trace_time, key=lambda u: u.index):
        moving = [need for need in units.needs(unit) if units.is_moving_value(need)]
        wanted = {need.unit for need in moving if need.unit in units.compute}
        denoted = (units.structures.denoted(need.definition.value) for need in moving)
        fed = {node for node in denoted if node in units.placeholders}
        for step in steps:
            checked_before = all(read.time < step.settled_time for read in home.events[unit].reads)
            if checked_before and wanted <= set(step.units) and fed <= set(step.parameters):
                step.units = sorted([*step.units, unit], key=lambda u: u.index)
                step.captured.extend(need for need in units.needs(unit) if need not in moving)
                break
