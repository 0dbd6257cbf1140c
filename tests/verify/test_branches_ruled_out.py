"""Branches that a program's own constants rule out are migrated, too: with another constant they are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.workflow.verify import verify_program

PROGRAM = Path(__file__).resolve().parents[2] / "fixtures" / "programs" / "branches_ruled_out"
SETTINGS = {"hard": ("][0]", "][1]"), "greedy": ("GREEDY = False", "GREEDY = True")}
BUGS = {
    "hard": ("            t.assign(e)", "            t.assign(0.5 * e)"),
    "greedy": ("return self.target_q(s)", "return self.eval_q(s)"),
}


def verify_with(folder: Path, setting: tuple[str, str], *bugs: tuple[str, str]) -> Verdict:
    """Verify the pair of the fixture with one constant changed on both sides, and bugs in the migrated one."""
    for name in ("before.py", "after.py"):
        text = (PROGRAM / name).read_text(encoding="utf-8")
        for old, new in (setting, *(bugs if name == "after.py" else ())):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    return verify_program(folder / "before.py", folder / "after.py", VerifyOptions()).verdict


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_other_setting_is_equal(tmp_path: Path, setting: str) -> None:
    verdict = verify_with(tmp_path, SETTINGS[setting])
    assert (verdict.verdict, verdict.first_difference) == (VerdictKind.EQUAL, None)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_bug_in_the_other_branch_is_seen_with_the_other_setting(tmp_path: Path, setting: str) -> None:
    assert verify_with(tmp_path, SETTINGS[setting], BUGS[setting]).verdict is VerdictKind.DIFFERS
