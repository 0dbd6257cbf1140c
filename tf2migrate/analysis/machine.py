"""The state of one evaluation: memory, events, the stack of activations, and the places of what happens."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tf2migrate.analysis.findings import FINDINGS
from tf2migrate.analysis.graph.inference.operands import Tensor, as_value
from tf2migrate.analysis.heap import CONTENTS, CellKey, Delta, Header, Heap
from tf2migrate.analysis.sets import distinct
from tf2migrate.analysis.source_module import SourceModule
from tf2migrate.analysis.summaries import summarize
from tf2migrate.analysis.trace import Trace
from tf2migrate.analysis.values import NONE, Arguments, Entries, GraphValue, Items, Known, Ref, Text, Unknown, V
from tf2migrate.model.facts import (
    PRINTED,
    Cell,
    Context,
    Escape,
    Finding,
    Frame,
    Place,
    Read,
    StaticRead,
    Write,
)
from tf2migrate.model.source import NodeRef

BUDGET = 250_000
MOST_CALLS = 30


class BudgetExceeded(Exception):
    """The program needs more steps than the evaluation may take."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How a statement ended: "next", "return", "break", "continue" or "raise" (with the exception's name)."""

    kind: str
    value: V = NONE


NEXT = Completion("next")


@dataclass(slots=True)
class Exit:
    """A path that left under an unknown condition: where it forked from the present one, and what it wrote."""

    completion: Completion
    mark: int
    delta: Delta


@dataclass(slots=True)
class Activation:
    """One entered module, class body, function or comprehension."""

    frame: int
    module: SourceModule
    context: Context
    statement: ast.AST
    definition: ast.AST | None = None
    owner: int | None = None  # the class whose method it is
    first: V | None = None  # the first argument
    exits: list[Exit] = field(default_factory=list)
    yields: list[V] | None = None


class Evaluate(Protocol):
    def __call__(self, machine: Machine, node: ast.expr) -> V: ...


class Execute(Protocol):
    def __call__(self, machine: Machine, body: list[ast.stmt]) -> Completion: ...


class CallValue(Protocol):
    def __call__(self, machine: Machine, callee: V, arguments: Arguments, node: ast.expr) -> V: ...


Opener = Callable[["Machine", GraphValue], tuple[V, Callable[[], None]]]


@dataclass(slots=True)
class Machine:
    """Everything that the parts of the evaluator share; `evaluate`, `execute` and `call` are the parts themselves."""

    entry: Path
    root: Path
    evaluate: Evaluate
    execute: Execute
    call: CallValue
    texts: Mapping[str, str] = field(default_factory=dict)  # of modules, in the place of their files' contents
    heap: Heap = field(default_factory=Heap)
    trace: Trace = field(default_factory=Trace)
    stack: list[Activation] = field(default_factory=list)
    conditions: int = 0
    untaken: int = 0  # how many branches that are ruled out are being evaluated
    ruled_out: frozenset[NodeRef] = frozenset()  # the first statements of such branches that are wanted
    untaken_cells: dict[CellKey, V] = field(default_factory=dict)  # what only such branches bind
    loops: int = 0
    tries: int = 0  # how many `try` statements with handlers are being evaluated
    steps: int = 0
    unrolled: int = 1
    modules: dict[str, int] = field(default_factory=dict)
    sources: dict[str, SourceModule] = field(default_factory=dict)
    sources_by_frame: dict[int, SourceModule] = field(default_factory=dict)
    evaluated: set[int] = field(default_factory=set)
    entered: set[int] = field(default_factory=set)
    functions: dict[int, V] = field(default_factory=dict)
    instances: dict[int, list[int]] = field(default_factory=dict)
    openers: dict[int, Opener] = field(default_factory=dict)  # how graph values that are scopes are entered
    given: dict[int, Mapping[str, V]] = field(default_factory=dict)  # arguments of nodes as abstract values
    shapes: dict[int, Tensor] = field(default_factory=dict)  # what follows statically of nodes
    made: dict[int, Place] = field(default_factory=dict)  # where containers, instances and classes were made
    layer_names: str | None = ""  # the name scope of the layer that was entered last
    world: int = -1

    def __post_init__(self) -> None:
        self.world = self.heap.allocate(Header("world", "world"))

    # --- places -------------------------------------------------------------------------------------------------

    @property
    def here(self) -> Activation:
        """Return the innermost activation."""
        return self.stack[-1]

    def ref(self, node: ast.AST) -> NodeRef:
        """Return the place of a node of the file that is being evaluated."""
        return self.here.module.ref(node)

    def place(self, node: ast.AST) -> Place:
        """Return where an event at `node` happens."""
        here = self.here
        return Place(here.module.ref(node), here.module.ref(here.statement), here.frame, here.context)

    def step(self) -> None:
        """Count one statement; raises BudgetExceeded."""
        self.steps += 1
        if self.steps > BUDGET:
            raise BudgetExceeded

    @property
    def certain(self) -> bool:
        return self.conditions == 0

    @contextmanager
    def under_condition(self) -> Iterator[None]:
        """Evaluate what may not happen."""
        self.conditions += 1
        try:
            yield
        finally:
            self.conditions -= 1

    @contextmanager
    def in_untaken_branch(self) -> Iterator[None]:
        """Evaluate what the program's own values rule out."""
        self.untaken += 1
        try:
            yield
        finally:
            self.untaken -= 1

    @contextmanager
    def in_unknown_loop(self) -> Iterator[None]:
        """Evaluate what happens an unknown number of times."""
        self.loops += 1
        try:
            yield
        finally:
            self.loops -= 1

    # --- frames -------------------------------------------------------------------------------------------------

    def open_frame(
        self,
        kind: str,
        name: str,
        definition: ast.AST | None,
        module: SourceModule,
        context: Context,
        parent: int | None,
    ) -> int:
        """Return the id of a new frame, which is the owner of its variables."""
        header = Header(kind if kind in ("class", "module") else "frame", name, parent=parent)
        owner = self.heap.allocate(header)
        place = None if definition is None else module.ref(definition)
        self.trace.frames.append(Frame(owner, kind, place, module.path, name, context, parent))
        return owner

    @contextmanager
    def activation(self, activation: Activation) -> Iterator[Activation]:
        """Evaluate inside `activation`."""
        self.stack.append(activation)
        try:
            yield activation
        finally:
            self.stack.pop()

    # --- memory with events -------------------------------------------------------------------------------------

    def read(self, owner: int, key: Hashable, node: ast.AST) -> V | None:
        """Return what a cell holds and record that it was read; an unbound cell is no event."""
        value = self.heap.get(owner, key)
        if value is not None:
            self.note_read(owner, key, value, node)
        return value

    def note_read(self, owner: int, key: Hashable, value: V, node: ast.AST) -> None:
        """Record that `node` read a cell."""
        summary = summarize(self.heap, value, owner)
        self.trace.reads.append(Read(Cell(owner, key), self.trace.tick(), self.place(node), summary))

    def write(self, owner: int, key: Hashable, value: V | None, node: ast.AST) -> None:
        """Write a cell and record it; None unbinds."""
        self.heap.set(owner, key, value)
        self.note_write(owner, key, NONE if value is None else value, node)

    def note_write(self, owner: int, key: Hashable, value: V, node: ast.AST) -> None:
        """Record that `node` wrote a cell."""
        summary = summarize(self.heap, value, owner)
        self.trace.writes.append(Write(Cell(owner, key), self.trace.tick(), self.place(node), summary))

    def allocate(self, header: Header, node: ast.AST) -> int:
        """Return the id of a new object and record where it was made."""
        owner = self.heap.allocate(header)
        self.made[owner] = self.place(node)
        return owner

    def new_list(self, items: tuple[V, ...], node: ast.AST, rest: V | None = None, kind: str = "list") -> Ref:
        """Return a new list or set."""
        owner = self.allocate(Header(kind, kind, made_at=self.ref(node)), node)
        contents = Items(items, rest)
        self.heap.set(owner, CONTENTS, distinct(contents) if kind == "set" else contents)
        return Ref(owner)

    def new_dict(self, entries: Entries, node: ast.AST) -> Ref:
        """Return a new dict."""
        owner = self.allocate(Header("dict", "dict", made_at=self.ref(node)), node)
        self.heap.set(owner, CONTENTS, entries)
        return Ref(owner)

    def items(self, owner: int) -> Items:
        """Return the contents of a list or set."""
        contents = self.heap.get(owner, CONTENTS)
        return contents if isinstance(contents, Items) else Items((), Unknown("contents of a container", None))

    def entries(self, owner: int) -> Entries:
        """Return the contents of a dict."""
        contents = self.heap.get(owner, CONTENTS)
        return contents if isinstance(contents, Entries) else Entries((), Unknown("contents of a dict", None))

    # --- other events -------------------------------------------------------------------------------------------

    def escape(self, node: int, into: str, at: ast.AST) -> None:
        """Record that a graph value goes where the evaluation cannot follow."""
        self.trace.escapes.append(Escape(node, into, self.trace.tick(), self.place(at)))

    def static_read(self, node: int, what: str, at: ast.AST) -> None:
        """Record that the host reads a fact of a graph value."""
        shape = self.shapes[node].shape if what in ("shape", PRINTED) and node in self.shapes else None
        sizes = None if shape is None else tuple(as_value(dim) for dim in shape)
        self.trace.static_reads.append(StaticRead(node, what, self.trace.tick(), self.place(at), sizes))

    def unknown(self, reason: str, node: ast.AST) -> Unknown:
        """Return an unknown value with its cause."""
        return Unknown(reason, self.ref(node))

    def find(self, key: str, node: ast.AST, detail: str = "") -> None:
        """Record the finding that the table holds under `key`."""
        known = FINDINGS[key]
        reason = f"{known.reason}: {detail}" if detail else known.reason
        self.trace.find(Finding(known.code, self.ref(node), reason, known.advice, known.blocks))

    # --- paths --------------------------------------------------------------------------------------------------

    def rewind(self, mark: int) -> Delta:
        """Undo all writes since `mark` and return them; exits that were taken since keep their meaning."""
        for exit_ in self.here.exits:
            if exit_.mark > mark:
                exit_.delta = self.heap.values_at(mark, exit_.mark) | exit_.delta
                exit_.mark = mark
        return self.heap.undo(mark)

    def fork(self, branches: list[Callable[[], Completion]]) -> Completion:
        """Execute alternatives of which one happens, and join those that go on."""
        mark = self.heap.mark()
        outcomes: list[tuple[Completion, Delta]] = []
        for branch in branches:
            with self.under_condition():
                completion = branch()
            outcomes.append((completion, self.rewind(mark)))
        going = [delta for completion, delta in outcomes if completion.kind == "next"]
        left = [(completion, delta) for completion, delta in outcomes if completion.kind != "next"]
        if not going:
            left.sort(key=lambda outcome: outcome[0].kind == "raise")
            self.heap.apply(left[0][1])
            self.here.exits.extend(Exit(completion, mark, delta) for completion, delta in left[1:])
            return left[0][0]
        self.here.exits.extend(Exit(completion, mark, delta) for completion, delta in left)
        self.heap.join_deltas(going)
        return NEXT

    def settle(self, completion: Completion, kind: str, start: int) -> tuple[Completion, list[V]]:
        """Join the paths that left by `kind` since exit number `start` into the present one.

        Returns how the joined paths end ("next" if any left by `kind`), and the values that those exits carried.
        """
        exits = [one for one in self.here.exits[start:] if one.completion.kind == kind]
        values = [one.completion.value for one in exits]
        if completion.kind == kind:
            values.append(completion.value)
        elif completion.kind != "next" and exits:
            latest = max(exits, key=lambda one: one.mark)
            exits.remove(latest)
            delta = self.rewind(latest.mark)
            self.here.exits.remove(latest)
            self.here.exits.append(Exit(completion, latest.mark, delta))
            self.heap.apply(self._outside_scopes(latest.delta))
        elif completion.kind != "next":
            return completion, values
        for one in exits:
            self.here.exits.remove(one)
            self.join_exit(one)
        return NEXT, values

    def join_exit(self, one: Exit) -> None:
        """Join a path that left into the present one."""
        self.heap.join_path(one.mark, self._outside_scopes(one.delta))

    def extend_exits(self, start: int, finish: Callable[[], Completion]) -> None:
        """Execute what every path that left since exit number `start` does before it goes (`finally`)."""
        for one in self.here.exits[start:]:
            present = self.rewind(one.mark)
            self.heap.apply(one.delta)
            with self.under_condition():
                completion = finish()
            one.delta = self.rewind(one.mark)
            if completion.kind != "next":
                one.completion = completion
            self.heap.apply(present)

    def _outside_scopes(self, delta: Delta) -> Delta:
        """Return what a path wrote, without the `with` blocks that it left on its way."""
        return {cell: value for cell, value in delta.items() if cell[0] != self.world}

    def known_text(self, value: V | None) -> str | None:
        """Return the text of a known string, unknown parts of one that a loop index makes marked."""
        if isinstance(value, Text):
            return value.pattern
        return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
