"""`--exact`: optimizers over TensorFlow 1's own operations wherever Keras's round in another way."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import NativeStyle

PROGRAM = """\
import tensorflow as tf

w = tf.Variable(2.0, name="w")
train = tf.train.{optimizer}(0.1).minimize(tf.square(w))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(train)
    print(sess.run(w))
"""


@pytest.fixture
def exact(tmp_path: Path):
    """Return a function that migrates a program with an optimizer, as it is usual and exactly."""

    def run(optimizer: str) -> tuple[str, str]:
        path = tmp_path / "program.py"
        path.write_text(PROGRAM.format(optimizer=optimizer), encoding="utf-8")
        styles = (NativeStyle(), NativeStyle(exact=True))
        usual, other = (migrate_program(path, tmp_path, style)[0].text or "" for style in styles)
        return usual, other

    return run


@pytest.mark.parametrize("name", ["Adam", "Adagrad", "RMSProp", "Adadelta"])
def test_the_operation_that_tf1_runs_takes_the_place_of_keras(exact, name: str) -> None:
    usual, other = exact(f"{name}Optimizer")
    assert "tf.keras.optimizers." in usual and "raw_ops" not in usual
    assert f"tf.raw_ops.ResourceApply{name}(grad=gradient" in other and "tf.keras.optimizers." not in other
    assert f"optimizer = {name}Optimizer(0.1)" in other


def test_where_keras_rounds_alike_it_stays(exact) -> None:
    usual, other = exact("GradientDescentOptimizer")
    assert usual == other and "tf.keras.optimizers.SGD(0.1)" in usual


def test_the_powers_of_adam_are_multiplied_once_a_step(exact) -> None:
    _, other = exact("AdamOptimizer")
    lines = other.split("\n")
    (first,) = (line for line in lines if "beta1_power.assign" in line)
    assert first == "        self.beta1_power.assign(self.beta1_power * self.beta1)"  # behind the loop over variables
