"""Files that both programs write are compared by what they hold, wherever they lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import can_enclose

from tf2migrate.model.verdict import Verdict, VerdictKind, VerifyOptions

Texts = Callable[..., Verdict]

BEFORE = """\
import os, pickle
import numpy as np
import tensorflow as tf
w = tf.Variable([1.0, 2.0], name="w")
b = tf.Variable(0.5, name="b")
step = w.assign_add([0.5, 0.25])
summary = tf.summary.scalar("size", tf.reduce_sum(w))
saver = tf.train.Saver()
log = open("log.csv", "w")
os.makedirs("/tmp/tf2migrate-test/inner", exist_ok=True)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    writer = tf.summary.FileWriter("/tmp/tf2migrate-test/inner", sess.graph)
    for i in range(3):
        value = sess.run(step)
        writer.add_summary(sess.run(summary), i)
        log.write("%d,%.6f\\n" % (i, value[0]))
    saver.save(sess, "./model.ckpt")
    np.savez("arrays.npz", w=sess.run(w), count=3)
    pickle.dump({"w": sess.run(w).tolist()}, open("kept.pkl", "wb"))
"""

AFTER = """\
import os, pickle
import numpy as np
import tensorflow as tf
w = tf.Variable([1.0, 2.0], name="w")
b = tf.Variable(0.5, name="b")
log = open("log.csv", "w")
os.makedirs("/tmp/tf2migrate-test/inner", exist_ok=True)
writer = tf.summary.create_file_writer("/tmp/tf2migrate-test/inner")
for i in range(3):
    value = w.assign_add([0.5, 0.25]).numpy()
    with writer.as_default(step=i):
        tf.summary.scalar("size", tf.reduce_sum(w))
    log.write("%d,%.6f\\n" % (i, value[0]))
tf.train.Checkpoint(w=w, b=b).write("./model.ckpt")
np.savez("arrays.npz", w=w.numpy(), count=3)
pickle.dump({"w": w.numpy().tolist()}, open("kept.pkl", "wb"))
"""


@pytest.mark.skipif(not can_enclose(), reason="this system has no layers for what a process writes")
def test_files_of_all_kinds_are_equal(texts: Texts) -> None:
    pytest.importorskip("tensorboard")
    verdict = texts(BEFORE, AFTER)
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.files_not_compared == ("checkpoint (only the original writes it)",)
    assert verdict.compared.files == 5
    assert not Path("/tmp/tf2migrate-test").exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("(i, value[0])", "(i, value[0] * 1.001)", "log.csv: 1.5000"),
        ("(step=i)", "(step=i + 1)", "scalar at step 0 in the original"),
        ('scalar("size"', 'scalar("Size"', "summary 'Size'"),
        ('scalar("size", tf.reduce_sum(w))', 'scalar("size", tf.reduce_sum(w) + 1)', "at step 0: numbers differ"),
        ("Checkpoint(w=w, b=b)", "Checkpoint(w=tf.Variable(w * 1.001), b=b)", "model.ckpt: w: numbers differ"),
        ("Checkpoint(w=w, b=b)", "Checkpoint(w=w)", "b has no counterpart"),
        ("count=3", "count=4", "arrays.npz: numbers differ"),
        ('pickle.dump({"w"', 'pickle.dump({"v"', "kept.pkl"),
        ('open("log.csv", "w")', 'open("log2.csv", "w")', "only the original writes it"),
    ],
)
def test_a_file_that_differs_is_a_difference(texts: Texts, old: str, new: str, reason: str) -> None:
    pytest.importorskip("tensorboard")
    assert AFTER.count(old) == 1
    inside = ("/tmp/tf2migrate-test/inner", "logs")  # a layer is no part of this test
    verdict = texts(BEFORE.replace(*inside), AFTER.replace(*inside).replace(old, new))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert reason in verdict.reason


def test_pictures_are_compared_by_their_pixels(texts: Texts) -> None:
    pytest.importorskip("matplotlib")
    draw = "import matplotlib.pyplot as plt\nplt.plot([1, 2, {}])\nplt.savefig('loss.png')\nplt.show()\nprint('end')\n"
    verdict = texts(draw.format("1.5"), draw.format("1.5000001"))
    assert (verdict.verdict, verdict.compared.files) == (VerdictKind.EQUAL, 1)
    verdict = texts(draw.format("1.5"), draw.format("3.0"))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert "loss.png: " in verdict.reason and "pixels differ" in verdict.reason


def test_what_nobody_can_read_is_named(texts: Texts) -> None:
    write = "open('blob.bin', 'wb').write(b'\\0{}')\nprint(1.5)\n"
    verdict = texts(write.format("a"), write.format("b"))
    assert (verdict.verdict, verdict.files_not_compared) == (VerdictKind.EQUAL, ("blob.bin",))


def test_a_program_that_was_stopped_may_stand_elsewhere_in_a_file(texts: Texts) -> None:
    lines = "log = open('log.txt', 'w')\nfor i in range(9):\n    log.write('%d\\n' % i)\n    log.flush()\n"
    run = "    sess.run(tf.constant(1.0))\n"
    before = "import tensorflow as tf\nsess = tf.Session()\n" + lines + run
    verdict = texts(before, "import tensorflow as tf\n" + lines, VerifyOptions(runs=3))
    assert verdict.verdict is VerdictKind.EQUAL
