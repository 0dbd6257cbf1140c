"""Bodies as units and blocks."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping

import pytest

from tf2migrate.migrate.units import Block, BlockKind, Body, Unit, build_body, host_block, suites_of, walk
from tf2migrate.source import LineIndex, node_ref

TEXT = textwrap.dedent(
    """\
    first = 1
    with session:
        for i in data:
            inner = 2
            if i:
                deep = 3
            else:
                other = 4
        behind = 5
    with scope:
        scoped = 6

    @decorated(
        1)
    def function():
        x = 7
    last = 8; same = 9
    """
)
KINDS = {
    2: BlockKind.DISSOLVED,
    3: BlockKind.DRIVE,
    5: BlockKind.DRIVE,
    10: BlockKind.WRAPPER,
}


def body(text: str = TEXT, kinds: Mapping[int, BlockKind] = KINDS) -> Body:
    return build_body("p.py", LineIndex(text), ast.parse(text).body, lambda node: kinds.get(node.lineno))


def unit(found: Body, piece: str) -> Unit:
    (one,) = [u for u in found.units if TEXT[u.span.start : u.span.end].startswith(piece)]
    return one


def test_statements_outside_of_blocks_are_units() -> None:
    found = body()
    texts = [TEXT[u.span.start : u.span.end].split("\n")[0] for u in found.units]
    assert texts == [
        *("first = 1", "inner = 2", "deep = 3", "other = 4", "behind = 5", "scoped = 6", "@decorated("),
        *("last = 8", "same = 9"),
    ]
    assert [u.index for u in found.units] == list(range(9))
    assert list(walk(found.tree)) == found.units


def test_a_compound_statement_that_is_no_block_is_one_unit() -> None:
    found = body(kinds={})
    assert len(found.units) == 6
    assert all(isinstance(part, Unit) for part in found.tree)
    assert found.unit_at(node_ref("p.py", ast.parse(TEXT).body[1].body[1])) is found.units[1]  # type: ignore[attr-defined]


def test_units_know_the_blocks_around_them() -> None:
    found = body()
    deep = unit(found, "deep")
    assert [block.kind for block in deep.parents] == [BlockKind.DISSOLVED, BlockKind.DRIVE, BlockKind.DRIVE]
    assert deep.wrappers == ()
    (wrapper,) = unit(found, "scoped").wrappers
    assert wrapper.kind is BlockKind.WRAPPER
    assert unit(found, "first").parents == ()


def test_functions_stand_before_the_outermost_loop() -> None:
    found = body()
    block = host_block(unit(found, "deep"))
    assert block is not None
    assert block.node.lineno == 3
    assert host_block(unit(found, "behind")) is None
    assert host_block(unit(found, "scoped")) is None


def test_suites_come_in_the_order_of_the_text() -> None:
    found = body()
    session = found.tree[1]
    assert isinstance(session, Block)
    loop = session.suites[0][0]
    assert isinstance(loop, Block)
    condition = loop.suites[0][1]
    assert isinstance(condition, Block)
    assert [len(suite) for suite in condition.suites] == [1, 1]
    assert len(loop.suites) == 1  # no `else`


@pytest.mark.parametrize(
    ("piece", "owner"),
    [("deep", "deep"), ("3", "deep"), ("x", "@decorated"), ("decorated", "@decorated"), ("9", "same"), ("8", "last")],
)
def test_every_expression_has_its_unit(piece: str, owner: str) -> None:
    found = body()
    node = next(n for n in ast.walk(ast.parse(TEXT)) if isinstance(n, ast.expr) and ast.unparse(n) == piece)
    assert found.unit_at(node_ref("p.py", node)) is unit(found, owner)


@pytest.mark.parametrize("piece", ["session", "data", "scope"])
def test_heads_of_blocks_belong_to_no_unit(piece: str) -> None:
    node = next(n for n in ast.walk(ast.parse(TEXT)) if isinstance(n, ast.Name) and n.id == piece)
    assert body().unit_at(node_ref("p.py", node)) is None


def test_all_suites_of_a_try() -> None:
    tree = ast.parse("try:\n    a\nexcept E:\n    b\nexcept F:\n    c\nelse:\n    d\nfinally:\n    e\n")
    assert [ast.unparse(s) for suite in suites_of(tree.body[0]) for s in suite] == list("abcde")
    assert suites_of(ast.parse("x = 1").body[0]) == ()
    assert suites_of(ast.parse("def f(): pass").body[0]) == ()


def test_statements_of_one_line_stay_apart() -> None:
    text = "a = 1; b = f(a)\n"
    found = body(text, {})
    b = ast.parse(text).body[1]
    assert found.unit_at(node_ref("p.py", b)) is found.units[1]
    assert (found.units[1].span.start, found.units[1].span.end) == (7, 15)
