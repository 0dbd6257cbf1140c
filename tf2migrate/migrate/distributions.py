"""Distributions: what the definitions that take their place can do."""

from __future__ import annotations

from tf2migrate.knowledge.rnn import DISTRIBUTION_METHODS
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode, GraphValue, Kind
from tf2migrate.model.source import NodeRef

_PARAMETERS = {"Normal": {"loc", "scale"}, "Uniform": {"low", "high"}}
_OF_CHOICES = {"logits", "probs", "dtype"}
_PARTS = {name: _PARAMETERS.get(name, _OF_CHOICES) | set(methods) for name, methods in DISTRIBUTION_METHODS.items()}
_EMITTED = {f"{module}.{name}": name for module in ("tf.distributions", "tf.contrib.distributions") for name in _PARTS}
_GIVEN = frozenset({"0", "sample_shape", "value"})


def check_distributions(view: ProgramView) -> None:
    """Refuse what the emitted distributions cannot do; others have no native form at all."""
    for node in view.nodes:
        owner, _, part = node.op.rpartition(".")
        if part == "kl_divergence":
            _check_divergence(view, node)
        if owner not in _EMITTED:
            continue
        if part not in _PARTS[_EMITTED[owner]]:
            raise _refused(node.place.expression, f"`{part}` of a distribution has no native form yet")
        if not set(node.arguments) <= _GIVEN:
            raise _refused(node.place.expression, f"`{part}` of a distribution with these arguments has no native form")
        if part == "sample" and any(isinstance(value, GraphValue) for value in node.arguments.values()):
            raise _refused(node.place.expression, "the shape of the samples is a value of the graph")
    for read in view.program.static_reads:
        if view.nodes[read.node].kind is Kind.DISTRIBUTION:
            raise _refused(read.place.expression, f"the {read.what} of a distribution is read")


def _check_divergence(view: ProgramView, node: GraphNode) -> None:
    """Refuse the divergence of other distributions than normal ones."""
    given = [view.nodes[number].op for number in node.inputs if view.nodes[number].kind is Kind.DISTRIBUTION]
    if any(_EMITTED.get(op) != "Normal" for op in given):
        raise _refused(node.place.expression, "the divergence of distributions that are not normal has no native form")


def _refused(at: NodeRef, reason: str) -> Refused:
    return Refused(NO_NATIVE_FORM, at, reason, "write the formula, or use tensorflow_probability")
