"""Programs of several files compute what their migrations do; a bug planted in any of their files shows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.workflow.verify import verify_program

PACKAGES = Path(__file__).resolve().parents[2] / "fixtures" / "packages"
CASES = sorted(path.parent.parent for path in PACKAGES.glob("*/before/main.py"))


pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_equal(case: Path) -> None:
    verdict = verify_program(case / "before" / "main.py", case / "after" / "main.py", VerifyOptions()).verdict
    assert verdict.verdict is VerdictKind.EQUAL, verdict
    assert verdict.compared.runs


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("layers.py", "tf.matmul(inputs, self.w) + self.b", "tf.matmul(inputs, self.w) - self.b"),
        ("heads.py", "2.0 * ", "2.1 * "),
        ("main.py", "relu=True", "relu=False"),
    ],
)
def test_a_bug_in_any_file_shows(tmp_path: Path, file: str, old: str, new: str) -> None:
    case = PACKAGES / "layer_functions"
    changed = tmp_path / "changed"
    shutil.copytree(case / "after", changed)
    text = (changed / file).read_text(encoding="utf-8")
    assert old in text
    (changed / file).write_text(text.replace(old, new), encoding="utf-8")
    verdict = verify_program(case / "before" / "main.py", changed / "main.py", VerifyOptions()).verdict
    assert verdict.verdict is VerdictKind.DIFFERS, verdict
