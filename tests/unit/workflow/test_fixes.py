"""Which fixes are made together."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CheckedFile
from tf2migrate.model.source import Edit, Location, Span
from tf2migrate.workflow.fixes import apply_fixes

TEXT = "0123456789"


def applied(fixes: list[Fix]) -> CheckedFile:
    """Return what one round makes of the fixes."""
    place = Location(1, 1)
    found = tuple(Diagnostic("a.py", "TFM003", "n", "m", place, place, fix) for fix in fixes)
    return apply_fixes(CheckedFile("a.py", TEXT, found), lambda text: CheckedFile("a.py", text, ()), unsafe=True)


def collide(one: Edit, other: Edit) -> bool:
    if one.span == other.span:
        return one != other
    return one.span.start < other.span.end and other.span.start < one.span.end


@pytest.mark.parametrize("seed", range(200))
def test_fixes_are_made_together_unless_their_edits_collide(seed: int) -> None:
    draw = random.Random(seed)
    fixes: list[Fix] = []
    while len(fixes) < 8:
        spans = [Span(*sorted(draw.choices(range(len(TEXT) + 1), k=2))) for _ in range(draw.choice([1, 2]))]
        edits = tuple(Edit(span, draw.choice("ab")) for span in spans)
        if not any(collide(one, other) for one, other in combinations(edits, 2)):
            fixes.append(Fix("f", edits, draw.choice([Applicability.SAFE, Applicability.UNSAFE])))
    chosen: list[Edit] = []
    count = 0
    for fix in fixes:
        if not any(collide(edit, other) for edit in fix.edits for other in chosen):
            chosen += fix.edits
            count += 1
    assert applied(fixes).fixed == count


def test_many_thousand_fixes_of_one_file_are_made_in_one_round() -> None:
    text = "x " * 30_000
    place = Location(1, 1)
    fixes = [Fix("f", (Edit(Span(at, at + 1), "y"),)) for at in range(0, len(text), 2)]
    found = tuple(Diagnostic("a.py", "TFM003", "n", "m", place, place, fix) for fix in fixes)
    done = apply_fixes(CheckedFile("a.py", text, found), lambda new: CheckedFile("a.py", new, ()), unsafe=False)
    assert (done.fixed, done.text) == (30_000, "y " * 30_000)
