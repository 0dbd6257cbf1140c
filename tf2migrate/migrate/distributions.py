"""Distributions: what the definitions that take their place can do."""

from __future__ import annotations

from tf2migrate.knowledge.rnn import DISTRIBUTION_METHODS
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphValue, Kind
from tf2migrate.model.source import NodeRef

_EMITTED = frozenset({"tf.distributions.Normal", "tf.contrib.distributions.Normal"})
_PARTS = frozenset({"loc", "scale", *DISTRIBUTION_METHODS})
_GIVEN = frozenset({"0", "sample_shape", "value"})


def check_distributions(view: ProgramView) -> None:
    """Refuse what the emitted distributions cannot do; others have no native form at all."""
    for node in view.nodes:
        owner, _, part = node.op.rpartition(".")
        if owner not in _EMITTED:
            continue
        if part not in _PARTS:
            raise _refused(node.place.expression, f"`{part}` of a distribution has no native form yet")
        if not set(node.arguments) <= _GIVEN:
            raise _refused(node.place.expression, f"`{part}` of a distribution with these arguments has no native form")
        if part == "sample" and any(isinstance(value, GraphValue) for value in node.arguments.values()):
            raise _refused(node.place.expression, "the shape of the samples is a value of the graph")
    for read in view.program.static_reads:
        if view.nodes[read.node].kind is Kind.DISTRIBUTION:
            raise _refused(read.place.expression, f"the {read.what} of a distribution is read")


def _refused(at: NodeRef, reason: str) -> Refused:
    return Refused(NO_NATIVE_FORM, at, reason, "write the formula, or use tensorflow_probability")
