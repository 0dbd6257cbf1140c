"""Operations that take axes away, and losses, which take all of them."""

from __future__ import annotations

from tf2migrate.analysis.graph.inference.dims import UNSURE, Shape, broadcast, merge, unknown
from tf2migrate.analysis.graph.inference.operands import Law, Operands, axes

_AXES = ("axis", "reduction_indices", "axes")
_KEEP = ("keepdims", "keep_dims")


def reduced(shape: Shape | None, over: object, keep: object) -> Shape | None:
    """Return a shape without the axes `over`, all of them where it is None; with `keep` they stay, of size one."""
    if over is None and keep is False:
        return ()
    if shape is None or not isinstance(keep, bool):
        return None
    taken = list(range(len(shape))) if over is None else axes(over, len(shape))
    if taken is None:
        return unknown(len(shape)) if keep else None
    if keep:
        return tuple(1 if axis in taken else dim for axis, dim in enumerate(shape))
    return tuple(dim for axis, dim in enumerate(shape) if axis not in taken)


def _reduce(name: str) -> Law:
    return lambda op: reduced(op.shape(name, "input"), op.first(*_AXES), op.flag(*_KEEP))


def _arg(op: Operands) -> Shape | None:
    shape, over = op.shape("input"), op.first("axis", "dimension")
    if shape is None:
        return None
    if not shape or axes(0 if over is None else over, len(shape)) is None:
        return None if not shape else unknown(len(shape) - 1)
    return reduced(shape, 0 if over is None else over, False)


def _softmax_entropy(op: Operands) -> Shape | None:
    logits, labels = op.shape("logits"), op.shape("labels")
    if logits is None or len(logits) < 1:
        return None
    taken = axes(op.number("dim", "axis", default=-1), len(logits))
    if taken is None:
        return unknown(len(logits) - 1)
    alike = labels == logits
    sure = [dim if isinstance(dim, int) or alike else UNSURE for dim in logits]  # labels may tell more
    return tuple(dim for axis, dim in enumerate(sure) if axis not in taken)


def _sparse_entropy(op: Operands) -> Shape | None:
    logits, labels = op.shape("logits"), op.shape("labels")
    return None if labels is None else merge([labels, None if logits is None else logits[:-1]])


def _pairwise_entropy(op: Operands) -> Shape | None:
    return broadcast([op.shape("labels", "targets"), op.shape("logits")])


def _loss(op: Operands) -> Shape | None:
    """Return the shape of a mean over all examples; a reduction that the program names may keep them."""
    return () if op.first("reduction") is None else None


def _scalar(op: Operands) -> Shape | None:
    return ()


def _in_top_k(op: Operands) -> Shape | None:
    predictions = op.shape("predictions")
    return merge([op.shape("targets"), None if predictions is None else predictions[:1]])


_REDUCE = "sum mean max min prod any all logsumexp euclidean_norm std variance"
_LOSSES = """
    absolute_difference cosine_distance hinge_loss huber_loss log_loss mean_squared_error sigmoid_cross_entropy
    softmax_cross_entropy sparse_softmax_cross_entropy
"""

LAWS: dict[str, Law] = {
    **{f"tf.reduce_{word}": _reduce("input_tensor") for word in _REDUCE.split()},
    "tf.count_nonzero": _reduce("input_tensor"),
    "tf.nn.moments": lambda op: reduced(op.shape("x"), op.first("axes"), op.flag(*_KEEP)),
    "tf.norm": _reduce("tensor"),
    **{f"tf.{word}": _arg for word in "argmax argmin arg_max arg_min".split()},
    "tf.nn.l2_loss": _scalar,
    "tf.global_norm": _scalar,
    "tf.nn.softmax_cross_entropy_with_logits": _softmax_entropy,
    "tf.nn.softmax_cross_entropy_with_logits_v2": _softmax_entropy,
    "tf.nn.sparse_softmax_cross_entropy_with_logits": _sparse_entropy,
    "tf.nn.sigmoid_cross_entropy_with_logits": _pairwise_entropy,
    "tf.nn.weighted_cross_entropy_with_logits": _pairwise_entropy,
    "tf.nn.in_top_k": _in_top_k,
    **{f"tf.losses.{word}": _loss for word in _LOSSES.split()},
}
