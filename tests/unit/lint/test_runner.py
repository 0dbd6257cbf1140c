from __future__ import annotations

import pickle

import pytest

from tf2migrate.lint import lint_text, local_edits, unfixed_changes
from tf2migrate.model.source import Location
from tf2migrate.source import SourceError, apply_edits


def fixed(text: str) -> str:
    return apply_edits(text, local_edits(text, "a.py"))


def test_places_count_code_points() -> None:
    found = lint_text("import tensorflow as tf\né = '𝄞'; x = tf.log(é)\n", "a.py")
    assert [(one.start, one.end) for one in found] == [(Location(2, 14), Location(2, 20))]


def test_findings_can_be_pickled() -> None:
    found = lint_text("import tensorflow as tf\nx = tf.log(tf.Session())\n", "a.py")
    assert found
    assert pickle.loads(pickle.dumps(found)) == found


def test_selection_limits_the_rules() -> None:
    text = "import tensorflow as tf\nx = tf.log(tf.Session())\n"
    assert [one.code for one in lint_text(text, "a.py", {"TFM101"})] == ["TFM101"]
    assert lint_text(text, "a.py", set()) == []


def test_text_that_does_not_parse_is_an_error() -> None:
    with pytest.raises(SourceError, match=r"a\.py: line 1"):
        lint_text("def f(:", "a.py")


@pytest.mark.parametrize("text", ["", "\n", "x = 1", "# only a comment", "import numpy as tf\ntf.log(1)\n"])
def test_files_without_tensorflow_have_no_findings(text: str) -> None:
    assert lint_text(text, "a.py") == []
    assert local_edits(text, "a.py") == []


def test_fixes_of_nested_calls_are_made_in_one_pass() -> None:
    text = "import tensorflow as tf\ny = tf.to_float(tf.log(tf.to_int32(tf.assign(v, tf.to_float(x)))))\n"
    assert fixed(text) == (
        "import tensorflow as tf\n"
        "y = tf.cast(tf.math.log(tf.cast(v.assign(tf.cast(x, tf.float32)), tf.int32)), tf.float32)\n"
    )


def test_insertions_at_one_place_nest() -> None:
    text = (
        "import tensorflow as tf\nsess = tf.Session()\n"
        "loss = tf.nn.softmax_cross_entropy_with_logits(labels=tf.while_loop(c, lambda i: i, [x]), logits=z)\n"
    )
    assert "labels=tf.stop_gradient(tf.while_loop(c, lambda i: [i], [x])[0]), logits=z" in fixed(text)


def test_fixes_keep_comments_and_layout() -> None:
    text = (
        "import tensorflow as tf  # the framework\n\n\n"
        "y = tf.reduce_sum(  # add\n    x , # what\n    reduction_indices = 1 ,\n)   \n"
    )
    assert fixed(text) == text.replace("reduction_indices", "axis")


def test_changes_that_would_stay_silent_are_named() -> None:
    text = (
        "import tensorflow as tf\nsess = tf.Session()\n"
        "a = tf.random_normal_initializer\nb = tf.while_loop(c, d, unknown)\nc = tf.where(mask, x, y)\n"
    )
    assert [one.code for one in unfixed_changes(text, "a.py")] == ["TFM307", "TFM601"]


def test_native_code_has_no_silent_changes() -> None:
    assert unfixed_changes("import tensorflow as tf\nb = tf.while_loop(c, d, unknown)\n", "a.py") == []
