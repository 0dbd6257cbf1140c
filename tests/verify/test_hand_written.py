"""Programs that people migrate by hand: what is right though it is written otherwise, and what is subtly wrong.

Each folder of `hand_written` has a TensorFlow 1 program, `right_*.py` that do the same, and `wrong_*.py` that say in
their first line what they do not.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.model.verdict import VerdictKind
from tf2migrate.verify import verify_pair

PROGRAMS = Path(__file__).resolve().parent / "hand_written"


def cases(kind: str) -> list[Path]:
    return sorted(PROGRAMS.glob(f"*/{kind}_*.py"))


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", cases("right"), ids=name)
def test_what_does_the_same_is_equal(path: Path) -> None:
    verdict = verify_pair(path.parent / "before.py", path)
    assert (verdict.verdict, verdict.reason, verdict.first_difference) == (VerdictKind.EQUAL, "", None)
    assert verdict.compared.printed + verdict.compared.files > 0


@pytest.mark.parametrize("path", cases("wrong"), ids=name)
def test_what_does_something_else_differs(path: Path) -> None:
    assert (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").startswith("Wrong: ")
    verdict = verify_pair(path.parent / "before.py", path)
    assert verdict.verdict is VerdictKind.DIFFERS, verdict
    assert verdict.reason


def test_there_are_enough_of_them() -> None:
    assert len(cases("wrong")) >= 60
