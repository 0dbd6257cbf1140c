from __future__ import annotations

import pytest

from tf2migrate.lint import Argument, LintedFile
from tf2migrate.lint.evidence import compares_operand, has_no_gradient, is_floating, is_one_tensor, returns_no_singleton

HEADER = "import tensorflow as tf\nx = tf.placeholder(tf.float32)\nn = tf.placeholder(tf.int32)\nv = tf.Variable(1.0)\n"


def argument_in(text: str) -> tuple[LintedFile, Argument]:
    file = LintedFile(HEADER + text, "a.py")
    call = next(call for call in map(file.call_site, file.calls) if file.source(call.callee) == "probe")
    return file, call.arguments[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.0", True),
        ("-1.5", True),
        ("x", True),
        ("x * n", True),
        ("tf.exp(n)", True),
        ("tf.subtract(x, 1)", True),
        ("tf.cast(n, tf.float64)", True),
        ("tf.constant(2.0)", True),
        ("(tf.reduce_sum(x) + 1)", True),
        ("1", False),
        ("n", False),
        ("n * n", False),
        ("unknown", False),
        ("tf.cast(x, tf.int32)", False),
        ("tf.argmax(x)", False),
        ("tf.constant(2)", False),
        ("unknown(x)", False),
    ],
)
def test_floats(text: str, expected: bool) -> None:
    assert is_floating(*argument_in(f"probe({text})")) is expected


def test_a_name_that_is_its_own_value_is_not_followed_for_ever() -> None:
    assert not is_floating(*argument_in("a = a + n\nprobe(a)"))


@pytest.mark.parametrize(
    ("text", "expected"), [("x", True), ("v", True), ("[v, v]", False), ("unknown", False), ("tf.matmul(x, x)", True)]
)
def test_one_tensor(text: str, expected: bool) -> None:
    assert is_one_tensor(*argument_in(f"probe({text})")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", True),
        ("tf.one_hot(n, 2)", True),
        ("tf.reshape(tf.one_hot(n, 2), [-1, 2])", True),
        ("tf.cast(x * 2, tf.float32)", True),
        ("1 - x", True),
        ("v", False),
        ("x * v", False),
        ("tf.reshape(v, [-1])", False),
        ("a", False),
        ("f(x)", False),
    ],
)
def test_values_without_a_gradient(text: str, expected: bool) -> None:
    assert has_no_gradient(*argument_in(f"probe({text})")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("probe(lambda: x)", True),
        ("probe(lambda: [x, n])", True),
        ("probe(lambda: [x])", False),
        ("def f():\n    return x\nprobe(f)", True),
        ("def f():\n    return (x,)\nprobe(f)", False),
        ("probe(unknown)", False),
    ],
)
def test_results_of_branches(text: str, expected: bool) -> None:
    assert returns_no_singleton(*argument_in(text)) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("a > 0", True), ("0 < a", True), ("tf.is_nan(b)", True), ("mask", False), ("a[0] > 0", False), ("f(a)", False)],
)
def test_conditions_of_the_shape_of_a_value(condition: str, expected: bool) -> None:
    file = LintedFile(f"import tensorflow as tf\nprobe({condition}, a, b)\n", "a.py")
    call = next(call for call in map(file.call_site, file.calls) if file.source(call.callee) == "probe")
    assert compares_operand(file, call.arguments[0], list(call.arguments[1:])) is expected
