"""How calls of TensorFlow 1 operations are written down for the oracle of static shapes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Any

Given = dict[str, Any]
Case = tuple[str, Given]
DIMS = (None, 1, 2, 3, 5, 6)
BY_RANK = ([], [None], [4], [None, 6], [2, 6], [None, None, 4], [2, 3, 4], None)


def tensor(shape: list[int | None] | None, kind: str = "tensor") -> Given:
    return {kind: shape}


def drawn(random: Random, rank: int, dims: tuple[int | None, ...] = DIMS) -> list[int | None]:
    return [random.choice(dims) for _ in range(rank)]


def options(**choices: list[Any]) -> Iterator[Given]:
    """Yield all combinations of arguments; `...` leaves one out."""
    for values in product(*choices.values()):
        yield {name: one for name, one in zip(choices, values, strict=True) if one is not ...}
