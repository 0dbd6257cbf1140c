"""Optimizers, gradients, and the slot variables that training makes."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.op_names import take_names
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import unique_name
from tf2migrate.analysis.graph.slots import make_slots, optimizer_name
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import graph_values, make_node
from tf2migrate.analysis.values import NONE, GraphValue, Items, Tuple, Union, V
from tf2migrate.model.facts import Kind

NO_GRADIENT = frozenset(
    f"tf.{name}"
    for name in (
        "stop_gradient argmax argmin arg_max arg_min equal not_equal greater greater_equal less less_equal logical_and "
        "logical_or logical_not shape size rank zeros_like ones_like one_hot range floor ceil sign round is_nan is_inf "
        "math.argmax math.equal math.greater math.less nn.in_top_k placeholder unique where_v0 random_normal "
        "random_uniform truncated_normal multinomial to_int32 to_int64 constant py_func"
    ).split()
)


CHOSEN = "*chosen"  # the cell of an optimizer that holds those in whose place it stands for one call


def make_optimizer(request: Request) -> V:
    """Model the construction of an optimizer."""
    return make_node(request.machine, request.node, Kind.OPTIMIZER, request.path, request.inputs(), request.given)


def reachable_variables(machine: Machine, roots: Iterable[int]) -> list[int]:
    """Return the variables that a gradient of `roots` reaches, in the order of their making."""
    seen: set[int] = set()
    found: set[int] = set()
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        made = machine.trace.nodes[node]
        if made.kind is Kind.VARIABLE:
            found.add(node)
        elif made.op not in NO_GRADIENT and not _casts_to_integer(made.op, made.arguments.get("dtype")):
            pending.extend(made.inputs)
    return sorted(found)


def _casts_to_integer(op: str, dtype: object) -> bool:
    return op == "tf.cast" and getattr(dtype, "path", "").rsplit(".", 1)[-1] in ("int32", "int64", "bool", "uint8")


def trained_variables(machine: Machine, loss: V, var_list: V, node: ast.AST) -> list[int]:
    """Return the variables that minimizing `loss` updates: of the given ones, or of all trainable ones now."""
    reached = set(reachable_variables(machine, graph_values(machine, loss)))
    if var_list != NONE:
        given = graph_values(machine, var_list)
        if not given:
            machine.find("empty_collection", node, "var_list")
        return [variable for variable in dict.fromkeys(given) if variable in reached]
    held = collections.members(machine, collections.TRAINABLE)
    return [variable for variable in held if variable in reached]


def minimize(request: Request, optimizer: GraphValue) -> V:
    """Model `optimizer.minimize(..)`."""
    machine = request.machine
    take_names(machine, "tf.gradients")
    trained = trained_variables(machine, request.value("loss"), request.value("var_list"), request.node)
    if request.value("var_list") == NONE:
        machine.note_read(
            machine.trace.nodes[optimizer.node].graph,
            ("collection", collections.TRAINABLE),
            collections.contents(machine, collections.TRAINABLE),
            request.node,
        )
    return _train(request, optimizer, graph_values(machine, request.value("loss")), trained)


def _train(request: Request, optimizer: GraphValue, inputs: list[int], trained: list[int]) -> V:
    machine = request.machine
    make_slots(machine, optimizer, trained, request.node)
    step = graph_values(machine, request.value("global_step"))
    given = request.given
    values = dict(given.values) | {"optimizer": optimizer} | _alternatives(machine, optimizer)
    train = make_node(
        machine,
        request.node,
        Kind.TRAIN,
        f"tf.train.Optimizer.{request.path.rsplit('.', 1)[1]}",
        inputs,
        type(given)(values, given.at),
        request.explicit_name() or _train_name(machine, optimizer),
        targets=(*trained, *step),
        stateful=True,
    )
    collections.add(machine, collections.TRAIN_OP, train, request.node)
    return train


def _alternatives(machine: Machine, optimizer: GraphValue) -> dict[str, V]:
    """Return the optimizers that an unknown condition chooses in the place of one, as an argument of a train op."""
    others = machine.heap.get(-1 - optimizer.node, CHOSEN)
    return {"alternatives": Tuple(others.items)} if isinstance(others, Items) and others.items else {}


def _train_name(machine: Machine, optimizer: GraphValue) -> str | None:
    return unique_name(machine, optimizer_name(machine, optimizer))


def compute_gradients(request: Request, optimizer: GraphValue) -> V:
    """Model `optimizer.compute_gradients(..)`: pairs of gradient and variable."""
    machine = request.machine
    take_names(machine, "tf.gradients")
    loss = request.value("loss")
    reached = set(trained_variables(machine, loss, request.value("var_list"), request.node))
    given = graph_values(machine, request.value("var_list"))
    known = bool(given) and all(machine.trace.nodes[number].kind is Kind.VARIABLE for number in given)
    if request.value("var_list") != NONE and not known:
        machine.find("unsupported", request.node, "gradients for variables that are not known one by one")
    variables = given or collections.members(machine, collections.TRAINABLE)
    pairs: list[V] = []
    for index, variable in enumerate(variables):
        gradient: V = NONE
        if variable in reached:
            inputs = [*graph_values(machine, loss), variable]
            op = "tf.train.Optimizer.compute_gradients"
            values = dict(request.given.values) | {"optimizer": optimizer}
            gradient = make_node(
                machine,
                request.node,
                Kind.TENSOR,
                op,
                inputs,
                type(request.given)(values, request.given.at),
                output=index,
            )
        pairs.append(Tuple((gradient, GraphValue(variable))))
    return machine.new_list(tuple(pairs), request.node)


def apply_gradients(request: Request, optimizer: GraphValue) -> V:
    """Model `optimizer.apply_gradients(..)`."""
    machine = request.machine
    pairs = iterate(machine, request.value("grads_and_vars"), request.node)
    trained: list[int] = []
    for pair in pairs.items if pairs.rest is None else (*pairs.items, pairs.rest):
        trained += _updated(machine, pair, request.node)
    inputs = graph_values(machine, request.value("grads_and_vars"))
    return _train(request, optimizer, inputs, list(dict.fromkeys(trained)))


def _updated(machine: Machine, pair: V, node: ast.expr) -> list[int]:
    parts = iterate(machine, pair, node, 2)
    if len(parts.items) != 2:
        return [one for one in graph_values(machine, pair) if machine.trace.nodes[one].kind is Kind.VARIABLE]
    gradient, variable = parts.items
    if gradient == NONE:
        return []
    return [one for one in graph_values(machine, variable) if machine.trace.nodes[one].kind is Kind.VARIABLE]


def gradients(request: Request) -> V:
    """Model `tf.gradients(..)`: one gradient for each of `xs`, None where none reaches it."""
    machine = request.machine
    ys, xs = request.value("ys"), request.value("xs")
    roots = graph_values(machine, ys)
    ancestors = _ancestors(machine, roots)
    targets = _flat(machine, xs, request.node)
    results: list[V] = []
    for index, target in enumerate(targets.items):
        nodes = graph_values(machine, target)
        if nodes and not any(node in ancestors for node in nodes) and not isinstance(target, Union):
            results.append(NONE)
            continue
        results.append(
            make_node(machine, request.node, Kind.TENSOR, request.path, [*roots, *nodes], request.given, output=index)
        )
    rest = None
    if targets.rest is not None:
        rest = make_node(machine, request.node, Kind.TENSOR, request.path, request.inputs(), request.given)
    return machine.new_list(tuple(results), request.node, rest)


def _flat(machine: Machine, value: V, node: ast.expr) -> Items:
    if isinstance(value, GraphValue | Union):
        return Items((value,))
    return iterate(machine, value, node)


def _ancestors(machine: Machine, roots: list[int]) -> set[int]:
    seen: set[int] = set()
    pending = list(roots)
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            if machine.trace.nodes[node].op not in NO_GRADIENT:
                pending.extend(machine.trace.nodes[node].inputs)
    return seen
