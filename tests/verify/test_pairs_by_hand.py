"""Pairs without a source map are judged by what both print and by the variables that they end with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tf2migrate.model.verdict import LevelKind, Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify import verify_pair

PAIRS = Path(__file__).resolve().parent / "pairs"
Texts = Callable[..., Verdict]

HEAD = "import tensorflow as tf\n"
SESSION = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"


@pytest.mark.parametrize(
    ("name", "variables", "printed"), [("script", 4, 14), ("class_model", 8, 36), ("gan_scopes", 8, 23)]
)
def test_pairs_are_equal(name: str, variables: int, printed: int) -> None:
    verdict = verify_pair(PAIRS / name / "before.py", PAIRS / name / "after.py")
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert (verdict.compared.variables, verdict.compared.printed) == (variables, printed)
    assert verdict.levels.structure.verdict is LevelKind.EQUAL  # by what it prints with TensorFlow 1's optimizers
    assert verdict.levels.emitted.verdict is LevelKind.NOT_COMPARED
    assert verdict.levels.program.verdict is LevelKind.EQUAL
    assert verdict.reference.startswith("compat 2.")
    assert verdict.exit_status == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('slot.path.endswith("velocity")', 'slot.path.endswith("nothing")'),
        ("self.lr, epsilon=1e-10", "self.lr * 1.01, epsilon=1e-10"),
        ("            t.assign(s)", "            s.assign(t)"),
    ],
    ids=["RMSProp slot zero", "rate", "copied the wrong way"],
)
def test_bugs_of_a_class_are_caught_by_its_output(texts: Texts, old: str, new: str) -> None:
    before = (PAIRS / "class_model" / "before.py").read_text(encoding="utf-8")
    after = (PAIRS / "class_model" / "after.py").read_text(encoding="utf-8")
    assert after.count(old) == 1
    verdict = texts(before, after.replace(old, new))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.exit_status == 1
    assert verdict.first_difference is not None
    assert verdict.first_difference.name == "output"
    assert verdict.first_difference.original == f"before.py:{before[: before.rindex('print(')].count(chr(10)) + 1}"
    assert verdict.first_difference.migrated == f"after.py:{after[: after.rindex('print(')].count(chr(10)) + 1}"


def test_text_that_differs_is_a_difference(texts: Texts) -> None:
    verdict = texts(HEAD + "print('loss')\n", HEAD + "print('Loss')\n")
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
    assert verdict.first_difference.original == "before.py:2"


def test_a_program_that_shows_nothing_is_not_verified(texts: Texts) -> None:
    verdict = texts(HEAD + "x = tf.constant(1.0)\n", HEAD + "x = tf.constant(1.0)\n")
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert verdict.exit_status == 2
    assert "nothing could be compared" in verdict.reason


FETCHED = (
    """\
import tensorflow as tf
x = tf.placeholder(tf.float32, [2])
w = tf.get_variable("w", [2, 1], initializer=tf.random_normal_initializer())
out = tf.matmul(x[None], w)
loss = tf.reduce_sum(tf.square(out))
train = tf.train.AdamOptimizer(0.1).minimize(loss)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(4):
        _, value = sess.run([train, loss], {x: [1.0, i]})
    result = sess.run(out, {x: [1.0, 2.0]})
""",
    """\
import tensorflow as tf
w = tf.Variable(tf.transpose(tf.random.normal([2, 1])))
optimizer = tf.keras.optimizers.Adam(0.1, epsilon=1e-8)


@tf.function
def train(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(w @ x[:, None]))
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
    return {"loss": loss}


for i in range(4):
    train(tf.constant([1.0, i]))
result = (w @ [[1.0], [2.0]]).numpy()
""",
)


def test_results_are_paired_by_what_they_are_where_nothing_is_shown(texts: Texts) -> None:
    verdict = texts(*FETCHED)
    assert (verdict.verdict, verdict.reason, verdict.results_not_paired) == (VerdictKind.EQUAL, "", ())
    assert [(one.original, one.migrated, one.function, one.calls) for one in verdict.results_paired] == [
        ("before.py:10[1]", "after.py:15['loss']", "train", 4),
        ("before.py:11", "after.py:16", "<module>", 1),
    ]
    assert verdict.compared.results == 5
    verdict = texts(FETCHED[0], FETCHED[1].replace("(0.1,", "(0.101,"))
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert verdict.results_not_paired == ("before.py:10[1]", "before.py:11")


def test_an_initializer_of_another_scale_is_caught_by_the_variables(texts: Texts) -> None:
    before = HEAD + "w = tf.get_variable('w', [3, 4], initializer=tf.random_normal_initializer())\n" + SESSION
    right = HEAD + "w = tf.Variable(tf.random_normal_initializer(stddev=1.0)([3, 4]), name='w')\n"
    assert texts(before, right).verdict is VerdictKind.EQUAL
    verdict = texts(before, right.replace("stddev=1.0", ""))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
    assert (verdict.first_difference.name, verdict.first_difference.original) == ("w", "before.py:2")


def test_an_initializer_that_two_layers_share_is_caught(texts: Texts) -> None:
    before = (
        HEAD
        + "x = tf.ones([1, 3])\ni = tf.glorot_uniform_initializer()\n"
        + "a = tf.layers.dense(tf.layers.dense(x, 3, kernel_initializer=i), 3, kernel_initializer=i)\n"
        + SESSION
        + "print(sess.run(a))\n"
    )
    after = (
        HEAD
        + "x = tf.ones([1, 3])\ni = tf.keras.initializers.GlorotUniform()\nj = tf.keras.initializers.GlorotUniform()\n"
        + "a = tf.keras.layers.Dense(3, kernel_initializer=i)\nb = tf.keras.layers.Dense(3, kernel_initializer=j)\n"
        + "print(b(a(x)).numpy())\n"
    )
    assert texts(before, after).verdict is VerdictKind.EQUAL
    assert texts(before, after.replace("kernel_initializer=j", "kernel_initializer=i")).verdict is VerdictKind.DIFFERS


def test_host_randomness_and_clocks_are_the_same_on_both_sides(texts: Texts) -> None:
    host = "import random, time\nimport numpy as np\n"
    shown = "print(random.random(), np.random.rand(), np.random.default_rng().random(), time.time())\n"
    layer = "tf.keras.layers.Dense(2).build([None, 2])\n"  # Keras draws its seeds from Python's generator
    verdict = texts(HEAD + host + shown + shown, HEAD + host + shown + layer + shown)
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")


def test_draws_in_a_loop_are_drawn_anew(texts: Texts) -> None:
    before = HEAD + "d = tf.random_uniform([2])\n" + SESSION + "for i in range(3):\n    print(sess.run(d))\n"
    after = HEAD + "for i in range(3):\n    print(tf.random.uniform([2]).numpy())\n"
    reused = HEAD + "d = tf.random.uniform([2])\nfor i in range(3):\n    print(d.numpy())\n"
    assert texts(before, after).verdict is VerdictKind.EQUAL
    verdict = texts(before, reused)
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
    assert verdict.first_difference.original == "before.py:6"


DROPPED = """
import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [4, 3])
keep = tf.placeholder(tf.float32)
w = tf.get_variable("w", [3, 2], initializer=tf.ones_initializer())
loss = tf.reduce_mean(tf.square(tf.nn.dropout(tf.matmul(x, w), keep) - 1.0))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
data = np.random.RandomState(0).rand(4, 3)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(4):
        sess.run(train, {x: data, keep: 0.6})
        print(sess.run(loss, {x: data, keep: 1.0}))
"""
NOT_DROPPED = """
import numpy as np
import tensorflow as tf
w = tf.Variable(tf.ones([3, 2]))
data = tf.constant(np.random.RandomState(0).rand(4, 3), tf.float32)


def loss_of(rate):
    y = tf.matmul(data, w)
    return tf.reduce_mean(tf.square((tf.nn.dropout(y, rate) if rate is not None else y) - 1.0))


for _ in range(4):
    with tf.GradientTape() as tape:
        loss = loss_of(RATE)
    w.assign_sub(0.1 * tape.gradient(loss, w))
    print(loss_of(None).numpy())
"""


@pytest.mark.parametrize(
    ("rate", "evaluated", "verdict"),
    [("0.4", "None", "equal"), ("0.4", "tf.constant(0.0)", "equal"), ("0.6", "None", "differs")],
)
def test_a_dropout_that_drops_nothing_draws_nothing(texts: Texts, rate: str, evaluated: str, verdict: str) -> None:
    after = NOT_DROPPED.replace("RATE", rate).replace("loss_of(None)", f"loss_of({evaluated})")
    assert texts(DROPPED, after).verdict.value == verdict


def test_a_run_that_races_reads_before_it_writes(texts: Texts) -> None:
    before = (
        HEAD
        + "x, y = tf.Variable(1.0), tf.Variable(2.0)\nstep = tf.group(x.assign(x + y), y.assign(x - y))\n"
        + SESSION
        + "for i in range(3):\n    sess.run(step)\n    print(sess.run([step, x, y])[1:])\n"
    )
    after = (
        HEAD
        + "x, y = tf.Variable(1.0), tf.Variable(2.0)\n\n\n@tf.function\ndef step():\n"
        + "    was = [x.read_value(), y.read_value()]\n    a, b = x + y, x - y\n"
        + "    x.assign(a)\n    y.assign(b)\n    return was\n\n\n"
        + "for i in range(3):\n    step()\n    print([v.numpy() for v in step()])\n"
    )
    verdict = texts(before, after)
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.races == ("before.py:7", "before.py:8")
    writes_first = after.replace("    a, b = x + y, x - y\n    x.assign(a)\n", "    x.assign(x + y)\n    b = x - y\n")
    assert texts(before, writes_first).verdict is VerdictKind.DIFFERS


def test_only_the_original_has_stand_ins_for_what_is_gone(texts: Texts) -> None:
    read = "from tensorflow.examples.tutorials.mnist import input_data\ndata = input_data.read_data_sets('none')\n"
    shown = "print(data.train.images.shape)\n"
    verdict = texts(HEAD + read + shown, HEAD + "print((55000, 784))\n")
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.stand_ins == ("tensorflow.examples.tutorials.mnist.input_data",)
    assert texts(HEAD + read + shown, HEAD + read + shown).verdict is VerdictKind.CRASHED
    contrib = HEAD + "print(tf.contrib.layers.xavier_initializer is None)\n"
    assert texts(contrib, HEAD + "print(False)\n").verdict is VerdictKind.EQUAL
    assert "contrib" in texts(contrib, contrib).reason


def test_a_module_that_the_user_names_stands_in_on_both_sides(texts: Texts, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    stand_in = tmp_path / "elsewhere" / "stand_in.py"
    stand_in.write_text("def make():\n    return 7\n", encoding="utf-8")
    program = "import gone_for_good\nprint(gone_for_good.make())\n"
    verdict = texts(HEAD + program, HEAD + program, VerifyOptions(stand_ins=(("gone_for_good", stand_in),)))
    assert (verdict.verdict, verdict.stand_ins) == (VerdictKind.EQUAL, ("gone_for_good",))


def test_arguments_and_data_reach_both_programs(texts: Texts, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "numbers.txt").write_text("1.5\n2.5\n", encoding="utf-8")
    shown = "import sys\nprint(sys.argv[1:], open('numbers.txt').read())\n"
    verdict = texts(HEAD + shown, HEAD + shown, VerifyOptions(args=("--rate", "0.1"), data=data))
    assert (verdict.verdict, verdict.compared.printed) == (VerdictKind.EQUAL, 3)


SEEDED = (
    HEAD + "d = tf.random_uniform([2], seed=3)\ny = d + 1.0\n" + SESSION + "print(sess.run(d))\nprint(sess.run(y))\n"
)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (
            "f = tf.function(lambda: tf.random.uniform([2], seed=3))\nprint(f().numpy())\nprint(f().numpy() + 1)\n",
            "equal",
        ),
        ("for k in (0, 1):\n    print(tf.random.uniform([2], seed=3).numpy() + k)\n", "equal"),
        (
            "f = tf.function(lambda: tf.random.uniform([2], seed=3))\ng = tf.function(lambda: tf.random.uniform([2], seed=3) + 1.0)\n"
            "print(f().numpy())\nprint(g().numpy())\n",
            "differs",
        ),
        ("for k in (0, 1):\n    print(tf.random.uniform([2], seed=4).numpy() + k)\n", "differs"),
        ("tf.random.set_seed(8)\nfor k in (0, 1):\n    print(tf.random.uniform([2], seed=3).numpy() + k)\n", "differs"),
    ],
    ids=["one function", "at once", "a function each", "another seed", "another seed of all"],
)
def test_seeds_of_operations_keep_the_law_of_tensorflow(texts: Texts, after: str, verdict: str) -> None:
    found = texts(SEEDED, HEAD + after)
    assert (found.verdict.value, found.aligned_draws, found.seeds_not_kept) == (verdict, 0, ())


def test_seeds_that_are_lost_are_named(texts: Texts) -> None:
    found = texts(SEEDED, HEAD + "for k in (0, 1):\n    print(tf.random.uniform([2]).numpy() + k)\n")
    assert (found.verdict, found.aligned_draws, found.seeds_not_kept) == (VerdictKind.EQUAL, 2, ("before.py:2",))
    found = texts(
        "import tensorflow as tf; tf.set_random_seed(2)\n" + SEEDED.replace(", seed=3", "")[len(HEAD) :],
        HEAD + "for k in (0, 1):\n    print(tf.random.uniform([2]).numpy() + k)\n",
    )
    assert (found.verdict, found.aligned_draws, found.seeds_not_kept) == (VerdictKind.EQUAL, 2, ("before.py:2",))


def test_numbers_of_another_type_are_a_difference(texts: Texts) -> None:
    assert texts(HEAD + "print('loss', 3)\n", HEAD + "print('loss', 3.0)\n").verdict is VerdictKind.DIFFERS


def test_what_a_program_writes_to_the_error_stream_is_compared(texts: Texts) -> None:
    words = "import sys, warnings\nsys.stderr.write('one %d\\n' % {})\nwarnings.warn('{}')\nprint('done')\n"
    assert texts(HEAD + words.format(1, 1), HEAD + words.format(1, 2)).verdict is VerdictKind.EQUAL
    verdict = texts(HEAD + words.format(1, 1), HEAD + words.format(2, 1))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
    assert verdict.first_difference.original == "before.py:3"


@pytest.mark.parametrize(
    ("made", "stream"),
    [
        ("logging.basicConfig(level=logging.INFO)", "stderr"),
        ("logging.basicConfig(stream=sys.stdout, level=logging.INFO, format='%(asctime)s %(message)s')", "stdout"),
        ("logging.basicConfig(filename='log.txt', level=logging.INFO, format='%(asctime)s %(message)s')", "file"),
    ],
)
def test_what_a_program_logs_is_compared(texts: Texts, made: str, stream: str) -> None:
    words = HEAD + f"import logging, sys\n{made}\nlogging.info('loss %f', {{}})\nprint('done')\n"
    verdict = texts(words.format(1.5), words.format(1.5))
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, ""), stream
    assert texts(words.format(1.5), words.format(1.6)).verdict is VerdictKind.DIFFERS
    quiet = HEAD + "import logging\nlogging.info('loss %f', {})\nprint('done')\n"
    assert texts(quiet.format(1.5), quiet.format(1.6)).verdict is VerdictKind.EQUAL


def test_words_that_a_program_exits_with_are_compared(texts: Texts) -> None:
    assert texts(HEAD + "import sys\nsys.exit('bad')\n", HEAD + "import sys\nsys.exit('worse')\n").exit_status == 1


def test_variables_that_nothing_shows_must_have_counterparts(texts: Texts) -> None:
    before = HEAD + "w = tf.Variable([1.0, 2.0], name='w')\n" + SESSION + "print('trained')\n"
    assert texts(before, HEAD + "w = tf.Variable([1.0, 2.0])\nprint('trained')\n").verdict is VerdictKind.EQUAL
    verdict = texts(before, HEAD + "w = tf.Variable([[1.0, 2.0]])\nprint('trained')\n")
    assert (verdict.verdict, verdict.variables_not_paired) == (VerdictKind.NOT_VERIFIED, ("w",))


SHOWN_AS_WORDS = (
    HEAD
    + "x = tf.placeholder(tf.float32)\ny = x * 2.0\nwith tf.Session() as sess:\n    value = sess.run(y, {x: 2.0})\n",
    HEAD + "value = (tf.constant(2.0) * 2.0).numpy()\n",
)


@pytest.mark.parametrize(
    "shown",
    [
        "print('fine' if value < 10 else 'bad')\n",
        "import os\nos.write(1, b'%f' % value)\nprint('done')\n",
        "open('a.bin', 'wb').write(b'\\0' + value.tobytes())\nprint('done')\n",
    ],
)
def test_words_alone_do_not_show_that_numbers_are_the_same(texts: Texts, shown: str) -> None:
    before, after = (text + shown for text in SHOWN_AS_WORDS)
    assert texts(before, after).verdict is VerdictKind.EQUAL
    verdict = texts(before, after.replace("* 2.0", "* 2.5"))
    assert verdict.verdict is VerdictKind.NOT_VERIFIED
    assert "only words are compared" in verdict.reason and "before.py:5" in verdict.reason


@pytest.mark.parametrize(
    "write",
    [
        "import gzip\nwith gzip.open('a.txt.gz', 'wt') as f:\n    f.write('%f' % value)\n",
        "import sqlite3\nc = sqlite3.connect('a.db')\nc.execute('create table t (v real)')\n"
        "c.execute('insert into t values (?)', (float(value),))\nc.commit()\n",
    ],
)
def test_packed_files_and_tables_are_read(texts: Texts, write: str) -> None:
    before, after = (text + write for text in SHOWN_AS_WORDS)
    verdict = texts(before, after)
    assert (verdict.verdict, verdict.compared.files) == (VerdictKind.EQUAL, 1)
    assert texts(before, after.replace("* 2.0", "* 2.5")).verdict is VerdictKind.DIFFERS
