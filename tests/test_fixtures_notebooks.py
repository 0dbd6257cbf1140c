"""Notebooks: their cells become what is expected, stay so, and compute the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.lint import lint_text
from tf2migrate.model.plan import Status
from tf2migrate.model.results import FixReport
from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.notebooks import read_notebook
from tf2migrate.workflow.fix import FixOptions, fix_paths
from tf2migrate.workflow.verify import verify_program

NOTEBOOKS = Path(__file__).resolve().parent.parent / "fixtures" / "notebooks"
CASES = sorted(path.parent for path in NOTEBOOKS.glob("*/before.ipynb"))
each_notebook = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def fixed(notebook: Path, folder: Path) -> FixReport:
    return fix_paths([notebook], Config(root=notebook.parent), FixOptions(output=folder))


@each_notebook
def test_the_cells_become_what_is_expected(case: Path, tmp_path: Path, update_fixtures: bool) -> None:
    (file,) = fixed(case / "before.ipynb", tmp_path).files
    assert file.result.status is Status.NATIVE
    found = (tmp_path / "before.ipynb").read_bytes()
    if update_fixtures:
        (case / "after.ipynb").write_bytes(found)
    assert found == (case / "after.ipynb").read_bytes()


@each_notebook
def test_nothing_is_found_in_the_result_and_a_second_migration_changes_nothing(case: Path, tmp_path: Path) -> None:
    after = (case / "after.ipynb").read_bytes()
    assert not lint_text(read_notebook("after.ipynb", after).text, "after.py")
    (file,) = fixed(case / "after.ipynb", tmp_path).files
    assert file.result.status is Status.UNCHANGED
    assert (tmp_path / "after.ipynb").read_bytes() == after


@each_notebook
def test_each_cell_that_was_no_code_is_as_it_was(case: Path) -> None:
    before, after = (json.loads((case / f"{side}.ipynb").read_text("utf-8")) for side in ("before", "after"))
    others = [[cell for cell in one["cells"] if cell["cell_type"] != "code"] for one in (before, after)]
    assert others[0] == others[1]
    assert {key: before[key] for key in before if key != "cells"} == {
        key: after[key] for key in after if key != "cells"
    }


@each_notebook
def test_both_compute_the_same(case: Path) -> None:
    for migrated in (case / "after.ipynb", None):
        verdict = verify_program(case / "before.ipynb", migrated, VerifyOptions(runs=60)).verdict
        assert verdict.verdict is VerdictKind.EQUAL, verdict.reason
        assert verdict.paired_by == "source map"
        assert verdict.compared.values


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("SGD(0.5)", "SGD(0.505)"), ("[w.numpy(), b.numpy()]", "[w.numpy(), 2 * b.numpy()]")],
    ids=["learning rate", "what a cell shows"],
)
def test_a_bug_in_a_cell_is_seen(right: str, wrong: str, tmp_path: Path) -> None:
    case = NOTEBOOKS / "linear_regression"
    text = (case / "after.ipynb").read_text("utf-8")
    assert right in text
    migrated = tmp_path / "after.ipynb"
    migrated.write_text(text.replace(right, wrong), encoding="utf-8")
    verdict = verify_program(case / "before.ipynb", migrated, VerifyOptions(runs=60)).verdict
    assert verdict.verdict is VerdictKind.DIFFERS
