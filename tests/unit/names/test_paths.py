from __future__ import annotations

import pytest

from tf2migrate.names import canonical_path


@pytest.mark.parametrize(
    ("dotted", "path"),
    [
        ("tensorflow", "tf"),
        ("tensorflow.placeholder", "tf.placeholder"),
        ("tensorflow.compat.v1", "tf"),
        ("tensorflow.compat.v1.train.Saver", "tf.train.Saver"),
        ("tensorflow.compat.v1.compat.v1.Session", "tf.Session"),
        ("tensorflow.compat.v2.random.normal", "tf.compat.v2.random.normal"),
        ("tensorflow.compat.as_str", "tf.compat.as_str"),
        ("tensorflow.contrib.slim", "tf.contrib.slim"),
        ("tensorflow.python.framework.ops.reset_default_graph", "tf.reset_default_graph"),
        ("tensorflow.python.ops.rnn_cell_impl.BasicLSTMCell", "tf.nn.rnn_cell.BasicLSTMCell"),
        ("tensorflow.python.training.adam.AdamOptimizer", "tf.train.AdamOptimizer"),
        ("tensorflow.python.training.saver", "tf.train.saver"),
        ("tensorflow.python.keras.layers.Dense", "tf.keras.layers.Dense"),
        ("tensorflow.python.unheard.of", "tf.python.unheard.of"),
        ("tf_slim.conv2d", "tf.contrib.slim.conv2d"),
    ],
)
def test_every_path_of_a_symbol_is_one(dotted: str, path: str) -> None:
    assert canonical_path(dotted) == path


@pytest.mark.parametrize(
    "dotted", ["numpy.random", "tf.placeholder", "tensorflow_probability.layers", ".tensorflow", ""]
)
def test_what_is_not_tensorflow_has_no_path(dotted: str) -> None:
    assert canonical_path(dotted) is None
