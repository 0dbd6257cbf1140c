"""Functions that make state and compute, as classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, Status

PROGRAM = """import tensorflow as tf

{function}

x = tf.placeholder(tf.float32, [None, 4])
{calls}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, {{x: [[1.0, 2.0, 3.0, 4.0]]}}))
"""


def migrated(tmp_path: Path, function: str, calls: str = "y = net(x)") -> FileResult:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(function=function, calls=calls))
    return migrate_program(path)[0]


def text_of(result: FileResult) -> str:
    assert result.status is Status.NATIVE, result.refusals
    assert result.text is not None
    return result.text


RAW = """def net(x, units=3, reuse=None):
    with tf.variable_scope("net", reuse=reuse):
        w = tf.get_variable("w", [4, units])
        return tf.matmul(x, w)"""
LAYERS = """def net(x, name):
    with tf.variable_scope(name):
        return tf.layers.dense(x, 2)"""


def test_raw_variables_make_a_module(tmp_path: Path) -> None:
    text = text_of(migrated(tmp_path, RAW))
    assert "class Net(tf.Module):" in text
    assert 'name="net/w"' in text
    assert "net = Net()" in text


def test_calls_that_share_variables_share_the_object(tmp_path: Path) -> None:
    text = text_of(migrated(tmp_path, RAW, "y = net(x) + net(x * 2, reuse=True)"))
    assert text.count("Net(") == 2  # the class and one object
    assert "reuse" not in text


def test_each_set_of_variables_is_an_object(tmp_path: Path) -> None:
    text = text_of(migrated(tmp_path, LAYERS, 'a = net(x, "first")\nb = net(x, "second")\ny = a + b'))
    assert "class Net(tf.keras.Model):" in text
    assert "first = Net()" in text
    assert "second = Net()" in text


def test_a_mixture_that_neither_base_sees_whole_has_none(tmp_path: Path) -> None:
    function = """def net(x):
    w = tf.Variable(tf.zeros([4, 4]))
    return tf.layers.dense(tf.matmul(x, w), 2)"""
    assert "class Net:" in text_of(migrated(tmp_path, function))


@pytest.mark.parametrize(
    "body",
    [
        "while x.shape[1] < 4:\n        x = tf.layers.dense(x, 4)\n    return x",
        "for width in np.array([4, 5]):\n        x = tf.layers.dense(x, width)\n    return x",
        "for i in range(3):\n        if i:\n            x = tf.layers.dense(x, 4)\n    return x",
        "for i in range(2):\n        for j in range(2):\n            x = tf.layers.dense(x, 4)\n    return x",
        "if x is not None:\n        x = tf.layers.dense(x, 4)\n    return x",
        "return tf.layers.dense(x, 2, activity_regularizer=tf.nn.l2_loss)",
        "return tf.layers.batch_normalization(x, training=True, renorm=True)",
    ],
)
def test_state_that_is_not_certain_is_refused(tmp_path: Path, body: str) -> None:
    assert migrated(tmp_path, f"def net(x):\n    {body}").status is Status.REFUSED


def test_an_insertion_before_a_renamed_name_is_kept(tmp_path: Path) -> None:
    function = """def net(x, keep):
    w = tf.get_variable("w", [4, 2])
    return tf.nn.dropout(tf.matmul(x, w), keep_prob=keep)"""
    text = text_of(migrated(tmp_path, function, "y = net(x, 0.5)"))
    assert "rate=1 - keep" in text


def test_calls_that_share_layers_in_another_form_are_refused(tmp_path: Path) -> None:
    function = """def net(x, last=None, reuse=None):
    with tf.variable_scope("net", reuse=reuse):
        return tf.layers.dense(x, 2, activation=last, name="d")"""
    found = migrated(tmp_path, function, "y = net(x) + net(x, last=tf.nn.sigmoid, reuse=True)")
    assert found.status is Status.REFUSED


def test_a_layer_that_is_used_again_in_another_form_is_refused(tmp_path: Path) -> None:
    calls = "a = tf.layers.dense(x, 3, tf.nn.relu, name='d')\ny = a + tf.layers.dense(x, 3, name='d', reuse=True)"
    assert migrated(tmp_path, "", calls).status is Status.REFUSED


def test_a_flag_of_a_function_decides_in_each_call(tmp_path: Path) -> None:
    function = """def net(x, training):
    h = tf.layers.dense(x, 4, name="d", reuse=tf.AUTO_REUSE)
    return tf.layers.dropout(h, 0.3, training=training)"""
    found = migrated(tmp_path, function, "y = net(x, True) + net(x, False)")
    assert found.status is Status.REFUSED or "if training else" in (found.text or "")


def test_weights_that_are_not_trainable_are_no_trainable_variables(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("""import tensorflow as tf

def net(x, scope, trainable=True):
    with tf.variable_scope(scope):
        return tf.layers.dense(x, 2, trainable=trainable)

x = tf.placeholder(tf.float32, [None, 4])
y = net(x, "online") + net(x, "target", trainable=False)
old = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="target")
new = tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES, scope="online")
copy = [tf.assign(o, n) for o, n in zip(old, new)]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(copy)
    print(sess.run(y, {x: [[1.0, 2.0, 3.0, 4.0]]}))
""")
    text = text_of(migrate_program(path)[0])
    assert "target.trainable_variables" not in text
    assert "target.weights" in text
