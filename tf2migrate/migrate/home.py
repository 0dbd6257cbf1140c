"""The body that builds the graph, with all events of the program sorted to its statements."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tf2migrate.migrate.cells import Builder, FrameCells, MemberCells
from tf2migrate.migrate.counterparts import Twins
from tf2migrate.migrate.entering import Entering
from tf2migrate.migrate.refusal import SEVERAL_GRAPH_OWNERS, Refused
from tf2migrate.migrate.sites import needed_by
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.units import Block, BlockKind, Body, Unit, add_region
from tf2migrate.migrate.view import ProgramView, covers, has_effect, nodes_in
from tf2migrate.model.facts import (
    Call,
    Cell,
    Escape,
    GraphNode,
    Kind,
    Place,
    Read,
    StaticRead,
    Visit,
    Write,
)
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

__all__ = ["Events", "Home", "covers"]


@dataclass
class Events:
    """What happens while one unit executes, in the order of execution."""

    nodes: list[GraphNode] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    static_reads: list[StaticRead] = field(default_factory=list)
    escapes: list[Escape] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


class Home:
    """One activation of the body in which the graph is built."""

    def __init__(
        self,
        view: ProgramView,
        builder: Builder,
        others: frozenset[int],
        syntax: Syntax,
        trees: Sequence[ast.Module] = (),
    ) -> None:
        """Sort the events of a program to a body; `syntax` is of its file, `trees` are of all files."""
        self.view = view
        self.frame = builder.roots[0]
        self.frames = frozenset(builder.frames)  # activations whose statements are the body's
        self.definition = view.frames[self.frame].definition
        self.definitions = frozenset(view.frames[frame].definition for frame in builder.frames)
        same = [f for f in view.program.frames if f.definition is not None and f.definition == self.definition]
        self.called_again = len(same) > 1  # what is known of this activation need not hold in the others
        self.state_groups: dict[str, tuple[int, ...]] = {}  # lists of all variables of a layer or object
        self.twins: dict[int, Twins] = {}  # what objects of the same class share with the one that the home builds
        self.objects: list[Home] = []  # the other homes that are objects
        self.others = others  # activations that are home to their own graphs
        self.syntax, self.path = syntax, syntax.path
        path = syntax.path
        self._entered_frames = builder.entered
        self._functions = {frame: _function(syntax, view.frames[frame].definition) for frame in builder.frames}
        self.cells = FrameCells(self.frame)
        if builder.instance is not None:
            methods = [function for function in self._functions.values() if isinstance(function, ast.FunctionDef)]
            self.cells = MemberCells(view, builder, methods, syntax.tree, trees)
        self._entering = Entering(view)
        self._orders = {n.place.expression: n for n in view.nodes if n.op == "tf.control_dependencies"}
        self.shortened: dict[ast.With, set[int]] = {}  # the items of a `with` that stays which go
        self.body = Body(syntax.index, path)
        for root in builder.roots:
            add_region(self.body, self._functions[root].body, self._block_kind, self._entered_function)
        self.lifted: dict[int, str] = {}  # expressions of state that moving statements made
        self.moving: set[Unit] = set()  # what goes into functions, once that is decided
        self.events: dict[Unit, Events] = defaultdict(Events)
        self._sort_events()

    @property
    def members(self) -> MemberCells | None:
        """Return the names of an object's parts where an object owns the graph."""
        return self.cells if isinstance(self.cells, MemberCells) else None

    def cell(self, name: str) -> Cell:
        return Cell(self.frame, name)

    def holds(self, cell: Cell) -> bool:
        """Say whether a cell is one of the names that the body's statements hand values on by."""
        return self.cells.holds(cell)

    def name_of(self, cell: Cell) -> str:
        """Return the name that stands for a cell inside of functions."""
        return self.cells.name_of(cell)

    def text_of(self, cell: Cell) -> str:
        """Return the expression that denotes a cell whose value is made once, wherever it is used."""
        return self.cells.text_of(cell)

    def _entered_function(self, statement: ast.stmt) -> list[ast.stmt] | None:
        """Return the statements of a method that belongs to the body, where a statement does nothing but call it."""
        if not isinstance(statement, ast.Expr):
            return None
        frame = self._entered_frames.get(node_ref(self.path, statement.value))
        return self._functions[frame].body if frame is not None else None

    def read_of(self, expression: ast.expr) -> Read | None:
        """Return the event of reading a name in the body's own statements."""
        ref = node_ref(self.path, expression)
        reads = (self.view.read_at.get((ref, self.view.frames[frame].context)) for frame in self.frames)
        return next((read for read in reads if read is not None), None)

    def place(self, place: Place) -> Place | None:
        """Return where an event shows in this body."""
        for step in self.view.trail(place):
            if step.frame in self.frames:
                return step
            if step.frame in self.others:
                return None
        return None

    def unit_of(self, place: Place) -> Unit | None:
        here = self.place(place)
        return self.body.unit_at(here.expression) or self.body.unit_at(here.statement) if here else None

    def unit_in_text(self, place: Place) -> Unit | None:
        """Return the statement in which an event shows, in this activation or in another of the same functions."""
        definitions = {self.view.frames[frame].definition for frame in self.frames}
        for step in self.view.trail(place):
            frame = self.view.frames.get(step.frame)
            if frame is not None and frame.definition in definitions:
                return self.body.unit_at(step.expression) or self.body.unit_at(step.statement)
        return None

    def loop_carried(self, unit: Unit) -> list[Read]:
        """Return the unit's reads of what itself or a later statement of a loop around it left in an earlier round."""
        if not any(isinstance(block.node, (ast.For, ast.While)) for block in unit.parents):
            return []
        found: list[Read] = []
        for read in self.events[unit].reads:
            definition = self.view.definition_of(read) if self.holds(read.cell) else None
            writer = self.unit_of(definition.place) if definition is not None else None
            if definition is None or writer is None or not nodes_in(definition.value):
                continue
            if writer.index > unit.index or (writer is unit and definition.place.statement == unit.ref):
                found.append(read)
        return found

    def header_reads(self, unit: Unit) -> list[Read]:
        """Return what the scopes around a unit read when they are entered."""
        spans = [node_ref(self.path, item.context_expr) for block in unit.wrappers for item in _items(block.node)]
        return [read for read in self._headers if any(covers(span, read.place.expression) for span in spans)]

    def _sort_events(self) -> None:
        program = self.view.program
        self._headers = [read for read in program.reads if self.holds(read.cell) and self._is_in_header(read.place)]
        for kind in ("nodes", "reads", "writes", "static_reads", "escapes", "visits", "calls"):
            for event in getattr(program, kind):
                unit = self.unit_of(event.place)
                if unit is not None:
                    getattr(self.events[unit], kind).append(event)

    def _is_in_header(self, place: Place) -> bool:
        return place.statement.kind == "With" and self.unit_of(place) is None

    def _orders_operations(self, scope: GraphNode) -> bool:
        """Say whether a `with tf.control_dependencies(..)` waits for what has no value, or holds a train op.

        Its statements are sorted by what they wait for, so that a step needs no such block.
        """
        here = scope.place
        if any(covers(here.expression, n.place.expression) and n.id != scope.id for n in self.view.nodes):
            return False  # what it waits for is made in its head
        inside = [n for n in self.view.nodes if covers(here.statement, n.place.expression) and n.id != scope.id]
        waits = {self.view.nodes[control].kind for node in inside for control in node.controls}
        return any(n.kind is Kind.TRAIN for n in inside) or bool(waits & {Kind.TRAIN, Kind.OPERATION})

    def _entered(self, expression: ast.expr) -> BlockKind | None:
        node = self._orders.get(node_ref(self.path, expression))
        if node is not None and self._orders_operations(node):
            return BlockKind.DISSOLVED
        return self._entering.kind(self.path, expression)

    def _block_kind(self, statement: ast.stmt) -> BlockKind | None:
        match statement:
            case ast.With():
                kinds = {number: self._entered(item.context_expr) for number, item in enumerate(statement.items)}
                gone = {number for number, kind in kinds.items() if kind is BlockKind.DISSOLVED}
                if len(gone) == len(kinds):
                    return BlockKind.DISSOLVED
                if gone:
                    self.shortened[statement] = gone
                kept = {kind for number, kind in kinds.items() if number not in gone}
                return BlockKind.WRAPPER if kept == {BlockKind.WRAPPER} else self._drive_kind(statement)
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))) if self.definition is None:
                return BlockKind.GUARD
            case ast.If():
                return self._drive_kind(statement) or self._choice_kind(statement)
            case ast.For() | ast.While() | ast.Try():
                return self._drive_kind(statement)
            case _:
                return None

    def _drive_kind(self, statement: ast.stmt) -> BlockKind | None:
        return BlockKind.DRIVE if self._holds_runs(node_ref(self.path, statement)) else None

    def _holds_runs(self, ref: NodeRef) -> bool:
        places = (self.place(visit.place) for visit in self.view.program.visits)
        return any(here is not None and covers(ref, here.expression) for here in places)

    def scope_behind(self, unit: Unit) -> Block | None:
        """Return the outermost scope around a unit behind which functions stand; runs within one need them there."""
        scopes = (block for block in unit.parents if block.kind is BlockKind.WRAPPER)
        return next((block for block in scopes if not self._holds_runs(block.ref)), None)

    def _choice_kind(self, statement: ast.If) -> BlockKind | None:
        """Say whether a condition chooses among parts of the graph with effects, which runs ask for one by one.

        Each part is bound by one branch alone, so that what runs it need not look at the condition.
        """
        inside = self._graph_within(statement)
        effects = {number for number in inside if has_effect(self.view.nodes[number])}
        if not effects or not self._bound_once(statement, inside):
            return None
        needs = [needed_by(self.view, visit) for visit in self.view.program.visits]
        return BlockKind.DRIVE if any(needed & inside and effects - needed for needed in needs) else None

    def _graph_within(self, statement: ast.stmt) -> frozenset[int]:
        ref = node_ref(self.path, statement)
        places = ((node.id, self.place(node.place)) for node in self.view.nodes if self.view.is_compute(node.id))
        return frozenset(number for number, here in places if here is not None and covers(ref, here.statement))

    def _bound_once(self, statement: ast.If, inside: frozenset[int]) -> bool:
        """Say whether all names for what a condition computes are bound by one of its statements, and nowhere else."""
        ref = node_ref(self.path, statement)
        cells = {
            write.cell
            for write in self.view.program.writes
            if self.holds(write.cell) and nodes_in(write.value) & inside
        }
        for cell in cells:
            statements = {write.place.statement for write in self.view.writes_to[cell]}
            if len(statements) > 1 or not covers(ref, next(iter(statements))):
                return False
        return bool(cells)


def _items(node: ast.stmt) -> list[ast.withitem]:
    return node.items if isinstance(node, ast.With) else []


def _function(syntax: Syntax, definition: NodeRef | None) -> ast.FunctionDef | ast.Module:
    if definition is None:
        return syntax.tree
    node = syntax.nodes.get(definition)
    if isinstance(node, ast.FunctionDef):
        return node
    if definition.path != syntax.path:
        raise Refused(
            SEVERAL_GRAPH_OWNERS,
            definition,
            "one object's graph is built by methods in two files",
            "put the class and the one that it is derived from into one file",
        )
    raise Refused(
        SEVERAL_GRAPH_OWNERS,
        definition,
        "the graph is built in a lambda",
        "build the graph in a function or at module level",
    )
