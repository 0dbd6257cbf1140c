"""Whole programs: what `fix` writes is as expected, settled, clean, native, and computes the same; the rest stays."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.lint import lint_text
from tf2migrate.model.plan import Status
from tf2migrate.model.results import FixReport
from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.names import Names
from tf2migrate.workflow.fix import FixOptions, fix_paths
from tf2migrate.workflow.verify import verify_program

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PROGRAMS = sorted(path.parent for path in FIXTURES.glob("programs/*/before.py"))
REFUSED = sorted(path.parent for path in FIXTURES.glob("refused/*/before.py"))
each_program = pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case.name)
each_refused = pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)

LEGACY = (
    *("tf.compat.v1", "tf.Graph", "tf.import_graph_def", "tf.wrap_function", "tf.compat.v2", "tf.contrib"),
    *("tf.Session", "tf.placeholder", "tf.disable_v2_behavior", "tf.disable_eager_execution"),
)


def migrate(case: Path, folder: Path) -> tuple[FixReport, Path]:
    """Fix a copy of the program in place; return the report and the copy."""
    copy = folder / "before.py"
    shutil.copyfile(case / "before.py", copy)
    return fix_paths([copy], Config(folder), FixOptions()), copy


def told(report: FixReport) -> str:
    """Return the refusals as one text, without the folder of the run."""
    return "".join(
        f"{one.row} {one.code} {one.reason}\n    {one.advice}\n"
        for file in report.files
        for one in file.result.refusals
    )


def legacy_names(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    for use in Names(tree).uses():
        dotted = use.dotted.replace("tensorflow", "tf", 1)
        if dotted.startswith(LEGACY) or dotted.startswith("tf.python"):
            yield f"{use.node.lineno}: {use.dotted}"
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for name in [*names, module]:
            if name.startswith(
                ("tensorflow.compat.v1", "tensorflow.python", "tensorflow.contrib", "tf_slim", "tf2migrate")
            ):
                yield f"{node.lineno}: {name}"


def test_there_are_programs() -> None:
    assert len(PROGRAMS) > 30
    assert len(REFUSED) > 5


def test_what_counts_as_legacy_is_seen() -> None:
    source = (
        "import tensorflow.compat.v1 as old\nimport tensorflow as t\nt.compat.v1.Session()\nt.Graph()\nt.nn.relu(1)\n"
    )
    seen = ["1: tensorflow.compat.v1", "3: tensorflow.compat.v1.Session", "4: tensorflow.Graph"]
    assert sorted(legacy_names(source)) == seen


@each_program
def test_the_program_becomes_what_is_expected(case: Path, tmp_path: Path, update_fixtures: bool) -> None:
    report, copy = migrate(case, tmp_path)
    assert [file.result.status for file in report.files] == [Status.NATIVE], told(report)
    migrated = copy.read_text(encoding="utf-8")
    if update_fixtures:
        (case / "after.py").write_text(migrated, encoding="utf-8")
    assert migrated == (case / "after.py").read_text(encoding="utf-8")


@each_program
def test_the_result_is_settled_clean_and_native(case: Path, tmp_path: Path) -> None:
    report, copy = migrate(case, tmp_path)
    assert report.count(Status.NATIVE) == 1, told(report)
    migrated = copy.read_bytes()
    again = fix_paths([copy], Config(tmp_path), FixOptions())
    assert copy.read_bytes() == migrated
    assert [file.result.status for file in again.files] == [Status.UNCHANGED], told(again)
    text = migrated.decode()
    assert [f"{one.start.row} {one.code} {one.message}" for one in lint_text(text, "after.py")] == []
    assert list(legacy_names(text)) == []


@pytest.mark.tensorflow
@each_program
def test_the_result_computes_the_same(case: Path) -> None:
    verification = verify_program(case / "before.py", None, VerifyOptions(timeout=120))
    verdict = verification.verdict
    assert verdict.verdict is VerdictKind.EQUAL, (
        f"{verdict.reason}\n{verdict.first_difference}\n{verification.refusals}"
    )
    assert verdict.compared.values > 0


@each_refused
def test_what_is_refused_stays_as_it_is_and_says_why(case: Path, tmp_path: Path, update_fixtures: bool) -> None:
    before = (case / "before.py").stat()
    report, copy = migrate(case, tmp_path)
    (file,) = report.files
    assert file.result.status in (Status.REFUSED, Status.ERROR)
    assert file.result.refusals
    if update_fixtures:
        (case / "diagnostics.txt").write_text(told(report), encoding="utf-8")
    assert told(report) == (case / "diagnostics.txt").read_text(encoding="utf-8")
    assert copy.read_bytes() == (case / "before.py").read_bytes()
    assert (case / "before.py").stat() == before
