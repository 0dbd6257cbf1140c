from __future__ import annotations

import ast

import pytest

from tf2migrate.model.source import Location, Span
from tf2migrate.source import LineIndex, node_ref

TEXTS = ["é = 'ü' + x\ny = '𝄞'; z = é\n", "\fx = 1\ny = 2", "x\n", "a = 'p\x0bq\u2028r'; b = 1\nc = 2"]


@pytest.mark.parametrize("text", TEXTS)
def test_spans_of_nodes_are_code_points(text: str) -> None:
    index = LineIndex(text)
    checked = 0
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr):
            span = index.span(node_ref("a.py", node))
            assert ast.dump(ast.parse(text[span.start : span.end], mode="eval").body) == _as_load(node)
            assert index.node_span(node) == span
            checked += 1
    assert checked


@pytest.mark.parametrize("text", [*TEXTS, "", "\n\n"])
def test_locations_and_offsets_are_inverse(text: str) -> None:
    index = LineIndex(text)
    for offset in range(len(text) + 1):
        assert index.at(index.location(offset)) == offset


def test_location_counts_code_points_from_one() -> None:
    index = LineIndex("é𝄞x\ny")
    assert index.location(2) == Location(1, 3)
    assert index.location(4) == Location(2, 1)


def test_whole_lines_and_indent() -> None:
    index = LineIndex("a\n  b\nc")
    assert index.lines_span(Span(4, 5)) == Span(2, 6)
    assert index.lines_span(Span(6, 7)) == Span(6, 7)
    assert index.lines_span(Span(2, 6)) == Span(2, 6)
    assert (index.indent(2), index.line(3), index.rows) == ("  ", "c", 3)


def _as_load(node: ast.expr) -> str:
    return ast.dump(node).replace("Store()", "Load()")
