"""Calls whose meaning changed for several shards alone: of one variable they mean what they meant."""

from __future__ import annotations

from tf2migrate.model.facts import GraphNode, GraphValue, Program
from tf2migrate.model.source import NodeRef

# The arguments that may be shards, and the others that both versions take in the same order.
_SAMPLED = frozenset(
    "labels inputs num_sampled num_classes num_true sampled_values remove_accidental_hits name".split()
)
_SHARDED = {
    "tf.nn.embedding_lookup": (frozenset({"params"}), frozenset({"ids", "name"})),
    "tf.nn.nce_loss": (frozenset({"weights", "biases"}), _SAMPLED),
    "tf.nn.sampled_softmax_loss": (frozenset({"weights", "biases"}), _SAMPLED),
}


def unchanged_calls(program: Program, path: str) -> frozenset[tuple[int, int]]:
    """Return where in a file (row and column from one) calls stand that mean the same in TensorFlow 2."""
    certain: dict[NodeRef, bool] = {}
    for node in program.nodes:
        if node.op in _SHARDED and node.place.expression.path == path:
            at = node.place.expression
            certain[at] = certain.get(at, True) and _is_unsharded(node)
    return frozenset((at.line, at.column + 1) for at, is_certain in certain.items() if is_certain)


def _is_unsharded(node: GraphNode) -> bool:
    shards, others = _SHARDED[node.op]
    given = set(node.arguments)
    single = all(isinstance(node.arguments.get(name), GraphValue) for name in shards)
    named = "name" not in given or node.op == "tf.nn.embedding_lookup"
    return single and named and given <= shards | others
