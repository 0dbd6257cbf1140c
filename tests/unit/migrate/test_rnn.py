"""RNN cells: emitted definitions, weights made where TensorFlow 1 made them, sizes that the program writes down."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

BUILD = """
x = tf.placeholder(tf.float32, [None, 5, 4])
{cell}
outputs, state = {loop}
total = tf.reduce_sum(outputs)
"""
RUN = "print(sess.run(total, {x: np.ones((2, 5, 4))}))"
LOOP = "tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)"


def lines_of(found: Any, start: str) -> list[str]:
    return [line for line in found.text.split("\n") if line.strip().startswith(start)]


@pytest.mark.parametrize(
    ("cell", "made", "built"),
    [
        ("tf.nn.rnn_cell.GRUCell(3)", "GRUCell(3)", 'cell.build(4, "rnn/gru_cell")'),
        (
            "tf.contrib.rnn.BasicLSTMCell(3, 1.0, True, tf.nn.relu)",
            "BasicLSTMCell(3, 1.0, tf.nn.relu)",
            'cell.build(4, "rnn/basic_lstm_cell")',
        ),
        (
            "tf.nn.rnn_cell.LSTMCell(3, initializer=tf.zeros_initializer(), name='own', use_peepholes=False)",
            "LSTMCell(3, initializer=tf.zeros_initializer())",
            'cell.build(4, "rnn/own")',
        ),
        (
            "tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicRNNCell(3)] * 2)",
            "MultiRNNCell([BasicRNNCell(3)] * 2)",
            'cell.build(4, "rnn/multi_rnn_cell")',
        ),
        (
            "tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(3), 0.5, state_keep_prob=1.0)",
            "DropoutWrapper(GRUCell(3), 0.5)",
            'cell.build(4, "rnn/gru_cell")',
        ),
    ],
)
def test_cells_are_made_and_built(migrate: Migrate, cell: str, made: str, built: str) -> None:
    found = migrate(BUILD.format(cell=f"cell = {cell}", loop=LOOP), RUN)
    assert f"cell = {made}\n{built}\n" in found.text
    assert "outputs, state = dynamic_rnn(cell, x, dtype=tf.float32)" in found.function("compute_total")


def test_a_cell_within_the_call_gets_a_name(migrate: Migrate) -> None:
    loop = "tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(3), x, dtype=tf.float32, scope='own', parallel_iterations=8)"
    found = migrate(BUILD.format(cell="", loop=loop), RUN)
    assert 'cell = GRUCell(3)\ncell.build(4, "own/gru_cell")\n' in found.text
    assert "dynamic_rnn(cell, x, dtype=tf.float32)" in found.function("compute_total")


def test_positions_that_move_are_named(migrate: Migrate) -> None:
    loop = "tf.nn.dynamic_rnn(cell, x, None, cell.zero_state(2, tf.float32), tf.float32)"
    found = migrate(BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(3)", loop=loop), RUN)
    assert "dynamic_rnn(cell, x, None, cell.zero_state(2, tf.float32), tf.float32)" in found.text
    loop = "tf.nn.static_rnn(cell, tf.unstack(x, 5, 1), None, tf.float32, scope='a')"
    build = BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(3)", loop=loop).replace("(outputs)", "(outputs[-1])")
    assert "static_rnn(cell, tf.unstack(x, 5, 1), None, tf.float32)" in migrate(build, RUN).text


@pytest.mark.parametrize(
    ("inputs", "size"),
    [
        ("x", "4"),
        ("tf.one_hot(tf.cast(x[:, :, 0], tf.int32), depth)", "depth"),
        ("tf.reshape(x, [-1, 10, 2])", "2"),
        ("tf.nn.dropout(tf.tanh(x), 0.5) * 2.0", "4"),
        ("tf.nn.embedding_lookup(table, tf.cast(x[:, :, 0], tf.int32))", "table.shape[-1]"),
        ("tf.gather(table, tf.cast(x[:, :, 0], tf.int32))", "table.shape[-1]"),
        ("tf.transpose(x, [0, 2, 1])", "5"),
        ("tf.concat([x, x], 1)", "4"),
        ("tf.stack(tf.unstack(x, axis=1), axis=1)", "4"),
        ("tf.expand_dims(x[:, :, 0], -1)", "1"),
        ("tf.zeros([2, 5, depth])", "depth"),
    ],
)
def test_sizes_of_inputs(migrate: Migrate, inputs: str, size: str) -> None:
    before = "depth = int(np.floor(7.5))\ntable = tf.Variable(tf.zeros([9, 6]))\n"
    loop = f"tf.nn.dynamic_rnn(cell, {inputs}, dtype=tf.float32)"
    build = BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(3)", loop=loop)
    assert lines_of(migrate(before + build, RUN), "cell.build") == [f'cell.build({size}, "rnn/gru_cell")']


def test_a_size_that_is_another_one_later_is_not_taken_by_its_name(migrate: Migrate) -> None:
    build = BUILD.replace("5, 4]", "5, size]").format(cell="size = 9\ncell = tf.nn.rnn_cell.GRUCell(3)", loop=LOOP)
    assert lines_of(migrate("size = 4\n" + build, RUN), "cell.build") == ['cell.build(4, "rnn/gru_cell")']


@pytest.mark.parametrize(
    ("cell", "loop"),
    [
        ("tf.nn.rnn_cell.LSTMCell(3, num_proj=2)", LOOP),
        ("tf.nn.rnn_cell.GRUCell(3, dtype=tf.float64)", LOOP),
        ("tf.nn.rnn_cell.DropoutWrapper(tf.nn.rnn_cell.GRUCell(3), state_keep_prob=0.5)", LOOP),
        ("tf.contrib.rnn.NASCell(3)", LOOP),
        ("tf.nn.rnn_cell.GRUCell(3)", "tf.nn.dynamic_rnn(cell, tf.slice(x, [0, 0, 0], [2, 5, 3]), dtype=tf.float32)"),
        ("tf.nn.rnn_cell.GRUCell(*sizes)", LOOP),
    ],
)
def test_refused(migrate: Migrate, cell: str, loop: str) -> None:
    found = migrate("sizes = [3]\n" + BUILD.format(cell=f"cell = {cell}", loop=loop), RUN)
    assert found.refused[0] == "TFM971"


def test_names_that_the_program_has(migrate: Migrate) -> None:
    build = "dynamic_rnn = 3\n" + BUILD.format(cell="cell = tf.nn.rnn_cell.BasicRNNCell(dynamic_rnn)", loop=LOOP)
    found = migrate(build, RUN)
    assert "def compute_dynamic_rnn(cell, inputs" in found.text
    assert "compute_dynamic_rnn(cell, x" in found.function("compute_total")


def test_imports_of_what_is_emitted_go(migrate: Migrate) -> None:
    imports = "from tensorflow.contrib.rnn import BasicLSTMCell, LSTMStateTuple as State\n"
    found = migrate(imports + BUILD.format(cell="cell = BasicLSTMCell(3)\nkind = State", loop=LOOP), RUN)
    assert "contrib" not in found.result.text
    assert found.result.text.startswith("import collections\nimport numpy as np\n")
    assert "kind = LSTMStateTuple" in found.text


def test_cells_of_a_function_are_parts_of_its_class(migrate: Migrate) -> None:
    build = """
    x = tf.placeholder(tf.float32, [None, 5, 4])

    def net(x, units):
        # The cell.
        cell = tf.nn.rnn_cell.GRUCell(units)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        return outputs

    total = tf.reduce_sum(net(x, 3))
    """
    found = migrate(build, RUN)
    assert found.function("__init__").count("super") == 1
    assert "self.cell = GRUCell(units)\n" in found.text
    assert 'self.cell.build(input_size, "rnn/gru_cell")\n' in found.text
    assert "outputs, _ = dynamic_rnn(self.cell, x, dtype=tf.float32)" in found.text
    assert "net = Net(units=3, input_size=4)" in found.text


def test_a_function_may_use_a_cell_of_the_level_above(migrate: Migrate) -> None:
    build = """
    x = tf.placeholder(tf.float32, [None, 5, 4])
    cells = [tf.nn.rnn_cell.GRUCell(size) for size in (3, 2)]
    top = tf.nn.rnn_cell.MultiRNNCell(cells)

    def net(x):
        outputs, _ = tf.nn.dynamic_rnn(top, x, dtype=tf.float32)
        return outputs

    total = tf.reduce_sum(net(x))
    """
    assert 'top.build(4, "rnn/multi_rnn_cell")\n' in migrate(build, RUN).text


def test_a_cell_that_is_used_twice_is_built_once(migrate: Migrate) -> None:
    build = BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(4)", loop=LOOP)
    again = "more, _ = tf.nn.dynamic_rnn(cell, outputs, dtype=tf.float32, scope='again')\ntotal = tf.reduce_sum(more)\n"
    assert len(lines_of(migrate(build + again, RUN), "cell.build")) == 1


@pytest.mark.parametrize(
    ("step", "size"),
    [("x[:, 0, :]", "4"), ("x[:, 0]", "4"), ("x[0]", "4"), ("x[:, :, 1]", "5"), ("x[1, :, :]", "4")],
)
def test_sizes_of_subscripts(migrate: Migrate, step: str, size: str) -> None:
    loop = f"cell({step}, tf.zeros([2, 3]))"
    build = BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(3)", loop=loop)
    assert lines_of(migrate(build, RUN), "cell.build") == [f'cell.build({size}, "gru_cell")']


@pytest.mark.parametrize("step", ["x[:, 0, 1:]", "x[..., 0]", "x[:, 0, 0, tf.newaxis]"])
def test_sizes_of_subscripts_that_are_not_certain(migrate: Migrate, step: str) -> None:
    loop = f"cell({step}, tf.zeros([2, 3]))"
    build = BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(3)", loop=loop)
    assert migrate(build, RUN).refused[0] == "TFM971"


@pytest.mark.parametrize(
    "build",
    [
        # Two objects with one cell's weights.
        """
        with tf.variable_scope("a"):
            outputs, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
        with tf.variable_scope("a", reuse=True):
            more, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.GRUCell(4), x, dtype=tf.float32)
        total = tf.reduce_sum(outputs + more)
        """,
        # One of two cells, the host decides which.
        """
        cell = tf.nn.rnn_cell.GRUCell(4) if np.random.rand() > 2.0 else tf.nn.rnn_cell.BasicRNNCell(4)
        outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        total = tf.reduce_sum(outputs)
        """,
    ],
)
def test_cells_whose_weights_are_not_their_own(migrate: Migrate, build: str) -> None:
    place = "x = tf.placeholder(tf.float32, [None, 5, 4])\n"
    assert migrate(place + textwrap.dedent(build), RUN).refused[0] == "TFM971"


def test_a_cell_may_be_wrapped_after_its_first_use(migrate: Migrate) -> None:
    build = BUILD.format(cell="cell = tf.nn.rnn_cell.GRUCell(4)", loop=LOOP)
    again = """
    wrapped = tf.nn.rnn_cell.DropoutWrapper(cell, output_keep_prob=0.5)
    more, _ = tf.nn.dynamic_rnn(wrapped, outputs, dtype=tf.float32, scope="again")
    total = tf.reduce_sum(more)
    """
    found = migrate(build + textwrap.dedent(again), RUN)
    assert lines_of(found, "cell.build") == ['cell.build(4, "rnn/gru_cell")']
    assert not lines_of(found, "wrapped.build")
