"""Programs that people migrate by hand: what is right though it is written otherwise, and what is subtly wrong.

Each folder of `hand_written` has a TensorFlow 1 program, `right_*.py` that do the same, and `wrong_*.py` that say in
their first line what they do not.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.model.verdict import VerdictKind
from tf2migrate.report.verify import limits_text
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


def test_variables_whose_steps_are_rounding_alone_are_held_and_named() -> None:
    folder = PROGRAMS / "biased"
    verdict = verify_pair(folder / "before.py", folder / "right_written_out.py")
    assert verdict.verdict is VerdictKind.EQUAL
    assert verdict.held == ("dense/bias", "dense_1/bias")
    assert "held in place, since the original's steps of them are rounding alone: dense/bias" in "".join(
        limits_text(verdict)
    )


def test_there_are_enough_of_them() -> None:
    assert len(cases("wrong")) >= 60
