"""`repeat` and `stack` of contrib: a layer that is called several times in a scope of its own."""

from __future__ import annotations

from tf2migrate.analysis.graph.layers import in_layer_scope
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import VariableScope
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.values import NONE, Argument, Arguments, Ref, Symbol, Tuple, V
from tf2migrate.model.facts import Known

REPETITIONS = frozenset(f"tf.contrib.{module}.{name}" for module in ("layers", "slim") for name in ("repeat", "stack"))
_NAMES = {"conv2d": "convolution2d", "conv2d_transpose": "convolution2d_transpose"}


def repeated_layer(request: Request) -> V:
    """Model `repeat(x, 2, layer, ..)` and `stack(x, layer, [..])`."""
    machine, positional = request.machine, [one.value for one in request.arguments.positional]
    stacks = request.path.endswith("stack")
    wanted = dict(request.arguments.keywords).get("scope", Argument(NONE, None)).value
    rounds = _rounds(request, positional, stacks=stacks)
    if rounds is None:
        machine.find("unsupported", request.node, f"`{request.path}` of a number of layers that is not known")
        return machine.unknown("layers that are repeated", request.node)
    layer = positional[1 if stacks else 2]
    short = layer.path.rpartition(".")[2] if isinstance(layer, Symbol) else "stack" if stacks else "repeat"
    text = machine.known_text(wanted) if wanted != NONE else _NAMES.get(short, short)

    def make(inner: Machine, scope: VariableScope) -> list[V]:
        value = positional[0]
        for number, given in enumerate(rounds, 1):
            named = Argument(NONE if text is None else Known(f"{text}_{number}"), None)
            keywords = tuple(one for one in request.arguments.keywords if one[0] != "scope")
            first = (Argument(value, None), *(Argument(one, None) for one in given))
            value = inner.call(inner, layer, Arguments(first, (*keywords, ("scope", named))), request.node)
        return [value]

    return in_layer_scope(machine, wanted, "Stack" if stacks else "Repeat", make)[0]


def _rounds(request: Request, positional: list[V], *, stacks: bool) -> list[list[V]] | None:
    """Return what each layer is given besides its input; None where that is not known."""
    machine = request.machine
    if len(positional) < 3 or request.arguments.open is not None:
        return None
    if not stacks:
        count = positional[1]
        if not isinstance(count, Known) or not isinstance(count.value, int):
            return None
        return [positional[3:]] * count.value
    contents = iterate(machine, positional[2], request.node)
    if contents.rest is not None:
        return None
    return [
        list(iterate(machine, one, request.node).items) if isinstance(one, Ref | Tuple) else [one]
        for one in contents.items
    ]
