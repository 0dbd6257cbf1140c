"""Losses, streaming metrics and moving averages: ops that also fill collections or make state."""

from __future__ import annotations

from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import unique_full_name
from tf2migrate.analysis.graph.slots import slot_name
from tf2migrate.analysis.graph.variables import new_variable
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, GraphValue, Tuple, V
from tf2migrate.model.facts import Kind

METRIC_STATE: dict[str, tuple[str, ...]] = {
    "auc": ("true_positives", "true_negatives", "false_positives", "false_negatives"),
    "precision": ("true_positives/count", "false_positives/count"),
    "recall": ("true_positives/count", "false_negatives/count"),
    "mean_iou": ("total_confusion_matrix",),
}


def loss(request: Request) -> V:
    """Model `tf.losses.*`: the loss joins its collection."""
    machine = request.machine
    node = make_node(
        machine, request.node, Kind.TENSOR, request.path, request.inputs(), request.given, request.explicit_name()
    )
    key: str | None = collections.LOSSES
    if request.has("loss_collection"):
        key = collections.collection_key(request.value("loss_collection"))
    if key is not None:
        collections.add(machine, key, node, request.node)
    return node


def total_loss(request: Request) -> V:
    """Model `tf.losses.get_total_loss()` and `get_regularization_loss()`."""
    machine = request.machine
    members = collections.members(machine, collections.REGULARIZATION)
    if not request.path.endswith("regularization_loss"):
        members = [*collections.members(machine, collections.LOSSES), *members]
    if not members:
        machine.find("empty_collection", request.node, collections.LOSSES)
    return make_node(machine, request.node, Kind.TENSOR, request.path, members, request.given)


def make_regularizer(request: Request) -> V:
    """Model `l2_regularizer(..)` and its kin; slim's are contrib's under other names."""
    path = request.path.replace("tf.contrib.slim.", "tf.contrib.layers.")
    return make_node(request.machine, request.node, Kind.OBJECT, path, request.inputs(), request.given)


def apply_regularization(request: Request) -> V:
    """Model `apply_regularization(..)`: the sum of the terms joins their collection."""
    node = make_node(request.machine, request.node, Kind.TENSOR, request.path, request.inputs(), request.given)
    collections.add(request.machine, collections.REGULARIZATION, node, request.node)
    return node


def metric(request: Request) -> V:
    """Model `tf.metrics.*`: the value and the op that updates its local variables."""
    machine = request.machine
    short = request.path.rsplit(".", 1)[1]
    scope = machine.known_text(request.value("name")) or short
    state = [
        new_variable(
            machine,
            request.node,
            request.path,
            unique_full_name(machine, f"{scope}/{name}"),
            trainable=False,
            output=name,
            keys=[collections.LOCAL, collections.METRICS],
        ).node
        for name in METRIC_STATE.get(short, ("total", "count"))
    ]
    value = make_node(machine, request.node, Kind.TENSOR, request.path, state, request.given, output=0)
    update = make_node(
        machine,
        request.node,
        Kind.ASSIGN,
        request.path,
        [*request.inputs(), *state],
        request.given,
        output=1,
        targets=tuple(state),
        stateful=True,
    )
    return Tuple((value, update))


def average_method(request: Request, average: GraphValue, name: str) -> V:
    """Model a method of `tf.train.ExponentialMovingAverage`."""
    machine = request.machine
    given = request.value("var_list" if name == "apply" else "var", request.value("0"))
    if name == "apply":
        return _apply(request, average, given)
    inputs = graph_values(machine, given)
    found = machine.heap.get(-1 - average.node, ("shadow", inputs[0])) if inputs else None
    if name == "average" and found is not None:
        machine.note_read(-1 - average.node, ("shadow", inputs[0]), found, request.node)
        return found
    make_node(machine, request.node, Kind.OBJECT, request.path, [average.node, *inputs], request.given)
    return NONE if name == "average" else machine.unknown(f"the result of {name} of a moving average", request.node)


def _apply(request: Request, average: GraphValue, given: V) -> V:
    machine = request.machine
    averaged = graph_values(machine, given) if given != NONE else collections.members(machine, collections.TRAINABLE)
    shadows: list[int] = []
    label = machine.known_text(machine.given[average.node].get("name")) or "ExponentialMovingAverage"
    for one in averaged:
        made = machine.heap.get(-1 - average.node, ("shadow", one))
        if isinstance(made, GraphValue):
            shadows.append(made.node)
            continue
        name = slot_name(machine, one, label)
        shadow = new_variable(
            machine,
            request.node,
            machine.trace.nodes[average.node].op,
            name,
            trainable=False,
            output="shadow",
            inputs=[one],
        )
        shadows.append(shadow.node)
        machine.write(-1 - average.node, ("shadow", one), shadow, request.node)
        _note_averaged(machine, one, request)
    decay = graph_values(machine, machine.given[average.node].get("num_updates", NONE))
    return make_node(
        machine,
        request.node,
        Kind.OPERATION,
        request.path,
        [average.node, *averaged, *decay],
        request.given,
        targets=tuple(shadows),
        stateful=True,
    )


def _note_averaged(machine: Machine, node: int, request: Request) -> None:
    if machine.trace.nodes[node].kind is Kind.VARIABLE:
        collections.add(machine, "moving_average_variables", GraphValue(node), request.node)
