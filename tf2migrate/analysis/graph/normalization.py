"""Batch normalization: when it reads its moving averages, and the operations that move them."""

from __future__ import annotations

from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.laws import MOVING, LayerLaw
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import known_flag, unique_full_name
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, Argument, Arguments, Entries, GraphValue, Ref, Symbol, V
from tf2migrate.model.facts import Kind, Known

_MOVES = "AssignMovingAvg"


def weights_read(request: Request, law: LayerLaw, held: list[int]) -> list[int]:
    """Return the weights that a call reads: the averages only where it does not move them, since it never does both."""
    return held if not law.updates or _flag(request, law) is False else _without_averages(request, held)


def updates_at_once(request: Request, law: LayerLaw, held: list[int]) -> list[int]:
    """Return the updates that a call runs itself (`updates_collections=None`), made before its result."""
    if not law.updates or not _is_at_once(request):
        return []
    return [update.node for update in _updates(request, law, held, request.inputs())]


def collect_updates(request: Request, law: LayerLaw, held: list[int], tensor: int) -> None:
    """Put the updates of a call into their collection, where it has some and does not run them itself."""
    if not law.updates or _is_at_once(request):
        return
    for update in _updates(request, law, held, [tensor]):
        if not request.path.startswith("tf.keras."):  # Keras keeps them to itself
            for key in _keys(request):
                collections.add(request.machine, key, update, request.node)


def call_normalizer(request: Request, machine: Machine) -> list[int]:
    """Return what a normalizer of TensorFlow's own gives that a layer is given: it is called in the layer's scope."""
    normalizer = request.value("normalizer_fn")
    if not isinstance(normalizer, Symbol):
        return []
    before = make_node(machine, request.node, Kind.TENSOR, f"{request.path}.parameter", request.inputs())
    given = request.value("normalizer_params")
    contents = machine.heap.get(given.id, CONTENTS) if isinstance(given, Ref) else None
    entries = contents.items if isinstance(contents, Entries) else ()
    named = tuple(
        (one.key.value, Argument(one.value, one.value_at))
        for one in entries
        if isinstance(one.key, Known) and isinstance(one.key.value, str)
    )
    called = machine.call(machine, normalizer, Arguments((Argument(before, None),), named), request.node)
    return graph_values(machine, called)


def _keys(request: Request) -> list[str]:
    if not request.has("updates_collections"):
        return [collections.UPDATES]
    key = collections.collection_key(request.value("updates_collections"))
    if key is None:
        request.machine.find("unsupported", request.node, "a collection of updates whose name is not known")
    return [] if key is None else [key]


def _is_at_once(request: Request) -> bool:
    return request.has("updates_collections") and request.value("updates_collections") == NONE


def _flag(request: Request, law: LayerLaw) -> bool | None:
    """Return whether a call trains, None where a run or the host decides it."""
    training: V = request.value("training", request.value("is_training", Known(law.training_default)))
    return None if graph_values(request.machine, training) else known_flag(training)


def _without_averages(request: Request, held: list[int]) -> list[int]:
    return [one for one in held if request.machine.trace.nodes[one].output not in MOVING]


def _updates(request: Request, law: LayerLaw, held: list[int], inputs: list[int]) -> list[GraphValue]:
    if _flag(request, law) is False:
        return []
    machine = request.machine
    scope = machine.layer_names
    return [
        make_node(
            machine,
            request.node,
            Kind.OPERATION,
            f"{request.path}.update",
            [variable, *inputs],
            name=None if scope is None else unique_full_name(machine, f"{scope}/{_MOVES}" if scope else _MOVES),
            targets=(variable,),
            stateful=True,
        )
        for variable in held
        if machine.trace.nodes[variable].output in MOVING
    ]
