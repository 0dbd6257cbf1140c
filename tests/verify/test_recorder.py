"""The recorder sees each operation's expression and each run's fetches and feeds, and lets the program run as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.verify.oracle import Recording, record
from tf2migrate.verify.recorder import Limits

pytestmark = pytest.mark.tensorflow

PROGRAM = """\
import tensorflow as tf
from sys import argv


def double(value):
    return tf.multiply(
        value, 2.0)


x = tf.placeholder(tf.float32, [None], name="x")
pair = [double(x + float(n)) for n in range(2)]
w = tf.Variable(1.0)
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(w.initializer)
    for step in range(3):
        first, (total,) = sess.run([pair[0], (tf.reduce_sum(pair[1]),)],
                                   feed_dict={x: [1.0]})
    print(total, argv[1:])
    saver.save(sess, argv[1])
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    folder = tmp_path_factory.mktemp("program")
    (folder / "before.py").write_text(PROGRAM, encoding="utf-8")
    return record(folder / "before.py", args=str(folder / "model"))


def test_program_runs_as_tensorflow_1_with_its_arguments(recording: Recording) -> None:
    assert recording.end == "finished"
    assert recording.output.startswith("4.0 ['")


def test_runs_are_kept_by_place_and_by_what_they_fetch(recording: Recording) -> None:
    found = [(run.chain[-1][1], run.visits, run.feeds) for run in recording.runs]
    assert found[0] == (15, 1, ())
    # The sum is made anew in every round of the loop: three ways to run one place.
    assert found[1:4] == [(17, 1, ("x:0",))] * 3
    assert [run.fetches for run in recording.runs[1:4]] == [("Mul:0", f"Sum{s}:0") for s in ("", "_1", "_2")]


def test_hidden_runs_are_at_the_call_that_hides_them(recording: Recording) -> None:
    assert recording.runs[-1].chain[-1][1] == 20


def test_operations_have_the_way_through_the_program_to_them(recording: Recording) -> None:
    chain = recording.operations[0, "Mul_1"].chain
    assert [position[1:] for position in chain] == [(11, 8, 11, 28), (6, 11, 7, 19)] or chain[0][2] == -1
    assert {Path(position[0]).name for position in chain} == {"before.py"}


def test_what_happened_before_an_error_is_kept(tmp_path: Path) -> None:
    program = tmp_path / "before.py"
    program.write_text(
        "import tensorflow as tf\nc = tf.constant(1.0)\nwith tf.Session() as s:\n    s.run(c)\n    s.run(missing)\n"
    )
    recording = record(program)
    assert recording.end.startswith("NameError")
    assert [run.fetches for run in recording.runs] == [("Const:0",)]


def test_the_number_of_runs_is_bounded(tmp_path: Path) -> None:
    program = tmp_path / "before.py"
    program.write_text(
        "import tensorflow as tf\nc = tf.constant(1.0)\ns = tf.Session()\n"
        "while True:\n    try:\n        s.run(c)\n    except Exception:\n        pass\n"
    )
    recording = record(program, limits=Limits(runs=5))
    assert (recording.end, recording.runs[0].visits) == ("limit", 5)


def test_a_way_that_ran_often_enough_gets_its_last_result_again(tmp_path: Path) -> None:
    program = tmp_path / "before.py"
    program.write_text(
        "import tensorflow as tf\nw = tf.Variable(0.0)\nadd = w.assign_add(1.0)\ns = tf.Session()\n"
        "s.run(w.initializer)\nfor _ in range(50):\n    value, = s.run([add])\nprint(value)\n"
    )
    recording = record(program, limits=Limits(repeat=3))
    assert recording.runs[-1].visits == 50
    assert recording.output == "3.0\n"
