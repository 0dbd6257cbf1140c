"""Batch normalization: which runs move averages, and what becomes of the operations that did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tf2migrate.migrate.refusal import UNORDERED_EFFECTS

Migrate = Callable[..., Any]

BUILD = """
    x = tf.placeholder(tf.float32, [None, 3])
    training = tf.placeholder(tf.bool)
    h = tf.layers.batch_normalization(tf.layers.dense(x, 2), training=training)
    loss = tf.reduce_mean(h)
    update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    minimize = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
"""
FEED = "{x: np.ones([4, 3]), training: True}"


@pytest.mark.parametrize(
    ("train", "run"),
    [
        ("train_op = tf.group(minimize, update_ops)", "sess.run(train_op, FEED)"),
        ("train_op = tf.group(minimize, *update_ops)", "_, l = sess.run([train_op, loss], FEED)"),
        ("update = tf.group(*update_ops)", "sess.run([minimize, update], FEED)"),
        ("", "sess.run([minimize, update_ops], FEED)"),
        ("", "_, _, l = sess.run([minimize, update_ops, loss], FEED)"),
    ],
)
def test_updates_that_are_run_with_the_train_op_are_part_of_the_layer(migrate: Migrate, train: str, run: str) -> None:
    text = migrate(BUILD + f"    {train}\n", run.replace("FEED", FEED)).text
    assert "update" not in text.partition("class BatchNormalization")[0] + text.partition("@tf.function")[2]
    assert "        if training:\n            rate = " in text


def test_updates_that_no_run_asks_for(migrate: Migrate) -> None:
    text = migrate(BUILD, f"sess.run(minimize, {FEED})").text
    assert "the moving averages stay as they are made" in text
    assert "assign_sub" not in text and "update_ops" not in text


def test_a_run_that_infers_asks_for_no_updates(migrate: Migrate) -> None:
    runs = f"sess.run([minimize, update_ops], {FEED})\nprint(sess.run(loss, {FEED.replace('True', 'False')}))"
    assert "moving_averages" not in migrate(BUILD, runs).text


def test_a_run_that_trains_and_leaves_the_averages(migrate: Migrate) -> None:
    text = migrate(BUILD, f"sess.run([minimize, update_ops], {FEED})\nprint(sess.run(loss, {FEED}))").text
    assert text.count("@moving_averages(batch_normalization)") == 1
    assert text.index("def compute_loss") < text.index("@moving_averages") < text.index("tape.gradient")
    assert "if training and self.moves:" in text


def test_averages_that_are_read_beside_their_update(migrate: Migrate) -> None:
    build = BUILD + "    infer = tf.layers.batch_normalization(x, training=False, name='other')\n"
    assert migrate(build, f"sess.run([minimize, update_ops, infer], {FEED})").text


def test_a_layer_that_some_batches_move(migrate: Migrate) -> None:
    build = """
        x = tf.placeholder(tf.float32, [None, 3])
        a = tf.layers.batch_normalization(x, training=True, name="n")
        update_ops = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
        b = tf.layers.batch_normalization(x * 2, training=True, name="n", reuse=True)
    """
    outcome = migrate(build, "print(sess.run([a, b, update_ops], {x: np.ones([4, 3])}))")
    assert outcome.refused[0] == UNORDERED_EFFECTS


def test_a_flag_that_a_builder_finds_outside_is_its_parameter(migrate: Migrate) -> None:
    build = """
        x = tf.placeholder(tf.float32, [None, 3])
        keep = tf.placeholder_with_default(1.0, [])

        def layer(h, name):
            with tf.variable_scope(name):
                return tf.layers.dense(h, 2) * keep

        loss = tf.reduce_mean(layer(layer(x, "a"), "b"))
    """
    text = migrate(build, "print(sess.run(loss, {x: np.ones([4, 3]), keep: 0.5}))").text
    assert "    def call(self, h, keep):\n" in text
    assert "a(x, keep=keep), keep=keep)" in text
