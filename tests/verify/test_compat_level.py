"""A program at level compat is run as it is, and compared by what it prints and by its variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.config import Config
from tf2migrate.model.plan import Level, Status
from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair
from tf2migrate.workflow.fix import FixOptions, fix_paths
from tf2migrate.workflow.verify import verify_program

pytest.importorskip("tensorflow")
pytest.importorskip("tf_slim")
pytestmark = [pytest.mark.tensorflow, pytest.mark.xdist_group("verify")]

PROGRAM = """
import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn
from tensorflow.contrib.layers import fully_connected

x = tf.placeholder(tf.float32, [None, 2])
hidden = tf.layers.dense(x, 4, tf.nn.tanh)
hidden = tf.nn.dropout(fully_connected(hidden, 3, tf.nn.tanh), 0.5)
outputs, state = tf.nn.dynamic_rnn(rnn.BasicLSTMCell(3), tf.expand_dims(hidden, 1), dtype=tf.float32)
loss = tf.reduce_mean(tf.square(outputs))
loss += tf.contrib.layers.l2_regularizer(0.1)(outputs + 1.0)
train = tf.train.AdamOptimizer(0.1).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(4):
        _, value = sess.run([train, loss], {x: np.ones((4, 2), np.float32)})
        print(step, value)
"""


@pytest.mark.parametrize(
    ("bug", "expected"), [("0.1)(outputs", VerdictKind.EQUAL), ("0.2)(outputs", VerdictKind.DIFFERS)]
)
def test_pair(bug: str, expected: VerdictKind, tmp_path: Path) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "program.py").write_text(PROGRAM, encoding="utf-8")
    migrated = tmp_path / "after" / "program.py"
    report = fix_paths([migrated], Config(tmp_path), FixOptions(level=Level.COMPAT))
    assert [file.result.status for file in report.files] == [Status.COMPAT]
    text = migrated.read_text(encoding="utf-8")
    assert "0.1)(outputs" in text
    migrated.write_text(text.replace("0.1)(outputs", bug), encoding="utf-8")
    verdict = verify_program(tmp_path / "before" / "program.py", migrated, VerifyOptions()).verdict
    assert verdict.verdict is expected, verdict.reason
    if expected is VerdictKind.EQUAL:
        assert verdict.compared.variables >= 4
        assert verdict.compared.printed == 8
        assert (verdict.compared.runs, verdict.compared.values) == (5, 4), (
            "each run, and the loss that four of them give"
        )


@pytest.mark.parametrize(("value", "expected"), [("2.0", VerdictKind.EQUAL), ("2.5", VerdictKind.DIFFERS)])
def test_runs_are_compared_one_by_one_and_bounded(value: str, expected: VerdictKind, tmp_path: Path) -> None:
    """A program that prints nothing and never ends."""
    text = """
x = tf.placeholder(tf.float32)
y = x * FACTOR
with tf.Session() as sess:
    while True:
        sess.run(y, {x: 1.0})
"""
    (tmp_path / "before.py").write_text("import tensorflow as tf\n" + text.replace("FACTOR", "2.0"), encoding="utf-8")
    start = "import tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
    (tmp_path / "after.py").write_text(start + text.replace("FACTOR", value), encoding="utf-8")
    options = VerifyOptions(runs=7)
    verdict = verify_pair(tmp_path / "before.py", tmp_path / "after.py", None, options, same_runs=True)
    assert verdict.verdict is expected, verdict.reason
    assert verdict.compared.runs == 7
