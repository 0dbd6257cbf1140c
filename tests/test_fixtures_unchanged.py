"""Native programs come back as they are: those of `fixtures/unchanged`, and all that the tool itself wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.model.plan import Status
from tf2migrate.workflow.fix import FixOptions, fix_paths

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NATIVE = sorted([*FIXTURES.glob("unchanged/*/before.py"), *FIXTURES.glob("programs/*/after.py")])


def test_there_are_programs() -> None:
    assert len(NATIVE) >= 5


@pytest.mark.parametrize("program", NATIVE, ids=lambda program: f"{program.parent.name}-{program.stem}")
def test_is_not_touched(program: Path, tmp_path: Path) -> None:
    copy = tmp_path / program.name
    shutil.copy(program, copy)
    report = fix_paths([copy], Config(root=tmp_path), FixOptions())
    assert copy.read_bytes() == program.read_bytes()
    assert [file.result.status for file in report.files] == [Status.UNCHANGED]
    assert all(not file.result.refusals for file in report.files)
