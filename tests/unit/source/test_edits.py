from __future__ import annotations

import pytest

from tf2migrate.model.source import Edit, Span
from tf2migrate.source import EditConflict, apply_edits, compose_edits, render

NESTED = "tf.to_float(tf.to_float(x))"


def small_edits() -> list[Edit]:
    return [
        Edit(Span(0, 11), "tf.cast"),
        Edit(Span(26, 27), ", tf.float32)"),
        Edit(Span(12, 23), "tf.cast"),
        Edit(Span(25, 26), ", tf.float32)"),
    ]


def test_small_edits_nest() -> None:
    assert apply_edits(NESTED, small_edits()) == "tf.cast(tf.cast(x, tf.float32), tf.float32)"


def test_render_gives_a_part_with_its_edits() -> None:
    assert render(NESTED, Span(12, 26), small_edits()) == "tf.cast(x, tf.float32)"


def test_render_refuses_an_edit_across_its_border() -> None:
    with pytest.raises(EditConflict):
        render("abcdef", Span(2, 4), [Edit(Span(3, 5), "")])


def test_equal_edits_are_made_once() -> None:
    insertion = Edit(Span(0, 0), "import os\n")
    assert apply_edits("x", [insertion, insertion]) == "import os\nx"


def test_insertions_at_one_place_keep_their_order_and_precede_a_replacement() -> None:
    edits = [Edit(Span(0, 1), "X"), Edit(Span(0, 0), "b"), Edit(Span(0, 0), "a")]
    assert apply_edits("x", edits) == "baX"


@pytest.mark.parametrize(
    "second", [Edit(Span(1, 2), "y"), Edit(Span(0, 4), "y"), Edit(Span(3, 6), "y"), Edit(Span(1, 1), "y")]
)
def test_an_edit_inside_another_is_never_lost(second: Edit) -> None:
    with pytest.raises(EditConflict):
        compose_edits([Edit(Span(0, 4), "x"), second])


def test_neighbours_do_not_conflict() -> None:
    assert apply_edits("abcd", [Edit(Span(2, 4), "Y"), Edit(Span(0, 2), "X"), Edit(Span(2, 2), "-")]) == "X-Y"


def test_no_edits_change_nothing() -> None:
    assert apply_edits("a\f\r\n", []) == "a\f\r\n"
