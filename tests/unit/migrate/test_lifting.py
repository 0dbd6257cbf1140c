"""Helper functions that read what moves into steps get it as parameters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tf2migrate.migrate import migrate_program

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [None, 2])
w = tf.Variable([[1.0], [2.0]])
"""
RUN = "print(sess.run(out, {x: [[1.0, 2.0]]}))\n"


@pytest.mark.parametrize(
    ("signature", "call", "new_signature", "new_call"),
    [
        ("()", "f()", "(x)", "f(x=x)"),
        ("(a)", "f(2.0)", "(a, x)", "f(2.0, x=x)"),
        ("(a)", "f(a=2.0)", "(a, x)", "f(a=2.0, x=x)"),
        ("(a, b=1.0)", "f(2.0)", "(a, b=1.0, *, x)", "f(2.0, x=x)"),
        ("(a, b=(1.0))", "f(2.0, (3.0))", None, "f(2.0, (3.0), x=x)"),
        ("(a, b)", "f(*[2.0, 3.0])", "(a, b, x)", "f(*[2.0, 3.0], x=x)"),
        ("(a: float) -> tf.Tensor", "f(2.0)", None, "f(2.0, x=x)"),
        ("(a, /)", "f(2.0)", None, "f(2.0, x=x)"),
        ("(a,)", "f(2.0,)", None, "f(2.0, x=x,)"),
        ("(\n    a,  # the first\n)", "f(\n    2.0,  # two\n)", None, None),
    ],
)
def test_the_function_and_its_calls_are_extended(
    migrate: Migrate, signature: str, call: str, new_signature: str | None, new_call: str | None
) -> None:
    found = migrate(f"{GRAPH}def f{signature}:\n    return tf.matmul(x, w)\n\n\nout = {call}\n", RUN)
    if new_signature is not None:
        assert f"def f{new_signature}:" in found.text
    if new_call is not None:
        assert found.function("compute_out").endswith(f"return {new_call}")
    compile(found.text, "program", "exec")


def test_functions_on_the_way_hand_it_on(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "def inner(v):\n    return v * tf.reduce_sum(x)\n\n\n"
        + "def outer(v):\n    return inner(v) + 1.0\n\n\nout = outer(2.0)\n",
        RUN,
    )
    assert "def inner(v, x):" in found.text
    assert "def outer(v, x):\n    return inner(v, x=x) + 1.0" in found.text
    assert "return outer(2.0, x=x)" in found.text


def test_a_value_that_the_step_computes_is_handed_on(migrate: Migrate) -> None:
    found = migrate(f"{GRAPH}h = tf.matmul(x, w)\ndef f(a):\n    return h * a\n\n\nout = f(2.0)\n", RUN)
    assert "def f(a, h):" in found.text
    assert "    h = tf.matmul(x, w)\n    out = f(2.0, h=h)\n" in found.function("compute_out")


def test_variables_are_read_where_they_are(migrate: Migrate) -> None:
    found = migrate(f"{GRAPH}def f(v):\n    return tf.matmul(v, w)\n\n\nout = f(x)\n", RUN)
    assert "def f(v):\n    return tf.matmul(v, w)" in found.text


def test_a_parameter_of_the_same_name_is_another_thing(migrate: Migrate) -> None:
    found = migrate(f"{GRAPH}def f(x):\n    return tf.matmul(x, w)\n\n\nout = f(x * 2.0)\n", RUN)
    assert "def f(x):\n" in found.text
    assert "return f(x * 2.0)" in found.text


def test_a_function_that_no_run_needs_stays_as_it_is(migrate: Migrate) -> None:
    found = migrate(f"{GRAPH}def f(a):\n    return a + 1.0\n\n\nprint(f(2.0))\nout = tf.matmul(x, w)\n", RUN)
    assert "def f(a):\n    return a + 1.0\n\n\nprint(f(2.0))\n" in found.text


@pytest.mark.parametrize(
    ("build", "line"),
    [
        ("def f(**a):\n    return tf.matmul(x, w)\n\n\nout = f(b=1)\n", "def f(**a):"),
        ("def f(*a):\n    return tf.matmul(x, w)\n\n\nout = f(1)\n", "def f(*a):"),
        ("def f(a):\n    return tf.matmul(x, w) * a\n\n\ng = f\nout = g(2.0)\n", "out = g(2.0)"),
    ],
)
def test_functions_that_cannot_take_more_are_refused(migrate: Migrate, build: str, line: str) -> None:
    assert migrate(GRAPH + build, RUN).refused == ("TFM977", line)


UNUSED = """
class Line:
    def __init__(self):
        self.x = tf.placeholder(tf.float32, [None])
        self.y = 2.0 * tf.Variable(3.0) * self.x
        self.sess = tf.Session()
        self.sess.run(tf.global_variables_initializer())

    def at(self, points):
        return self.sess.run(self.y, {self.x: points})

    def never(self, x=1.0):
        return self.sess.run(self.y, {self.x: [x]})


print(Line().at([1.0]))
"""


def test_what_an_unused_method_feeds_is_no_parameter(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(f"import tensorflow as tf\n{UNUSED}", encoding="utf-8")
    (result,) = migrate_program(tmp_path / "program.py")
    assert result.text is not None
    assert "    def never(self, x=1.0):\n        return self.compute_y([x]).numpy()\n" in result.text


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("tf.cond(x > 1.0, yes, no)", "tf.cond(x > 1.0, lambda: yes(x), lambda: no(x))"),
        ("tf.cond(pred=x > 1.0, fn2=no, fn1=yes)", "false_fn=lambda: no(x), true_fn=lambda: yes(x)"),
        ("tf.case([(x > 1.0, yes)], default=no)", "tf.case([(x > 1.0, lambda: yes(x))], default=lambda: no(x))"),
    ],
)
def test_functions_that_are_handed_on_are_called_with_what_they_read(migrate: Migrate, call: str, written: str) -> None:
    build = f"""
        x = tf.placeholder(tf.float32, [])


        def yes():
            return x * 2.0


        def no():
            return x * 3.0


        z = {call}
        """
    assert written in migrate(build, "print(sess.run(z, {x: 1.0}))\n").text


def test_what_the_callee_gives_is_handed_on(migrate: Migrate) -> None:
    build = """
        x = tf.placeholder(tf.float32, [2])


        def scaled(index, total):
            return index + 1, total * x


        z = tf.while_loop(lambda index, total: index < 3, scaled, [0, tf.ones([2])])[1]
        """
    found = migrate(build, "print(sess.run(z, {x: [1.0, 2.0]}))\n")
    assert "lambda index, total: scaled(index, total, x)" in found.text


def test_how_often_a_function_with_defaults_is_called_with_what_is_not_known(migrate: Migrate) -> None:
    found = migrate(
        """
        x = tf.placeholder(tf.float32, [])


        def scaled(y, factor=2.0):
            return x * y * factor


        z = tf.map_fn(scaled, [1.0, 2.0])
        """,
        "print(sess.run(z, {x: 1.0}))\n",
    )
    assert found.refused[0] == "TFM977"
