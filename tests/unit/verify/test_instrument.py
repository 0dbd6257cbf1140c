from __future__ import annotations

import ast

from tf2migrate.model.plan import SourceMap
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.verify.instrument import (
    SITE,
    corresponding_lines,
    instrument,
    is_expression,
    leaf_names,
    line_starts,
    span_of,
    statement_starts,
)


def spans(text: str, *pieces: str) -> list[Span]:
    return [Span(text.index(piece), text.index(piece) + len(piece)) for piece in pieces]


def test_expressions_are_handed_to_the_recorder() -> None:
    text = "a = run(x)\nb = 1, 2\n"
    changed = instrument(text, zip(spans(text, "run(x)", "1, 2"), (0, 1), strict=True))
    assert changed == f"a = {SITE}(0, (run(x)))\nb = {SITE}(1, (1, 2))\n"


def test_nested_and_touching_expressions_keep_their_order() -> None:
    text = "run(x, run(y)).sum()"
    pieces = spans(text, "run(x, run(y))", "run(y)", "run(x, run(y)).sum()")
    changed = instrument(text, zip(pieces, (0, 1, 2), strict=True))
    assert changed == f"{SITE}(2, ({SITE}(0, (run(x, {SITE}(1, (run(y)))))).sum()))"
    ast.parse(changed)


def test_lines_stay_where_they_are() -> None:
    text = "a = run(x,\n        y)\nb = 1\n"
    changed = instrument(text, zip(spans(text, "run(x,\n        y)"), (0,), strict=True))
    assert changed.split("\n")[2] == "b = 1"


def test_columns_of_nodes_are_bytes() -> None:
    text = "é = 'ü'; ä = run('ö')\n"
    node = ast.parse(text).body[1].value  # type: ignore[attr-defined]
    reference = NodeRef("a.py", "Call", node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    span = span_of(text, line_starts(text), reference)
    assert text[span.start : span.end] == "run('ö')"


def test_only_expressions_can_be_recorded() -> None:
    assert is_expression("run(x)") and is_expression("a, b") and is_expression("run(\n  x)")
    assert not is_expression("a = run(x)") and not is_expression("") and not is_expression("x) + (y")


def test_leaves_are_named_by_the_text_of_the_fetch() -> None:
    run = "sess.run([train, {'a': loss}, names], {x: 1})"
    assert leaf_names(run, [(0,), (1, "a"), (2, 3)]) == ("train", "loss", "names[3]")
    assert leaf_names("sess.run(fetches=loss)", [()]) == ("loss",)
    assert leaf_names("accuracy.eval({x: 1})", [()]) == ("accuracy",)
    assert leaf_names("sess.run(fetches, feed)", [(1,)]) == ("fetches[1]",)
    assert leaf_names("step(x)", [(0, "b")]) == ("result[0]['b']",)


def test_lines_correspond_by_whole_statements() -> None:
    original = "a = f(\n    x,\n    y)\nb = 1\n"
    migrated = "b = 1\ndef g():\n    a = h(x,\n          y)\n"
    source_map = SourceMap("a.py", ((1, 4), (3, 1), (4, 3)), ())
    lines = corresponding_lines(source_map, statement_starts(original), statement_starts(migrated))
    assert lines == {1: (4,), 3: (1,), 4: (1,)}


def test_text_that_cannot_be_parsed_has_no_statements() -> None:
    assert statement_starts("print 1\n") == {}
