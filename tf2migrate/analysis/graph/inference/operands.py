"""What a law of static shapes is given: the arguments of an operation as plain values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tf2migrate.analysis.graph.inference.dims import UNSURE, Dim, Shape, Unsure, merge
from tf2migrate.model.facts import Host, Known

DIMENSION = Host("dimension")


def as_value(dim: Dim) -> Known | Host:
    """Return a dimension as a value of the program."""
    return DIMENSION if dim is UNSURE else Known(dim)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value of the graph; `value` is what its elements are, where whole numbers of rank 0 or 1 follow statically."""

    shape: Shape | None
    value: Dim | tuple[Dim, ...] = UNSURE


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a library: a type, an activation."""

    path: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An RNN cell, or a stack of them: what its output and the parts of its state hold for each example."""

    output: Dim
    state: tuple[Dim, ...]


class Open(list[object]):
    """A list that may hold more elements like the last one."""


Law = Callable[["Operands"], Shape | None]


@dataclass(frozen=True, slots=True)
class Operands:
    """Arguments by TF1 parameter name; one that is absent is None. `output` says which of several results is meant."""

    look: Callable[[str], object]
    output: int | str | None = None

    def first(self, *names: str) -> object:
        """Return the first argument that is given under one of its names."""
        for name in names:
            found = self.look(name)
            if found is not None:
                return found
        return None

    def shape(self, *names: str) -> Shape | None:
        """Return the shape of an argument."""
        return shape_of(self.first(*names))

    def number(self, *names: str, default: Dim = UNSURE) -> Dim:
        """Return an argument that is a whole number."""
        found = self.first(*names)
        return default if found is None else number(found)

    def numbers(self, *names: str) -> tuple[Dim, ...] | None:
        """Return an argument that is a list of whole numbers, -1 and None among them; one number is a list of one."""
        found = self.first(*names)
        single = number(found)
        return (single,) if isinstance(single, int) else listed(found)

    def flag(self, *names: str, default: bool = False) -> bool | Unsure:
        """Return an argument that is true or false."""
        found = self.first(*names)
        if found is None:
            return default
        return bool(found) if isinstance(found, (bool, int)) else UNSURE

    def text(self, *names: str, default: str = "") -> str | Unsure:
        """Return an argument that is a word, in capital letters."""
        found = self.first(*names)
        if found is None:
            return default
        return found.upper() if isinstance(found, str) else UNSURE


def number(value: object) -> Dim:
    """Return a whole number, UNSURE where the value is none or not known."""
    if isinstance(value, Tensor) and not isinstance(value.value, tuple):
        return value.value
    return value if isinstance(value, int) and not isinstance(value, bool) else UNSURE


def listed(value: object) -> tuple[Dim, ...] | None:
    """Return the whole numbers of a list, None where not even their count is known."""
    if isinstance(value, Tensor):
        if isinstance(value.value, tuple):
            return value.value
        length = value.shape[0] if value.shape is not None and len(value.shape) == 1 else UNSURE
        return (UNSURE,) * length if isinstance(length, int) else None
    if isinstance(value, Open) or not isinstance(value, (list, tuple)):
        return None
    return tuple(None if item is None else number(item) for item in value)


def shape_of(value: object) -> Shape | None:
    """Return the shape that a value has as a tensor."""
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, (bool, int, float, complex, str, bytes)):
        return ()
    if isinstance(value, (list, tuple)):
        inner = merge([shape_of(item) for item in value]) if value else ()
        length: Dim = UNSURE if isinstance(value, Open) else len(value)
        return None if inner is None else (length, *inner)
    return None


def shapes_of(values: object) -> Sequence[Shape | None] | None:
    """Return the shapes of a list of tensors, None where it is none."""
    if isinstance(values, (list, tuple)):
        return [shape_of(value) for value in values]
    return None


def axes(found: object, rank: int) -> list[int] | None:
    """Return axes as numbers from zero up, None where they are not known."""
    single = number(found)
    given = (single,) if isinstance(single, int) else listed(found)
    if given is None:
        return None
    known = [axis for axis in given if isinstance(axis, int) and -rank <= axis < rank]
    return [axis % rank for axis in known] if len(known) == len(given) else None
