"""A migration that a person edited is compared run by run where it still is what `fix` wrote."""

from __future__ import annotations

from pathlib import Path

from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.workflow.verify import verify_program

PROGRAM = Path(__file__).resolve().parents[2] / "fixtures" / "programs" / "optimizer_sgd"


def verify_edited(folder: Path, *changes: tuple[str, str]) -> Verdict:
    text = (PROGRAM / "after.py").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "after.py").write_text(text, encoding="utf-8")
    return verify_program(PROGRAM / "before.py", folder / "after.py", VerifyOptions()).verdict


def test_comments_and_new_lines_move_the_map(tmp_path: Path) -> None:
    verdict = verify_edited(tmp_path, ("import numpy", "# Ours since 2024.\nimport os\nimport numpy"))
    assert verdict.verdict is VerdictKind.EQUAL
    assert verdict.compared.values > 0
    assert verdict.paired_by.startswith("3 of 3 run sites")


def test_a_bug_in_an_edited_file_is_found_at_its_run(tmp_path: Path) -> None:
    verdict = verify_edited(tmp_path, ("import numpy", "import os\nimport numpy"), ("tf.square(", "tf.abs("))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None and verdict.first_difference.call == 1
