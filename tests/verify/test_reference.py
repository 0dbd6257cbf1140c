"""The original on a real TensorFlow 1, where the environment names a Python that has one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import Mapped

from tf2migrate.model.verdict import VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair
from tf2migrate.workflow.verify import verify_program

PYTHON = os.environ.get("TF2MIGRATE_TENSORFLOW_1_PYTHON", "")
PAIRS = Path(__file__).resolve().parent / "pairs"

pytestmark = pytest.mark.skipif(not PYTHON, reason="TF2MIGRATE_TENSORFLOW_1_PYTHON names no Python with TensorFlow 1")


@pytest.mark.parametrize("name", ["class_model", "gan_scopes"])
def test_pairs_are_equal_to_a_real_tensorflow_1(name: str) -> None:
    verdict = verify_pair(
        PAIRS / name / "before.py", PAIRS / name / "after.py", options=VerifyOptions(reference=PYTHON)
    )
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.reference.startswith("TensorFlow 1.")


def test_runs_are_compared_with_a_real_tensorflow_1(script: Mapped) -> None:
    options = VerifyOptions(reference=PYTHON)
    verdict = script.verify(options=options)
    assert (verdict.verdict, verdict.reason, verdict.compared.runs) == (VerdictKind.EQUAL, "", 7)
    assert script.verify(("Adam(0.01,", "Adam(0.0101,"), options=options).verdict is VerdictKind.DIFFERS


def test_an_interpreter_without_tensorflow_is_one_line(script: Mapped) -> None:
    verdict = script.verify(options=VerifyOptions(reference="/nonexistent/python"))
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert "/nonexistent/python" in verdict.reason


PYTHON_2 = os.environ.get("TF2MIGRATE_TENSORFLOW_1_PYTHON_2", "")

CONTRIB = (
    """\
import numpy as np
import tensorflow as tf
rng = np.random.RandomState(0)
data = rng.randn(8, 3).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 3])
hidden = tf.contrib.layers.fully_connected(x, 4, activation_fn=tf.nn.relu)
out = tf.contrib.layers.fully_connected(hidden, 1, activation_fn=None)
loss = tf.losses.mean_squared_error(tf.reduce_sum(x, 1, keepdims=True), out)
train = tf.contrib.layers.optimize_loss(loss, tf.train.get_or_create_global_step(), 0.1, "SGD")
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(5):
        print(sess.run([train, loss], {x: data})[1])
""",
    """\
import numpy as np
import tensorflow as tf
rng = np.random.RandomState(0)
data = rng.randn(8, 3).astype(np.float32)
glorot = tf.keras.initializers.GlorotUniform
w1 = tf.Variable(glorot()([3, 4]), name="fully_connected/weights")
b1 = tf.Variable(tf.zeros([4]), name="fully_connected/biases")
w2 = tf.Variable(glorot()([4, 1]), name="fully_connected_1/weights")
b2 = tf.Variable(tf.zeros([1]), name="fully_connected_1/biases")
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def train_step(x):
    with tf.GradientTape() as tape:
        out = tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2) + b2
        loss = tf.reduce_mean(tf.square(tf.reduce_sum(x, 1, keepdims=True) - out))
    weights = [w1, b1, w2, b2]
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss


for i in range(5):
    print(train_step(data).numpy())
""",
)

PYTHON_2_PAIR = (
    """\
import tensorflow as tf
w = tf.get_variable("w", [3], initializer=tf.random_normal_initializer())
loss = tf.reduce_sum(tf.square(w - 1.0))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in xrange(5):
        _, value = sess.run([train, loss])
        print "loss", value
    print 7 / 2, sess.run(w)
""",
    """\
import tensorflow as tf
w = tf.Variable(tf.random.normal([3]), name="w")
optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(w - 1.0))
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
    return loss


for i in range(5):
    print("loss", train_step().numpy())
print(7 // 2, w.numpy())
""",
)


def written(folder: Path, before: str, after: str) -> tuple[Path, Path]:
    (folder / "before.py").write_text(before, encoding="utf-8")
    (folder / "after.py").write_text(after, encoding="utf-8")
    return folder / "before.py", folder / "after.py"


def test_a_contrib_program_is_compared_with_its_own_tensorflow(tmp_path: Path) -> None:
    verdict = verify_program(*written(tmp_path, *CONTRIB), VerifyOptions(reference=PYTHON)).verdict
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert (verdict.compared.printed, verdict.compared.variables) == (5, 4)
    wrong = CONTRIB[1].replace("tf.nn.relu(", "tf.nn.elu(")
    verdict = verify_program(*written(tmp_path, CONTRIB[0], wrong), VerifyOptions(reference=PYTHON)).verdict
    assert verdict.verdict is VerdictKind.DIFFERS


@pytest.mark.skipif(not PYTHON_2, reason="TF2MIGRATE_TENSORFLOW_1_PYTHON_2 names no Python 2 with TensorFlow 1")
def test_a_program_in_python_2_is_run_by_python_2(tmp_path: Path) -> None:
    verdict = verify_program(*written(tmp_path, *PYTHON_2_PAIR), VerifyOptions(reference=PYTHON_2)).verdict
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.reference == "TensorFlow 1.15.0"
    wrong = PYTHON_2_PAIR[1].replace("momentum=0.9", "momentum=0.8")
    verdict = verify_program(*written(tmp_path, PYTHON_2_PAIR[0], wrong), VerifyOptions(reference=PYTHON_2)).verdict
    assert verdict.verdict is VerdictKind.DIFFERS
