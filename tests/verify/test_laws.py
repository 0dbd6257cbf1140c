"""The table of laws in `docs/design.md`: its fixtures exist, its planted bugs are planted, and the last ones are seen."""

from __future__ import annotations

from pathlib import Path

import pytest
import test_planted_bugs_by_hand
import test_program_fixtures
from test_program_fixtures import PROGRAMS, verify_changed

from tf2migrate.model.verdict import VerdictKind

ROOT = PROGRAMS.parents[1]
NUMBER_OF_LAWS = 17
ELSEWHERE = {  # what other tests plant, by the words of the table
    "loss after the update": "test_planted_bugs.py",
    "epsilon": "test_program_fixtures.py",
    "trained variables": "test_program_fixtures.py",
    "a run that is missing": "test_planted_bugs.py",
    "state made in a run": "test_laws.py",
    "what is expected": "../test_fixtures_programs.py",  # no numbers: every text is compared whole
}


def laws() -> list[tuple[str, list[str], list[str]]]:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = text.partition("## Laws")[2].partition("\n## ")[0].splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows if row[:3].strip("| ").isdigit()]
    return [(law, [one.strip("` ") for one in kept.split(",")], bugs.split(", ")) for law, kept, bugs in cells]


def test_every_law_has_its_row() -> None:
    assert [int(law.partition(".")[0]) for law, _, _ in laws()] == list(range(1, NUMBER_OF_LAWS + 1))


@pytest.mark.parametrize("law", laws(), ids=lambda law: law[0].partition(".")[0])
def test_a_law_has_fixtures_and_planted_bugs(law: tuple[str, list[str], list[str]]) -> None:
    _, kept, bugs = law
    folders = [ROOT / "fixtures" / kind / name for name in kept for kind in ("programs", "refused")]
    assert sum(folder.is_dir() for folder in folders) == len(kept) > 0
    planted = {*test_program_fixtures.BUGS, *test_planted_bugs_by_hand.BUGS, *ELSEWHERE}
    assert set(bugs) <= planted
    for bug in set(bugs) & ELSEWHERE.keys():
        words = bug.replace(" ", "_")
        text = (Path(__file__).parent / ELSEWHERE[bug]).read_text(encoding="utf-8")
        assert f'"{bug}"' in text or words in text


def test_state_made_in_a_run_is_seen(tmp_path: Path) -> None:
    original = PROGRAMS / "function_with_state" / "before.py"
    change = ("hidden_layer(x, activation", "HiddenLayer(5, 1)(x, activation")
    verdict = verify_changed(original, tmp_path, change)
    assert verdict.verdict is VerdictKind.CRASHED
    assert "tf.Variables" in verdict.reason
