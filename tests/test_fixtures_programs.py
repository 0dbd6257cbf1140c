"""Whole programs: what migration writes is as expected, native, clean and mapped line by line to the original.

That the results stay as they are when they are migrated again is a test of its own (`test_fixtures_unchanged.py`), and
so is that they compute the same (`verify/test_program_fixtures.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tf2migrate.lint import lint_text
from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, SiteMap, Status
from tf2migrate.names import Names

PROGRAMS = Path(__file__).resolve().parent.parent / "fixtures" / "programs"
CASES = sorted(path.parent for path in PROGRAMS.glob("*/before.py"))
each_program = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)

LEGACY = (
    *("tf.compat.v1", "tf.Graph", "tf.import_graph_def", "tf.wrap_function", "tf.compat.v2", "tf.contrib"),
    *("tf.Session", "tf.placeholder", "tf.disable_v2_behavior", "tf.disable_eager_execution", "tf.python"),
)
LEGACY_MODULES = ("tensorflow.compat", "tensorflow.python", "tensorflow.contrib", "tf_slim", "tf2migrate")


@cache
def migrated(case: Path) -> FileResult:
    (result,) = migrate_program(case / "before.py")
    return result


def text_of(case: Path) -> str:
    result = migrated(case)
    assert result.status is Status.NATIVE, result.refusals
    assert result.text is not None
    return result.text


def legacy_names(text: str) -> Iterator[str]:
    """Yield "row: name" of every use of what only the graph world has, and of every import of it."""
    tree = ast.parse(text)
    for use in Names(tree).uses():
        if use.dotted.replace("tensorflow", "tf", 1).startswith(LEGACY):
            yield f"{use.node.lineno}: {use.dotted}"
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        for name in [*names, module]:
            if name.startswith(LEGACY_MODULES):
                yield f"{node.lineno}: {name}"


def test_there_are_programs() -> None:
    assert len(CASES) > 30


def test_what_counts_as_legacy_is_seen() -> None:
    source = (
        "import tensorflow.compat.v1 as tf\nimport tensorflow as t\nt.compat.v1.Session()\nt.Graph()\nt.nn.relu(1)\n"
        "from tf2migrate import check\n"
    )
    assert sorted(legacy_names(source)) == [
        *("1: tensorflow.compat.v1", "3: tensorflow.compat.v1.Session", "4: tensorflow.Graph", "6: tf2migrate"),
    ]


@each_program
def test_the_program_becomes_what_is_expected(case: Path, update_fixtures: bool) -> None:
    text = text_of(case)
    if update_fixtures:
        (case / "after.py").write_text(text, encoding="utf-8")
    assert text == (case / "after.py").read_text(encoding="utf-8")


@each_program
def test_the_result_is_native_and_clean(case: Path) -> None:
    text = text_of(case)
    compile(text, "after.py", "exec", dont_inherit=True)
    found = [f"{one.start.row} {one.code} {one.message}" for one in lint_text(text, "after.py")]
    assert [one for one in found if " TFM9" not in one] == []
    assert list(legacy_names(text)) == []


@each_program
def test_the_result_is_laid_out_like_hand_written_code(case: Path) -> None:
    text = text_of(case)
    lines = text.split("\n")
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert [number for number, line in enumerate(lines, 1) if line != line.rstrip()] == []
    assert "\n\n\n\n" not in text
    longest = max(map(len, (case / "before.py").read_text(encoding="utf-8").split("\n")))
    assert [number for number, line in enumerate(lines, 1) if len(line) > max(120, longest)] == []


@each_program
def test_the_map_leads_from_every_run_to_an_expression(case: Path) -> None:
    text = text_of(case)
    original = (case / "before.py").read_text(encoding="utf-8")
    source_map = migrated(case).map
    assert source_map is not None
    rows, original_rows = text.count("\n") + 1, original.count("\n") + 1
    assert all(1 <= new <= rows and 1 <= old <= original_rows for new, old in source_map.lines)
    assert len(source_map.lines) == len({new for new, _ in source_map.lines})
    sites = {(site.original.line, site.original.column) for site in source_map.sites}
    assert sites == set(run_calls(original))
    spans = [site.migrated for site in source_map.sites if site.migrated is not None]
    assert spans
    for one, other in zip(sorted(spans), sorted(spans)[1:], strict=False):
        assert one.end <= other.start
    for site in source_map.sites:
        assert_expression(text, site)


def assert_expression(text: str, site: SiteMap) -> None:
    if site.migrated is None:
        assert all(path is None for _, path in site.leaves)
        return
    expression = text[site.migrated.start : site.migrated.end]
    ast.parse(expression, mode="eval")
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr))
    assert expression in {ast.get_source_segment(text, node) for node in nodes if node.lineno == row_of(text, site)}


def row_of(text: str, site: SiteMap) -> int:
    assert site.migrated is not None
    return text.count("\n", 0, site.migrated.start) + 1


def run_calls(source: str) -> Iterator[tuple[int, int]]:
    """Yield the places of all calls of `.run(..)` and `.eval(..)`, those of SciPy, and not that of `app.run`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="run" | "eval")) if ast.unparse(owner) not in (
                "app",
                "tf.app",
            ):
                yield node.lineno, node.col_offset
            case ast.Call(func=ast.Attribute(attr="minimize"), args=given, keywords=named) if any(
                ast.unparse(one).endswith("sess") for one in (*given, *(item.value for item in named))
            ):
                yield node.lineno, node.col_offset
