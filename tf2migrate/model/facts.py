"""What the evaluator knows of a TF1 program: the graph it builds, who runs which part of it, who reads what.

Times are positions in one global sequence of events (node made, cell read, cell written, run site visited), so that
"before" and "after" in the *execution* of the program are comparisons of integers. Contexts are the call expressions
entered since the entry's module level, outermost first; module level is the empty context.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from tf2migrate.model.enums import StrEnum
from tf2migrate.model.source import NodeRef

Context = tuple[NodeRef, ...]


class Kind(StrEnum):
    """What a graph value is, as far as migration treats it differently."""

    PLACEHOLDER = "placeholder"
    TENSOR = "tensor"
    VARIABLE = "variable"
    ASSIGN = "assign"  # changes a variable; its value, if fetched, is the new value
    OPERATION = "operation"  # has no value: group, no_op, a variable's initializer
    TRAIN = "train"  # minimize, apply_gradients
    INITIALIZER = "initializer"  # global_variables_initializer and its kin; `inputs` are the variables it sets
    OPTIMIZER = "optimizer"
    LAYER = "layer"
    CELL = "cell"
    SAVER = "saver"
    DISTRIBUTION = "distribution"  # made anew in every run, as tensors are; what its methods give are tensors
    SUMMARY = "summary"
    WRITER = "writer"
    DATASET = "dataset"
    ITERATOR = "iterator"
    SESSION = "session"
    GRAPH = "graph"
    SCOPE = "scope"
    OBJECT = "object"  # any other TF object


# --- abstract values, as facts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """A host value known before the program runs: None, bool, int, float, complex, str, bytes, or a nest of them."""

    value: object


@dataclass(frozen=True, slots=True)
class Host:
    """A host value that is not known (an array, a flag, a loop index); certainly nothing of the graph.

    `origin` is the graph node whose value a run site returned, while it is handed on unchanged.
    """

    what: str
    origin: int | None = None


@dataclass(frozen=True, slots=True)
class GraphValue:
    """A graph node."""

    node: int


ITERATOR = "iterator"  # the type of what can be gone over once


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list, tuple, set, namedtuple or iterator; `open` says that it may hold more elements like the last.

    `owner` owns the cells of a container that can change; None where there is none.
    """

    type: str  # "list", "tuple", "set", ITERATOR or the namedtuple's name
    items: tuple[Value, ...]
    open: bool = False
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A dict, an instance, a module or a class: named parts. `type` is "dict" or the class's name."""

    type: str
    items: tuple[tuple[Value, Value], ...]
    owner: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A function, lambda, method or class of the program."""

    definition: NodeRef
    name: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name of a library: `tf.nn.relu`, `numpy.random`. TF paths are canonical: `tf.` and TF1's public name."""

    path: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing certain, not even that it is no graph value; carries its first cause."""

    reason: str
    at: NodeRef | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, the program's unknown conditions decide which."""

    options: tuple[Value, ...]


Value = Known | Host | GraphValue | Sequence | Record | Code | Symbol | Unknown | Choice


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event happened: the expression, its innermost statement, and the way there."""

    expression: NodeRef
    statement: NodeRef
    frame: int
    context: Context


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One graph value, made once per evaluation of an expression.

    `op` is the canonical TF1 path (`tf.matmul`), `operator.add` for operators, `method.name` for methods of graph
    values. `inputs` are the data inputs in argument order, `controls` come from `tf.control_dependencies`.
    """

    id: int
    kind: Kind
    op: str
    inputs: tuple[int, ...]
    controls: tuple[int, ...]
    time: int
    place: Place
    graph: int
    name: str | None = None
    random: bool = False
    stateful: bool = False
    certain: bool = True  # False: made under a condition that is not known
    repeated: bool = False  # True: made in a loop of unknown length (stands for all of its instances)
    arguments: Mapping[str, Value] = field(default_factory=dict)  # by TF1 parameter name, given arguments only
    argument_at: Mapping[str, NodeRef] = field(default_factory=dict)  # their source expressions
    output: int | str | None = None  # which of several results (or which weight of a layer) of the expression it is
    targets: tuple[int, ...] = ()  # variables that it changes (assign, train, initializer) or made (layer)


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the heap: a variable of a frame, an attribute of an object, an element of a container.

    The contents of a container as a whole (its length, an iteration, an unknown index) have the key "*". Owners below
    zero are graph values: -1 - node.
    """

    owner: int
    key: Hashable


@dataclass(frozen=True, slots=True)
class Read:
    cell: Cell
    time: int
    place: Place
    value: Value


@dataclass(frozen=True, slots=True)
class Write:
    cell: Cell
    time: int
    place: Place
    value: Value


@dataclass(frozen=True, slots=True)
class Frame:
    """One activation of a module or function; its variables are the cells that it owns.

    A "synthetic" frame is a function that the program never calls, evaluated once with unknown arguments.
    """

    id: int
    kind: str  # "module", "function", "lambda", "class", "comprehension", "synthetic"
    definition: NodeRef | None  # None for modules
    path: str
    name: str
    context: Context
    parent: int | None  # the enclosing frame by lexical nesting


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the program was entered."""

    place: Place
    callee: NodeRef
    frame: int  # the frame that the call opened
    time: int


PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class StaticRead:
    """The host reads a fact of a graph value that is known without running it: what is "shape", "dtype", "name" ..

    PRINTED is all that TensorFlow shows of a value that has not been computed: its name, shape and dtype.
    `sizes` are the dimensions of a shape, Known(None) for one that TensorFlow itself does not know.
    """

    node: int
    what: str
    time: int
    place: Place
    sizes: tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Escape:
    """A graph value goes where the evaluator cannot follow: printed, handed to numpy or to an unknown callee."""

    node: int
    into: str
    time: int
    place: Place


# --- run sites --------------------------------------------------------------------------------------------------------


class Grade(StrEnum):
    """How sure the evaluator is of what a visit fetches and feeds."""

    EXACT = "exact"
    MAY = "may"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FetchLeaf:
    node: int
    at: NodeRef | None  # the source expression of this element, where the fetch is written at the site


@dataclass(frozen=True, slots=True)
class FetchNest:
    type: str  # "list", "tuple", "dict", or a namedtuple's name
    items: tuple[Fetch, ...]
    keys: tuple[Value, ...] = ()
    at: NodeRef | None = None


@dataclass(frozen=True, slots=True)
class FetchUnknown:
    reason: str
    at: NodeRef | None


@dataclass(frozen=True, slots=True)
class FetchChoice:
    """One of several fetches, unknown conditions decide which."""

    options: tuple[Fetch, ...]
    at: NodeRef | None


Fetch = FetchLeaf | FetchNest | FetchUnknown | FetchChoice


@dataclass(frozen=True, slots=True)
class Feed:
    """One entry of a feed dict. `key_at` and `value_at` are where the entry is written (not always at the site).

    `whole` is what was given for a tuple of values that is one key; each value in it is an entry of its own here.
    `maybe` says of what has a value of its own that an unknown condition decides whether it is fed.
    """

    node: int
    key_at: NodeRef | None
    value_at: NodeRef | None
    value: Value
    whole: Value | None = None
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One evaluation of a run site. `form` is "run" (sess.run), "eval" (tensor.eval) or "op_run" (op.run), or the name
    of a hidden run ("saver.save", "scipy.minimize", ..)."""

    form: str
    session: int | None
    fetch: Fetch
    feeds: tuple[Feed, ...]
    feeds_at: NodeRef | None  # the expression given as feed_dict
    time: int
    place: Place  # place.expression is the call
    grade: Grade
    reasons: tuple[Unknown, ...] = ()
    certain: bool = True
    repeated: bool = False
    taken: bool = True  # False: in a branch that the program's own values rule out


# --- the program ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands in the way, or that a person should know."""

    code: str
    at: NodeRef
    reason: str
    advice: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the evaluation did not reach: run sites, TF calls and other calls, by syntax."""

    sites: tuple[NodeRef, ...]
    calls: tuple[NodeRef, ...]
    host_calls: frozenset[NodeRef] = frozenset()


@dataclass(frozen=True, slots=True)
class Program:
    """All facts of one entry point and the modules of the project that it imports."""

    entry: str
    files: tuple[str, ...]  # evaluated, in the order of import
    nodes: tuple[GraphNode, ...]  # nodes[i].id == i
    frames: tuple[Frame, ...]  # frames[i].id is not i; look up by id
    reads: tuple[Read, ...]
    writes: tuple[Write, ...]
    calls: tuple[Call, ...]
    static_reads: tuple[StaticRead, ...]
    escapes: tuple[Escape, ...]
    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage
    made: Mapping[int, Place] = field(default_factory=dict)  # where lists, dicts, sets, instances and classes were made
