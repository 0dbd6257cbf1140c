"""State that loops and conditions make."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, Status

PROGRAM = """import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 4])
{build}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, {{x: [[1.0, 2.0, 3.0, 4.0]]}}))
"""


def migrated(tmp_path: Path, build: str) -> FileResult:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(build=build))
    return migrate_program(path)[0]


def text_of(result: FileResult) -> str:
    assert result.status is Status.NATIVE, result.refusals
    assert result.text is not None
    return result.text


FUNCTION = "def net(h, {parameters}):\n    {body}\n    return h\n"


def function(body: str, parameters: str = "n", calls: str = "y = net(x, 3)") -> str:
    return FUNCTION.format(parameters=parameters, body=body.replace("\n", "\n    ")) + calls


def test_a_list_of_layers(tmp_path: Path) -> None:
    text = text_of(migrated(tmp_path, function("for i in range(n):\n    h = tf.layers.dense(h, 4)")))
    assert "self.dense_layers = [tf.keras.layers.Dense(4) for _ in range(n)]" in text
    assert "h = self.dense_layers[i](h)" in text


def test_a_loop_without_an_index_gets_one(tmp_path: Path) -> None:
    build = function("for width in n:\n    h = tf.layers.dense(h, width)", calls="y = net(x, (3, 2))")
    text = text_of(migrated(tmp_path, build))
    assert "for i, width in enumerate(n):" in text
    assert "[tf.keras.layers.Dense(width) for width in n]" in text


def test_host_statements_of_a_loop_go_with_the_state_that_needs_them(tmp_path: Path) -> None:
    body = "for i in range(2):\n    n = n // 2\n    h = tf.layers.dense(h, n)"
    text = text_of(migrated(tmp_path, function(body, calls="y = net(x, 16)")))
    assert "            n = n // 2\n            self.dense_layers.append(tf.keras.layers.Dense(n))" in text
    assert text.count("n = n // 2") == 1  # nothing else reads it


def test_sizes_that_differ_by_round_are_a_list(tmp_path: Path) -> None:
    body = (
        "n_in = h.get_shape()[1].value\nfor size in n:\n"
        "    w = tf.Variable(tf.zeros([n_in, size]))\n    h = tf.matmul(h, w)\n    n_in = size"
    )
    text = text_of(migrated(tmp_path, function(body, calls="y = net(x, [3, 2])")))
    assert "[n_in_size, size])) for size, n_in_size in zip(n, n_in_sizes)]" in text
    assert "n_in_sizes=[4, 3]" in text
    assert "n_in = " not in text  # the call needs no sizes


def test_one_object_where_all_rounds_share_it(tmp_path: Path) -> None:
    build = function(
        'for t in range(n):\n    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):\n'
        '        h = tf.matmul(h, tf.get_variable("w", [4, 4]))'
    )
    text = text_of(migrated(tmp_path, build))
    assert text.count("tf.Variable(") == 1
    assert "h = tf.matmul(h, self.w)" in text


def test_a_shorter_call_of_the_same_object(tmp_path: Path) -> None:
    build = (
        "def net(h, n, reuse=None):\n"
        '    with tf.variable_scope("net", reuse=reuse):\n        for i in range(n):\n'
        '            h = tf.layers.dense(h, 4, name="l%d" % i)\n    return h\n'
        "y = net(x, 3) + net(x, 2, True)"
    )
    text = text_of(migrated(tmp_path, build))
    assert "net = Net(n=3)" in text
    assert "net(x, n=3) + net(x, n=2)" in text


def test_a_condition_of_the_host_decides_on_state(tmp_path: Path) -> None:
    build = function(
        "if wide:\n    h = tf.layers.dense(h, 8)\nh = tf.layers.dense(h, 4)",
        "wide",
        'with tf.variable_scope("a"):\n    y = net(x, True)\nwith tf.variable_scope("b"):\n    y = net(y, False)',
    )
    text = text_of(migrated(tmp_path, build))
    assert "        if wide:\n            self.dense = tf.keras.layers.Dense(8)" in text
    assert "Net(wide=True)" in text
    assert "Net(wide=False)" in text


def test_loops_of_the_program_itself(tmp_path: Path) -> None:
    text = text_of(migrated(tmp_path, "y = x\nfor n in [5, 4]:\n    y = tf.layers.dense(y, n)"))
    assert "dense_layers = [tf.keras.layers.Dense(n) for n in [5, 4]]" in text


@pytest.mark.parametrize(
    "build",
    [
        # the second call would make more than the object has
        "def net(h, n):\n    with tf.variable_scope('s', reuse=tf.AUTO_REUSE):\n        for i in range(n):\n"
        "            h = tf.layers.dense(h, 4, name='l%d' % i)\n    return h\ny = net(x, 2) + net(x, 3)",
        # what the loop goes over is drawn
        "y = x\nfor n in np.random.permutation(2):\n    y = tf.layers.dense(y, 4)",
        # a round without state
        "y = x\nfor n in range(3):\n    if n:\n        y = tf.layers.dense(y, 4)",
        # not a loop whose rounds are counted
        "y = x\nwhile y.shape[1] > 2:\n    y = tf.layers.dense(y, 2)",
        "y = tf.add_n([tf.layers.dense(x, n) for n in (1, 1)])",
    ],
)
def test_what_is_not_certain_is_refused(tmp_path: Path, build: str) -> None:
    assert migrated(tmp_path, build).status is Status.REFUSED
