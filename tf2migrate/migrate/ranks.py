"""Which placeholders without a shape are scalars: models of Keras ask for the shape of all that they are given."""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import Choice, GraphNode, GraphValue, Kind, Known, Sequence, Value

# Arguments for which an operation takes nothing but a scalar.
_SCALAR_ARGUMENTS = {
    "tf.cond": ("pred",),
    "tf.nn.dropout": ("keep_prob", "rate"),
    "tf.layers.dropout": ("rate", "training"),
    "tf.contrib.layers.dropout": ("keep_prob", "is_training"),
    "tf.layers.batch_normalization": ("training",),
    "tf.contrib.layers.batch_norm": ("is_training",),
}
_ELEMENTWISE = frozenset({"operator.add", "operator.sub", "operator.mul", "operator.truediv", "operator.neg"})
# What has a shape of its own, whatever it is made from.
_SHAPED = frozenset({"tf.reshape", "tf.shape", "tf.size", "tf.rank", "tf.zeros", "tf.ones", "tf.fill"})


class Ranks:
    """What is known of the ranks of the placeholders that a program gives no shape."""

    def __init__(self, view: ProgramView) -> None:
        self.view = view
        self._fed: dict[int, list[Value]] = {}
        for visit in view.program.visits:
            for feed in visit.feeds:
                self._fed.setdefault(feed.node, []).append(feed.value)
        self._needed = frozenset(self._needed_scalars())
        shapeless = [node.id for node in view.nodes if node.kind is Kind.PLACEHOLDER and _has_no_shape(node)]
        self.scalars = frozenset(number for number in shapeless if self._is_scalar(number))
        self._unknown = frozenset(shapeless) - self.scalars

    def scalars_within(self, frames: frozenset[int]) -> frozenset[int]:
        """Return the scalars that activations of functions take part of what they compute from."""
        if not self.scalars:
            return frozenset()
        within = {n.id for n in self.view.nodes if not frames.isdisjoint(self.view.frames_on_trail(n.place))}
        return self.scalars & self.view.closure(frozenset(within))

    def may_be_unknown(self, value: Value) -> bool:
        """Say whether TensorFlow may not know the rank of a value when a step is traced."""
        seen: set[int] = set()
        stack = list(nodes_in(value))
        while stack:
            number = stack.pop()
            node = self.view.nodes[number]
            if number in seen or node.op in _SHAPED or node.kind is Kind.VARIABLE:
                continue
            seen.add(number)
            if number in self._unknown:
                return True
            stack.extend(node.inputs)
        return False

    def _is_scalar(self, number: int) -> bool:
        fed = self._fed.get(number, [])
        if any(isinstance(value, Sequence) for value in fed):
            return False
        return number in self._needed or (bool(fed) and all(_is_number(value) for value in fed))

    def _needed_scalars(self) -> Iterator[int]:
        for node in self.view.nodes:
            for name in _SCALAR_ARGUMENTS.get(node.op, ()):
                value = node.arguments.get(name)
                if isinstance(value, GraphValue):
                    yield from self._behind(value.node)

    def _behind(self, number: int) -> Iterator[int]:
        """Yield a value and those that it is computed from element by element: `1 - keep_prob`."""
        yield number
        node = self.view.nodes[number]
        if node.op in _ELEMENTWISE:
            for inner in node.inputs:
                yield from self._behind(inner)


def _has_no_shape(node: GraphNode) -> bool:
    return node.op == "tf.placeholder" and node.arguments.get("shape", Known(None)) == Known(None)


def _is_number(value: Value) -> bool:
    match value:
        case Known(bool() | int() | float()):
            return True
        case Choice(options):
            return all(_is_number(option) for option in options)
        case _:
            return False
