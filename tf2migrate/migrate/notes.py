"""What a person should know of a program that was migrated."""

from __future__ import annotations

from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.view import COMPUTE_KINDS, ProgramView
from tf2migrate.model.facts import Kind
from tf2migrate.model.plan import Refusal

NEVER_RUN = "TFM984"
SESSION_OPTIONS = "TFM985"
_COMPUTED = COMPUTE_KINDS - {Kind.DATASET, Kind.ITERATOR}
_OPTIONS = frozenset({"tf.ConfigProto", "tf.GPUOptions", "tf.RunOptions"})


def dead_code_notes(plan: HomePlan) -> list[Refusal]:
    """Name the statements whose operations no run asks for; they are left out, since TF1 did not execute them."""
    used = {unit for step in plan.steps for unit in step.units}
    dead = [
        unit
        for unit in plan.units.compute - used
        if any(node.kind in _COMPUTED and plan.units.moves(node.id) for node in plan.home.events[unit].nodes)
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


def run_metadata_notes(view: ProgramView, path: str) -> list[Refusal]:
    """Name the records of runs' times and memory in a file: the session measured them."""
    made = {
        node.place.statement.line
        for node in view.nodes
        if node.op.endswith(".add_run_metadata") and node.place.statement.path == path
    }
    return [
        Refusal(
            path,
            row,
            SESSION_OPTIONS,
            "the session measured the runs whose times and memory were recorded here",
            "record them with tf.profiler.experimental",
        )
        for row in sorted(made)
    ]


def session_option_notes(view: ProgramView, path: str) -> list[Refusal]:
    """Name the session options of a file: they go with the session."""
    made = {
        node.place.statement.line for node in view.nodes if node.op in _OPTIONS and node.place.statement.path == path
    }
    return [
        Refusal(
            path,
            row,
            SESSION_OPTIONS,
            "these session options go with the session",
            "set what must remain with tf.config, before the first operation",
        )
        for row in sorted(made)
    ]
