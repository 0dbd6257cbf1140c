"""Reasons why a program is left as it is."""

from __future__ import annotations

from tf2migrate.model.plan import Refusal
from tf2migrate.model.source import NodeRef


class Refused(Exception):
    """Planning cannot go on; the program stays as it is. Caught by `migrate_program` alone."""

    def __init__(self, code: str, at: NodeRef, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(at.path, at.line, code, reason, advice)


# The codes of refusals, one a mechanism; `analysis` has those (95x, 96x) of what it cannot evaluate.
NO_NATIVE_FORM = "TFM971"
PLACEHOLDER_FORM = "TFM972"
MIXED_STATE = "TFM973"
UNORDERED_EFFECTS = "TFM974"
BUILT_IN_LOOP = "TFM975"
GRAPH_VALUE_ESCAPES = "TFM976"
NOT_EVALUATED = "TFM977"
UNNAMED_VALUE = "TFM978"
FEED_FORM = "TFM979"
REBOUND_NAME = "TFM980"
OPTIMIZER_FORM = "TFM981"
SEVERAL_GRAPH_OWNERS = "TFM982"
UNCERTAIN_RUN = "TFM983"
RUNS_NOWHERE = "TFM988"
PLANNER_CODES = frozenset(f"TFM{number}" for number in range(971, 984))


def outer_object_changed(at: NodeRef, with_graph_values: bool) -> Refused:
    """Refuse an effect of moving code that would happen with each tracing, or on another object."""
    if with_graph_values:
        reason = "values of the graph are put into an object that exists outside of the graph"
        return Refused(GRAPH_VALUE_ESCAPES, at, reason, "keep them in a list or dict that is made beside them")
    reason = "code that moves into a function changes an object that exists outside of it"
    return Refused(REBOUND_NAME, at, reason, "count and collect where the graph is built")
