"""Compares values that two programs gave: numbers within a tolerance, everything else exactly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A number passes within `atol + rtol * |expected| + band`; the band is what noise alone has done to it."""

    rtol: float
    atol: float
    band: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """The comparison of one value. `reason` is empty where it passes; `numbers` counts what was compared."""

    passes: bool = True
    exact: bool = True
    numbers: int = 0
    max_abs: float = 0.0
    max_rel: float = 0.0
    reason: str = ""


NOISE_FACTOR = 10  # how much farther than one noisy run a value may lie
NOT_FINITE = "a number is not finite on one side only"
MISSING = ("missing",)


def leaf(tree: Any, path: Iterable[int | str]) -> Any:
    """Return the part of a recorded tree at `path`, or MISSING where it has none."""
    for step in path:
        match tree:
            case ("list" | "tuple", list() as items) if isinstance(step, int) and step < len(items):
                tree = items[step]
            case ("dict", list() as items):
                found = [value for key, value in items if key == step]
                if not found:
                    return MISSING
                tree = found[0]
            case ("named", list() as items):
                found = [value for index, (name, value) in enumerate(items) if step in (name, index)]
                if not found:
                    return MISSING
                tree = found[0]
            case np.ndarray() if isinstance(step, int) and tree.ndim and step < len(tree):
                tree = tree[step]
            case _:
                return MISSING
    return tree


def compare(expected: Any, actual: Any, tolerance: Tolerance) -> Outcome:
    """Return how two recorded trees agree. Lists and tuples are alike; a missing part is a difference."""
    match expected, actual:
        case ("list" | "tuple", list() as first), ("list" | "tuple", list() as second):
            return _compare_items(list(enumerate(first)), list(enumerate(second)), tolerance)
        case ("dict", list() as first), ("dict", list() as second):
            return _compare_items(first, second, tolerance)
        case ("named", list() as first), ("named", list() as second):
            return _compare_items(first, second, tolerance)
        case ("sampled", *_), ("sampled", *_):
            return _compare_sampled(expected, actual, tolerance)
        case np.ndarray(), np.ndarray():
            return _compare_arrays(expected, actual, tolerance)
    return _compare_plain(expected, actual)


def _compare_plain(expected: Any, actual: Any) -> Outcome:
    match expected, actual:
        case None, None:
            return Outcome()
        case (bytes(), bytes()) | (str(), str()) if expected == actual:
            return Outcome(numbers=1)
        case ("opaque", str() as first), ("opaque", str() as second) if first == second:
            return Outcome()
    return _differs(f"{describe(expected)} in the original, {describe(actual)} in the migrated program")


def _compare_items(first: list[tuple[Any, Any]], second: list[tuple[Any, Any]], tolerance: Tolerance) -> Outcome:
    if sorted(map(repr, (key for key, _ in first))) != sorted(map(repr, (key for key, _ in second))):
        return _differs(f"{len(first)} elements in the original, {len(second)} in the migrated program")
    others = dict(second)
    return merge(compare(value, others[key], tolerance) for key, value in first)


def merge(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the sum of several outcomes; the reason is the first one's that fails."""
    total = Outcome()
    for one in outcomes:
        total = Outcome(
            total.passes and one.passes,
            total.exact and one.exact,
            total.numbers + one.numbers,
            max(total.max_abs, one.max_abs),
            max(total.max_rel, one.max_rel),
            total.reason or one.reason,
        )
    return total


def _compare_sampled(expected: Any, actual: Any, tolerance: Tolerance) -> Outcome:
    _, shape, dtype, part, total = expected
    _, other_shape, other_dtype, other_part, other_total = actual
    if (tuple(shape), dtype) != (tuple(other_shape), other_dtype):
        return _differs(
            f"{dtype}{list(shape)} in the original, {other_dtype}{list(other_shape)} in the migrated program"
        )
    size = int(np.prod(shape))
    loose = Tolerance(tolerance.rtol, tolerance.atol * size, tolerance.band * size)
    sums = _compare_arrays(np.asarray(total), np.asarray(other_total), loose)
    parts = _compare_arrays(part, other_part, tolerance)
    return Outcome(
        parts.passes and sums.passes, parts.exact and sums.exact, size, parts.max_abs, parts.max_rel,
        parts.reason or sums.reason,
    )  # fmt: skip


def _compare_arrays(expected: npt.NDArray[Any], actual: npt.NDArray[Any], tolerance: Tolerance) -> Outcome:
    if expected.shape != actual.shape:
        return _differs(f"shape {expected.shape} in the original, {actual.shape} in the migrated program")
    if expected.dtype != actual.dtype and not (expected.dtype.kind == "O" or actual.dtype.kind == "O"):
        return _differs(f"dtype {expected.dtype} in the original, {actual.dtype} in the migrated program")
    if expected.dtype.kind in "OSUMm":
        same = expected.tolist() == actual.tolist()
        return Outcome(numbers=expected.size) if same else _differs("texts differ")
    return _compare_numbers(expected, actual, tolerance)


def _compare_numbers(expected: npt.NDArray[Any], actual: npt.NDArray[Any], tolerance: Tolerance) -> Outcome:
    size = int(expected.size)
    if np.array_equal(expected, actual, equal_nan=expected.dtype.kind in "fc"):
        return Outcome(numbers=size)
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    first, second = np.atleast_1d(expected.astype(wide)), np.atleast_1d(actual.astype(wide))
    usual = np.isfinite(first) & np.isfinite(second)
    same_unusual = (np.isnan(first) & np.isnan(second)) | (first == second)
    if not np.all(usual | same_unusual):
        return Outcome(False, False, size, reason=NOT_FINITE)
    off = np.abs(first[usual] - second[usual])
    size_of = np.abs(first[usual])
    max_abs = float(off.max(initial=0.0))
    scale = float(size_of.max(initial=0.0)) or max_abs
    max_rel = max_abs / scale if scale else 0.0
    # Counts, flags and classes have no rounding: they are equal or not.
    exact_kind = expected.dtype.kind in "iub" and not tolerance.band
    passes = not exact_kind and bool(np.all(off <= tolerance.atol + tolerance.band + tolerance.rtol * size_of))
    return Outcome(passes, False, size, max_abs, max_rel, "" if passes else "numbers differ")


def _differs(reason: str) -> Outcome:
    return Outcome(False, False, 0, 0.0, 0.0, reason)


def describe(value: Any) -> str:
    """Return what kind of value a recorded tree holds, in a few words."""
    match value:
        case None:
            return "None"
        case np.ndarray():
            return f"{value.dtype}{list(value.shape)}"
        case ("list" | "tuple" | "dict" | "named" as kind, list() as items):
            return f"{kind} of {len(items)}"
        case ("sampled", shape, dtype, *_):
            return f"{dtype}{list(shape)}"
        case ("opaque", name):
            return f"an object {name}"
        case ("missing",):
            return "nothing"
    return repr(value)[:60]
