"""How a comparison went, call by call: what a report draws."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Call:
    """One visit of a run site: how far the two sides lie apart, and how far noise alone moves the original.

    Both are relative to the size of the values; `noise` is None where it was not measured.
    """

    number: int
    original: str
    migrated: str
    max_rel: float
    noise: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A number that one run site gives again and again: its values on both sides, by the number of the call."""

    name: str
    place: str
    calls: tuple[int, ...]
    original: tuple[float, ...]
    migrated: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class VariableLine:
    """A variable of the original, the one that stands for it, and how far apart they end."""

    original: str
    migrated: str
    size: int
    max_abs: float
    max_rel: float
    passes: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """The calls, curves, variables from the farthest apart on, and the texts of both sides by their path."""

    calls: tuple[Call, ...] = ()
    curves: tuple[Curve, ...] = ()
    variables: tuple[VariableLine, ...] = ()
    originals: dict[str, str] = field(default_factory=dict)
    migrated: dict[str, str] = field(default_factory=dict)
