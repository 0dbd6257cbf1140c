"""A body that is written anew without anything to do comes back to the letter; what goes leaves no trace."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.migrate.assemble import Assembler, Layout
from tf2migrate.migrate.render import Rendered, Renderer
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.units import BlockKind, Body, build_body

PROGRAMS = Path(__file__).resolve().parents[3] / "fixtures" / "programs"
CASES = sorted(path.parent for path in PROGRAMS.glob("*/before.py"))

TEXT = '''\
#!/usr/bin/env python
"""Doc."""
import a  # needed


# Alone.

# Own.
first = 1; second = 2
with session:
    # Inside.
    third = """x
  y"""

    for i in data:  # turns
        # Head.
        fourth = 4

        fifth = 5
    # Tail of the block.
last = 6
'''
KINDS = {"With": BlockKind.DRIVE, "For": BlockKind.DRIVE, "If": BlockKind.DRIVE, "Try": BlockKind.DRIVE}


def written(text: str, layout: Layout | None = None, kinds: dict[str, BlockKind] | None = None) -> Rendered:
    syntax = Syntax.parse("p.py", text)
    body = built(text, kinds)
    if layout is not None:
        chosen = {unit.node.lineno: unit for unit in body.units}
        layout.removed = {chosen[row] for row in layout.removed}  # type: ignore[index, assignment]
        layout.residue.update({chosen[row]: texts for row, texts in [*layout.residue.items()]})  # type: ignore[index]
        layout.definitions.update({chosen[row]: t for row, t in [*layout.definitions.items()]})  # type: ignore[index]
    assembler = Assembler(syntax, Renderer(text, syntax.index), layout or Layout())
    return assembler.body(body.tree, 1, "", top=True)


def built(text: str, kinds: dict[str, BlockKind] | None = None) -> Body:
    syntax = Syntax.parse("p.py", text)
    found = KINDS if kinds is None else kinds
    return build_body("p.py", syntax.index, syntax.tree.body, lambda node: found.get(type(node).__name__))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("kinds", [KINDS, {}], ids=["blocks", "units"])
def test_programs_come_back_to_the_letter(case: Path, kinds: dict[str, BlockKind]) -> None:
    text = (case / "before.py").read_text(encoding="utf-8")
    again = written(text, kinds=kinds)
    behind = "".join(f"{line}\n" for line in text.split("\n")[ast.parse(text).body[-1].end_lineno : -1])  # comments
    assert f"{again.text}\n{behind}" == text
    for row, (line, original) in enumerate(zip(text.split("\n"), again.lines, strict=False), 1):
        assert original == row or not (original or line)


def test_a_block_that_is_dissolved_moves_its_statements_out() -> None:
    text = written(TEXT, kinds={"With": BlockKind.DISSOLVED, "For": BlockKind.DRIVE})
    ast.parse(text.text)
    assert (
        'third = """x\n  y"""\n\nfor i in data:  # turns\n    # Head.\n    fourth = 4\n\n    fifth = 5\n' in text.text
    )
    assert "# Inside.\nthird" in text.text
    assert "session" not in text.text
    assert ast.unparse(ast.parse(text.text)) == ast.unparse(ast.parse(TEXT)).replace("with session:\n    ", "").replace(
        "\n    for", "\nfor"
    ).replace("\n        ", "\n    ")
    for comment in ("#!/usr/bin/env python\n", "# Alone.\n\n# Own.\nfirst", "# Tail of the block.\n", "  # needed\n"):
        assert comment in text.text


def layout(
    removed: list[int], residue: dict[int, str] | None = None, definitions: dict[int, str] | None = None
) -> Layout:
    made = Layout()
    made.removed = set(removed)  # type: ignore[arg-type]
    for row, text in (residue or {}).items():
        made.residue[row] = [Rendered.new(text, row)]  # type: ignore[index]
    for row, text in (definitions or {}).items():
        made.definitions[row] = [Rendered.new(text)]  # type: ignore[index]
    return made


PLAIN = "a = 1\n\n# Of b.\nb = 2  # two\n\nc = 3\nfor i in x:\n    d = 4\n    e = 5\n"


def test_what_goes_takes_its_comments_along() -> None:
    assert written(PLAIN, layout([4])).text == "a = 1\n\nc = 3\nfor i in x:\n    d = 4\n    e = 5"


def test_what_stays_of_it_stands_in_its_place() -> None:
    text = written(PLAIN, layout([4], residue={4: "kept = 2"}))
    assert text.text.startswith("a = 1\n\nkept = 2\n\nc = 3\n")
    assert text.lines[2] == 4


def test_a_function_has_two_blank_lines_around_it() -> None:
    text = written(PLAIN, layout([], definitions={6: "def f():\n    pass"})).text
    assert "b = 2  # two\n\n\ndef f():\n    pass\n\n\nc = 3\n" in text


def test_statements_go_out_of_a_loop_that_stays() -> None:
    assert written(PLAIN, layout([8])).text.endswith("for i in x:\n    e = 5")
    assert written(PLAIN, layout([9])).text.endswith("for i in x:\n    d = 4")
    assert written(PLAIN, layout([8, 9])).text.endswith("for i in x:\n    pass")


def test_a_body_that_loses_everything_keeps_a_pass() -> None:
    assert written("a = 1\n", layout([1])).text == "pass"
