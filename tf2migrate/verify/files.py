"""Compares the files that two programs wrote, by what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tf2migrate.model.verdict import Difference
from tf2migrate.verify.compare import NOISE_FACTOR, Outcome, Tolerance, compare
from tf2migrate.verify.observations import Printed, WrittenFile
from tf2migrate.verify.printed import compare_printed, lines_of

_KINDS_OF_WEIGHTS = ("weights", "checkpoint")
_WEIGHTS_ENDING = re.compile(r"(\.weights)?\.(h5|hdf5|hdf)$")
LEVELS = 8  # of 255, that a pixel may be off
PIXELS = 0.005  # the share of pixels that may be off by more: a line that rounding has moved
HISTOGRAM_RTOL = 1e-3  # TensorFlow 1 and 2 sort into different buckets; the ends and the count are compared

Files = Mapping[str, WrittenFile]


@dataclass(slots=True)
class FilesOutcome:
    """How many files and numbers in them were compared, what could not be, and the first difference."""

    files: int = 0
    numbers: int = 0
    not_compared: list[str] = field(default_factory=list)
    difference: Difference | None = None


def compare_files(
    original: Files,
    migrated: Files,
    folders: tuple[str, str, str],
    tolerance: Tolerance,
    noise: Files | None = None,
    *,
    stopped: bool = False,
) -> FilesOutcome:
    """Return how the written files agree. `noise` holds those of the original with values moved: where it leaves the
    tolerance, ten times as much is allowed. `folders` are those that the three ran in. Programs that were `stopped`
    may stand at different places of writing."""
    outcome = FilesOutcome()
    migrated = _weights_under_old_names(original, migrated)
    for path in sorted({*original, *migrated}):
        first, second = original.get(path), migrated.get(path)
        if first is None or second is None:
            reason = _missing(path, first, second) if not stopped else ""
            if reason and (first or second).kind == "latest":  # type: ignore[union-attr]
                outcome.not_compared.append(f"{path} ({reason})")
                reason = ""
        else:
            moved = noise.get(path) if noise is not None else None
            reason = _Comparison(outcome, first, second, folders, tolerance, moved, stopped).reason()
        if reason:
            outcome.difference = Difference(None, None, None, path, reason=f"file {path}: {reason}")
            return outcome
    return outcome


def _weights_under_old_names(original: Files, migrated: Files) -> Files:
    """Return the migrated program's files, those of Keras's weights under the name that the original gave them."""
    old = {_WEIGHTS_ENDING.sub("", path): path for path, file in original.items() if file.kind in _KINDS_OF_WEIGHTS}
    return {
        old.get(_WEIGHTS_ENDING.sub("", path), path) if file.kind == "weights" and path not in original else path: file
        for path, file in migrated.items()
    }


def _missing(path: str, first: WrittenFile | None, second: WrittenFile | None) -> str:
    only = first or second
    if only is None or (only.kind == "events" and not _summaries(only)):
        return ""
    does = "deletes" if only.kind == "gone" else "writes"
    return f"only the {'original' if first is not None else 'migrated program'} {does} it"


def _summaries(file: WrittenFile) -> dict[str, list[tuple[str, int, Any]]]:
    """Return the summaries of event files by their tag."""
    found: dict[str, list[tuple[str, int, Any]]] = {}
    for tag, kind, step, content in file.content or ():
        found.setdefault(tag, []).append((kind, step, content))
    return found


@dataclass(slots=True)
class _Comparison:
    outcome: FilesOutcome
    first: WrittenFile
    second: WrittenFile
    folders: tuple[str, str, str]
    tolerance: Tolerance
    moved: WrittenFile | None
    stopped: bool

    def reason(self) -> str:
        """Return what differs, or nothing; count what was compared."""
        kind = self.first.kind
        if kind != self.second.kind and not {kind, self.second.kind} <= {*_KINDS_OF_WEIGHTS}:
            return f"{kind} in the original, {self.second.kind} in the migrated program"
        if kind == "unread" or self.first.content is None or self.second.content is None:
            self.outcome.not_compared.append(self.first.path)
            return ""
        by_kind: dict[str, Callable[[], str | None]] = {
            "text": self._texts,
            "latest": self._texts_exactly,
            "value": self._values,
            "image": self._images,
            "events": self._events,
            "checkpoint": self._weights,
            "weights": self._weights,
        }
        found = by_kind.get(kind, self._bytes)()
        if found is None:
            self.outcome.not_compared.append(self.first.path)
            return ""
        self.outcome.files += 1
        return found

    def _bytes(self) -> str | None:
        return "" if self.first.content == self.second.content else None

    def _texts_exactly(self) -> str:
        if self.first.content == self.second.content or self.stopped:
            return ""
        return f"{self.first.content!r} in the original, {self.second.content!r} in the migrated program"

    def _texts(self) -> str:
        first, second = (
            lines_of([Printed(0, None, file.content)], folder)
            for file, folder in zip((self.first, self.second), self.folders, strict=False)
        )
        if self.stopped:
            common = min(len(first), len(second))
            first, second = first[: max(common - 1, 0)], second[: max(common - 1, 0)]
        moved = (
            lines_of([Printed(0, None, self.moved.content)], self.folders[2])
            if self.moved is not None and self._is_moved()
            else None
        )
        found = compare_printed(first, second, self.tolerance, moved)
        self.outcome.numbers += found.numbers
        return found.difference.reason if found.difference is not None else ""

    def _is_moved(self) -> bool:
        return self.moved is not None and self.moved.kind == self.first.kind

    def _values(self) -> str:
        moved = self.moved.content if self.moved is not None and self._is_moved() else None
        return self._count(_compare_moved(self.first.content, self.second.content, moved, self.tolerance))

    def _count(self, found: Outcome) -> str:
        self.outcome.numbers += found.numbers
        sizes = f": max abs {found.max_abs:.3g}, max rel {found.max_rel:.3g}" if found.max_abs else ""
        return f"{found.reason}{sizes}" if not found.passes else ""

    def _images(self) -> str:
        return self._pixels(self.first.content, self.second.content)

    def _pixels(self, first: Any, second: Any) -> str:
        one, other = (
            np.asarray(image[3] if isinstance(image, tuple) else image, np.float64) for image in (first, second)
        )
        if one.shape != other.shape:
            return f"shape {one.shape} in the original, {other.shape} in the migrated program"
        self.outcome.numbers += one.size
        share = float(np.mean(np.abs(one - other) > LEVELS)) if one.size else 0.0
        return f"{100 * share:.2g} % of the pixels differ" if share > PIXELS else ""

    def _events(self) -> str:
        first, second = _summaries(self.first), _summaries(self.second)
        moved = _summaries(self.moved) if self.moved is not None and self._is_moved() else {}
        if first.keys() != second.keys() and not self.stopped:
            only = sorted(first.keys() ^ second.keys())[0]
            return f"only the {'original' if only in first else 'migrated program'} writes summary {only!r}"
        for tag in sorted(first.keys() & second.keys()):
            found = self._series(first[tag], second[tag], moved.get(tag))
            if found:
                return f"summary {tag!r}: {found}"
        return ""

    def _series(
        self,
        first: Sequence[tuple[str, int, Any]],
        second: Sequence[tuple[str, int, Any]],
        moved: Sequence[tuple[str, int, Any]] | None,
    ) -> str:
        if len(first) != len(second) and not self.stopped:
            return f"{len(first)} entries in the original, {len(second)} in the migrated program"
        for index, (one, other) in enumerate(zip(first, second, strict=False)):
            if one[:2] != other[:2]:
                return (
                    f"{one[0]} at step {one[1]} in the original, {other[0]} at step {other[1]} in the migrated program"
                )
            noisy = moved[index][2] if moved is not None and index < len(moved) else None
            found = self._summary(one[0], one[2], other[2], noisy)
            if found:
                return f"at step {one[1]}: {found}"
        return ""

    def _summary(self, kind: str, first: Any, second: Any, moved: Any) -> str:
        if kind == "image":
            if len(first) != len(second):
                return f"{len(first)} images in the original, {len(second)} in the migrated program"
            return next(filter(None, map(self._pixels, map(_stretched, first), map(_stretched, second))), "")
        tolerance = self.tolerance
        if kind == "histogram":
            tolerance = Tolerance(max(tolerance.rtol, HISTOGRAM_RTOL), tolerance.atol)
        if kind in ("scalar", "histogram"):
            first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
            moved = np.asarray(moved, np.float64) if moved is not None else None
        return self._count(_compare_moved(first, second, moved, tolerance))

    def _weights(self) -> str:
        """Compare named arrays: by name, else by value, for optimizers keep their own under other names."""
        left = list(self.second.content)
        noisy = dict(self.moved.content) if self.moved is not None and self._is_moved() else {}
        unpaired = []
        for name, value in self.first.content:
            same_name = [other for other in left if other[0] == name]
            found = next((o for o in same_name or left if self._near(value, o[1], noisy.get(name))), None)
            if found is not None:
                left = [other for other in left if other is not found]
                self.outcome.numbers += int(np.size(value)) if isinstance(value, np.ndarray) else 1
            elif same_name:
                return f"{name}: {self._count(_compare_moved(value, same_name[0][1], noisy.get(name), self.tolerance))}"
            else:
                unpaired.append(name)
        slots = tuple(f"{name}/" for name, _ in self.first.content)
        lost = [name for name in unpaired if not name.startswith(slots) and not POWER.fullmatch(name)]
        return f"{lost[0]} has no counterpart of its value" if lost else ""

    def _near(self, value: Any, other: Any, moved: Any) -> bool:
        return _compare_moved(value, other, moved, self.tolerance).passes


def _stretched(image: Any) -> Any:
    """Return a picture with all of its levels in use: TensorFlow 1 stretches those of a summary."""
    pixels = np.asarray(image[3] if isinstance(image, tuple) else image, np.float64)
    low, high = float(pixels.min(initial=255.0)), float(pixels.max(initial=0.0))
    return (pixels - low) * (255.0 / (high - low)) if high > low else pixels - low


POWER = re.compile(
    r"(.*/)?beta[12]_power(_\d+)?"
)  # of Adam, in any scope: Keras derives them from the number of updates


def _compare_moved(first: Any, second: Any, moved: Any, tolerance: Tolerance) -> Outcome:
    """Compare two recorded trees; where `moved`, the original's under noise, leaves the tolerance it widens it."""
    found = compare(first, second, tolerance)
    if found.passes or moved is None:
        return found
    noise = compare(first, moved, tolerance)
    if not noise.numbers or noise.passes:
        return found
    return compare(first, second, Tolerance(tolerance.rtol, tolerance.atol, NOISE_FACTOR * noise.max_abs))
