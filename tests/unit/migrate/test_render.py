"""Text that knows where it came from: pieces, marks, replacements, indents."""

from __future__ import annotations

import sys

import pytest

from tf2migrate.migrate.render import Mark, Rendered, Renderer, Replacement, concat, join, nested, reindent, shifted
from tf2migrate.model.source import Edit, NodeRef, Span
from tf2migrate.source import LineIndex

SITE = NodeRef("p.py", "Call", 1, 0, 1, 3)
OTHER = NodeRef("p.py", "Call", 2, 0, 2, 3)
SOURCE = "a = f(1)\nb = g(f(2), 3)\nc = 4\n"


def renderer() -> Renderer:
    return Renderer(SOURCE, LineIndex(SOURCE))


def span(piece: str) -> Span:
    start = SOURCE.index(piece)
    return Span(start, start + len(piece))


def marked(text: Rendered) -> dict[NodeRef, str]:
    return {mark.site: text.text[mark.span.start : mark.span.end] for mark in text.marks}


def test_our_own_text_stands_for_one_line() -> None:
    assert Rendered.new("x\ny", 7).lines == (7, 7)
    assert Rendered.new("").lines == (0,)


def test_pieces_that_meet_within_a_line_share_the_first_origin() -> None:
    text = concat(["def ", Rendered.new("f", 3), Rendered.new("()\n", 5), Rendered.new("x", 9)])
    assert (text.text, text.lines) == ("def f()\nx", (3, 9))  # an empty line has no origin yet
    assert concat([Rendered.new("a\n", 1), "b"]).lines == (1, 1)
    assert concat([]) == Rendered("", (0,))


def test_marks_move_with_what_stands_before() -> None:
    text = concat(["abc", Rendered.new("run").marked(SITE), Rendered.new("eval").marked(OTHER)])
    assert marked(text) == {SITE: "run", OTHER: "eval"}
    assert marked(join(", ", ["x", text, "y"])) == {SITE: "run", OTHER: "eval"}


def test_a_mark_moves_by_an_offset() -> None:
    assert Mark(SITE, Span(1, 3)).moved(4) == Mark(SITE, Span(5, 7))


def test_nothing_to_join_gives_nothing() -> None:
    assert join(", ", []).text == ""
    assert join(", ", ["a"]).text == "a"


def test_without_replacements_the_source_comes_back_with_its_lines() -> None:
    text = renderer().render(Span(0, len(SOURCE)))
    assert (text.text, text.lines, text.marks) == (SOURCE, (1, 2, 3, 4), ())
    assert renderer().render(span("g(f(2), 3)\nc")).lines == (2, 3)


def test_the_outer_of_two_replacements_counts() -> None:
    source = renderer()
    source.add(span("f(2)"), "two")
    source.add(span("g(f(2), 3)"), "all")
    assert source.render(Span(0, len(SOURCE))).text == "a = f(1)\nb = all\nc = 4\n"
    assert source.render(span("f(2), 3")).text == "two, 3"


def test_a_replacement_may_render_what_it_replaces() -> None:
    source = renderer()
    whole = Replacement(span("g(f(2), 3)"), lambda: concat(["h(", source.render(whole.span, without=whole), ")"]), SITE)
    source.replacements.append(whole)
    source.add(span("f(2)"), lambda: Rendered.new("k").marked(OTHER))
    text = source.render(Span(0, len(SOURCE)))
    assert text.text == "a = f(1)\nb = h(g(k, 3))\nc = 4\n"
    assert marked(text) == {SITE: "h(g(k, 3))", OTHER: "k"}


def test_what_only_touches_the_span_is_left_out() -> None:
    source = renderer()
    source.add(span("f(1)"), "x")
    assert source.render(span("a = ")).text == "a = "


def test_own_replacements_go_before_edits_of_the_rules() -> None:
    source = renderer()
    source.add_local([Edit(span("f(2)"), "rule"), Edit(span("f(1)"), "rule")])
    source.add(span("f(2)"), "own")
    assert source.render(Span(0, len(SOURCE))).text == "a = rule\nb = g(own, 3)\nc = 4\n"


def test_an_extra_replacement_counts_once() -> None:
    source = renderer()
    source.add(span("f(1)"), "own")
    extra = [Replacement(span("f(1)"), lambda: Rendered.new("extra"))]
    assert source.render(span("a = f(1)"), extra=extra).text == "a = extra"
    assert source.render(span("a = f(1)")).text == "a = own"


def test_insertions_at_one_place_are_all_kept() -> None:
    source = renderer()
    end = span("f(1").end
    source.add(Span(end, end), ", x")
    source.add(span("f(1)").__class__(end + 1, end + 1), " + y")
    assert source.render(span("a = f(1)")).text == "a = f(1, x) + y"


def test_an_insertion_stays_before_the_end_of_its_argument() -> None:
    source = renderer()
    end = span("g(f(2)").end
    source.add_local([Edit(Span(end, end), " + y"), Edit(Span(end, end + 3), "")])
    assert source.render(span("b = g(f(2), 3)")).text == "b = g(f(2) + y)"
    source = renderer()
    end = span("f(1").end
    source.add_local([Edit(Span(end, end), " + y"), Edit(Span(end, end + 1), ", z=2)")])
    assert source.render(span("a = f(1)")).text == "a = f(1 + y, z=2)"


BLOCK = 'if x:\n    text = """one\n  two\n    three"""\n\n    y = 1'


def test_the_inside_of_strings_keeps_its_indent() -> None:
    assert reindent(Rendered.new(BLOCK), "", "  ").text == (
        '  if x:\n      text = """one\n  two\n    three"""\n\n      y = 1'
    )
    inner = '    text = """one\n  two"""\n    y = 1'
    assert reindent(Rendered.new(inner), "    ", "").text == 'text = """one\n  two"""\ny = 1'


@pytest.mark.parametrize("prefix", ["f", "rf", "b", ""])
def test_strings_of_every_kind_keep_their_inside(prefix: str) -> None:
    text = f'    x = {prefix}"""a\n    b\n"""\n    y = 2'
    moved = reindent(Rendered.new(text), "    ", "\t").text
    assert moved == f'\tx = {prefix}"""a\n    b\n"""\n\ty = 2'


@pytest.mark.skipif(sys.version_info < (3, 12), reason="f-strings are single tokens before Python 3.12")
def test_a_string_inside_of_an_f_string_keeps_its_inside() -> None:
    text = 'x = f"""{f(1)}\n  {g("""q\n r""")}\n  end"""\ny = 1'
    assert reindent(Rendered.new(text), "", "    ").text == f"    {text}".replace("\ny", "\n    y")


def test_continued_lines_move_along() -> None:
    text = "    f(1,\n      2)\n# far left\n    g()"
    assert reindent(Rendered.new(text), "    ", "").text == "f(1,\n  2)\n# far left\ng()"
    assert reindent(Rendered.new("f(1,\n  2)"), "", "\t").text == "\tf(1,\n\t  2)"


def test_blank_lines_stay_blank() -> None:
    assert reindent(Rendered.new("a\n\nb"), "", "    ").text == "    a\n\n    b"


def test_marks_move_with_the_indent() -> None:
    first = Rendered.new("f(1)", 1).marked(SITE)
    second = Rendered.new("g(\n  2)", 2).marked(OTHER)
    block = concat(["x = ", first, "\ny = ", second, "\nz"])
    for new in ("", "    ", "\t"):
        moved = reindent(block, "", new)
        assert moved.lines == block.lines
        assert marked(moved) == {SITE: "f(1)", OTHER: f"g(\n{new}  2)"}
    back = reindent(reindent(block, "", "        "), "        ", "  ")
    assert marked(back) == {SITE: "f(1)", OTHER: "g(\n    2)"}


def test_text_that_does_not_parse_moves_too() -> None:
    assert reindent(Rendered.new('x = """open\n  y'), "", "    ").text.startswith("    x")


def test_nested_and_shifted_lines_keep_their_tabs() -> None:
    text = Rendered.new('f(\n\t\ta,\n\t)\n"""s\n"""')
    assert nested(text, "\t").text == 'f(\n\t\t\ta,\n\t\t)\n\t"""s\n"""'
    assert shifted(Rendered.new("f(a,\n\t  b)"), 2).text == "f(a,\n\t    b)"
    assert shifted(Rendered.new("f(a,\n  b)"), -1).text == "f(a,\n b)"
