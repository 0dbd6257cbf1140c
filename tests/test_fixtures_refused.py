"""Programs that are refused: `fix` leaves the file byte for byte as it is and says why, in the words of the fixture."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.migrate import refusal
from tf2migrate.model.plan import Status
from tf2migrate.model.results import FixReport
from tf2migrate.workflow.fix import FixOptions, fix_paths

REFUSED = Path(__file__).resolve().parent.parent / "fixtures" / "refused"
CASES = sorted(path.parent for path in REFUSED.glob("*/before.py"))
each_refused = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def told(report: FixReport) -> str:
    """Return the refusals as one text, without the folder of the run."""
    return "".join(
        f"{one.row} {one.code} {one.reason}\n    {one.advice}\n"
        for file in report.files
        for one in file.result.refusals
    )


@each_refused
def test_what_is_refused_stays_as_it_is_and_says_why(case: Path, tmp_path: Path, update_fixtures: bool) -> None:
    copy = tmp_path / "before.py"
    shutil.copy2(case / "before.py", copy)
    stamp = copy.stat().st_mtime_ns
    report = fix_paths([copy], Config(tmp_path), FixOptions())
    (file,) = report.files
    assert file.result.status in (Status.REFUSED, Status.ERROR)
    assert file.result.refusals
    assert copy.read_bytes() == (case / "before.py").read_bytes()
    assert copy.stat().st_mtime_ns == stamp
    if update_fixtures:
        (case / "diagnostics.txt").write_text(told(report), encoding="utf-8")
    assert told(report) == (case / "diagnostics.txt").read_text(encoding="utf-8")


def test_every_reason_of_the_planner_has_a_program() -> None:
    codes = {value for name, value in vars(refusal).items() if name.isupper() and isinstance(value, str)}
    codes.remove(refusal.RUNS_NOWHERE)  # a reason of level compat, which has tests of its own
    assert len(codes) > 10
    shown = "".join((case / "diagnostics.txt").read_text(encoding="utf-8") for case in CASES)
    assert [code for code in sorted(codes) if f" {code} " not in shown] == []
