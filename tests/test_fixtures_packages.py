"""Programs of several files: all of them become what is expected, and stay so."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.lint import lint_text
from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, Status
from tf2migrate.workflow.fix import FixOptions, fix_paths

PACKAGES = Path(__file__).resolve().parent.parent / "fixtures" / "packages"
CASES = sorted(path.parent.parent for path in PACKAGES.glob("*/before/main.py"))
each_package = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@cache
def migrated(case: Path) -> dict[str, FileResult]:
    before = case / "before"
    results = migrate_program(before / "main.py", before)
    return {str(Path(result.path).relative_to(before)): result for result in results}


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}


def test_there_are_packages() -> None:
    assert CASES


@each_package
def test_all_files_become_what_is_expected(case: Path, update_fixtures: bool) -> None:
    refusals = [refusal for result in migrated(case).values() for refusal in result.refusals]
    assert not refusals
    found = {name: migrated(case)[name].text or text for name, text in texts(case / "before").items()}
    if update_fixtures:
        for name, text in found.items():
            target = case / "after" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    assert found == texts(case / "after")


@each_package
def test_nothing_is_found_in_the_results(case: Path) -> None:
    for name, text in texts(case / "after").items():
        assert not lint_text(text, name)


@each_package
def test_a_second_migration_changes_nothing(case: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(case / "after", copy)
    report = fix_paths([copy], Config(root=tmp_path), FixOptions())
    assert {file.result.status for file in report.files} == {Status.UNCHANGED}
    assert texts(copy) == texts(case / "after")
