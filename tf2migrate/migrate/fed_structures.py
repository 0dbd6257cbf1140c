"""Tuples whose values runs feed, as the states of RNN cells are: each is one parameter, told by its first value."""

from __future__ import annotations

from dataclasses import dataclass, field

from tf2migrate.migrate.refusal import FEED_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.sites import STATE_TUPLE, leaves
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Choice, Feed, FetchNest, GraphValue, Sequence, Value, Visit

_TUPLES = ("tuple", STATE_TUPLE)


@dataclass
class FedStructures:
    """The named tuples of which runs feed a value."""

    values: dict[int, Sequence] = field(default_factory=dict)  # by the first value of each
    texts: dict[int, str] = field(default_factory=dict)  # what denotes each, behind the object that owns the graph
    _heads: dict[int, int] = field(default_factory=dict)  # of each value in one

    def add(self, value: Sequence) -> int:
        """Note a tuple; returns the value that tells it from others."""
        parts = parts_of(value)
        if not any(part in self._heads for part in parts):
            self.values[parts[0]] = value
            self._heads.update(dict.fromkeys(parts, parts[0]))
        return self._heads[parts[0]]

    def include(self, other: FedStructures) -> None:
        """Take over the tuples of another body."""
        self.values |= other.values
        self.texts |= other.texts
        self._heads |= other._heads

    def __contains__(self, node: int) -> bool:
        """Say whether a node is a value in such a tuple."""
        return node in self._heads

    def parameter(self, node: int) -> int:
        """Return what stands for a fed node among the parameters: itself, or the tuple that it is in."""
        return self._heads.get(node, node)

    def parts(self, parameter: int) -> tuple[int, ...]:
        """Return the nodes for which a parameter stands."""
        return parts_of(self.values[parameter]) if parameter in self.values else (parameter,)

    def given(self, parameters: tuple[int, ...]) -> frozenset[int]:
        """Return the nodes that some parameters give."""
        return frozenset(node for parameter in parameters for node in self.parts(parameter))

    def denoted(self, value: Value) -> int | None:
        """Return the parameter that a value is, if it is one and whole."""
        if isinstance(value, GraphValue):
            return None if value.node in self else value.node
        if isinstance(value, Sequence) and value.type in _TUPLES and not value.open:
            return next((head for head, held in self.values.items() if _same(held, value)), None)
        return None


def parts_of(value: Value) -> tuple[int, ...]:
    """Return the graph values in a tuple, in order; none where something else is in it."""
    match value:
        case GraphValue(node):
            return (node,)
        case Sequence(kind, items, False) if kind in _TUPLES:
            parts = [parts_of(item) for item in items]
            return tuple(node for part in parts for node in part) if all(parts) else ()
        case _:
            return ()


def is_returned(value: Value, nest: FetchNest) -> bool:
    """Say whether a name holds just what is fetched by it: steps return that, the run does not read it."""
    return parts_of(value) == tuple(leaf.node for leaf in leaves(nest))


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Sequence) and isinstance(other, Sequence):
        alike = one.type == other.type and len(one.items) == len(other.items)
        return alike and all(_same(a, b) for a, b in zip(one.items, other.items, strict=True))
    return one == other


def has_structure(given: Value | None, wanted: Value) -> bool:
    """Say whether a fed value certainly has the structure of the tuple in the place of which it is fed."""
    match given, wanted:
        case Choice(options), _:
            return all(has_structure(option, wanted) for option in options)
        case Sequence(kind, items, False), Sequence(other, parts):
            alike = kind == other and len(items) == len(parts)
            return alike and all(has_structure(item, part) for item, part in zip(items, parts, strict=True))
        case _:
            return not isinstance(given, Sequence) and isinstance(wanted, GraphValue)


def is_whole(visit: Visit, structure: Sequence) -> bool:
    """Say whether a run feeds a tuple by one key that holds all of its values in their order."""
    parts = parts_of(structure)
    feeds = [feed for feed in visit.feeds if feed.node in parts]
    keys = {(feed.key_at, feed.value_at) for feed in feeds if feed.whole is not None}
    return tuple(feed.node for feed in feeds) == parts and len(keys) == 1 and feeds[0].whole is not None


def structure_text(bench: Workbench, visit: Visit, structure: Sequence, name: str) -> Rendered:
    """Return what a run feeds for a tuple of values; `name` denotes the tuple that is made once."""
    parts = parts_of(structure)
    feeds = {feed.node: feed for feed in visit.feeds if feed.node in parts}
    if is_whole(visit, structure):
        feed = feeds[parts[0]]
        text = _value(bench, visit, feed)
        if has_structure(feed.whole, structure):
            return text
        return concat([f"{bench.tf}.nest.pack_sequence_as({name}, {bench.tf}.nest.flatten(", text, "))"])
    paths = _paths(structure)
    values = [
        _value(bench, visit, feeds[node]) if node in feeds else Rendered.new(f"{name}{path}")
        for node, path in zip(parts, paths, strict=True)
    ]
    return concat([f"{bench.tf}.nest.pack_sequence_as({name}, [", join(", ", values), "])"])


def _value(bench: Workbench, visit: Visit, feed: Feed) -> Rendered:
    if feed.value_at is None:
        at = visit.place.expression
        raise Refused(FEED_FORM, at, "a fed value is not written at the run", "write it into the feed dict")
    return bench.render_at(feed.value_at)


def _paths(value: Value) -> list[str]:
    if not isinstance(value, Sequence):
        return [""]
    return [f"[{number}]{path}" for number, item in enumerate(value.items) for path in _paths(item)]
