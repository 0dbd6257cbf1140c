"""Questions that the planner asks of a program's facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import cached_property

from tf2migrate.model.facts import (
    Call,
    Cell,
    Choice,
    Frame,
    GraphNode,
    GraphValue,
    Kind,
    Place,
    Program,
    Read,
    Record,
    Sequence,
    Value,
    Write,
)
from tf2migrate.model.plan import DEFAULT_STYLE, NativeStyle
from tf2migrate.model.source import NodeRef

# What a graph value is to the migration, beyond its kind.
STATE_KINDS = frozenset({Kind.VARIABLE, Kind.OPTIMIZER})
COMPUTE_KINDS = frozenset(
    {Kind.TENSOR, Kind.ASSIGN, Kind.OPERATION, Kind.TRAIN, Kind.SUMMARY, Kind.DATASET, Kind.ITERATOR}
    | {Kind.DISTRIBUTION}
)
_CELL_MODULES = ("tf.nn.rnn_cell.", "tf.contrib.rnn.")
MOVING = ("moving_mean", "moving_variance")  # weights of batch normalization that are not trained
MOVING_AVERAGE = "tf.train.ExponentialMovingAverage"
MADE_IN_EACH_RUN = frozenset({"tf.TensorArray"})  # what a run fills, even where it depends on nothing
VALUELESS_KINDS = frozenset({Kind.OPERATION, Kind.TRAIN, Kind.INITIALIZER})


def is_slot(node: GraphNode) -> bool:
    """Say whether a variable is one that an optimizer made for itself."""
    return node.kind is Kind.VARIABLE and node.op.endswith(".slot")


def is_cell_weight(node: GraphNode) -> bool:
    """Say whether a variable is one that an RNN cell made for itself."""
    return node.kind is Kind.VARIABLE and isinstance(node.output, str) and node.op.startswith(_CELL_MODULES)


def is_average(node: GraphNode) -> bool:
    """Say whether a variable is one that holds a moving average."""
    return node.kind is Kind.VARIABLE and node.op == MOVING_AVERAGE


def is_external(node: GraphNode) -> bool:
    """Say whether an optimizer is one that runs the session itself, over SciPy."""
    return node.kind is Kind.OPTIMIZER and node.op.endswith("ScipyOptimizerInterface")


def _maker(node: GraphNode) -> tuple[object, ...]:
    """Return what all instances of a node have in common: the expression that makes them, and its context."""
    return (node.place.expression, node.place.context, node.output)


def has_effect(node: GraphNode) -> bool:
    """Say whether a run of a node changes something that outlives the run; a draw is no such thing."""
    return node.kind in (Kind.ASSIGN, Kind.TRAIN) or (node.stateful and not node.random)


def nodes_in(value: Value) -> frozenset[int]:
    """Return the graph nodes that a value holds, in containers too."""
    match value:
        case GraphValue(node):
            return frozenset({node})
        case Sequence(_, items) | Choice(items):
            return frozenset().union(*(nodes_in(item) for item in items))
        case Record(_, items):
            return frozenset().union(*(nodes_in(key) | nodes_in(item) for key, item in items))
        case _:
            return frozenset()


def value_nodes(value: Value) -> frozenset[int]:
    """Return the graph nodes in a value, the keys of dicts (feeds) left out."""
    if isinstance(value, Record):
        return frozenset().union(*(value_nodes(item) for _, item in value.items))
    return nodes_in(value)


def owners_in(value: Value) -> frozenset[int]:
    """Return the owners of the containers in a value."""
    match value:
        case Sequence(_, items, _, owner):
            inner = frozenset().union(*(owners_in(item) for item in items))
            return inner if owner is None else inner | {owner}
        case Record(_, items, owner):
            return frozenset({owner}).union(*(owners_in(item) for _, item in items))
        case _:
            return frozenset()


def covers(outer: NodeRef, inner: NodeRef) -> bool:
    """Say whether `inner` lies within `outer`."""
    return (
        outer.path == inner.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


class ProgramView:
    """The facts of one program, indexed."""

    def __init__(self, program: Program, style: NativeStyle = DEFAULT_STYLE) -> None:
        self.program, self.style = program, style
        self.nodes = program.nodes
        self.frames: dict[int, Frame] = {frame.id: frame for frame in program.frames}
        self.opened_by: dict[int, Call] = {call.frame: call for call in program.calls}
        self.writes_to: dict[Cell, list[Write]] = defaultdict(list)
        for write in program.writes:
            self.writes_to[write.cell].append(write)
        self.reads_of: dict[Cell, list[Read]] = defaultdict(list)
        for read in program.reads:
            self.reads_of[read.cell].append(read)
        self.read_at: dict[tuple[NodeRef, tuple[NodeRef, ...]], Read] = {
            (read.place.expression, read.place.context): read
            for read in program.reads
            if read.cell.owner in self.frames or read.place.expression.kind == "Attribute"
        }  # reads of names and attributes
        held = [read.value for read in program.reads] + [write.value for write in program.writes]
        owners = [value.owner for value in held if isinstance(value, (Record, Sequence))]
        self.containers: frozenset[int] = frozenset(owner for owner in owners if owner is not None)
        fed = {feed.node for visit in program.visits for feed in visit.feeds if feed.node >= 0}
        # Values of their own that some run feeds: parameters there, what they are everywhere else.
        self.optional = frozenset(node for node in fed if self.nodes[node].kind is not Kind.PLACEHOLDER)
        self.started: dict[int, int] = {}  # the iterator that a visit makes anew, by the visit's time
        self._dynamic: dict[int, bool] = {}

    def parts_of(self, owner: int) -> dict[Hashable, list[Write]]:
        """Return what the attributes of an object, or the elements of a container, are given."""
        return {cell.key: writes for cell, writes in self.writes_to.items() if cell.owner == owner}

    def trail(self, place: Place) -> Iterator[Place]:
        """Yield the place and then the places of the calls that led to it, innermost first."""
        current: Place | None = place
        while current is not None:
            yield current
            frame = self.frames.get(current.frame)
            if frame is None:
                return
            call = self.opened_by.get(frame.id)
            if call is not None:
                current = call.place
            elif frame.kind == "comprehension" and frame.parent is not None:
                current = Place(current.expression, current.statement, frame.parent, current.context)
            else:
                current = None

    def frames_on_trail(self, place: Place) -> list[int]:
        """Return the frames that are active at a place, outermost first."""
        return [step.frame for step in self.trail(place)][::-1]

    def dynamic(self, node: int) -> bool:
        """Say whether a value may differ from run to run: it depends on a feed, variable or draw, or is an effect."""
        if node not in self._dynamic:
            self._dynamic[node] = False
            self._dynamic[node] = self._is_dynamic(self.nodes[node])
        return self._dynamic[node]

    def _is_dynamic(self, node: GraphNode) -> bool:
        if node.kind in (Kind.PLACEHOLDER, Kind.VARIABLE, Kind.ASSIGN, Kind.TRAIN) or node.random or node.stateful:
            return True
        if node.op in MADE_IN_EACH_RUN:
            return True
        if node.kind not in COMPUTE_KINDS:
            return False
        return any(self.varies(i) for i in (*node.inputs, *node.controls))

    def varies(self, node: int) -> bool:
        """Say whether what uses a value may find another one in another run: one with a default may be fed."""
        return self.dynamic(node) or node in self.optional

    def is_compute(self, node: int) -> bool:
        """Say whether a node belongs into a step function: something is computed anew in every run."""
        return self.nodes[node].kind in COMPUTE_KINDS and self.dynamic(node)

    def closure(self, roots: frozenset[int], given: frozenset[int] = frozenset()) -> frozenset[int]:
        """Return the roots and all that they need; what only makes a variable's initial value is left out.

        What nodes that are `given` are made from is not needed.
        """
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            fact = self.nodes[node]
            if fact.kind in COMPUTE_KINDS and node not in given:
                stack.extend((*fact.inputs, *fact.controls, *self._hyperparameters(fact)))
        return frozenset(seen)

    def _hyperparameters(self, node: GraphNode) -> tuple[int, ...]:
        """Return what a train op needs through its optimizer: a learning rate that is a value of the graph."""
        optimizer = node.arguments.get("optimizer") if node.kind is Kind.TRAIN else None
        return self.nodes[optimizer.node].inputs if isinstance(optimizer, GraphValue) else ()

    def initial_values(self) -> frozenset[int]:
        """Return the nodes that make the initial values of variables."""
        roots: set[int] = set()
        for node in self.nodes:
            if node.kind is Kind.VARIABLE:
                roots.update(node.inputs)
        return frozenset(n for n in self.closure(frozenset(roots)) if self.nodes[n].kind in COMPUTE_KINDS)

    def twins(self, node: int) -> frozenset[int]:
        """Return the nodes that the same expression makes in the same context: a node's instances in a loop."""
        return self._instances[_maker(self.nodes[node])]

    @cached_property
    def _instances(self) -> dict[object, frozenset[int]]:
        found: dict[object, set[int]] = defaultdict(set)
        for node in self.nodes:
            found[_maker(node)].add(node.id)
        return {maker: frozenset(nodes) for maker, nodes in found.items()}

    def definition_of(self, read: Read) -> Write | None:
        """Return the write that a read sees."""
        found = None
        for write in self.writes_to.get(read.cell, ()):
            if write.time >= read.time:
                break
            found = write
        return found


def downstream(view: ProgramView, root: int, needed: frozenset[int]) -> set[int]:
    """Return the nodes that cannot run before `root`."""
    found = {root}
    for number in sorted(needed):
        node = view.nodes[number]
        if found & {*node.inputs, *node.controls}:
            found.add(number)
    return found
