"""Compares what two programs print: numbers within a tolerance, the text between them exactly."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tf2migrate.verify.compare import NOISE_FACTOR, Tolerance
from tf2migrate.verify.observations import Place, Printed

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\bnan\b|[-+]?\binf\b")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{4,}")
_UNKNOWN_SIZE = re.compile(r"(?<=[(\[ ])\?(?=[,)\]])")  # as TensorFlow 1 prints a shape: (?, 2)
_SCALAR = re.compile(r"\bnp\.(?:(?:u?int|float|complex)\d+|str_|bytes_)\(([^()]*)\)|\bnp\.(True|False)_\b")
# What TensorFlow shows of a value that has not been computed; the name that the graph gave it is no part of a program.
_SYMBOLIC = re.compile(
    r"""Tensor\("[^"]*", shape=(\([^()]*\)), dtype=\w+(?:, device=[^)]*)?\)"""
    r"""|<tf\.Variable '[^']*' shape=(\([^()]*\)) dtype=\w+>"""
)
_SPACE = re.compile(r"\s+")
_BRACKET_SPACE = re.compile(r"(?<=[\[(,]) | (?=[\]),])")
ROUNDED_SHARE = 50  # one number in so many may differ by one unit in its last printed place
ROUNDED_PART = 0.01  # of the number, that such a unit may be


@dataclass(frozen=True, slots=True)
class Line:
    """One line of output: the text with numbers cut out, and the numbers as they were printed."""

    place: Place | None
    after: int
    raw: str
    text: tuple[str, ...]
    numbers: tuple[str, ...]

    def marked(self, mark: str) -> Line:
        """Return the line with `mark` before it."""
        return replace(self, raw=mark + self.raw, text=(mark + self.text[0], *self.text[1:]))


@dataclass(frozen=True, slots=True)
class PrintedDifference:
    """The first line that differs; either side may have none."""

    original: Line | None
    migrated: Line | None
    reason: str
    max_abs: float | None = None
    max_rel: float | None = None


@dataclass(frozen=True, slots=True)
class PrintedOutcome:
    """How two outputs agree; `numbers` and `lines` count what was compared."""

    lines: int = 0
    numbers: int = 0
    exact: bool = True
    max_abs: float = 0.0
    max_rel: float = 0.0
    difference: PrintedDifference | None = None


def lines_of(printed: Iterable[Printed], folder: str, plain_scalars: bool = False) -> list[Line]:
    """Return the lines of an output; its own folder in it becomes ".", an address "0x", a size "?" None.

    A value of a graph becomes its shape.
    With `plain_scalars` numpy's scalars lose their type, which only a numpy from 2 on prints.
    """
    lines: list[Line] = []
    pending, place, after = "", None, 0
    for record in printed:
        if not pending:
            place, after = record.place, record.after
        *whole, pending = (pending + record.text).split("\n")
        for text in whole:
            lines.append(_line(text, place, after, folder, plain_scalars))
            place, after = record.place, record.after
    if pending:
        lines.append(_line(pending, place, after, folder, plain_scalars))
    return lines


def _line(text: str, place: Place | None, after: int, folder: str, plain_scalars: bool) -> Line:
    text = _SCALAR.sub(lambda found: found[1] or found[2], text) if plain_scalars else text
    text = _SYMBOLIC.sub(lambda found: found[1] or found[2], text)
    raw = _UNKNOWN_SIZE.sub("None", _ADDRESS.sub("0x", text.replace(folder, "."))).rstrip()
    between = tuple(_BRACKET_SPACE.sub("", _SPACE.sub(" ", part)).strip() for part in NUMBER.split(raw))
    return Line(place, after, raw, between, tuple(NUMBER.findall(raw)))


def compare_printed(
    original: Sequence[Line], migrated: Sequence[Line], tolerance: Tolerance, noise: Sequence[Line] | None = None
) -> PrintedOutcome:
    """Return how two outputs agree. With `noise`, the original's output under noise, numbers that noise moves out of
    the tolerance (and all after the first of them) may differ by ten times as much; where it changes the text, the rest
    of the output is not judged."""
    state = _Comparison(tolerance)
    for index in range(max(len(original), len(migrated))):
        first = original[index] if index < len(original) else None
        second = migrated[index] if index < len(migrated) else None
        if noise is not None and first is not None and not state.follow_noise(first, noise, index):
            break
        state.lines += 1
        difference = state.compare(first, second)
        if difference is not None:
            return state.outcome(difference)
    return state.outcome(state.too_often_rounded())


class _Comparison:
    def __init__(self, tolerance: Tolerance) -> None:
        self._tolerance = tolerance
        self._band = 0.0
        self._rounded: list[PrintedDifference] = []
        self.lines = 0
        self._numbers = 0
        self._exact = True
        self._max_abs = 0.0
        self._max_rel = 0.0

    def follow_noise(self, line: Line, noise: Sequence[Line], index: int) -> bool:
        """Widen the band by what noise does to `line`; say whether the line can be judged at all."""
        if index >= len(noise) or noise[index].text != line.text:
            return False
        for expected, moved in zip(line.numbers, noise[index].numbers, strict=True):
            off = abs(float(expected) - float(moved))
            if self._band or off > self._tolerance.atol + self._tolerance.rtol * abs(float(expected)):
                self._band = max(self._band, NOISE_FACTOR * off)
        return True

    def compare(self, first: Line | None, second: Line | None) -> PrintedDifference | None:
        if first is None or second is None:
            return PrintedDifference(first, second, "one side prints more lines")
        if first.raw == second.raw:
            self._numbers += len(first.numbers)
            return None
        if first.text != second.text:
            return PrintedDifference(first, second, f"text differs: {first.raw[:80]!r}, {second.raw[:80]!r}")
        for expected, actual in zip(first.numbers, second.numbers, strict=True):
            difference = self._compare_number(first, second, expected, actual)
            if difference is not None:
                return difference
        return None

    def _compare_number(self, first: Line, second: Line, expected: str, actual: str) -> PrintedDifference | None:
        self._numbers += 1
        if expected == actual:
            return None
        self._exact = False
        one, other = float(expected), float(actual)
        off = abs(one - other)
        relative = off / (abs(one) or off) if off else 0.0
        reason = f"{expected} in the original, {actual} in the migrated program"
        if not math.isfinite(off):
            return PrintedDifference(first, second, reason)
        difference = PrintedDifference(first, second, reason, off, relative)
        self._max_abs, self._max_rel = max(self._max_abs, off), max(self._max_rel, relative)
        if _is_whole(expected) and _is_whole(actual) and off > self._band:
            return difference
        if not off and _is_whole(expected) != _is_whole(actual):
            return PrintedDifference(first, second, f"{reason}: another type")
        if off <= self._tolerance.atol + self._tolerance.rtol * abs(one) + self._band:
            return None
        unit = max(_last_place(expected), _last_place(actual))
        if off <= 1.001 * unit <= ROUNDED_PART * abs(one):
            self._rounded.append(difference)
            return None
        return difference

    def too_often_rounded(self) -> PrintedDifference | None:
        """Return the first number that is one unit off in its last place where that is too frequent to be rounding."""
        allowed = max(1, self._numbers // ROUNDED_SHARE)
        return self._rounded[0] if len(self._rounded) > allowed else None

    def outcome(self, difference: PrintedDifference | None) -> PrintedOutcome:
        return PrintedOutcome(
            self.lines, self._numbers, self._exact and difference is None, self._max_abs, self._max_rel, difference
        )


def _is_whole(number: str) -> bool:
    return not any(mark in number for mark in ".eEn")


def _last_place(number: str) -> float:
    mantissa, _, exponent = number.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals)
