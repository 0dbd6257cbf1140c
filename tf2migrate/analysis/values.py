"""Abstract values of the evaluator and how two of them join where paths of the program meet.

`Known`, `Host`, `GraphValue`, `Symbol` and `Unknown` are the facts' own; what is mutable in Python is a `Ref` to the heap.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tf2migrate.model.facts import GraphValue, Host, Known, Symbol, Unknown
from tf2migrate.model.source import NodeRef

MOST_OPTIONS = 10


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
    """The static shape of a graph value, or `dimension` of it."""

    node: int
    dimension: int | None = None


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
    Known | Host | GraphValue | Symbol | Unknown | Ref | Tuple | Range | Text | Slice | Function | Bound | Method | Builtin
    | Property | StaticMethod | ClassMethod | Super | Partial | NamedTuple | Generator | ShapeOf | Scope | Internal
    | Items | Entries | Union
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


def same(a: V, b: V) -> bool:
    """Say whether two values are certainly one value (1 and True are two)."""
    if isinstance(a, Known) and isinstance(b, Known):
        return type(a.value) is type(b.value) and a.value == b.value
    return a is b or (type(a) is type(b) and a == b)


def options(value: V) -> tuple[V, ...]:
    """Return the alternatives of a value, itself where there is one."""
    return value.options if isinstance(value, Union) else (value,)


def join(a: V | None, b: V | None) -> V | None:
    """Return what a cell holds that holds `a` on one path and `b` on the other; None stands for "unbound"."""
    if a is None or b is None:
        return b if a is None else a
    return join_values(a, b)


def join_values(a: V, b: V) -> V:
    """Return the value that stands for both."""
    if same(a, b):
        return a
    match a, b:
        case (Internal(), Internal()):
            return a
        case (Items(), Items()):
            return join_items(a, b)
        case (Entries(), Entries()):
            return join_entries(a, b)
        case (Tuple(), Tuple()) if a.type == b.type and len(a.items) == len(b.items):
            items = tuple(join_values(x, y) for x, y in zip(a.items, b.items, strict=True))
            return Tuple(items, join(a.rest, b.rest), a.type, a.fields)
    return union((*options(a), *options(b)))


def union(alternatives: Iterable[V]) -> V:
    """Return one value for several, numbers and host values collapsed."""
    kept: list[V] = []
    for value in alternatives:
        for one in options(value):
            _add_option(kept, one)
    if len(kept) == 1:
        return kept[0]
    if len(kept) > MOST_OPTIONS:
        unknown = next((value for value in kept if isinstance(value, Unknown)), None)
        return unknown or Unknown(f"more than {MOST_OPTIONS} alternatives", None)
    return Union(tuple(kept))


def _add_option(kept: list[V], value: V) -> None:
    for index, other in enumerate(kept):
        if same(other, value):
            return
        merged = _collapse(other, value)
        if merged is not None:
            kept[index] = merged
            return
    kept.append(value)


def _collapse(a: V, b: V) -> V | None:
    if isinstance(a, Unknown) and isinstance(b, Unknown | Host | Known):
        return a
    if isinstance(b, Unknown) and isinstance(a, Host | Known):
        return b
    if _is_data(a) and _is_data(b) and not (_is_text(a) and _is_text(b)):
        what = {_type_name(a), _type_name(b)}
        return Host(what.pop() if len(what) == 1 else "value")
    return None


def _is_data(value: V) -> bool:
    if isinstance(value, Known):
        return value.value is not None
    return isinstance(value, Host | ShapeOf | Range | Text)


def _is_text(value: V) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str)


def _type_name(value: V) -> str:
    match value:
        case Known():
            return type(value.value).__name__
        case Host():
            return value.what
        case _:
            return "value"


def join_items(a: Items, b: Items) -> Items:
    """Join two contents of one list: the common prefix by position, what is longer as open elements."""
    common = min(len(a.items), len(b.items))
    items = tuple(join_values(x, y) for x, y in zip(a.items[:common], b.items[:common], strict=True))
    rest = join(a.rest, b.rest)
    for value in (*a.items[common:], *b.items[common:]):
        rest = join(rest, value)
    return Items(items, rest)


def join_entries(a: Entries, b: Entries) -> Entries:
    """Join two contents of one dict: a key that only one has may be absent."""
    other = {entry.key: entry for entry in b.items}
    mine = {entry.key for entry in a.items}
    joined = [_join_entry(entry, other.get(entry.key)) for entry in a.items]
    joined += [_join_entry(entry, None) for entry in b.items if entry.key not in mine]
    return Entries(tuple(joined), join(a.rest, b.rest))


def _join_entry(entry: Entry, other: Entry | None) -> Entry:
    if other is None:
        return Entry(entry.key, entry.value, entry.key_at, entry.value_at, True)
    value_at = entry.value_at if entry.value_at == other.value_at else None
    key_at = entry.key_at if entry.key_at == other.key_at else None
    return Entry(entry.key, join_values(entry.value, other.value), key_at, value_at, entry.maybe or other.maybe)


def parts(value: V) -> Iterable[V]:
    """Yield the references and graph values in an immutable value."""
    match value:
        case GraphValue() | Ref():
            yield value
        case Tuple(items, rest) | Items(items, rest):
            yield from (part for item in items for part in parts(item))
            if rest is not None:
                yield from parts(rest)
        case Entries(entries, rest):
            for entry in entries:
                yield from parts(entry.key)
                yield from parts(entry.value)
            if rest is not None:
                yield from parts(rest)
        case Union(alternatives):
            yield from (part for option in alternatives for part in parts(option))
        case Method(receiver, _) | Bound(_, receiver):
            yield from parts(receiver)
        case Partial(_, arguments):
            yield from (part for given in arguments.values() for part in parts(given))
