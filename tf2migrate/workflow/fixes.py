"""Applying the fixes of one file until none is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CheckedFile
from tf2migrate.model.source import Edit
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
    taken: list[Edit] = []
    chosen: list[Fix] = []
    for fix in fixes:
        if not any(_collide(edit, other) for edit in fix.edits for other in taken):
            chosen.append(fix)
            taken += fix.edits
    return chosen


def _collide(one: Edit, other: Edit) -> bool:
    if one == other:
        return False
    if one.span == other.span:
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end
