"""Batch normalization: which calls move their averages in which run (law 11).

TensorFlow 1 moves the averages by operations of their own (UPDATE_OPS), which a run may or may not ask for. Here a call
of the layer moves them. That is the same where every run that trains with a layer asks for its updates; where none
does, the averages are never moved, and the layer is one that never moves them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tf2migrate.migrate.layer_forms import is_normalization
from tf2migrate.migrate.refusal import UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.sites import EagerSite, InitSite, Site, fetched
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Choice, GraphNode, GraphValue, Kind, Known, Sequence, Value, Visit

_FLAGS = ("training", "is_training")
_GATHERS = frozenset({"tf.group", "tf.no_op", "tf.tuple"})


def is_update(node: GraphNode) -> bool:
    """Say whether an operation moves an average."""
    return node.kind is Kind.OPERATION and node.op.endswith(".update") and bool(node.targets)


def gathers_updates(view: ProgramView, node: GraphNode) -> bool:
    """Say whether a node is an update or does nothing but gather some."""
    if node.op in _GATHERS and node.inputs:
        return all(gathers_updates(view, view.nodes[number]) for number in node.inputs)
    return is_update(node)


def holds_updates(view: ProgramView, value: Value) -> bool:
    """Say whether a value is made of updates alone: nothing stands for it, since calls of layers move averages."""
    match value:
        case GraphValue(number):
            return gathers_updates(view, view.nodes[number])
        case Sequence(_, items) | Choice(items):
            return bool(items) and all(holds_updates(view, item) for item in items)
        case _:
            return False


class Averages:
    """What the runs of a program do to the averages of its layers."""

    def __init__(self, view: ProgramView, sites: Iterable[Site]) -> None:
        self.view = view
        self.updates = _updates_of_calls(view)
        self.flags = frozenset(number for call in self.updates for number in self._flag(view.nodes[call]))
        self._moving: dict[bool, Visit] = {}
        for site in sites:
            for visit in () if isinstance(site, (InitSite, EagerSite)) else site.visits:
                for call in view.closure(fetched(visit)) & self.updates.keys():
                    moves = self.moves(visit, call)
                    if moves is not None:
                        self._moving.setdefault(moves, visit)
                self._check_once(visit)

    def _check_once(self, visit: Visit) -> None:
        """Refuse a run that moves an average twice: TensorFlow 1 gives the two no order."""
        closure = self.view.closure(fetched(visit))
        moved = [self.view.nodes[number].targets[0] for number in closure if is_update(self.view.nodes[number])]
        twice = next((number for number in moved if moved.count(number) > 1), None)
        if twice is not None:
            raise Refused(
                UNORDERED_EFFECTS,
                visit.place.expression,
                "this run moves the same averages of a layer twice, in no defined order",
                "call the layer once in this run, on both batches together",
            )

    @property
    def moves_never(self) -> bool:
        """Say whether no run moves an average."""
        return True not in self._moving

    def check(self) -> None:
        """Refuse a program in which some runs train with a layer and leave its averages, and others move them."""
        if len(self._moving) > 1:
            raise _left_alone(self._moving[False])

    def moves(self, visit: Visit, call: int) -> bool | None:
        """Return whether a run moves the averages of a layer's call; None where the call does not train."""
        updates = self.updates.get(call)
        if not updates or self._is_inference(visit, self.view.nodes[call]):
            return None
        closure = self.view.closure(fetched(visit))
        run = updates & closure
        if run and run != updates:
            raise _left_alone(visit)
        return bool(run)

    def is_harmless(self, visits: Iterable[Visit], update: GraphNode) -> bool:
        """Say whether an update that a step holds is none there: its layer does not train, or never moves averages."""
        calls = [call for call, updates in self.updates.items() if update.id in updates]
        return bool(calls) and (self.moves_never or all(self.moves(v, c) is None for v in visits for c in calls))

    def _flag(self, call: GraphNode) -> frozenset[int]:
        flag = next((call.arguments[name] for name in _FLAGS if name in call.arguments), Known(None))
        return frozenset({flag.node}) if isinstance(flag, GraphValue) else frozenset()

    def _is_inference(self, visit: Visit, call: GraphNode) -> bool:
        """Say whether a run certainly feeds a flag that turns training off, or leaves it at its default."""
        for number in self._flag(call):
            fed = [feed.value for feed in visit.feeds if feed.node == number]
            default = self.view.nodes[number].arguments.get("input") if not fed else None
            values = fed or ([default] if default is not None else [])
            return bool(values) and all(value == Known(False) for value in values)
        return False

    def features(self) -> frozenset[str]:
        """Return what the class of the layer must do in this program."""
        found = set() if self.moves_never else {"moves"}
        return frozenset(found | ({"flag"} if self.flags else set()))


def _updates_of_calls(view: ProgramView) -> dict[int, frozenset[int]]:
    """Return the updates that each call of a layer makes."""
    found: dict[int, set[int]] = defaultdict(set)
    for node in view.nodes:
        if is_update(node):
            for number in node.inputs:
                if is_normalization(view.nodes[number]):
                    found[number].add(node.id)
        elif is_normalization(node):
            found[node.id] |= {number for number in node.inputs if is_update(view.nodes[number])}
    return {call: frozenset(updates) for call, updates in found.items() if updates}


def _left_alone(visit: Visit) -> Refused:
    return Refused(
        UNORDERED_EFFECTS,
        visit.place.expression,
        "this run trains with a layer of batch normalization and leaves its moving averages, which other runs move",
        "fetch the updates of its layers in this run as well, or feed it a training flag that is off",
    )
