"""Dimensions and shapes: what TensorFlow's static shape inference says, as far as it is known.

A dimension is a number, None where TensorFlow itself says that it is not known, or UNSURE where TensorFlow may say
either. A shape that is None may be any, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import reduce
from itertools import zip_longest
from typing import Literal


class Unsure(Enum):
    """The type of what is not known here."""

    UNSURE = "?"


UNSURE: Literal[Unsure.UNSURE] = Unsure.UNSURE
Dim = int | None | Unsure
Shape = tuple[Dim, ...]


def combine(operation: Callable[..., int], *dims: Dim) -> Dim:
    """Return what `operation` gives for known dimensions; what is not known stays so."""
    numbers = [dim for dim in dims if isinstance(dim, int)]
    if len(numbers) == len(dims):
        return operation(*numbers)
    return UNSURE if UNSURE in dims else None


def total(dims: Iterable[Dim]) -> Dim:
    """Return the sum of dimensions."""
    return combine(lambda *numbers: sum(numbers), *dims)


def product(dims: Iterable[Dim]) -> Dim:
    """Return the product of dimensions."""
    return combine(lambda *numbers: reduce(lambda a, b: a * b, numbers, 1), *dims)


def merge_dims(a: Dim, b: Dim) -> Dim:
    """Return the one dimension that two stand for."""
    if isinstance(a, int) or isinstance(b, int):
        known = {dim for dim in (a, b) if isinstance(dim, int)}
        return known.pop() if len(known) == 1 else UNSURE
    return UNSURE if UNSURE in (a, b) else None


def merge(shapes: Sequence[Shape | None]) -> Shape | None:
    """Return the one shape that all stand for; one that is not known may know more than the others."""
    known = [shape for shape in shapes if shape is not None]
    if not known or len({len(shape) for shape in known}) > 1:
        return None
    lost: list[Shape] = [(UNSURE,) * len(known[0])] if len(known) < len(shapes) else []
    return tuple(reduce(merge_dims, dims) for dims in zip(*known, *lost, strict=True))


def join_dims(a: Dim, b: Dim) -> Dim:
    """Return what is known of a dimension that is one of two."""
    return a if a is b or (isinstance(a, int) and a == b) else UNSURE


def join(shapes: Sequence[Shape | None]) -> Shape | None:
    """Return what is known of a shape that is one of several."""
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) < len(shapes) or len({len(shape) for shape in known}) > 1:
        return None
    return tuple(reduce(join_dims, dims) for dims in zip(*known, strict=True))


def broadcast_dims(a: Dim, b: Dim) -> Dim:
    """Return the dimension of an operation on each pair of elements."""
    if 1 in (a, b):
        return b if a == 1 else a
    if isinstance(a, int) or isinstance(b, int):
        return merge_dims(a, b) if 0 not in (a, b) or a == b else UNSURE
    return UNSURE if UNSURE in (a, b) else None


def broadcast(shapes: Sequence[Shape | None]) -> Shape | None:
    """Return the shape of an operation on each pair of elements."""
    known = [shape for shape in shapes if shape is not None]
    if not known or len(known) < len(shapes):
        return None
    columns = zip_longest(*(reversed(shape) for shape in known), fillvalue=1)
    return tuple(reduce(broadcast_dims, column) for column in columns)[::-1]


def unknown(rank: int) -> Shape:
    """Return a shape of which the rank alone is known."""
    return (UNSURE,) * rank
