"""Builders that join their caller."""

from __future__ import annotations

from pathlib import Path

from tf2migrate.analysis import evaluate_program
from tf2migrate.migrate.inlining import BUILDS, Inlined, inline_builder

HEAD = "import tensorflow as tf\n"
TAIL = """
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([op, cost], {x: [[1.0]]}))
"""


def inlined(tmp_path: Path, text: str) -> Inlined | None:
    path = tmp_path / "program.py"
    path.write_text(text)
    return inline_builder(evaluate_program(path, text, None), str(path), text, BUILDS)


def builder(call: str, body: str = "") -> str:
    return f"""{HEAD}
def build(inputs, rate=0.1):
    w = tf.Variable([[1.0]])
    loss = tf.reduce_sum(tf.matmul(inputs, w))
    {body or "pass"}
    train = tf.train.GradientDescentOptimizer(rate).minimize(loss)
    return train, loss

x = tf.placeholder(tf.float32, [None, 1])
{call}
{TAIL}"""


def test_the_statements_stand_where_the_call_stood(tmp_path: Path) -> None:
    found = inlined(tmp_path, builder("op, cost = build(x)"))
    assert found is not None
    assert "def build" not in found.text
    assert "cost = tf.reduce_sum(tf.matmul(x, w))" in found.text
    assert "op = tf.train.GradientDescentOptimizer(0.1).minimize(cost)" in found.text


def test_each_line_knows_its_original(tmp_path: Path) -> None:
    text = builder("op, cost = build(x)")
    found = inlined(tmp_path, text)
    assert found is not None
    row = next(n for n, line in enumerate(found.text.splitlines()) if "tf.matmul(x, w)" in line)
    assert "loss = tf.reduce_sum" in text.splitlines()[found.lines[row] - 1]


def test_names_of_the_caller_are_kept_apart(tmp_path: Path) -> None:
    found = inlined(tmp_path, builder("w = 3\nop, cost = build(x, rate=0.5)\nprint(w)"))
    assert found is not None
    assert "w_2 = tf.Variable([[1.0]])" in found.text
    assert "print(w)\n" in found.text


def test_a_builder_that_is_called_twice_stays(tmp_path: Path) -> None:
    assert inlined(tmp_path, builder("op, cost = build(x)\nother, _ = build(x)")) is None


def test_a_builder_in_a_loop_stays(tmp_path: Path) -> None:
    assert inlined(tmp_path, builder("for _ in range(1):\n    op, cost = build(x)")) is None


def test_a_builder_that_returns_early_stays(tmp_path: Path) -> None:
    assert inlined(tmp_path, builder("op, cost = build(x)", "if rate > 1: return None, loss")) is None


def test_a_name_that_the_caller_binds_otherwise_keeps_the_builder(tmp_path: Path) -> None:
    text = f"""{HEAD}
scale = 2.0

def build(inputs):
    w = tf.Variable([[1.0]])
    loss = scale * tf.reduce_sum(tf.matmul(inputs, w))
    return tf.train.GradientDescentOptimizer(0.1).minimize(loss), loss

def main():
    scale = 5.0
    x = tf.placeholder(tf.float32, [None, 1])
    op, cost = build(x)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        print(scale, sess.run([op, cost], {{x: [[1.0]]}}))

main()
"""
    assert inlined(tmp_path, text) is None


def body_of(tmp_path: Path, function: str, call: str) -> str:
    text = f"""{HEAD}
def build(inp, other=None):
{function}

net = tf.placeholder(tf.float32, [None, 1])
{call}
x, op, cost = net, net, net
{TAIL}"""
    found = inlined(tmp_path, text)
    assert found is not None
    return found.text


def test_a_parameter_outlives_the_result_that_takes_its_name(tmp_path: Path) -> None:
    function = "    step = tf.train.AdamOptimizer(0.1)\n    h = inp * 2\n    h = h + inp\n    return h"
    text = body_of(tmp_path, function, "net = build(net)")
    assert "h = net * 2\nh = h + net\nnet = h" in text


def test_results_that_read_each_other_are_assigned_together(tmp_path: Path) -> None:
    function = "    step = tf.train.AdamOptimizer(0.1)\n    return other, inp"
    text = body_of(tmp_path, function, "b = net + 1\nnet, b = build(net, b)")
    assert "(net, b) = " in text or "net, b = b, net" in text
