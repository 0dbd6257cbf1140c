"""What optimizers keep for themselves, and the rates that they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [])
w = tf.Variable(2.0)
loss = tf.square(w * x)
"""
MOMENTUM = "optimizer = tf.train.MomentumOptimizer(0.1, 0.9)\ntrain = optimizer.minimize(loss)\n"


@pytest.mark.parametrize(
    "read",
    [
        'print(sess.run(optimizer.get_slot(w, "momentum")))',
        'print(sess.run(2.0 * optimizer.get_slot(w, "momentum")))',
        "print(sess.run(tf.global_variables()))",
        "print(optimizer.get_slot_names())",
    ],
)
def test_a_program_that_looks_at_slots_is_left(migrate: Migrate, read: str) -> None:
    found = migrate(GRAPH + MOMENTUM, f"sess.run(train, {{x: 1.0}})\n{read}\n")
    code, line = found.refused
    assert code == "TFM981"
    assert "get_slot" in line or "global_variables()" in line


def test_slots_that_nobody_reads_do_no_harm(migrate: Migrate) -> None:
    found = migrate(GRAPH + MOMENTUM, "sess.run(train, {x: 1.0})\nprint(len(sess.run(tf.trainable_variables())))\n")
    assert "tf.keras.optimizers.SGD(0.1, momentum=0.9)" in found.text


@pytest.mark.parametrize(
    ("rate", "assigned"),
    [
        ("tf.placeholder(tf.float32)", "tf.ensure_shape(rate, [])"),
        ("tf.placeholder(tf.float32, name='rate')", "tf.ensure_shape(rate, [])"),
        ("tf.placeholder(tf.float32, [])", "rate"),
        ("tf.placeholder(tf.float32, shape=())", "rate"),
    ],
)
def test_keras_is_given_rates_of_known_rank(migrate: Migrate, rate: str, assigned: str) -> None:
    train = "train = tf.train.AdamOptimizer(rate).minimize(loss)\n"
    found = migrate(GRAPH + f"rate = {rate}\n" + train, "sess.run(train, {x: 1.0, rate: 0.1})\n")
    assert f"    optimizer.learning_rate.assign({assigned})\n" in found.function("train_step")


def test_a_getter_of_variables_is_no_argument_to_pass_by(migrate: Migrate) -> None:
    found = migrate(
        """
        def net(x, reuse=None, getter=None):
            with tf.variable_scope("net", reuse=reuse, custom_getter=getter):
                return x * tf.get_variable("w", [])


        x = tf.placeholder(tf.float32, [])
        first = net(x)
        ema = tf.train.ExponentialMovingAverage(0.9)
        keep = ema.apply(tf.trainable_variables())
        second = net(x, True, lambda getter, name, *rest, **more: ema.average(getter(name, *rest, **more)))
        """,
        "sess.run(keep)\nprint(sess.run([first, second], {x: 1.0}))\n",
    )
    assert found.refused == ("TFM971", 'with tf.variable_scope("net", reuse=reuse, custom_getter=getter):')
