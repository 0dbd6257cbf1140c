"""`arg_scope` of contrib: arguments that calls of some functions take from the scope around them."""

from __future__ import annotations

from collections.abc import Mapping

from tf2migrate.analysis.graph.contexts import Entered
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import set_world, world
from tf2migrate.analysis.graph.signatures import parameters
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.values import Argument, Arguments, GraphValue, Internal, Symbol, V
from tf2migrate.model.facts import Kind

ARGUMENT_SCOPES = frozenset({"tf.contrib.framework.arg_scope", "tf.contrib.slim.arg_scope"})
_KEPT = "*arguments"
Given = Mapping[str, Mapping[str, Argument]]  # by the function, then by the parameter


def make_argument_scope(request: Request) -> V:
    """Model `arg_scope([functions], name=value, ..)`, and `arg_scope(scope)` of one that was bound by `as`."""
    machine = request.machine
    scope = make_node(machine, request.node, Kind.SCOPE, request.path, (), request.given)
    inner = _arguments(request)
    machine.heap.set(-1 - scope.node, _KEPT, Internal(inner))

    def enter(entered: Machine, bound: GraphValue) -> Entered:
        old = set_world(entered, "arg_scope", inner)
        return bound, lambda: (set_world(entered, "arg_scope", old), None)[1]

    machine.openers[scope.node] = enter
    return scope


def _arguments(request: Request) -> Given:
    machine = request.machine
    functions = request.value("list_ops_or_scope", request.value("0"))
    if isinstance(functions, GraphValue):
        kept = machine.heap.get(-1 - functions.node, _KEPT)
        return kept.value if isinstance(kept, Internal) and isinstance(kept.value, dict) else {}
    found = {path: dict(given) for path, given in _in_force(machine).items()}
    contents = iterate(machine, functions, request.node)
    symbols = [item for item in contents.items if isinstance(item, Symbol)]
    if contents.rest is not None or len(symbols) < len(contents.items):
        machine.find("unsupported", request.node, "an `arg_scope` of functions that are not TensorFlow's own")
    given = {name: one for name, one in request.arguments.keywords if name != "list_ops_or_scope"}
    for symbol in symbols:
        found[_key(symbol.path)] = {**found.get(_key(symbol.path), {}), **given}
    return found


def _key(path: str) -> str:
    """Return what stands for a function: slim's are those of layers, and some have two names."""
    family, _, short = path.replace("tf.contrib.slim.", "tf.contrib.layers.").rpartition(".")
    return f"{family}.{short.replace('convolution2d', 'conv2d')}"


def _in_force(machine: Machine) -> Given:
    state = world(machine, "arg_scope")
    return state if isinstance(state, dict) else {}


def with_scope_arguments(machine: Machine, path: str, arguments: Arguments) -> Arguments:
    """Return the arguments of a call with those that the scope around it gives: the call's own go before them."""
    taken = _in_force(machine).get(_key(path))
    if not taken:
        return arguments
    written = {*dict(arguments.keywords), *parameters(path)[: len(arguments.positional)]}
    added = tuple((name, one) for name, one in taken.items() if name not in written)
    return Arguments(arguments.positional, (*arguments.keywords, *added), arguments.open)
