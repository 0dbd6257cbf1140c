"""Feed dicts that functions make, and functions that run what they are handed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [])
y = tf.placeholder(tf.float32, [])
total = x + y
"""


def test_a_function_makes_the_feed_dict(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "\n\ndef feed(large):\n    return {x: 1.0 + large, y: 2.0}\n\n\n",
        "print(sess.run(total, feed_dict=feed(True)), sess.run(total, feed(False)))\n",
    )
    assert 'return {"x": 1.0 + large, "y": 2.0}' in found.text
    assert "print(compute_total(**feed(True)).numpy(), compute_total(**feed(False)).numpy())" in found.text


def test_one_key_for_two_placeholders_is_left(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "\n\ndef feed(key):\n    return {key: 1.0}\n\n\ntwice, thrice = x * 2.0, y * 3.0\n",
        "print(sess.run(twice, feed(x)))\nprint(sess.run(thrice, feed(y)))\n",
    )
    assert found.refused[0] == "TFM979"


@pytest.mark.parametrize(
    ("signature", "call", "new_signature", "new_call"),
    [
        ("sess, what, first, second, value", "sess, total, x, y, 3.0", "value", "3.0"),
        ("value, sess, what, first, second", "3.0, sess, total, x, y", "value", "3.0"),
        ("sess, value, what, first, second", "sess, 3.0, total, x, second=y", "value", "3.0"),
        ("what, first, value, second, sess", "total, x, 3.0, sess=sess, second=y", "value", "3.0"),
    ],
)
def test_what_is_only_run_and_fed_is_no_argument(
    migrate: Migrate, signature: str, call: str, new_signature: str, new_call: str
) -> None:
    show = f"\n\ndef show({signature}):\n    print(sess.run(what, {{first: value, second: 2.0}}))\n\n\n"
    found = migrate(GRAPH + show, f"show({call})\n")
    assert f"def show({new_signature}):\n    print(compute_total(value, 2.0).numpy())\n" in found.text
    assert f"\nshow({new_call})\n" in found.text


def test_what_is_used_otherwise_too_is_left(migrate: Migrate) -> None:
    show = "\n\ndef show(sess, what):\n    print(what, sess.run(what, {x: 1.0, y: 2.0}))\n\n\n"
    found = migrate(GRAPH + show, "show(sess, total)\n")
    assert found.refused[0] == "TFM976"


@pytest.mark.parametrize(
    "calls", ["show(sess, total, x, y)\nshow(sess, other, x, y)", "for one in both:\n    show(sess, one, x, y)"]
)
def test_what_decides_on_a_run_is_left(migrate: Migrate, calls: str) -> None:
    show = "\n\ndef show(sess, what, first, second):\n    print(sess.run(what, {first: 1.0, second: 2.0}))\n\n\n"
    found = migrate(GRAPH + "other = x - y\nboth = [x * float(i) + y for i in range(2)]" + show, calls + "\n")
    assert found.result.text is None
