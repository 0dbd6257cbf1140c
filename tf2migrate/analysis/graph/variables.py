"""Variables: made, found again by scope and name, assigned."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypedDict

from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.laws import layer_law
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import known_flag, unique_full_name, unique_name, variable_scope
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.joins import join_values
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import NOTHING, Given, current_graph, graph_values, make_node
from tf2migrate.analysis.values import NONE, TRUE, Bound, Function, GraphValue, Partial, Symbol, V, plain
from tf2migrate.knowledge.keras import may_hold_weights
from tf2migrate.model.facts import GraphNode, Kind

if TYPE_CHECKING:
    from typing_extensions import Unpack

REGULARIZED = "tf.get_variable.regularizer"  # the term of one variable


class Traits(TypedDict, total=False):
    """What a variable may differ in."""

    trainable: bool
    output: int | str | None
    inputs: list[int]
    keys: list[str] | None


def new_variable(
    machine: Machine,
    node: ast.AST,
    op: str,
    name: str | None,
    given: Given = NOTHING,
    **traits: Unpack[Traits],
) -> GraphValue:
    """Return a new variable with the full name `name`, put into its collections."""
    inputs, output, keys = traits.get("inputs", []), traits.get("output"), traits.get("keys")
    variable = make_node(machine, node, Kind.VARIABLE, op, inputs, given, name, output=output)
    for key in [collections.GLOBAL] if keys is None else keys:
        collections.add(machine, key, variable, node)
    if traits.get("trainable", True) and (keys is None or collections.TRAINABLE not in keys):
        collections.add(machine, collections.TRAINABLE, variable, node)
    return variable


def make_variable(request: Request) -> V:
    """Model `tf.Variable(..)`."""
    machine, node = request.machine, request.node
    initial = request.value("initial_value")
    if isinstance(initial, Function | Bound | Partial):
        initial = machine.call(machine, initial, plain(), node)
    wanted = machine.known_text(request.value("name")) if request.has("name") else "Variable"
    if request.value("name") == NONE:
        wanted = "Variable"
    trainable = known_flag(request.value("trainable", TRUE))
    return new_variable(
        machine,
        node,
        request.path,
        unique_name(machine, wanted),
        request.given,
        trainable=trainable is not False,
        inputs=graph_values(machine, initial),
        keys=_collection_keys(request),
    )


def _collection_keys(request: Request) -> list[str] | None:
    value = request.value("collections")
    if value == NONE:
        return None
    keys = [collections.collection_key(item) for item in iterate(request.machine, value, request.node).items]
    return [key for key in keys if key is not None]


def get_variable(request: Request) -> V:
    """Model `tf.get_variable(..)`: a variable of that name again, or a new one."""
    machine, node = request.machine, request.node
    scope = variable_scope(machine)
    name = machine.known_text(request.value("name"))
    full = None
    if name is not None and scope.name is not None:
        full = f"{scope.name}/{name}" if scope.name else name
    initializer = request.value("initializer")
    given = request.given
    if initializer == NONE and scope.initializer is not None:
        given = Given({**given.values, "scope_initializer": scope.initializer}, given.at)
    trainable = known_flag(request.value("trainable", TRUE)) is not False
    keys = _collection_keys(request)
    before = len(machine.trace.nodes)
    variable = shared_variable(
        machine,
        node,
        request.path,
        full,
        given,
        trainable=trainable,
        inputs=graph_values(machine, initializer),
        keys=keys,
    )
    regularizer = request.value("regularizer")
    if regularizer == NONE and scope.regularizer is not None:
        regularizer = scope.regularizer
    add_regularization(machine, regularizer, variable, node, before)
    return variable


def add_regularization(machine: Machine, regularizer: V, variable: V, node: ast.expr, before: int) -> None:
    """Put a variable's regularization term into its collection; one that was there `before` that many nodes has none.

    The term is made where the variable is: a variable that is found again keeps what it has.
    """
    unregularized = regularizer in (NONE, Symbol("tf.no_regularizer"))
    if unregularized or not isinstance(variable, GraphValue) or variable.node < before:
        return
    if isinstance(regularizer, Function | Bound | Partial):
        term = machine.call(machine, regularizer, plain(variable), node)
    else:
        inputs = [variable.node, *graph_values(machine, regularizer)]
        term = make_node(machine, node, Kind.TENSOR, REGULARIZED, inputs, Given({"regularizer": regularizer}))
    if isinstance(term, GraphValue):
        collections.add(machine, collections.REGULARIZATION, term, node)


def shared_variable(
    machine: Machine,
    node: ast.AST,
    op: str,
    full: str | None,
    given: Given = NOTHING,
    **traits: Unpack[Traits],
) -> V:
    """Return the variable that the graph has under the full name `full`, new where it has none."""
    graph = current_graph(machine)
    if full is not None:
        found = machine.read(graph, ("variable", full), node)
        if found is not None:
            return found
        unique_full_name(machine, full)
    variable = new_variable(machine, node, op, full, given, **traits)
    if full is not None:
        machine.write(graph, ("variable", full), variable, node)
    return variable


def assign(request: Request) -> V:
    """Model `tf.assign` and its kin: the result's value is the variable's new value."""
    machine = request.machine
    targets = [node for node in graph_values(machine, request.value("ref")) if _is_variable(machine, node)]
    inputs = graph_values(machine, request.value("ref")) + request.other_inputs("ref")
    name = request.explicit_name()
    return make_node(
        machine,
        request.node,
        Kind.ASSIGN,
        request.path,
        inputs,
        request.given,
        name,
        targets=tuple(targets),
        stateful=True,
    )


def _is_variable(machine: Machine, node: int) -> bool:
    return machine.trace.nodes[node].kind is Kind.VARIABLE


def initializer(request: Request) -> V:
    """Model `tf.global_variables_initializer()` and its kin."""
    machine = request.machine
    name = request.path.rsplit(".", 1)[1]
    if request.has("var_list"):
        variables = graph_values(machine, request.value("var_list"))
    elif "local" in name:
        variables = collections.members(machine, collections.LOCAL)
    elif name in ("tables_initializer", "initialize_all_tables"):
        variables = []
    else:
        variables = collections.members(machine, collections.GLOBAL)
    return make_node(
        machine,
        request.node,
        Kind.INITIALIZER,
        request.path,
        variables,
        request.given,
        request.explicit_name(),
        targets=tuple(variables),
        stateful=True,
    )


def get_global_step(request: Request) -> V:
    """Model `tf.train.get_global_step` and its kin: the graph's step variable, made where it may be."""
    machine, node = request.machine, request.node
    held = collections.contents(machine, collections.GLOBAL_STEP)
    machine.note_read(current_graph(machine), ("collection", collections.GLOBAL_STEP), held, node)
    if held.items:
        value: V = held.items[0]
        for other in held.items[1:]:
            value = join_values(value, other)
        return value
    if request.path.endswith(".get_global_step"):
        return NONE
    variable = shared_variable(machine, node, request.path, "global_step", request.given, trainable=False)
    collections.add(machine, collections.GLOBAL_STEP, variable, node)
    return variable


def collection_list(request: Request) -> V:
    """Model `tf.trainable_variables(..)`, `tf.get_collection(..)` and their kin."""
    key = {
        "tf.trainable_variables": collections.TRAINABLE,
        "tf.local_variables": collections.LOCAL,
        "tf.get_collection": collections.collection_key(request.value("key")),
        "tf.get_collection_ref": collections.collection_key(request.value("key")),
        "tf.losses.get_losses": collections.LOSSES,
        "tf.losses.get_regularization_losses": collections.REGULARIZATION,
        "tf.moving_average_variables": "moving_average_variables",
    }.get(request.path, collections.GLOBAL)
    if key is None:
        return request.machine.unknown("a collection whose name is not known", request.node)
    if key in (collections.TRAINABLE, collections.GLOBAL):
        check_weights_known(request)
    return collections.read(request.machine, key, request.value("scope"), request.node)


def check_weights_known(request: Request) -> None:
    """Note where a list of all variables is asked for, and Keras keeps some of them to itself."""
    machine = request.machine
    graph = current_graph(machine)
    holders = [node for node in machine.trace.nodes if node.kind in (Kind.OBJECT, Kind.LAYER) and not node.targets]
    if any(node.graph == graph and may_hold_weights(node.op) and not _is_unused(machine, node) for node in holders):
        machine.find("unsupported", request.node, "all variables of the graph, and Keras holds some of them")


def _is_unused(machine: Machine, layer: GraphNode) -> bool:
    """Say whether a layer whose weights are known once it is called was not called yet."""
    return layer_law(layer.op) is not None and not any(layer.id in node.inputs for node in machine.trace.nodes)


def add_to_collection(request: Request) -> V:
    """Model `tf.add_to_collection(..)`."""
    machine = request.machine
    value = request.value("value")
    key = collections.collection_key(request.value("name"))
    make_node(machine, request.node, Kind.OBJECT, request.path, graph_values(machine, value), request.given)
    if key is not None:
        collections.add(machine, key, value, request.node)
        return NONE
    machine.find("unsupported", request.node, "a collection whose name is not known")
    return NONE
