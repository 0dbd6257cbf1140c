"""Regularization terms, written where they are read."""

from __future__ import annotations

import pytest

from tests.unit.migrate.conftest import Migrate

X = "x = tf.placeholder(tf.float32, [None, 4])\n"
RUN = "print(sess.run(y, {x: np.ones([2, 4])}))\n"
L2 = "tf.contrib.layers.l2_regularizer"


def read(made: str, collected: str = "tf.losses.get_regularization_loss()") -> str:
    return f"{X}{made}\ny = tf.reduce_sum(h) + {collected}\n"


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (f"h = tf.layers.dense(x, 2, kernel_regularizer={L2}(0.1))", "+ (0.1 * tf.nn.l2_loss(dense.kernel))"),
        (f"s = 0.1\nh = tf.layers.dense(x, 2, bias_regularizer={L2}(s))", "+ (s * tf.nn.l2_loss(dense.bias))"),
        (
            "h = tf.layers.dense(x, 2, kernel_regularizer=tf.keras.regularizers.l1(0.3))",
            "+ (0.3 * tf.reduce_sum(tf.abs(dense.kernel)))",
        ),
        (
            f"with tf.variable_scope('a', regularizer={L2}(0.1)):\n    h = tf.layers.dense(x, 2)",
            "tf.add_n([0.1 * tf.nn.l2_loss(dense.kernel), 0.1 * tf.nn.l2_loss(dense.bias)])",
        ),
        (
            f"w = tf.get_variable('w', [4, 2], regularizer={L2}(0.2))\nh = tf.matmul(x, w)",
            "+ (0.2 * tf.nn.l2_loss(w_variable))",
        ),
        (f"h = tf.layers.dense(x, 2, kernel_regularizer={L2}(0.0))", "+ tf.constant(0.0)"),
        (
            f"r = {L2}(0.1)\n"
            "a = tf.layers.dense(x, 2, name='d', kernel_regularizer=r)\n"
            "h = a + tf.layers.dense(2 * x, 2, name='d', kernel_regularizer=r, reuse=True)",
            "+ (0.1 * tf.nn.l2_loss(d.kernel))",
        ),
    ],
)
def test_terms_are_written_with_their_weights(migrate: Migrate, made: str, written: str) -> None:
    text = migrate(read(made), RUN).text
    assert "".join(written.split()) in "".join(text.split())  # long lists have several lines
    assert "regularizer" not in text


def test_terms_that_nothing_reads_are_none(migrate: Migrate) -> None:
    text = migrate(f"{X}y = tf.layers.dense(x, 2, kernel_regularizer={L2}(0.1))\n", RUN).text
    assert "l2_loss" not in text and "regularizer" not in text


def test_terms_of_layers_of_keras_are_in_no_collection(migrate: Migrate) -> None:
    layer = "tf.keras.layers.Dense(2, kernel_regularizer=tf.keras.regularizers.l2(0.1))"
    found = migrate(read(f"h = {layer}(x)"), RUN)
    assert "y = tf.reduce_sum(h) + tf.constant(0.0)" in found.text


@pytest.mark.parametrize("regularizer", ["tf.nn.l2_loss", "lambda w: 0.1 * tf.reduce_max(w)"])
def test_terms_without_a_known_formula_are_refused(migrate: Migrate, regularizer: str) -> None:
    found = migrate(read(f"h = tf.layers.dense(x, 2, kernel_regularizer={regularizer})"), RUN)
    assert found.refused[1].startswith("y = ")
