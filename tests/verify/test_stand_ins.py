"""The stand-ins answer as the modules of TensorFlow 1.15 did, in one child process per interface."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tf2migrate.verify.stand_ins import FOLDER as STAND_INS_FOLDER
from tf2migrate.verify.stand_ins import PLOTS, STAND_INS, StandInFinder

ROOT = Path(__file__).resolve().parents[2]

PREAMBLE = """
import json, sys
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
sys.modules["tensorflow"] = tf
from tf2migrate.verify.stand_ins import install_stand_ins
finder = install_stand_ins()
answers = {}
"""

MNIST = """
tf.set_random_seed(7)
from tensorflow.examples.tutorials.mnist import input_data
mnist = input_data.read_data_sets("nowhere", one_hot=True)
answers["sizes"] = [part.num_examples for part in mnist]
answers["shape"] = [list(mnist.train.images.shape), str(mnist.train.images.dtype), str(mnist.train.labels.dtype)]
answers["range"] = [float(mnist.test.images.min()), 0.9 < float(mnist.test.images.max()) <= 1.0]
answers["hot"] = bool((mnist.test.labels.sum(axis=1) == 1).all())
# The law of the order: the graph's seed seeds numpy, the first epoch is shuffled at its first batch.
images, labels = mnist.train.images, mnist.train.labels
np.random.seed(7)
first, second = np.arange(55000), np.arange(55000)
np.random.shuffle(first)
np.random.shuffle(second)
np.random.seed(7)
batch = mnist.train.next_batch(40000)
answers["first"] = bool((batch[0] == images[first[:40000]]).all() and (batch[1] == labels[first[:40000]]).all())
crossing = mnist.train.next_batch(20000)
expected = np.concatenate([images[first[40000:]], images[first][second[:5000]]])
answers["crossing"] = bool((crossing[0] == expected).all())
answers["epochs"] = mnist.train.epochs_completed
plain = input_data.read_data_sets("nowhere", reshape=False, validation_size=100)
answers["plain"] = [list(plain.validation.images.shape), plain.train.num_examples, plain.train.labels.ndim]
"""

CONTRIB = """
from tensorflow.contrib import rnn
from tensorflow.contrib.layers import flatten
x = tf.placeholder(tf.float32, [None, 2, 3])
w = tf.get_variable("w", [400, 200], initializer=tf.contrib.layers.xavier_initializer())
l2 = tf.contrib.layers.l2_regularizer(0.1)(tf.constant([3.0, 4.0]))
relu = tf.contrib.layers.fully_connected(flatten(x), 2, weights_initializer=tf.constant_initializer(-1.0))
cell = tf.contrib.rnn.BasicLSTMCell(4)
outputs, _ = rnn.static_rnn(cell, tf.unstack(x, axis=1), dtype=tf.float32)
weights = tf.constant([[1.0, 0.0], [1.0, 1.0]])
loss = tf.contrib.seq2seq.sequence_loss(tf.zeros([2, 2, 5]), tf.zeros([2, 2], tf.int32), weights)
total = tf.contrib.legacy_seq2seq.sequence_loss_by_example(
    [tf.zeros([3, 5])] * 2, [tf.zeros([3], tf.int32)] * 2, [tf.ones([3])] * 2)
v = tf.Variable([3.0, -1.0])
scipy_optimizer = tf.contrib.opt.ScipyOptimizerInterface(tf.reduce_sum(tf.square(v - 1.0)), var_list=[v])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    drawn = sess.run(w)
    answers["xavier"] = [float(abs(drawn).max()), float(drawn.std())]
    answers["l2"] = float(sess.run(l2))
    answers["relu"] = sess.run(relu, {x: np.ones([1, 2, 3])}).tolist()
    answers["rnn"] = list(sess.run(outputs[-1], {x: np.ones([1, 2, 3])}).shape)
    answers["loss"] = [float(sess.run(loss)), sess.run(total).tolist()]
    scipy_optimizer.minimize(sess)
    answers["scipy"] = sess.run(v).tolist()
answers["names"] = sorted(v.name for v in tf.trainable_variables())[:4]
try:
    tf.contrib.crf
except AttributeError as error:
    answers["missing"] = str(error)
answers["used"] = sorted(finder.used)
"""


def answers(program: str, keras: str = "1") -> dict[str, object]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_USE_LEGACY_KERAS": keras, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", PREAMBLE + program + "print(json.dumps(answers))"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.tensorflow
def test_mnist_has_the_sizes_and_the_order_of_the_tutorial_reader() -> None:
    found = answers(MNIST)
    assert found.pop("range") == [0.0, True]
    assert found == {
        "sizes": [55000, 5000, 10000],
        "shape": [[55000, 784], "float32", "float64"],
        "hot": True,
        "first": True,
        "crossing": True,
        "epochs": 1,
        "plain": [[100, 28, 28, 1], 59900, 1],
    }


@pytest.mark.tensorflow
def test_contrib_has_the_laws_of_contrib() -> None:
    found = answers(CONTRIB)
    bound = (6.0 / 600) ** 0.5
    largest, deviation = found["xavier"]  # type: ignore[misc]
    assert 0.99 * bound < largest <= bound * (1 + 1e-6)  # of a float32
    assert deviation == pytest.approx(bound / 3**0.5, rel=0.02)
    assert found["l2"] == pytest.approx(0.5 * 0.1 * 25)
    assert found["relu"] == [[0.0, 0.0]]
    assert found["rnn"] == [1, 4]
    entropy = 1.6094379
    assert found["loss"] == [pytest.approx(entropy), pytest.approx([entropy] * 3)]
    assert found["scipy"] == pytest.approx([1.0, 1.0], abs=1e-4)
    assert found["names"] == [
        "Variable:0",
        "fully_connected/biases:0",
        "fully_connected/weights:0",
        "rnn/basic_lstm_cell/bias:0",
    ]
    assert found["missing"] == "no stand-in for tensorflow.contrib.crf"
    assert "tensorflow.contrib.slim" not in found["used"]  # type: ignore[operator]


def test_every_stand_in_is_there_and_nothing_else_is_found() -> None:
    finder = StandInFinder(STAND_INS)
    assert all(path.is_file() for path in STAND_INS.values())
    assert finder.find_spec("tensorflow.keras", None) is None
    assert finder.find_spec("numpy", None) is None
    assert finder.used == set()
    spec = finder.find_spec("tensorflow.contrib", None)
    assert spec is not None
    assert spec.submodule_search_locations == []


def test_a_module_of_the_user_may_be_a_package_and_its_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("gone", "data"):
        (tmp_path / f"{name}.py").write_text(f"NAME = {name!r}\n", encoding="utf-8")
    parts = {"gonelib": tmp_path / "gone.py", "gonelib.data": tmp_path / "data.py", "lost.data": tmp_path / "data.py"}
    finder = StandInFinder(parts, packages=False)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    for name, text in (("gonelib", "gone"), ("gonelib.data", "data"), ("lost.data", "data")):
        assert text == importlib.import_module(name).NAME
    assert finder.used == set(parts)


DRAWS = """
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from mpl_toolkits.mplot3d import Axes3D
plt.rcParams["figure.figsize"] = (8, 6)
figure, axes = plt.subplots(2, 2)
line, = axes[0, 1].plot([1, 2], label="loss")
counts, edges, patches = plt.hist([1, 2])
for one in axes.flat:
    one.set_title("a")
with plt.style.context("ggplot"):
    plt.plot([1])
plt.show()
try:
    plt.imread("a.png")
except NotImplementedError as error:
    print(error)
"""


def test_plots_are_not_drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for names in PLOTS.values() for name in names]
    for name in [one for one in sys.modules if one.partition(".")[0] in PLOTS]:
        monkeypatch.delitem(sys.modules, name)
    finder = StandInFinder(dict.fromkeys(names, STAND_INS_FOLDER / "plots.py"))
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    exec(compile(DRAWS, "draws.py", "exec"), {})
    assert "needs matplotlib itself" in capsys.readouterr().out
    assert finder.used == {"matplotlib", "matplotlib.pyplot", "mpl_toolkits", "mpl_toolkits.mplot3d"}
