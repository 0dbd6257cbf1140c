"""Applying the fixes of one file until none is left."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from dataclasses import replace

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CheckedFile
from tf2migrate.model.source import Edit, Span
from tf2migrate.source import apply_edits

_ROUNDS = 20


def apply_fixes(checked: CheckedFile, lint: Callable[[str], CheckedFile], *, unsafe: bool) -> CheckedFile:
    """Apply fixes until none is left; text that no longer parses is an error of `lint`, and nothing of it is kept."""
    original, count = checked.text, 0
    for _ in range(_ROUNDS):
        fixes = _compatible(_applicable(checked.diagnostics, unsafe=unsafe))
        if not fixes:
            break
        checked = lint(apply_edits(checked.text, [edit for fix in fixes for edit in fix.edits]))
        count += len(fixes)
    return replace(checked, fixed=count, original=original if checked.text != original else None)


def _applicable(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> list[Fix]:
    allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
    return [one.fix for one in diagnostics if one.fix is not None and one.fix.applicability in allowed]


def _compatible(fixes: Iterable[Fix]) -> list[Fix]:
    """Return the fixes that can be made together; the rest are found again in the next round."""
    taken = _Taken()
    chosen: list[Fix] = []
    for fix in fixes:
        if not any(map(taken.collides, fix.edits)):
            chosen.append(fix)
            taken.add(fix.edits)
    return chosen


class _Taken:
    """Edits that do not collide, in the order of the text: generated files have many thousands."""

    def __init__(self) -> None:
        self._at: dict[Span, str] = {}
        self._replaced: list[Span] = []
        self._inserted: list[int] = []

    def add(self, edits: Iterable[Edit]) -> None:
        """Take edits that do not collide with those that are taken."""
        for edit in edits:
            if edit.span in self._at:
                continue
            self._at[edit.span] = edit.text
            if edit.span.start == edit.span.end:
                insort(self._inserted, edit.span.start)
            else:
                insort(self._replaced, edit.span)

    def collides(self, edit: Edit) -> bool:
        """Say whether the edit changes what one of the others changes, or inserts other text at its place."""
        start, end = edit.span.start, edit.span.end
        if edit.span in self._at:
            return self._at[edit.span] != edit.text
        before = bisect_left(self._replaced, Span(end, 0)) - 1  # the last one that begins before the end
        if before >= 0 and self._replaced[before].end > start:
            return True
        return bisect_right(self._inserted, start) < bisect_left(self._inserted, end)
