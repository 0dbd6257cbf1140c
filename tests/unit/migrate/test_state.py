"""What is made once: specs for placeholders, variables with their names; and forms that depend on the whole program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]


@pytest.mark.parametrize(
    ("made", "spec"),
    [
        ("tf.placeholder(tf.float32)", "tf.TensorSpec(None, tf.float32)"),
        ("tf.placeholder('float')", "tf.TensorSpec(None, tf.float32)"),
        ("tf.placeholder('float64', [2])", "tf.TensorSpec([2], tf.float64)"),
        ("tf.placeholder(tf.float32, [None, SIZE * 2])", "tf.TensorSpec([None, SIZE * 2], tf.float32)"),
        ("tf.placeholder(shape=(None,), dtype=tf.float32)", "tf.TensorSpec((None,), tf.float32)"),
        ("tf.placeholder(tf.float32, [2], 'inputs')", "tf.TensorSpec([2], tf.float32, name='inputs')"),
        ('tf.placeholder(tf.float32, name="x")', 'tf.TensorSpec(None, tf.float32, name="x")'),
        ("tf.placeholder(np.float32, [])", "tf.TensorSpec([], np.float32)"),
        ("tf.placeholder(KIND, [2])", "tf.TensorSpec([2], KIND)"),
    ],
)
def test_placeholders_become_specs(migrate: Migrate, made: str, spec: str) -> None:
    found = migrate(
        f"SIZE = 1\nKIND = tf.float32\nx = {made}\ny = x * 2.0\n".replace("* 2.0", "+ x"),
        "print(sess.run(y, {x: [1.0, 2.0]}))\n",
        session="with tf.Session() as sess:\n",
    )
    assert f"x_spec = {spec}\n" in found.text


def test_the_host_reads_static_shapes_from_the_spec(migrate: Migrate) -> None:
    found = migrate(
        "x = tf.placeholder(tf.float32, [None, 3])\nwidth = int(x.shape[1])\nother = x.get_shape().as_list()[1]\n"
        "w = tf.Variable(tf.ones([width, other]))\ny = tf.matmul(x, w)\n",
        "print(sess.run(y, {x: [[1.0, 2.0, 3.0]]}), x.dtype)\n",
    )
    assert "width = int(x_spec.shape[1])" in found.rest
    assert "other = x_spec.shape.as_list()[1]" in found.rest
    assert "x_spec.dtype" in found.rest


def test_a_fed_bool_is_cast_where_it_may_be_a_number(migrate: Migrate) -> None:
    found = migrate(
        "flag = tf.placeholder(tf.bool, [])\ny = tf.cast(flag, tf.int32) + 1\n",
        "print(sess.run(y, {flag: 1}), sess.run(y, {flag: True}))\n",
        session="with tf.Session() as sess:\n",
    )
    assert "compute_y(tf.cast(1, tf.bool)).numpy(), compute_y(True).numpy()" in found.rest


@pytest.mark.parametrize(
    "build",
    [
        "x = tf.sparse_placeholder(tf.float32)\ny = tf.sparse_reduce_sum(x)\n",
        "kinds = [tf.float32]\nx = tf.placeholder(*kinds)\ny = x * 2.0\n",
    ],
)
def test_placeholders_of_other_forms_are_refused(migrate: Migrate, build: str) -> None:
    found = migrate(build, "print(sess.run(y, {x: 1.0}))\n")
    assert found.refused[0] in ("TFM972", "TFM983")


@pytest.mark.parametrize(
    ("made", "native"),
    [
        ("tf.Variable(1.0)", "tf.Variable(1.0)"),
        ("tf.Variable(1.0, name='w')", "tf.Variable(1.0, name='w')"),
        ("tf.Variable(1.0, False)", "tf.Variable(1.0, False)"),
        ("tf.Variable(1.0, True, None, True, None, 'w')", None),
        ("tf.Variable(initial_value=1.0, trainable=False, dtype=tf.float32)", None),
        (
            "tf.Variable(1.0, collections=[tf.GraphKeys.GLOBAL_VARIABLES], name='w')",
            "tf.Variable(1.0, name='w')",
        ),
        ("tf.Variable(1.0, use_resource=True)", "tf.Variable(1.0)"),
        ("tf.Variable(np.zeros(2, np.float32))", "tf.Variable(np.zeros(2, np.float32))"),
        ("tf.Variable(lambda: tf.ones([2]))", "tf.Variable(lambda: tf.ones([2]))"),
    ],
)
def test_variables(migrate: Migrate, made: str, native: str | None) -> None:
    found = migrate(f"w = {made}\ny = w * 2.0\n", "print(sess.run(y))\n")
    if native is not None:
        assert f"w = {native}\n" in found.text
    assert "collections" not in found.text
    assert "use_resource" not in found.text


@pytest.mark.parametrize(
    ("made", "native"),
    [
        (
            "tf.get_variable('w', [2])",
            'tf.Variable(tf.keras.initializers.GlorotUniform()([2]), name="w")',
        ),
        (
            "tf.get_variable('w', [2], initializer=tf.zeros_initializer())",
            'tf.Variable(tf.zeros_initializer()([2]), name="w")',
        ),
        ("tf.get_variable('w', [2], initializer=tf.zeros_initializer)", 'tf.Variable(tf.zeros([2]), name="w")'),
        (
            "tf.get_variable('w', [2], tf.float64, tf.ones_initializer())",
            'tf.Variable(tf.ones_initializer()([2], tf.float64), name="w")',
        ),
        ("tf.get_variable('w', initializer=tf.ones([2]))", 'tf.Variable(tf.ones([2]), name="w")'),
        (
            "tf.get_variable('w', [2], initializer=tf.constant_initializer(0.5), trainable=False)",
            'tf.Variable(tf.constant_initializer(0.5)([2]), trainable=False, name="w")',
        ),
    ],
)
def test_named_variables_keep_their_names(migrate: Migrate, made: str, native: str) -> None:
    found = migrate(f"w = {made}\ny = w * 2.0\n", "print(sess.run(y))\n")
    assert f"w = {native}\n" in found.text


@pytest.mark.parametrize(
    "made",
    [
        "tf.get_variable('w', [2], partitioner=tf.fixed_size_partitioner(2))",
        "tf.get_variable('w', [2], **{'dtype': tf.float64})",
        "tf.get_variable('w')",
    ],
)
def test_named_variables_of_other_forms_are_refused(migrate: Migrate, made: str) -> None:
    found = migrate(f"w = {made}\ny = w * 2.0\n", "print(sess.run(y))\n")
    assert found.refused[1] in (f"w = {made}", "print(sess.run(y))")


def test_a_variable_inside_of_an_expression_stays_behind(migrate: Migrate) -> None:
    found = migrate(
        "x = tf.placeholder(tf.float32, [None, 2])\ny = tf.matmul(x, tf.Variable(tf.ones([2, 1]))) + 1.0\n",
        "print(sess.run(y, {x: [[1.0, 2.0]]}))\n",
    )
    assert "y_variable = tf.Variable(tf.ones([2, 1]))" in found.rest
    assert "y = tf.matmul(x, y_variable) + 1.0" in found.function("compute_y")


def test_a_variable_made_where_it_is_used_in_a_loop(migrate: Migrate) -> None:
    found = migrate(
        "x = tf.placeholder(tf.float32, [None, 2])\nh = x\n"
        "for i in range(3):\n    h = tf.matmul(h, tf.Variable(tf.ones([2, 2])))\n",
        "print(sess.run(h, {x: [[1.0, 2.0]]}))\n",
    )
    assert "variables = [tf.Variable(tf.ones([2, 2])) for _ in range(3)]" in found.text
    assert "h = tf.matmul(h, variables[i])" in found.function("compute_h")


@pytest.mark.parametrize(
    ("call", "native"),
    [
        ("tf.div(x, 2.0)", "tf.divide(x, 2.0)"),
        ("tf.div(n, 2)", "tf.math.floordiv(n, 2)"),
        ("tf.div(n, y=n)", "tf.math.floordiv(n, y=n)"),
        ("tf.div(tf.constant(7), 2)", "tf.math.floordiv(tf.constant(7), 2)"),
        ("tf.div(tf.reduce_sum(tf.square(x - 1.0)), 3)", "tf.divide(tf.reduce_sum(tf.square(x - 1.0)), 3)"),
        ("tf.div(tf.nn.top_k(x)[0], x, name='q')", "tf.divide(tf.nn.top_k(x)[0], x, name='q')"),
        ("tf.div(tf.gather(n, n), 2)", "tf.math.floordiv(tf.gather(n, n), 2)"),
        ("tf.div(tf.argmax(tf.exp(x), 0), 2)", "tf.math.floordiv(tf.argmax(tf.exp(x), 0), 2)"),
    ],
)
def test_division_by_the_kind_of_its_numbers(migrate: Migrate, call: str, native: str) -> None:
    found = migrate(
        f"x = tf.placeholder(tf.float32, [])\nn = tf.placeholder(tf.int32, [])\ny = {call} + 0\n",
        "print(sess.run(y, {x: 3.0, n: 7}))\n".replace("x: 3.0, n: 7", "x: 3.0, n: 7"),
        session="with tf.Session() as sess:\n",
    )
    assert native in found.text


def test_a_division_of_unknown_numbers_is_refused(migrate: Migrate) -> None:
    found = migrate(
        "import pickle\nx = tf.constant(pickle.loads(pickle.dumps(3)))\nv = tf.Variable(x)\ny = tf.div(v, x)\n",
        "print(sess.run(y))\n",
    )
    assert found.refused == ("TFM971", "y = tf.div(v, x)")


@pytest.mark.parametrize(
    ("labels", "written"),
    [
        ("y", "labels=y,"),
        ("tf.nn.softmax(tf.matmul(y, w))", "labels=tf.stop_gradient(tf.nn.softmax(tf.matmul(y, w))),"),
        ("tf.stop_gradient(tf.matmul(y, w))", "labels=tf.stop_gradient(tf.matmul(y, w)),"),
    ],
)
def test_labels_have_no_gradient(migrate: Migrate, labels: str, written: str) -> None:
    found = migrate(
        "y = tf.placeholder(tf.float32, [None, 2])\nw = tf.Variable(tf.ones([2, 2]))\n"
        f"loss = tf.nn.softmax_cross_entropy_with_logits(labels={labels}, logits=tf.matmul(y, w))\n"
        "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(loss))\n",
        "sess.run(train, {y: [[0.0, 1.0]]})\n",
    )
    assert written in found.text


def test_variables_of_one_named_initializer_are_drawn_one_by_one(migrate: Migrate) -> None:
    build = """
        x = tf.placeholder(tf.float32, [None, 3])
        init = tf.contrib.layers.xavier_initializer()
        a = tf.get_variable("a", [3, 3], initializer=init)
        b = tf.get_variable("b", [3, 3], initializer=init)
        y = tf.matmul(tf.matmul(x, a), b)
    """
    text = migrate(build, "print(sess.run(y, {x: np.ones([2, 3])}))").text
    assert text.count("GlorotUniform()([3, 3])") == 2
