"""Batch normalization: which calls move their averages in which run (law 11).

TensorFlow 1 moves the averages by operations of their own (UPDATE_OPS), which a run may or may not ask for. Here a call
of the layer moves them. That is the same where every run that trains with a layer asks for its updates. Where none
does, the layer is one that never moves them; where some do, it moves them in the functions that say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tf2migrate.migrate.layer_forms import is_normalization
from tf2migrate.migrate.refusal import MIXED_STATE, UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.sites import EagerSite, InitSite, Site, needed_by
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


def is_gathering(view: ProgramView, node: GraphNode) -> bool:
    """Say whether a node does nothing but gather updates: no statement of a step stands for it."""
    return not is_update(node) and gathers_updates(view, node)


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
        visits = [v for site in sites if not isinstance(site, (InitSite, EagerSite)) for v in site.visits]
        self._found = {answer for visit in visits for answer in self._of(visit).values()}

    @property
    def moves_never(self) -> bool:
        """Say whether no run moves an average."""
        return True not in self._found

    @property
    def told(self) -> bool:
        """Say whether some runs move averages that others, which train with the same or other layers, leave alone."""
        return len(self._found) > 1

    def moved(self, visit: Visit) -> list[frozenset[int]]:
        """Return the layers whose averages a run moves, as sets of these, in the order of their making."""
        return sorted((averages for averages, moves in self._of(visit).items() if moves), key=min)

    def told_layers(self, visit: Visit, lifted: Mapping[int, str]) -> list[str]:
        """Return the layers, as expressions, that the function of a run must tell to move their averages."""
        found: list[str] = []
        for averages in self.moved(visit) if self.told else ():
            if min(averages) not in lifted:
                at = self.view.nodes[min(averages)].place.expression
                raise Refused(MIXED_STATE, at, "this layer has no name where the graph is built", "give it one")
            found.append(lifted[min(averages)].rpartition(".")[0])
        return found

    def features(self) -> frozenset[str]:
        """Return what the class of the layer must do in this program."""
        found = {"flag"} if self.flags else set()
        found |= set() if self.moves_never else {"moves"}
        return frozenset(found | ({"told"} if self.told else {"always"} if not self.moves_never else set()))

    def is_harmless(self, visits: Iterable[Visit], update: GraphNode) -> bool:
        """Say whether an update that a step holds is none there: its layer does not train, or leaves its averages."""
        calls = [call for call, updates in self.updates.items() if update.id in updates]
        return bool(calls) and all(self._is_left(visit, call) for visit in visits for call in calls)

    def _is_left(self, visit: Visit, call: int) -> bool:
        if self.moves_never or self._is_inference(visit, self.view.nodes[call]):
            return True
        return self.told and self._averages(call) not in self.moved(visit)

    def _of(self, visit: Visit) -> dict[frozenset[int], bool]:
        """Return for each layer that a run trains with whether it moves the layer's averages."""
        closure = needed_by(self.view, visit)
        found: dict[frozenset[int], bool] = {}
        for call in sorted(closure & self.updates.keys()):
            if self._is_inference(visit, self.view.nodes[call]):
                continue
            run = self.updates[call] & closure
            averages = self._averages(call)
            if run not in (frozenset(), self.updates[call]) or found.get(averages, bool(run)) is not bool(run):
                raise Refused(
                    UNORDERED_EFFECTS,
                    visit.place.expression,
                    "this run moves the averages of a layer by some of its batches, and not by others",
                    "fetch all updates of the layer, or none",
                )
            found[averages] = bool(run)
        return found

    def _averages(self, call: int) -> frozenset[int]:
        return frozenset(target for update in self.updates[call] for target in self.view.nodes[update].targets)

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
