"""What a person should know of a program that was migrated."""

from __future__ import annotations

from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.view import COMPUTE_KINDS
from tf2migrate.model.plan import Refusal

NEVER_RUN = "TFM984"


def dead_code_notes(plan: HomePlan) -> list[Refusal]:
    """Name the statements whose operations no run asks for; they are left out, since TF1 did not execute them."""
    used = {unit for step in plan.steps for unit in step.units}
    dead = [
        unit
        for unit in plan.units.compute - used
        if any(node.kind in COMPUTE_KINDS and plan.units.moves(node.id) for node in plan.home.events[unit].nodes)
    ]
    return [
        Refusal(
            plan.home.path,
            unit.node.lineno,
            NEVER_RUN,
            "no run asks for what this statement builds: it is left out",
            "keep it in a function of its own if it is still wanted",
        )
        for unit in sorted(dead, key=lambda unit: unit.index)
    ]
