"""The order of the statements of a step: as they were made, but reads before writes, and updates behind all of it.

A graph has no order but that of its edges; a step runs its statements one after the other. So each step is sorted: what
needs a value comes after it, what stands under a control dependency after that, what reads a variable before what
changes it (law 15), and train ops last, in fetch order. Statements that assign the same names keep their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from tf2migrate.migrate.functions import Item, Shared
from tf2migrate.migrate.home import Home, covers
from tf2migrate.migrate.normalization import is_update
from tf2migrate.migrate.optimization import Capture, Update
from tf2migrate.migrate.refusal import UNORDERED_EFFECTS, Refused
from tf2migrate.migrate.steps import Units
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import COMPUTE_KINDS, downstream
from tf2migrate.model.facts import Cell, GraphNode, Kind
from tf2migrate.source import node_ref


@dataclass
class Ordered:
    """The items of a step: before its tapes, under them, and after them."""

    before: list[Item] = field(default_factory=list)
    inner: list[Item] = field(default_factory=list)
    outer: list[Item] = field(default_factory=list)


@dataclass
class Order:
    """Sorts the items of one step; `needed` are the nodes that its runs need."""

    home: Home
    units: Units
    items: Sequence[Item]
    needed: frozenset[int]
    edges: dict[Item, set[Item]] = field(default_factory=lambda: defaultdict(set))  # to what comes later

    def sort(self, under_tape: set[Item]) -> Ordered:
        """Return the items in order; `under_tape` names those that losses need."""
        self._connect_values()
        self._connect_effects()
        self._connect_names()
        under_tape = self._closed(under_tape)
        inner = [item for item in self.items if item in under_tape]
        tape: Item | None = inner[0] if inner else None

        def group(item: Item) -> Item:
            return tape if tape is not None and item in under_tape else item

        outside = {group(item) for item in self.items}
        later = {
            one: {group(other) for item in self._members(one, inner) for other in self.edges[item]} - {one}
            for one in outside
        }
        ordered = self._sorted(outside, later, lambda item: (-1,) if item is tape else self._rank(item))
        if tape is None:
            return Ordered(outer=ordered)
        inside = {item: self.edges[item] & set(inner) for item in inner}
        position = ordered.index(tape)
        return Ordered(ordered[:position], self._sorted(set(inner), inside, self._rank), ordered[position + 1 :])

    def _closed(self, under_tape: set[Item]) -> set[Item]:
        """Return the items under a tape with those between them: what only fills a list computes nothing itself."""
        behind = self._reached(under_tape, self.edges)
        earlier: dict[Item, set[Item]] = defaultdict(set)
        for item, later in self.edges.items():
            for other in later:
                earlier[other].add(item)
        between = behind & self._reached(under_tape, earlier)
        return under_tape | between if not any(isinstance(item, Update) for item in between) else under_tape

    @staticmethod
    def _reached(starts: set[Item], edges: dict[Item, set[Item]]) -> set[Item]:
        found: set[Item] = set()
        pending = list(starts)
        while pending:
            new = edges.get(pending.pop(), set()) - found
            found |= new
            pending.extend(new)
        return found

    def _members(self, one: Item, inner: list[Item]) -> list[Item]:
        return inner if inner and one is inner[0] else [one]

    def _rank(self, item: Item) -> tuple[int, ...]:
        """Return where an item would stand if nothing held it: in the order of the source, updates last."""
        if isinstance(item, Update):
            updates = [one for one in self.items if isinstance(one, Update)]
            return (1, updates.index(item))
        part = (1, item.at.lineno, item.at.col_offset) if isinstance(item, Capture) else (0, 0, 0)
        return (0, first_unit(item).index, *part)

    def _sorted(
        self, items: set[Item], later: dict[Item, set[Item]], rank: Callable[[Item], tuple[int, ...]]
    ) -> list[Item]:
        waiting = {item: sum(item in after for one, after in later.items() if one is not item) for item in items}
        by_rank = {rank(item): item for item in items}
        ready = [rank(item) for item in items if not waiting[item]]
        heapify(ready)
        ordered: list[Item] = []
        while ready:
            item = by_rank[heappop(ready)]
            ordered.append(item)
            for other in later[item]:
                waiting[other] -= 1
                if not waiting[other]:
                    heappush(ready, rank(other))
        if len(ordered) < len(items):
            stuck = min((item for item in items if item not in ordered), key=rank)
            raise Refused(
                UNORDERED_EFFECTS,
                first_unit(stuck).ref,
                "one run assigns a variable and reads it with no order between the two",
                "read it before, or order the two with tf.control_dependencies",
            )
        return ordered

    def _edge(self, earlier: Item | None, later: Item | None) -> None:
        if earlier is not None and later is not None and earlier is not later:
            self.edges[earlier].add(later)

    def put_before(self, earlier: Item, later: Item) -> None:
        """Demand an order that follows from no value."""
        self._edge(earlier, later)

    # --- values ---

    def _item_of(self, node: int) -> Item | None:
        """Return the item that computes a node."""
        if not hasattr(self, "_made_by"):
            self._made_by = dict(self._all_made())
        return self._made_by.get(node)

    def _all_made(self) -> Iterator[tuple[int, Item]]:
        for item in self.items:
            if isinstance(item, Update):
                yield item.train.node.id, item
            elif not isinstance(item, Capture):
                for unit in units_in(item):
                    for node in self.home.events[unit].nodes:
                        yield node.id, item
        for item in self.items:
            if isinstance(item, Capture) and not any(other is item.unit for other in self.items):
                at = node_ref(self.home.path, item.at)
                for node in self.home.events[item.unit].nodes:
                    here = self.home.place(node.place)
                    if here is not None and covers(at, here.expression):
                        yield node.id, item

    def _connect_values(self) -> None:
        """What a node needs comes before it."""
        for number in self.needed:
            node = self.home.view.nodes[number]
            if node.kind in COMPUTE_KINDS:
                for other in (*node.inputs, *node.controls, *self._rate(node)):
                    self._edge(self._item_of(other), self._item_of(number))

    def _rate(self, node: GraphNode) -> tuple[int, ...]:
        optimizer = node.arguments.get("optimizer") if node.kind is Kind.TRAIN else None
        return self.home.view.nodes[optimizer.node].inputs if optimizer is not None else ()  # type: ignore[union-attr]

    # --- effects ---

    def _connect_effects(self) -> None:
        """What reads a variable comes before what changes it, but where it depends on the change."""
        effects = [self.home.view.nodes[n] for n in self.needed if self._changes(n)]
        for effect in effects:
            after = downstream(self.home.view, effect.id, self.needed)
            changed = set(self._changes(effect.id))
            for number in self.needed:
                node = self.home.view.nodes[number]
                reads = changed & reads_of(node)
                if reads and number not in after and number != effect.id:
                    self._edge(self._item_of(number), self._item_of(effect.id))
        self._connect_moves(effects)
        self._connect_rates(effects)

    def _connect_moves(self, effects: list[GraphNode]) -> None:
        """Several calls of a layer move its averages in the order in which they are made."""
        last: dict[int, GraphNode] = {}
        for effect in sorted(filter(is_update, effects), key=lambda node: node.time):
            for target in effect.targets:
                if target in last:
                    self._edge(self._item_of(last[target].id), self._item_of(effect.id))
                last[target] = effect

    def _changes(self, number: int) -> tuple[int, ...]:
        node = self.home.view.nodes[number]
        if node.kind not in (Kind.ASSIGN, Kind.TRAIN, Kind.OPERATION):
            return ()
        if node.kind is Kind.OPERATION:
            return node.targets  # moving averages
        return node.targets or tuple(i for i in node.inputs if self.home.view.nodes[i].kind is Kind.VARIABLE)

    def _connect_rates(self, effects: list[GraphNode]) -> None:
        """A rate that is written at its optimizer is computed where the update is made."""
        for item in self.items:
            if not isinstance(item, Update):
                continue
            train = item.train.node
            inline = [n for n in self.home.view.closure(frozenset(self._rate(train))) if self._item_of(n) is None]
            read = {i for n in inline for i in (n, *self.home.view.nodes[n].inputs)}
            for effect in effects:
                if effect.id != train.id and read & set(self._changes(effect.id)):
                    after = downstream(self.home.view, effect.id, self.needed)
                    if train.id not in after:
                        self._edge(item, self._item_of(effect.id))

    # --- names ---

    def _connect_names(self) -> None:
        """Statements that bind or fill the same thing, and those that read it, keep their order."""
        writers: dict[Hashable, Item] = {}
        readers: dict[Hashable, list[Item]] = defaultdict(list)
        for item in sorted(self.items, key=lambda one: (first_unit(one).index, isinstance(one, Update))):
            reads, writes = self._names(item)
            for key in reads:
                self._edge(writers.get(key), item)
                readers[key].append(item)
            for key in writes:
                self._edge(writers.get(key), item)
                for reader in readers.pop(key, []):
                    self._edge(reader, item)
                writers[key] = item

    def _names(self, item: Item) -> tuple[set[Hashable], set[Hashable]]:
        """Return what an item reads and writes: names of the body, containers as a whole."""
        if isinstance(item, Shared):
            return set(item.parameters), set(item.outputs)
        if isinstance(item, Update):
            at = [node_ref(self.home.path, part) for part in item.train.parts]
            needs = [need for part in at for need in self.units.needs(item.unit, within=part)]
            return {need.name for need in needs} | set(
                self._keys(r.cell for r in self.home.events[item.unit].reads if not self.home.holds(r.cell))
            ), set()
        if isinstance(item, Capture):
            needs = self.units.needs(item.unit, within=node_ref(self.home.path, item.at))
            return {need.name for need in needs}, set()
        events = self.home.events[item]
        return set(self._keys(r.cell for r in events.reads)), set(self._keys(w.cell for w in events.writes))

    def _keys(self, cells: Iterator[Cell]) -> Iterator[Hashable]:
        for cell in cells:
            if self.home.holds(cell):
                yield self.home.name_of(cell)
            elif cell.owner in self.home.view.containers:
                yield ("contents", cell.owner)


def reads_of(node: GraphNode) -> set[int]:
    """Return what a node reads; one that changes a variable by its own value is ordered by that."""
    if node.kind not in COMPUTE_KINDS:
        return set()
    return set(node.inputs) - (set() if node.kind is Kind.TENSOR else set(node.targets))


def units_in(item: Item) -> list[Unit]:
    """Return the statements of the program in an item."""
    if isinstance(item, Shared):
        return item.units
    return [item.unit] if isinstance(item, (Capture, Update)) else [item]


def first_unit(item: Item) -> Unit:
    return units_in(item)[0]
