"""What `--exact` writes computes the same bits as TensorFlow 1, as it stands."""

from __future__ import annotations

from pathlib import Path

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import NativeStyle
from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair
from tf2migrate.workflow.verify import verify_program

PROGRAM = """\
import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 3])
w = tf.get_variable("w", [3, 4])
v = tf.get_variable("v", [4, 1])
loss = tf.reduce_mean(tf.square(tf.matmul(tf.nn.tanh(tf.matmul(x, w)), v) - 1.0))
train = tf.train.{optimizer}.minimize(loss)

rng = np.random.RandomState(1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(12):
        _, value = sess.run([train, loss], {{x: rng.rand(6, 3)}})
        print(step, value)
"""
ADAM = PROGRAM.format(optimizer="AdamOptimizer(0.05, beta1=0.8)")
ADAGRAD = PROGRAM.format(optimizer="AdagradOptimizer(0.05)")


def judge(folder: Path, text: str, *changes: tuple[str, str]) -> Verdict:
    """Return the verdict on what `--exact` makes of a program, after changes that keep the lines."""
    original, migrated = folder / "before.py", folder / "after.py"
    original.write_text(text, encoding="utf-8")
    (result,) = migrate_program(original, folder, NativeStyle(exact=True))
    assert result.text is not None, result.refusals
    written = result.text
    for old, new in changes:
        assert written.count(old) == 1
        written = written.replace(old, new)
    migrated.write_text(written, encoding="utf-8")
    return verify_pair(original, migrated, result.map if not changes else None, VerifyOptions())


def test_every_bit_is_that_of_tensorflow_1(tmp_path: Path) -> None:
    verdict = judge(tmp_path, ADAM)
    assert verdict.verdict is VerdictKind.EQUAL
    assert verdict.levels.emitted.exact and verdict.max_rel == 0.0
    assert verdict.compared.values == 12 and verdict.compared.variables >= 2


def test_powers_that_stand_still_are_seen(tmp_path: Path) -> None:
    change = ("self.beta1_power.assign(self.beta1_power * self.beta1)", "self.beta1_power.assign(self.beta1_power)")
    verdict = judge(tmp_path, ADAM, change)
    assert verdict.verdict is VerdictKind.DIFFERS


def test_verify_knows_what_was_written_exactly(tmp_path: Path) -> None:
    verdict = judge(tmp_path, ADAGRAD)
    assert verdict.verdict is VerdictKind.EQUAL and verdict.max_rel == 0.0
    again = verify_program(tmp_path / "before.py", tmp_path / "after.py", VerifyOptions(runs=5)).verdict
    assert again.verdict is VerdictKind.EQUAL and again.compared.runs == 5
