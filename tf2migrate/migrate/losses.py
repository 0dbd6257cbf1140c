"""`tf.losses`: the losses of all examples, and TensorFlow 1's reduction of them, from the facts of the whole program.

A loss also joins a collection; what reads that is written with the names of the losses.
"""

from __future__ import annotations

from tf2migrate.migrate.number_kinds import is_float32
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Symbol, Value
from tf2migrate.model.source import NodeRef

_LABELS = {
    "tf.losses.absolute_difference": ("labels", "predictions"),
    "tf.losses.mean_squared_error": ("labels", "predictions"),
    "tf.losses.sigmoid_cross_entropy": ("multi_class_labels", "logits"),
    "tf.losses.softmax_cross_entropy": ("onehot_labels", "logits"),
    "tf.losses.sparse_softmax_cross_entropy": ("labels", "logits"),
}
_REDUCTIONS = {
    "SUM_BY_NONZERO_WEIGHTS": "nonzero",
    "SUM_OVER_NONZERO_WEIGHTS": "nonzero",
    "weighted_sum_by_nonzero_weights": "nonzero",
    "SUM_OVER_BATCH_SIZE": "batch",
    "weighted_sum_over_batch_size": "batch",
    "MEAN": "mean",
    "weighted_mean": "mean",
    "SUM": "sum",
    "weighted_sum": "sum",
    "NONE": "none",
    "none": "none",
}
_TAKEN = frozenset({"weights", "label_smoothing", "reduction", "scope", "loss_collection"})


def is_loss(node: GraphNode) -> bool:
    """Say whether a node is a loss that has a form here."""
    return node.op in _LABELS and node.kind is Kind.TENSOR


def write_loss(bench: Workbench, node: GraphNode) -> None:
    """Register the native form of a loss, where the rules have none."""
    call = bench.syntax.call(node.place.expression)
    if call is None or not _is_written(node):
        return
    name = bench.syntax.span(call.func)
    if any(name.contains(edit.span) for edit in bench.renderer.local):
        return
    same = [n for n in bench.view.nodes if n.place.expression == node.place.expression and is_loss(n)]
    bench.renderer.add(bench.syntax.span(call), lambda: _text(bench, node, same))


def plain_losses(view: ProgramView, path: str) -> frozenset[tuple[int, int]]:
    """Return where in a file (row and column from one) losses stand whose values are float32 by the program's facts.

    The rules see one call, and would cast them.
    """
    certain: dict[NodeRef, bool] = {}
    for node in view.nodes:
        at = node.place.expression
        if is_loss(node) and at.path == path and _is_written(node):
            floats = is_float32(view, node.arguments.get(_LABELS[node.op][1], Known(None)))
            certain[at] = certain.get(at, True) and floats
    return frozenset((at.line, at.column + 1) for at, is_certain in certain.items() if is_certain)


def _is_written(node: GraphNode) -> bool:
    """Say whether a loss is given what the formulas here take; a definition in the program stands for the others."""
    needed, given = set(_LABELS[node.op]), set(node.argument_at)
    smooth = node.arguments.get("label_smoothing", Known(0)) not in (Known(0), Known(0.0))
    return needed <= given <= needed | _TAKEN and not smooth


def _text(bench: Workbench, node: GraphNode, same: list[GraphNode]) -> Rendered:
    tf = bench.tf
    labels_name, values_name = _LABELS[node.op]
    certain = all(_is_float(bench, n, values_name) for n in same)
    values = bench.render_at(node.argument_at[values_name])
    integers = node.op == "tf.losses.sparse_softmax_cross_entropy"
    cast = not integers and not all(_is_float(bench, n, labels_name) for n in same)
    labels = bench.render_at(node.argument_at[labels_name])
    kept_type = "logits" in node.argument_at
    if kept_type and not certain and any(_may_be_other(bench, n, values_name) for n in same):
        raise _refused(node, "the logits of this loss may be no float32", "cast them to float32")
    if not kept_type and not certain:
        values = concat([f"{tf}.cast(", values, f", {tf}.float32)"])
    if cast:
        labels = concat([f"{tf}.cast(", labels, f", {tf}.float32)"])
    if integers and all(_same_rank(bench, n) for n in same):
        labels = concat([f"{tf}.squeeze(", labels, ", [-1])"])
    match node.op.rpartition(".")[2]:
        case "mean_squared_error":
            losses = concat([f"{tf}.math.squared_difference(", values, ", ", labels, ")"])
        case "absolute_difference":
            losses = concat([f"{tf}.abs({tf}.subtract(", values, ", ", labels, "))"])
        case short:
            losses = concat([f"{tf}.nn.{short}_with_logits(labels=", labels, ", logits=", values, ")"])
    return _reduced(bench, node, losses)


def _reduced(bench: Workbench, node: GraphNode, losses: Rendered) -> Rendered:
    tf = bench.tf
    reduction = _reduction(node)
    at = node.argument_at.get("weights")
    plain = at is None or node.arguments.get("weights") in (Known(1), Known(1.0))
    weights = Rendered.new("1.0") if at is None else bench.render_at(at)
    match reduction:
        case "nonzero" if not plain:
            return concat([f"{tf}.losses.compute_weighted_loss(", losses, ", ", weights, ")"])
        case "nonzero" | "batch" | "mean" if plain:
            return concat([f"{tf}.reduce_mean(", losses, ")"])
        case "sum" if plain:
            return concat([f"{tf}.reduce_sum(", losses, ")"])
        case "none" if plain:
            return losses
    raise _refused(node, "this reduction of weighted losses has no native form", "write the formula")


def _reduction(node: GraphNode) -> str | None:
    if "reduction" not in node.arguments:
        return "nonzero"
    match node.arguments["reduction"]:
        case Symbol(path) if ".Reduction." in path:
            return _REDUCTIONS.get(path.rpartition(".")[2])
        case Known(str() as name):
            return _REDUCTIONS.get(name)
        case _:
            return None


def _is_float(bench: Workbench, node: GraphNode, name: str) -> bool:
    return is_float32(bench.view, node.arguments.get(name, Known(None)))


def _may_be_other(bench: Workbench, node: GraphNode, name: str) -> bool:
    """Say whether a type other than float32 is written anywhere in what a value is computed from."""
    value = node.arguments.get(name)
    if not isinstance(value, GraphValue):
        return True
    needed = [bench.view.nodes[n] for n in bench.view.closure(frozenset({value.node}))]
    return any(_told_other(argument) for one in needed for argument in one.arguments.values())


def _told_other(argument: Value) -> bool:
    told = str(getattr(argument, "path", getattr(argument, "value", "")))
    return told.rpartition(".")[2] in ("float64", "double", "float16", "half", "bfloat16")


def _same_rank(bench: Workbench, node: GraphNode) -> bool:
    """Say whether the labels of a sparse loss are a column, as TensorFlow 1 takes them too."""
    labels = node.arguments.get("labels")
    made = bench.view.nodes[labels.node] if isinstance(labels, GraphValue) else None
    shape = made.arguments.get("shape") if made is not None and made.kind is Kind.PLACEHOLDER else None
    return isinstance(shape, Sequence) and len(shape.items) > 1 and shape.items[-1] == Known(1)


def _refused(node: GraphNode, reason: str, advice: str) -> Refused:
    return Refused(NO_NATIVE_FORM, node.place.expression, reason, advice)
