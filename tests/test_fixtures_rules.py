"""Every case below `fixtures/rules`: what is found, what the fixes give, and that they settle."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tf2migrate.lint import LintedFile, lint_text, local_edits, rules
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.source import apply_edits

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "rules"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/before.py"))
PASSES = 30
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")


def read(case: Path, name: str) -> str:
    return (case / name).read_text(encoding="utf-8")


def line_of(finding: Diagnostic) -> str:
    fix = f"[{finding.fix.applicability.value}] " if finding.fix else ""
    return f"{finding.start.row}:{finding.start.column} {finding.code} {fix}{finding.message}\n"


def found_in(text: str) -> str:
    return "".join(line_of(finding) for finding in lint_text(text, "before.py"))


def fixed(text: str) -> str:
    return apply_edits(text, local_edits(text, "before.py"))


def safe_fixes(text: str) -> list[Fix]:
    fixes = (finding.fix for finding in lint_text(text, "before.py"))
    return [fix for fix in fixes if fix is not None and fix.applicability is Applicability.SAFE]


def test_there_are_cases_and_all_belong_to_a_rule() -> None:
    assert {case.parent.name for case in CASES} <= {f"{rule.code}-{rule.name}" for rule in rules()}
    assert len(CASES) > 20


@each_case
def test_expectations(case: Path, update_fixtures: bool) -> None:
    before = read(case, "before.py")
    diagnostics, after = found_in(before), fixed(before)
    if update_fixtures:
        (case / "diagnostics.txt").write_text(diagnostics, encoding="utf-8")
        if after != before:
            (case / "after.py").write_text(after, encoding="utf-8")
        else:
            (case / "after.py").unlink(missing_ok=True)
    assert diagnostics == read(case, "diagnostics.txt")
    assert after == (read(case, "after.py") if (case / "after.py").exists() else before)


@each_case
def test_safe_fixes_settle(case: Path) -> None:
    before = read(case, "before.py")
    for _ in range(PASSES):
        safe = safe_fixes(before)
        before = apply_edits(before, safe[0].edits) if safe else before
    ast.parse(before)
    assert not safe_fixes(before)


@each_case
def test_all_fixes_settle_in_a_native_file(case: Path) -> None:
    after = fixed(read(case, "before.py"))
    ast.parse(after)
    if not LintedFile(after, "after.py").legacy:  # else names still mean what they mean in TensorFlow 1
        assert fixed(after) == after
        assert not [finding for finding in lint_text(after, "after.py") if finding.fix is not None]


@each_case
def test_each_fix_alone_leaves_code_that_parses(case: Path) -> None:
    before = read(case, "before.py")
    for finding in lint_text(before, "before.py"):
        if finding.fix is not None:
            ast.parse(apply_edits(before, finding.fix.edits))


@each_case
@pytest.mark.parametrize("variant", ["tabs", "two_spaces"])
def test_indentation_does_not_matter(case: Path, variant: str) -> None:
    unit = {"tabs": "\t", "two_spaces": "  "}[variant]
    before = read(case, "before.py")
    if '"""' in before:
        pytest.skip("has strings over several lines")
    assert fixed(_indented(before, unit)) == _indented(fixed(before), unit)


@each_case
def test_the_alias_of_tensorflow_does_not_matter(case: Path) -> None:
    before = read(case, "before.py")
    assert fixed(_aliased(before)) == _aliased(fixed(before))
    places = [(one.code, one.start, one.end) for one in lint_text(before, "before.py")]
    assert [(one.code, one.start, one.end) for one in lint_text(_aliased(before), "before.py")] == places


def _aliased(text: str) -> str:
    return re.sub(r"\btf\b", "T0", text)


def _indented(text: str, unit: str) -> str:
    lines = text.split("\n")
    return "\n".join(unit * ((len(line) - len(line.lstrip(" "))) // 4) + line.lstrip(" ") for line in lines)
