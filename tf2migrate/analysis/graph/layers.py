"""Layers: functions and objects that make weights under a scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tf2migrate.analysis.graph import normalization
from tf2migrate.analysis.graph.laws import LayerLaw, Weight, layer_law
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import (
    VariableScope,
    close_variable_scope,
    default_scope_name,
    enter_name_scope,
    inner_scope,
    known_flag,
    name_scope,
    open_variable_scope,
    set_world,
    unique_full_name,
)
from tf2migrate.analysis.graph.shapes import assume_shape, shape_of_call, shape_of_node
from tf2migrate.analysis.graph.signatures import Bindings
from tf2migrate.analysis.graph.variables import add_regularization, new_variable, shared_variable
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, is_symbolic, make_node, revise_node
from tf2migrate.analysis.values import (
    NONE,
    Argument,
    Bound,
    Function,
    GraphValue,
    Internal,
    Items,
    Partial,
    Scope,
    V,
    plain,
)
from tf2migrate.model.facts import Kind, Known

REGULARIZERS = {
    "kernel": "kernel_regularizer",
    "bias": "bias_regularizer",
    "weights": "weights_regularizer",
    "biases": "biases_regularizer",
    "gamma": "gamma_regularizer",
    "beta": "beta_regularizer",
}
KERAS = "tf.keras."
ACTIVATIONS = ("activation", "activation_fn", "normalizer_fn")


def call_layer(request: Request, law: LayerLaw) -> V:
    """Model a layer function such as `tf.layers.dense(x, 3)`."""
    wanted = request.value("name", request.value("scope"))
    normalized: list[int] = []

    def normalize(machine: Machine) -> None:
        normalized.extend(normalization.call_normalizer(request, machine))

    made = layer_weights(request, law, wanted, request.path, normalize)
    return layer_result(request, law, made, [*request.inputs(), *normalized])


def layer_weights(
    request: Request, law: LayerLaw, wanted: V, op: str, then: Callable[[Machine], None] | None = None
) -> list[V]:
    """Return the weights of a layer in the scope that `wanted` names, the layer's own where it is None.

    What else the layer makes in that scope comes from `then`.
    """
    trainable = known_flag(request.value("trainable", Known(True))) is not False

    def make(machine: Machine, scope: VariableScope) -> list[V]:
        names = machine.layer_names = name_scope(machine)
        held = [_weight(request, scope, weight, op, trainable) for weight in law.weights if _present(request, weight)]
        if then is not None:
            then(machine)
        machine.layer_names = names
        return held

    return in_layer_scope(request.machine, wanted, law.scope, make)


def in_layer_scope(
    machine: Machine, wanted: V, default: str, make: Callable[[Machine, VariableScope], list[V]]
) -> list[V]:
    """Return what `make` gives inside the scope of a layer: the named one, or an anonymous one that is counted."""
    if isinstance(wanted, Scope):
        scope: VariableScope = replace(inner_scope(machine, ""), name=wanted.name)
        label: str | None = None if wanted.name is None else wanted.name.rsplit("/", 1)[-1]
    elif wanted == NONE:
        label = default
        scope = inner_scope(machine, default_scope_name(machine, default))
    else:
        label = machine.known_text(wanted)
        scope = inner_scope(machine, label)
    old = open_variable_scope(machine, scope)
    old_names = enter_name_scope(machine, label)
    try:
        return make(machine, scope)
    finally:
        close_variable_scope(machine, old)
        set_world(machine, "name_scope", "" if old_names is None else old_names)


def _present(request: Request, weight: Weight) -> bool:
    if weight.name == "biases" and request.value("normalizer_fn") != NONE:
        return False
    if weight.flag is None or not request.has(weight.flag):
        return weight.default
    if weight.flag.endswith("_initializer"):
        return request.value(weight.flag) != NONE
    return known_flag(request.value(weight.flag)) is not False


def _weight(request: Request, scope: VariableScope, weight: Weight, op: str, trainable: bool) -> V:
    full = None if scope.name is None else f"{scope.name}/{weight.name}"
    before = len(request.machine.trace.nodes)
    trained = trainable and weight.trainable
    if op.startswith(KERAS):  # Keras keeps its terms with the layer, and takes no terms and no weights from a scope
        name = None if full is None else unique_full_name(request.machine, full)
        return new_variable(
            request.machine, request.node, op, name, request.given, trainable=trained, output=weight.name
        )
    made = shared_variable(
        request.machine, request.node, op, full, request.given, trainable=trained, output=weight.name
    )
    regularizer = request.value(REGULARIZERS.get(weight.name, ""))
    for one in (NONE if scope.regularizer is None else scope.regularizer, regularizer):
        add_regularization(request.machine, one, made, request.node, before)
    return made


def layer_result(request: Request, law: LayerLaw, weights: list[V], inputs: list[int]) -> V:
    """Return the tensor that a layer gives; its updates and regularization go into their collections."""
    machine, node = request.machine, request.node
    held = [one for weight in weights for one in graph_values(machine, weight)]
    activation_results = [one for name in ACTIVATIONS for one in _activation(request, name)]
    updates = normalization.updates_at_once(request, law, held)
    tensor = make_node(
        machine,
        node,
        Kind.TENSOR,
        request.path,
        [*inputs, *normalization.weights_read(request, law, held), *updates, *activation_results],
        request.given,
        targets=tuple(held),
    )
    if activation_results and _acts_alone(request):
        assume_shape(machine, tensor, shape_of_node(machine, activation_results[-1]))
    normalization.collect_updates(request, law, held, tensor.node)
    return tensor


def _acts_alone(request: Request) -> bool:
    """Say whether nothing but one function follows what a layer computes."""
    return sum(request.value(name) != NONE for name in ACTIVATIONS) == 1


def _activation(request: Request, name: str) -> list[int]:
    machine = request.machine
    function = request.value(name)
    if not isinstance(function, Function | Bound | Partial):
        return []
    before = make_node(machine, request.node, Kind.TENSOR, f"{request.path}.parameter", request.inputs())
    given = {key: value for key, value in request.given.values.items() if key not in ACTIVATIONS}
    if _acts_alone(request):
        assume_shape(machine, before, shape_of_call(machine, request.path, given))
    return graph_values(machine, machine.call(machine, function, plain(before), request.node))


def make_layer(request: Request) -> V:
    """Model the construction of a layer object: its weights come with its first call."""
    return make_node(request.machine, request.node, Kind.LAYER, request.path, request.inputs(), request.given)


def call_layer_object(request: Request, layer: GraphValue) -> V:
    """Model `layer(x)` and `layer.apply(x)`."""
    machine = request.machine
    made = machine.trace.nodes[layer.node]
    law = layer_law(made.op)
    construction = replace(request, path=made.op, bindings=_construction(machine, layer))
    several = known_flag(construction.value("return_state", Known(False))) is not False
    if law is None or several or is_symbolic(machine, request.inputs()):
        return _call_plain_layer(request, layer)
    held = machine.heap.get(-1 - layer.node, "*weights")
    if isinstance(held, Items):
        weights = list(held.items)
        names = machine.heap.get(-1 - layer.node, "*names")
        machine.layer_names = names.value if isinstance(names, Internal) else None  # type: ignore[assignment]
    else:
        weights = layer_weights(construction, law, construction.value("name"), made.op)
        machine.heap.set(-1 - layer.node, "*weights", Items(tuple(weights)))
        machine.heap.set(-1 - layer.node, "*names", Internal(machine.layer_names))
        targets = tuple(one for weight in weights for one in graph_values(machine, weight))
        revise_node(machine, layer.node, targets=targets)
    arguments = Bindings({**construction.bindings.by_name, **request.bindings.by_name})
    called = replace(request, path=f"{made.op}.__call__", bindings=arguments)
    return layer_result(called, law, weights, [layer.node, *request.inputs()])


def _construction(machine: Machine, layer: GraphValue) -> Bindings:
    given = machine.given.get(layer.node, {})
    return Bindings({name: Argument(value, None) for name, value in given.items()})


def _call_plain_layer(request: Request, layer: GraphValue) -> V:
    machine = request.machine
    made = machine.trace.nodes[layer.node]
    return make_node(
        machine, request.node, Kind.TENSOR, f"{made.op}.__call__", [layer.node, *request.inputs()], request.given
    )
