from __future__ import annotations

import pytest

from tf2migrate.lint import lint_text

HEADER = "import tensorflow as tf\n"


def codes(line: str) -> list[str]:
    return [finding.code for finding in lint_text(HEADER + line, "a.py")]


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# NOQA",
        "#noqa:TFM101",
        "# noqa: E501, TFM101",
        "# noqa: TFM101 E501",
        "# tf2migrate: ignore",
        "# tf2migrate: ignore[TFM101]",
        "# tf2migrate: ignore[TFM101, TFM105] -- both are wanted",
        "# why not  # noqa: TFM101",
    ],
)
def test_a_comment_silences_its_line(comment: str) -> None:
    assert codes(f"sess = tf.Session()  {comment}\n") == []


@pytest.mark.parametrize("comment", ["", "# noqa: E501", "# noqa-ish", "# no qa", "# tf2migrate is good"])
def test_other_comments_do_not(comment: str) -> None:
    assert codes(f"sess = tf.Session()  {comment}\n") == ["TFM101"]


def test_a_string_is_no_comment() -> None:
    assert codes("sess = tf.Session(), '# noqa'\n") == ["TFM101"]


def test_a_comment_counts_for_its_whole_statement() -> None:
    assert codes("sess = tf.Session(\n    config,\n)  # noqa\n") == []
    assert codes("sess = tf.Session(  # noqa\n    tf.ConfigProto(),\n)\n") == []


def test_a_comment_on_its_own_line_silences_nothing() -> None:
    assert codes("# tf2migrate: ignore[TFM101]\nsess = tf.Session()\n") == ["TFM001", "TFM101"]


def test_an_unused_one_is_reported_only_where_all_rules_ran() -> None:
    text = HEADER + "a = 1  # tf2migrate: ignore[TFM101]\n"
    assert [finding.code for finding in lint_text(text, "a.py")] == ["TFM001"]
    assert lint_text(text, "a.py", {"TFM101", "TFM001"}) == []


def test_a_blanket_noqa_may_be_for_another_tool() -> None:
    assert codes("a = 1  # noqa\n") == []
