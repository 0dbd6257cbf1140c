"""Sessions side by side over one graph, and initializers of variables that a session never uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

TWO = """
w = tf.Variable(1.0)
update = w.assign_add(1.0)
first = tf.Session()
second = tf.Session()
first.run(w.initializer)
second.run(w.initializer)
"""


def test_the_later_session_has_a_variable_of_its_own(migrate: Migrate) -> None:
    found = migrate(TWO + "first.run(update)\nprint(second.run(w), second.run(w.assign(w + 3.0)), first.run(w))\n")
    assert "w = tf.Variable(1.0)\nw_2 = tf.Variable(1.0)\n" in found.text
    assert "print(w_2.numpy(), w_2.assign(w_2 + 3.0).numpy(), w.numpy())" in found.text


def test_three_sessions(migrate: Migrate) -> None:
    third = "third = tf.Session()\nthird.run(w.initializer)\n"
    found = migrate(TWO + third + "print(second.run(w), third.run(w.assign(2.0)), second.run(w), first.run(update))\n")
    assert "print(w_2.numpy(), w_3.assign(2.0).numpy(), w_2.numpy(), update_step().numpy())" in found.text


@pytest.mark.parametrize(
    "drive",
    [
        "print(first.run(update), second.run(update), first.run(w))\n",
        "first.run(update)\nfor session in [first, second]:\n    print(session.run(w))\n",
        "first.run(update)\nsecond.run(w.assign(4.0))\nsecond.run(w.initializer)\nprint(second.run(w), first.run(w))\n",
        "first.run(update)\nprint(second.run(tf.global_variables()), first.run(w))\n",
    ],
    ids=["an operation of both", "one run of both", "initialized again", "variables without names"],
)
def test_what_cannot_be_told_apart_is_left(migrate: Migrate, drive: str) -> None:
    assert migrate(TWO + drive).refused[0] == "TFM982"


def test_a_variable_that_the_session_does_not_use_is_not_set_again(migrate: Migrate) -> None:
    found = migrate(
        """
        w = tf.Variable(1.0)
        update = w.assign_add(1.0)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            print(sess.run(update))
        v = tf.Variable(2.0)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            print(sess.run(v))
        """
    )
    assert "initialize_variables" not in found.text


def test_a_variable_that_the_session_uses_is_set_again(migrate: Migrate) -> None:
    session = "with tf.Session() as sess:\n    sess.run(init)\n    print(sess.run(update))\n"
    found = migrate(
        "w, v = tf.Variable(1.0), tf.Variable(2.0)\nupdate = w.assign_add(v)\nunused = tf.Variable(3.0)\n"
        "init = tf.global_variables_initializer()\n" + session + session
    )
    assert "def initialize_variables():\n    w.assign(1.0)\n    v.assign(2.0)\n\n" in found.text
