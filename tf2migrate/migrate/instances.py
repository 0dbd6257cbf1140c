"""Objects that own a graph: which of their methods build it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tf2migrate.migrate.cells import Builder
from tf2migrate.migrate.home import covers
from tf2migrate.migrate.iterators import starts_of
from tf2migrate.migrate.sites import InitSite, Site, StepSite, made_within, needed_by
from tf2migrate.migrate.view import COMPUTE_KINDS, ProgramView, nodes_in
from tf2migrate.model.facts import Cell, Frame, Kind, Place, Record, Visit
from tf2migrate.model.source import NodeRef


class Instances:
    """The objects of a program whose methods build graphs."""

    def __init__(self, view: ProgramView) -> None:
        self.view = view
        self.self_of: dict[int, Cell] = {}  # the cell of `self`, by activation
        self.instance_of: dict[int, int] = {}  # the object, by activation of its methods
        for write in view.program.writes:
            frame = view.frames.get(write.cell.owner)
            if frame is None or frame.id in self.self_of or write.place.expression.kind != "arg":
                continue
            if self._is_method(frame) and isinstance(write.value, Record) and write.value.owner not in view.frames:
                self.self_of[frame.id] = write.cell
                self.instance_of[frame.id] = write.value.owner
        self.held: dict[int, set[int]] = defaultdict(set)  # graph nodes in attributes, by object
        owners = set(self.instance_of.values())
        for write in view.program.writes:
            if write.cell.owner in owners:
                self.held[write.cell.owner] |= nodes_in(write.value)
        self._visits: dict[int, list[NodeRef]] = defaultdict(list)  # run calls, by activation
        for visit in view.program.visits:
            self._visits[visit.place.frame].append(visit.place.expression)

    def _is_method(self, frame: Frame) -> bool:
        parent = self.view.frames.get(frame.parent) if frame.parent is not None else None
        return frame.kind == "function" and parent is not None and parent.kind == "class"

    def on_trail(self, place: Place) -> list[int]:
        """Return the objects whose methods are active at a place, innermost first."""
        found = [self.instance_of[f] for f in self.view.frames_on_trail(place)[::-1] if f in self.instance_of]
        return list(dict.fromkeys(found))

    def owner_of(self, site: Site, visit: Visit) -> int | None:
        """Return the object whose methods build all that a visit runs, and that keeps it in its attributes."""
        if not isinstance(site, StepSite) and not only_starts(site):
            return None
        places = graph_places(self.view, visit)
        if not places:
            return None
        common = self.on_trail(places[0])
        for place in places[1:]:
            others = self.on_trail(place)
            common = [owner for owner in common if owner in others]
        needed = needed_by(self.view, visit) | {feed.node for feed in visit.feeds}
        return next((owner for owner in common if self.held[owner] & needed), None)

    def builder(self, instance: int, sites: Iterable[Site]) -> Builder:
        """Return the activations of an object's methods in which graph values are made or initialized."""
        building = self._building(instance, sites)
        counts = Counter(self.view.frames[frame].definition for frame in building)
        mine = [frame for frame, owner in self.instance_of.items() if owner == instance]
        again = {d for d in counts if sum(self.view.frames[f].definition == d for f in mine) > 1}
        roots: list[int] = []
        accepted: set[int] = set()
        entered: dict[NodeRef, int] = {}
        for frame in sorted(building, key=self._time):
            if self.view.frames[frame].definition in again:
                continue
            call = self.view.opened_by.get(frame)
            if call is None or self.instance_of.get(call.place.frame) != instance:
                roots.append(frame)
            elif call.place.frame in accepted and self._is_statement(call.place):
                entered[call.place.expression] = frame
            else:
                continue
            accepted.add(frame)
        return Builder(tuple(roots), instance, entered)

    def _building(self, instance: int, sites: Iterable[Site]) -> set[int]:
        places = [node.place for node in self.view.nodes if not self._at_site(node.id)]
        inits = [site for site in sites if isinstance(site, InitSite) and not only_starts(site)]
        places += [visit.place for site in inits for visit in site.visits]
        found: set[int] = set()
        for place in places:
            for frame in self.view.frames_on_trail(place)[::-1]:
                if self.instance_of.get(frame) == instance:
                    found.add(frame)
        return found

    def _at_site(self, number: int) -> bool:
        """Say whether a node is made by a run call's own expression."""
        return any(
            covers(call, step.expression)
            for step in self.view.trail(self.view.nodes[number].place)
            for call in self._visits.get(step.frame, ())
        )

    def _time(self, frame: int) -> int:
        call = self.view.opened_by.get(frame)
        return call.time if call is not None else -1

    @staticmethod
    def _is_statement(place: Place) -> bool:
        start = (place.expression.line, place.expression.column) == (place.statement.line, place.statement.column)
        end = (place.expression.end_line, place.expression.end_column)
        return (
            place.statement.kind == "Expr" and start and end == (place.statement.end_line, place.statement.end_column)
        )


def only_starts(site: Site) -> bool:
    """Say whether a site starts iterators, and initializes no variables."""
    return isinstance(site, InitSite) and not site.variables


def graph_places(view: ProgramView, visit: Visit) -> list[Place]:
    """Return where the placeholders and computed values of a visit are made, those of the run call itself left out.

    Where a visit starts iterators, these are what it needs.
    """
    started = [view.nodes[start.iterator].place for start in starts_of(view, visit)]
    if started:
        return started
    nodes = [view.nodes[number] for number in sorted(needed_by(view, visit))]
    return [
        node.place
        for node in nodes
        if node.kind is Kind.PLACEHOLDER
        or (node.kind in COMPUTE_KINDS and view.dynamic(node.id) and not made_within(view, node, visit))
    ]
