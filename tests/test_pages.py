"""The pages of documentation: every code has one, and those in docs/rules are those that are written."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tf2migrate.lint import rules
from tf2migrate.workflow.pages import Page, find_page, pages, write_pages
from tf2migrate.workflow.refusal_pages import REFUSAL_PAGES
from tf2migrate.workflow.symbol_table import write_symbol_tables

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "docs" / "rules"


def codes_in_the_sources() -> set[str]:
    """Return every code that stands as a text of its own in the package."""
    found: set[str] = set()
    for path in (ROOT / "tf2migrate").rglob("*.py"):
        if path.name == "refusal_pages.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"TFM\d{3}", node.value):
                found.add(node.value)
    return found


def test_every_code_that_can_be_given_has_a_page() -> None:
    assert codes_in_the_sources() - {page.code for page in pages()} == set()


def test_every_page_of_a_refusal_is_of_a_code_that_is_given() -> None:
    assert set(REFUSAL_PAGES) - codes_in_the_sources() == set()


def test_codes_and_names_are_unique() -> None:
    assert len({page.code for page in pages()}) == len({page.name for page in pages()}) == len(pages())
    assert {rule.code for rule in rules()} < {page.code for page in pages()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.code)
def test_pages_are_found_by_code_and_name(page: Page) -> None:
    assert find_page(page.code.lower()) is find_page(page.name.replace("_", "-")) is page
    assert "## Why\n" in page.markdown
    assert not page.summary.endswith(".")


@pytest.mark.parametrize("code", REFUSAL_PAGES)
def test_examples_of_refusals_are_python(code: str) -> None:
    if code != "TFM000":
        ast.parse(REFUSAL_PAGES[code].example)


def test_the_published_pages_are_those_that_are_written(tmp_path: Path) -> None:
    (tmp_path / "TFM999.md").write_text("gone", encoding="utf-8")
    write_pages(tmp_path)
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    published = {path.name: path.read_text(encoding="utf-8") for path in PUBLISHED.iterdir()}
    assert written == published, "run `tf2migrate docs`"


def test_the_index_links_every_page() -> None:
    index = (PUBLISHED / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((TFM\d{3}\.md)\)", index)
    assert sorted(links) == sorted(path.name for path in PUBLISHED.glob("TFM*.md"))


def test_the_published_tables_of_symbols_are_those_that_are_written(tmp_path: Path) -> None:
    count = write_symbol_tables(tmp_path)
    published = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "symbols").iterdir()}
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == published
    assert sum(text.count("\n| `tf.") for text in published.values()) == count
