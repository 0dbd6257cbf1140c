"""Statements that go leave the end of the file as it was."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.text_edits import removal, with_edits
from tf2migrate.migrate.texts import Texts


@pytest.mark.parametrize("end", ["", "\n"], ids=["no line end", "line end"])
def test_the_end_stays_where_the_last_statements_go(end: str, tmp_path: Path) -> None:
    text = f"x = 1\nfor i in x:\n    print(i)\n    a()\n\n    b(\n        1)  {end}"
    path = tmp_path / "a.py"
    path.write_text(text, encoding="utf-8")
    syntax = Syntax.parse(str(path), text)
    loop = syntax.tree.body[1]
    assert isinstance(loop, ast.For)
    changed = with_edits(Texts(path, None), str(path), [removal(syntax, one) for one in loop.body[1:]])
    assert changed is not None
    assert changed.source(str(path)).text.rstrip("\n") == "x = 1\nfor i in x:\n    print(i)"
    assert changed.source(str(path)).text.endswith("\n") is bool(end)
