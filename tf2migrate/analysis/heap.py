"""The memory of the evaluated program: cells by owner and key, one write function, and an undo log."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from tf2migrate.analysis.joins import join, parts
from tf2migrate.analysis.values import Ref, V
from tf2migrate.model.source import NodeRef

CellKey = tuple[int, Hashable]
Delta = dict[CellKey, V | None]  # values of cells after a stretch of execution; None: unbound

CONTENTS = "*"  # the key under which a list, set or dict keeps its contents


@dataclass(frozen=True, slots=True)
class Header:
    """What never changes of an owner of cells."""

    kind: str  # "list", "dict", "set", "instance", "class", "module", "frame", "graph"
    name: str
    cls: int | None = None
    made_at: NodeRef | None = None
    parent: int | None = None  # the enclosing frame by lexical nesting


class Heap:
    """Cells that can be rewound: branches cost what they write, not what exists."""

    def __init__(self) -> None:
        self._cells: dict[int, dict[Hashable, V]] = {}
        self._log: list[tuple[int, Hashable, V | None]] = []
        self._headers: list[Header] = []
        self._graphic: set[int] = set()
        self._holders: dict[int, set[int]] = {}

    def allocate(self, header: Header) -> int:
        """Return the id of a new owner without cells."""
        self._headers.append(header)
        return len(self._headers) - 1

    def size(self) -> int:
        """Return how many owners there are: those that are made from now on have this id and higher ones."""
        return len(self._headers)

    def header(self, owner: int) -> Header:
        """Return what is fixed of an owner; ids below zero are graph values, which have no header."""
        return self._headers[owner]

    def get(self, owner: int, key: Hashable) -> V | None:
        """Return what a cell holds, None where it is unbound."""
        cells = self._cells.get(owner)
        return None if cells is None else cells.get(key)

    def cells(self, owner: int) -> dict[Hashable, V]:
        """Return a copy of an owner's cells in the order of their making."""
        return dict(self._cells.get(owner, {}))

    def set(self, owner: int, key: Hashable, value: V | None) -> None:
        """Write a cell, or unbind it with None: the only way that memory changes."""
        cells = self._cells.setdefault(owner, {})
        self._log.append((owner, key, cells.get(key)))
        if value is None:
            cells.pop(key, None)
            return
        cells[key] = value
        if key == CONTENTS and owner not in self._graphic:
            self._note_parts(owner, value)

    def may_hold_graph_values(self, container: int) -> bool:
        """Say whether a list, set or dict, or one inside it, ever held a graph value."""
        return container in self._graphic

    def _note_parts(self, container: int, contents: V) -> None:
        for part in parts(contents):
            if not isinstance(part, Ref):
                self._mark_graphic(container)
                return
            self._holders.setdefault(part.id, set()).add(container)
            if part.id in self._graphic:
                self._mark_graphic(container)
                return

    def _mark_graphic(self, container: int) -> None:
        pending = [container]
        while pending:
            one = pending.pop()
            if one not in self._graphic:
                self._graphic.add(one)
                pending.extend(self._holders.get(one, ()))

    def mark(self) -> int:
        """Return the position of the log, to rewind to."""
        return len(self._log)

    def undo(self, mark: int) -> Delta:
        """Rewind to `mark`; return what the cells held that were written since."""
        delta: Delta = {}
        log = self._log
        while len(log) > mark:
            owner, key, old = log.pop()
            cells = self._cells[owner]
            if (owner, key) not in delta:
                delta[owner, key] = cells.get(key)
            if old is None:
                cells.pop(key, None)
            else:
                cells[key] = old
        return delta

    def apply(self, delta: Delta) -> None:
        """Write all cells of `delta`."""
        for (owner, key), value in delta.items():
            self.set(owner, key, value)

    def values_at(self, low: int, high: int) -> Delta:
        """Return what the cells written in log[low:high] held at `high`."""
        touched = {(owner, key) for owner, key, _ in self._log[low:high]}
        later = self.old_since(high)
        return {cell: later[cell] if cell in later else self.get(*cell) for cell in touched}

    def old_since(self, mark: int) -> Delta:
        """Return what the cells written since `mark` held at `mark`."""
        old: Delta = {}
        for owner, key, value in self._log[mark:]:
            old.setdefault((owner, key), value)
        return old

    def join_deltas(self, deltas: Sequence[Delta]) -> None:
        """Write, over the present state as the common past, the join of alternative continuations."""
        if len(deltas) == 1:
            self.apply(deltas[0])
            return
        for cell in dict.fromkeys(cell for delta in deltas for cell in delta):
            base = self.get(*cell)
            joined: V | None = None
            for delta in deltas:
                joined = join(joined, delta.get(cell, base))
            self.set(*cell, joined)

    def join_path(self, mark: int, delta: Delta) -> None:
        """Join the present state with that of a path that left at `mark` with `delta`."""
        old = self.old_since(mark)
        for cell in dict.fromkeys((*old, *delta)):
            left = delta[cell] if cell in delta else old[cell]
            self.set(*cell, join(self.get(*cell), left))
