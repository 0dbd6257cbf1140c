from __future__ import annotations

import ast

import pytest

from tf2migrate.source import reindent


def test_a_block_moves() -> None:
    assert reindent("    a = 1\n\n    if a:\n        b = 2\n", "    ", "") == "a = 1\n\nif a:\n    b = 2\n"
    assert reindent("a = 1\nif a:\n  b = 2", "", "\t") == "\ta = 1\n\tif a:\n\t  b = 2"


def test_the_text_of_a_statement_range_starts_bare() -> None:
    assert reindent("if a:\n        b\n    c", "    ", "  ") == "if a:\n      b\n  c"


@pytest.mark.parametrize("quote", ["'''", '"""'])
@pytest.mark.parametrize("prefix", ["", "r", "f", "b"])
def test_the_inside_of_strings_stays(quote: str, prefix: str) -> None:
    text = f"    x = {prefix}{quote}\n    a\n  b\n    {quote}\n    y = 1\n"
    moved = reindent(text, "    ", "        ")
    assert moved == f"        x = {prefix}{quote}\n    a\n  b\n    {quote}\n        y = 1\n"
    assert ast.dump(ast.parse("if 1:\n" + moved).body[0]) == ast.dump(ast.parse("if 1:\n" + text).body[0])


def test_lines_further_left_stay() -> None:
    text = "    x = [\n  1,\n        2,\n    ]\n# note\n    y = 1\n"
    assert reindent(text, "    ", "") == "x = [\n  1,\n    2,\n]\n# note\ny = 1\n"


def test_tabs_and_spaces_are_no_equals() -> None:
    assert reindent("\tx = 1\n\tif x:\n\t\ty = 2\n", "\t", "    ") == "    x = 1\n    if x:\n    \ty = 2\n"


def test_the_same_indent_changes_nothing() -> None:
    assert reindent("  x = '", "  ", "  ") == "  x = '"
