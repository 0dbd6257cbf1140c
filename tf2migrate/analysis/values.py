"""Abstract values of the evaluator.

`Known`, `Host`, `GraphValue`, `Symbol` and `Unknown` are the facts' own; what is mutable in Python is a `Ref` to
the heap.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from tf2migrate.model.facts import GraphValue, Host, Known, Symbol, Unknown
from tf2migrate.model.source import NodeRef

__all__ = [
    "FALSE",
    "NONE",
    "TRUE",
    "Argument",
    "Arguments",
    "Bound",
    "Builtin",
    "ClassMethod",
    "Entries",
    "Entry",
    "Function",
    "Generator",
    "GraphValue",
    "Host",
    "Internal",
    "Items",
    "Known",
    "Method",
    "NamedTuple",
    "Partial",
    "Property",
    "Range",
    "Ref",
    "Scope",
    "ShapeOf",
    "Slice",
    "StaticMethod",
    "Super",
    "Symbol",
    "Text",
    "Tuple",
    "Union",
    "Unknown",
    "V",
    "plain",
]


@dataclass(frozen=True, slots=True)
class Ref:
    """A mutable object: a list, dict, set, instance, class or module of the program."""

    id: int


@dataclass(frozen=True, slots=True)
class Tuple:
    """An immutable sequence; `rest` stands for further elements of unknown number. A namedtuple has `fields`."""

    items: tuple[V, ...]
    rest: V | None = None
    type: str = "tuple"
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """A `range` with known bounds."""

    values: range


@dataclass(frozen=True, slots=True)
class Text:
    """A string with unknown parts that are the same wherever they occur: loop indices, as `<index 7>` between marks."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Slice:
    lower: V
    upper: V
    step: V


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A `def` or `lambda` of the program, with the frame that it closes over."""

    definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    name: str
    path: str
    closure: int
    defaults: tuple[V, ...]
    keyword_defaults: tuple[tuple[str, V], ...]
    owner: int | None = None  # the class whose body defines it


@dataclass(frozen=True, slots=True)
class Bound:
    """A function of the program with its first argument."""

    function: V
    receiver: V


@dataclass(frozen=True, slots=True)
class Method:
    """A method that the evaluator models: of a container, a string, a host value or a graph value."""

    receiver: V
    name: str


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str


@dataclass(frozen=True, slots=True)
class Property:
    getter: V
    setter: V | None = None


@dataclass(frozen=True, slots=True)
class StaticMethod:
    function: V


@dataclass(frozen=True, slots=True)
class ClassMethod:
    function: V


@dataclass(frozen=True, slots=True)
class Super:
    owner: int
    receiver: V


@dataclass(frozen=True, slots=True)
class Partial:
    function: V
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class NamedTuple:
    """A namedtuple class."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Generator:
    """A generator that has not run: its body is evaluated where it is iterated."""

    run: Callable[[], V]


@dataclass(frozen=True, slots=True)
class ShapeOf:
    """The static shape of a graph value; with a `dimension` a part of it, which may be known."""

    node: int
    dimension: int | None = None
    part: tuple[V, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What `with tf.variable_scope(..) as scope` binds."""

    name: str | None
    name_scope: str | None
    reuse: bool | None
    node: int


@dataclass(frozen=True, slots=True)
class Internal:
    """State of the evaluator that lives on the heap to be undone with it."""

    value: object


@dataclass(frozen=True, slots=True)
class Items:
    """Contents of a list or set."""

    items: tuple[V, ...]
    rest: V | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a dict and where it was written; `maybe` says that it may be absent."""

    key: V
    value: V
    key_at: NodeRef | None = None
    value_at: NodeRef | None = None
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """Contents of a dict; `rest` joins the values under keys that are not known."""

    items: tuple[Entry, ...]
    rest: V | None = None


@dataclass(frozen=True, slots=True)
class Union:
    options: tuple[V, ...]


V = (
    Known
    | Host
    | GraphValue
    | Symbol
    | Unknown
    | Ref
    | Tuple
    | Range
    | Text
    | Slice
    | Function
    | Bound
    | Method
    | Builtin
    | Property
    | StaticMethod
    | ClassMethod
    | Super
    | Partial
    | NamedTuple
    | Generator
    | ShapeOf
    | Scope
    | Internal
    | Items
    | Entries
    | Union
)


@dataclass(frozen=True, slots=True)
class Argument:
    value: V
    at: NodeRef | None
    node: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """Arguments of a call; `open` says that an unknown `*args` or `**kwargs` may add others."""

    positional: tuple[Argument, ...] = ()
    keywords: tuple[tuple[str, Argument], ...] = ()
    open: V | None = None

    def values(self) -> list[V]:
        """Return all argument values, positional ones first."""
        given = [argument.value for argument in self.positional] + [argument.value for _, argument in self.keywords]
        return given if self.open is None else [*given, self.open]

    def preceded_by(self, value: V) -> Arguments:
        """Return these arguments with `value` as the first positional one."""
        return Arguments((Argument(value, None), *self.positional), self.keywords, self.open)


NONE = Known(None)
TRUE = Known(True)
FALSE = Known(False)


def plain(*values: V) -> Arguments:
    """Return positional arguments that have no source expression."""
    return Arguments(tuple(Argument(value, None) for value in values))
