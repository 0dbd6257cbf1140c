"""Names that operations take in their scope although the program gives them none.

TensorFlow compares names without regard to case: `tf.summary.scalar("mean", tf.reduce_mean(x))` is `mean_1`, since
the operation `Mean` comes first. What takes a name only in some cases leaves the names that it may take in doubt.
"""

from __future__ import annotations

from tf2migrate.analysis.graph.scopes import doubt_name, unique_name
from tf2migrate.analysis.machine import Machine
from tf2migrate.knowledge.op_names import names_of_call


def take_names(machine: Machine, path: str) -> None:
    """Mark the names that an operation without a name of its own takes."""
    certain, possible = names_of_call(path)
    for name in certain:
        unique_name(machine, name)
    for name in possible:
        doubt_name(machine, name)
