"""Static shapes that the evaluator keeps: of what, from when, and where nothing is certain."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tf2migrate.model.facts import Known

from .conftest import Evaluate

X = "x = tf.placeholder(tf.float32, [None, 8, 6])\n"


def sizes(evaluate: Evaluate, program: str) -> object:
    """Return the last shape that a program reads; "?" stands for what may be anything."""
    shape = evaluate(dedent(program)).program.static_reads[-1].sizes
    return None if shape is None else [size.value if isinstance(size, Known) else "?" for size in shape]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tf.nn.relu(x) * 2.0 + 1.0", [None, 8, 6]),
        ("-x[:, 1:, :]", [None, 7, 6]),
        ("x[:, -1]", [None, 6]),
        ("tf.reshape(x, [-1, 48])", [None, 48]),
        ("tf.reshape(x, [-1, x.get_shape()[1] * x.get_shape()[2].value])", [None, 48]),
        ("tf.reshape(x, [-1, int(np.prod(x.get_shape()[1:]))])", [None, 48]),
        ("tf.reshape(x, [tf.shape(x)[0], -1, 3])", [None, None, 3]),
        ("tf.concat([x, x], 2)", [None, 8, 12]),
        ("tf.concat(2, [x, x])", [None, 8, 12]),
        ("tf.reduce_mean(x, reduction_indices=[1], keep_dims=True)", [None, 1, 6]),
        ("tf.nn.moments(x, [0, 1])[1]", [6]),
        ("tf.unstack(x, axis=1)[-1]", [None, 6]),
        ("tf.split(x, 2, 2)[0]", [None, 8, 3]),
        ("tf.layers.dense(x, 5, activation=lambda t: tf.expand_dims(t, 1))", [None, 1, 8, 5]),
        ("tf.layers.dense(x, 5, activation=unknown)", None),
        ("x * np.ones(3)", None),
        ("tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)[1]", [None, 4]),
        ("tf.nn.rnn_cell.BasicLSTMCell(5).zero_state(3, tf.float32).h", [3, 5]),
        ("tf.map_fn(lambda row: row[0], x)", [None, 6]),
        ("tf.cond(x[0, 0, 0] > 0, lambda: x[:, 0], lambda: x[:, :, 0])", [None, None]),
        ("tf.Variable(tf.zeros([2, 3]))", [2, 3]),
        ("tf.layers.Dense(7)(x)", [None, 8, 7]),
    ],
)
def test_a_shape_follows(evaluate: Evaluate, expression: str, expected: object) -> None:
    program = f"from somewhere import unknown\nimport numpy as np\n{X}y = {expression}\ny.get_shape()"
    assert sizes(evaluate, program) == expected


def test_what_a_list_held_counts(evaluate: Evaluate) -> None:
    assert sizes(evaluate, "d = [None, 3]\nx = tf.placeholder(tf.float32, d)\nd[1] = 4\nx.shape") == [None, 3]
    parts = f"{X}p = [x, x]\ny = tf.concat(p, 1)\np.append(x)\ny.shape"
    assert sizes(evaluate, parts) == [None, 16, 6]


def test_set_shape_counts_from_then_on(evaluate: Evaluate) -> None:
    made = "x = tf.placeholder(tf.float32, [None, None])\ny = x + 1.0\nx.set_shape([None, 3])\n"
    assert sizes(evaluate, f"{made}x.shape") == [None, 3]
    assert sizes(evaluate, f"{made}y.shape") == [None, None]
    perhaps = "import sys\nx = tf.placeholder(tf.float32, [None, 2])\nif sys.argv:\n    x.set_shape([4, 2])\nx.shape"
    assert sizes(evaluate, perhaps) == ["?", 2]


def test_paths_join(evaluate: Evaluate) -> None:
    program = f"import sys\n{X}y = x\nif sys.argv:\n    y = tf.concat([x, x], 1)\nz = y * 2.0\nz.shape"
    assert sizes(evaluate, program) == [None, "?", 6]


def test_loops_of_unknown_length_are_not_certain(evaluate: Evaluate) -> None:
    program = f"import sys\n{X}for _ in sys.argv:\n    x = tf.concat([x, x], 1)\ny = x * 2.0\ny.shape"
    assert sizes(evaluate, program) == [None, "?", 6]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("chars = list(set('hello world'))\nsize = len(chars)", 8),
        ("size = len(sorted(set([3, 1, 3])))", 2),
        ("size = sorted({4, 2, 9})[1]", 4),
        ("size = list({4, 2})[0]", "?"),  # in which order they come is not known
        ("some = set([1, 2])\nsome.update([2, 3])\nsize = len(some)", 3),
        ("import sys\nsize = len({len(sys.argv), 2})", "?"),
        ("some = [3, 1, 2]\nsome.sort()\nsize = some[0]", 1),
        ("some = [3, 1, 2]\nsome.sort(reverse=True)\nsize = some[0]", "?"),
    ],
)
def test_sizes_from_sets_and_sorted_lists(evaluate: Evaluate, program: str, expected: object) -> None:
    assert sizes(evaluate, f"{program}\ntf.zeros([size, 3]).shape") == [expected, 3]
