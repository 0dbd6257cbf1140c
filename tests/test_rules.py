"""Contracts of every rule in the registry: its documentation is true, its code and name are its own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tf2migrate.lint import Rule, lint_text, local_edits, rules
from tf2migrate.lint.rule import HEADINGS
from tf2migrate.source import apply_edits

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = (
    *("api", "sessions", "placeholders", "variables", "optimizers"),
    *("layers", "control_flow", "pipelines", "services", "behaviour"),
)


def codes_in(text: str) -> set[str]:
    return {finding.code for finding in lint_text(text, "a.py")}


def family_of(rule: Rule) -> str:
    return type(rule).__module__.split(".")[-2]


each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: f"{rule.code}-{rule.name}")


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in rules()}) == len({rule.name for rule in rules()}) == len(rules()) > 20


def test_every_module_on_disk_is_a_rule() -> None:
    on_disk = {path.stem for path in (ROOT / "rules").glob("*/*.py")} - {"__init__"}
    assert on_disk == {rule.name for rule in rules()}


def test_the_package_refuses_a_second_name() -> None:
    text = (ROOT / "rules" / "__init__.py").read_text(encoding="utf-8")
    with pytest.raises(ImportError, match=r"tf2migrate\.rules"):
        exec(compile(text, "rules/__init__.py", "exec"), {"__name__": "rules"})


@each_rule
def test_the_code_begins_with_its_family(rule: Rule) -> None:
    assert re.fullmatch(r"TFM\d{3}", rule.code)
    assert FAMILIES.index(family_of(rule)) == int(rule.code[3])


@each_rule
def test_the_documentation_has_its_headings(rule: Rule) -> None:
    documentation = rule.parsed_documentation()
    assert tuple(heading for heading, _ in documentation.sections) == HEADINGS
    assert documentation.summary
    assert all(body for _, body in documentation.sections)


@each_rule
def test_the_example_fires_this_rule_and_no_other(rule: Rule) -> None:
    """What behaves otherwise does so in a program of TensorFlow 1: other rules find what makes it one."""
    codes = codes_in(rule.parsed_documentation().example)
    assert rule.code in codes
    assert family_of(rule) == "behaviour" or {code for code in codes if code[3] != "9"} == {rule.code}


@each_rule
def test_use_instead_is_what_the_fix_gives_and_is_silent(rule: Rule) -> None:
    documentation = rule.parsed_documentation()
    edits = local_edits(documentation.example, "a.py")
    assert bool(edits) != dict(documentation.sections)["Fix safety"].startswith("No fix")
    if edits:
        assert apply_edits(documentation.example, edits) == documentation.instead
    ast.parse(documentation.instead)
    assert codes_in(documentation.instead) <= {code for code in codes_in(documentation.instead) if code[3] == "9"}


@each_rule
def test_the_example_is_silent_where_the_names_are_not_tensorflows(rule: Rule) -> None:
    example = rule.parsed_documentation().example
    about_comments = {"TFM001"}
    assert codes_in(re.sub(r"\btensorflow\b", "elsewhere", example)) == about_comments & {rule.code}


@each_rule
def test_the_alias_of_tensorflow_does_not_matter(rule: Rule) -> None:
    example = rule.parsed_documentation().example
    renamed = re.sub(r"\btf\b", "T", example)
    assert codes_in(renamed) == codes_in(example)
    assert apply_edits(renamed, local_edits(renamed, "a.py")) == re.sub(
        r"\btf\b", "T", apply_edits(example, local_edits(example, "a.py"))
    )


@each_rule
def test_unrelated_code_changes_nothing(rule: Rule) -> None:
    example = rule.parsed_documentation().example
    longer = "# ä\n" + example + "\n\nclass Unrelated:\n\tname = 'tf.Session'\n"
    before = [(one.code, one.message, one.start.row + 1, one.start.column) for one in lint_text(example, "a.py")]
    assert [(one.code, one.message, one.start.row, one.start.column) for one in lint_text(longer, "a.py")] == before


@each_rule
def test_the_rule_has_fixtures(rule: Rule) -> None:
    folder = ROOT / "fixtures" / "rules" / f"{rule.code}-{rule.name}"
    cases = [case / "diagnostics.txt" for case in folder.iterdir()]
    fired = [rule.code in case.read_text(encoding="utf-8") for case in cases]
    assert any(fired)
