"""Programs older than TensorFlow 1.0."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.migrate.early import with_names_of_1

HEAD = "import tensorflow as tf\nx = tf.placeholder(tf.float32, [2, 3])\ny = tf.placeholder(tf.float32, [2, 3])\n"
RUN = "with tf.Session() as sess:\n    sess.run(tf.initialize_all_variables())\n    print(sess.run(z, {x: A, y: B}))\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tf.select(c, t=a, e=b)", "tf.where(c, x=a, y=b)"),
        ("tf.listdiff(a, b)", "tf.setdiff1d(a, b)"),
        ("tf.concat(1, [a, b])", "tf.concat(axis=1, values=[a, b])"),
        ("tf.nn.rnn(cell, a)", "tf.nn.static_rnn(cell, a)"),
        ("tf.nn.seq2seq.sequence_loss(a, b, c)", "tf.contrib.legacy_seq2seq.sequence_loss(a, b, c)"),
        ("tf.concat([a, b], 1)", "tf.concat([a, b], 1)"),
        ("tf.where(c, a, b)", "tf.where(c, a, b)"),
    ],
)
def test_words_of_tensorflow_1(old: str, new: str) -> None:
    text = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\nvalue = {}\n"
    assert with_names_of_1(text.format(old), "program.py") == text.format(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "tf.nn.softmax_cross_entropy_with_logits(x, y)",
            "tf.nn.softmax_cross_entropy_with_logits(logits=x, labels=y)",
        ),
        ("tf.select(tf.greater(x, y), x, y)", "tf.where(tf.greater(x, y), x, y)"),
        ("tf.mul(tf.sub(x, y), tf.neg(x))", "tf.multiply(tf.subtract(x, y), tf.negative(x))"),
        ("tf.concat(1, [x, y])", "tf.concat(axis=1, values=[x, y])"),
        ("tf.split(1, 3, x)[0]", "tf.split(axis=1, num_or_size_splits=3, value=x)[0]"),
        ("tf.pack([x, y])", "tf.stack([x, y])"),
    ],
)
def test_programs_become_native(tmp_path: Path, old: str, new: str) -> None:
    entry = tmp_path / "entry.py"
    entry.write_text(f"{HEAD}z = {old}\n{RUN}".replace("A", "[[1.0] * 3] * 2").replace("B", "[[2.0] * 3] * 2"))
    (result,) = migrate_program(entry)
    assert result.text is not None, result.refusals
    assert f"    z = {new}\n" in result.text
    assert "initialize_all" not in result.text
