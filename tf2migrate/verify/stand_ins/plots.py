"""Stands in for matplotlib, and for what draws with it, where it is not installed: draws nothing, and says nothing.

What a program draws is no part of what it computes; what it reads from a picture is, and is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FROM_PICTURES = frozenset(["imread", "ginput", "waitforbuttonpress"])
SEVERAL = {"subplots": 2, "hist": 3, "hist2d": 4, "pie": 2}  # what these return is taken apart


class Drawing:
    """Anything of a plot: whatever is asked of it is another one."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return Drawing()

    def __getattr__(self, name: str) -> Any:
        return _attribute(name)

    def __getitem__(self, key: Any) -> Drawing:
        return Drawing()

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it."""

    def __iter__(self) -> Iterator[Drawing]:
        return iter([Drawing()])

    def __len__(self) -> int:
        return 1

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *problem: object) -> None:
        """Leave nothing."""

    def __repr__(self) -> str:
        return "<drawing>"


def _attribute(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if name in FROM_PICTURES:
        raise NotImplementedError(f"{name} needs matplotlib itself, which is not installed")
    return _Several(SEVERAL[name]) if name in SEVERAL else Drawing()


class _Several(Drawing):
    def __init__(self, count: int) -> None:
        self._count = count

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return tuple(Drawing() for _ in range(self._count))


def __getattr__(name: str) -> Any:
    return _attribute(name)
