"""Step functions: what they hold, their parameters, what they share, what they return."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from tf2migrate.migrate.sharing import units_by_sharing

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [None])
y = tf.placeholder(tf.float32, [None])
w = tf.Variable(1.0)
"""


def lines(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_nothing_is_shared_where_nothing_is_needed() -> None:
    assert units_by_sharing([]) == {}


def test_parameters_stand_in_the_order_of_the_feeds(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "loss = tf.reduce_sum(w * x - y)\n",
        "print(sess.run(loss, {y: [1.0], x: [2.0]}))\nprint(sess.run(loss, {x: [2.0], y: [1.0]}))\n",
    )
    assert found.function("compute_loss").startswith("def compute_loss(y, x):")
    assert "print(compute_loss([1.0], [2.0]).numpy())\nprint(compute_loss(x=[2.0], y=[1.0]).numpy())" in found.text


def test_a_feed_that_nobody_needs_goes(migrate: Migrate) -> None:
    found = migrate(GRAPH + "p = w * x\n", "print(sess.run(p, {x: [1.0], y: [2.0]}))\n")
    assert "print(compute_p([1.0]).numpy())" in found.rest


def test_a_feed_that_does_something_is_still_evaluated(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "data = iter([[1.0], [2.0]])\np = w * x\n", "print(sess.run(p, {x: [1.0], y: next(data)}))\n"
    )
    assert "print(compute_p([1.0], next(data)).numpy())" in found.rest
    assert found.function("compute_p").startswith("def compute_p(x, y):")


def test_a_shared_feed_dict_makes_all_of_its_keys_parameters(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "p = w * x\nq = p + y\n",
        """
        feed = {x: [1.0], y: [2.0]}
        print(sess.run(p, feed))
        feed[y] = [3.0]
        print(sess.run(q, feed_dict=feed))
        """,
    )
    assert 'feed = {"x": [1.0], "y": [2.0]}' in found.rest
    assert 'feed["y"] = [3.0]' in found.rest
    assert "print(predict_p(**feed).numpy())" in found.rest
    assert found.function("predict_p").startswith("def predict_p(x, y):")


def test_what_no_run_needs_is_not_executed(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "p = w * x\nnever = tf.square(p)\nprinted = tf.Print(p, [p])\n", "print(sess.run(p, {x: [1.0]}))\n"
    )
    assert found.function("compute_p") == lines("""
        def compute_p(x):
            p = w * x
            return p
        """)
    assert "never" not in found.text
    assert "Print" not in found.text


def test_effects_that_nobody_fetches_stay_out(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "p = w * x\nup = tf.assign_add(w, 1.0)\n",
        "print(sess.run(p, {x: [1.0]}))\nsess.run(up)\nprint(sess.run([p, up], {x: [1.0]})[0])\n",
    )
    assert "assign" not in found.function("predict_p")
    assert "w.assign_add(1.0)" in found.function("up_step")


def test_a_loop_that_builds_moves_as_a_whole(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "h = x\nfor i in range(3):\n    h = tf.nn.relu(h * w)\n", "print(sess.run(h, {x: [1.0]}))\n"
    )
    assert found.function("compute_h") == lines("""
        def compute_h(x):
            h = x
            for i in range(3):
                h = tf.nn.relu(h * w)
            return h
        """)
    assert "for" not in found.rest


def test_a_list_moves_with_the_loop_that_fills_it(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "parts = []\nfor i in range(3):\n    parts.append(x * float(i))\ntotal = tf.add_n(parts)\n",
        "print(sess.run(total, {x: [1.0]}))\n",
    )
    assert "parts = []\n" in found.function("compute_total")
    assert "parts" not in found.rest


def test_what_two_runs_need_is_a_plain_function(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "h = tf.square(x)\np = h * w\nq = h + w\n",
        "print(sess.run(p, {x: [1.0]}))\nprint(sess.run(q, {x: [1.0]}))\n",
    )
    assert found.function("compute_h") == "def compute_h(x):\n    h = tf.square(x)\n    return h"
    assert "@tf.function\ndef compute_h" not in found.text
    assert "h = compute_h(x)" in found.function("compute_p")
    assert "h = compute_h(x)" in found.function("compute_q")
    assert found.text.count("tf.square") == 1


def test_runs_of_the_same_thing_share_one_function(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "p = w * x\n",
        """
        for v in ([1.0], [2.0]):
            print(sess.run(p, {x: v}))
        last = sess.run(p, feed_dict={x: [3.0]})
        print(last)
        """,
    )
    assert found.text.count("@tf.function") == 1
    assert "last = compute_p([3.0]).numpy()" in found.rest


def test_draws_are_not_shared_between_runs_but_within_one(migrate: Migrate) -> None:
    found = migrate(
        "noise = tf.random_normal([2])\ntwice = noise * 2.0\n",
        "print(sess.run([noise, twice]))\nprint(sess.run(noise))\n",
        session="with tf.Session() as sess:\n",
    )
    assert found.text.count("tf.random.normal([2])") == 1
    assert "tf.random" not in found.rest


@pytest.mark.parametrize(
    ("run", "written"),
    [
        ("a, b = sess.run([p, q], {x: [1.0]})\nprint(b)", "a, b = (v.numpy() for v in compute_p_and_q([1.0]))"),
        ("a, _ = sess.run([p, q], {x: [1.0]})\nprint(a)", "a = compute_p_and_q([1.0]).numpy()"),
        ("a = sess.run([p, q], {x: [1.0]})", "a = [v.numpy() for v in compute_p_and_q([1.0])]"),
        ("a = sess.run((p, q), {x: [1.0]})", "a = tuple(v.numpy() for v in compute_p_and_q([1.0]))"),
        ("_, a = sess.run([up, p], {x: [1.0]})", "a = up_step([1.0]).numpy()"),
        ("a = sess.run([up.op, p], {x: [1.0]})", None),
        ("a = sess.run(p, {x: [1.0]})[0]", "a = compute_p([1.0]).numpy()[0]"),
        ("a = sess.run([p], {x: [1.0]})[0]", None),
        ("a = [sess.run(p, {x: [v]}) for v in (1.0, 2.0)]", "a = [compute_p([v]).numpy() for v in (1.0, 2.0)]"),
        ("a = p.eval({x: [1.0]}) + 1.0", "a = compute_p([1.0]).numpy() + 1.0"),
    ],
)
def test_results_are_numpy_in_the_structure_of_the_fetch(migrate: Migrate, run: str, written: str | None) -> None:
    found = migrate(GRAPH + "p = w * x\nq = p + 1.0\nup = tf.assign_add(w, 1.0)\n", run + "\nprint(a)\n")
    if written is not None:
        assert written in found.rest
    assert "numpy()" in found.rest


def test_a_name_that_is_bound_again_keeps_its_order(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "h = x * w\nfirst = tf.reduce_sum(h)\nh = tf.nn.relu(h)\nh = h + 1.0\n",
        "print(sess.run(first, {x: [1.0]}))\nprint(sess.run(h, {x: [1.0]}))\n",
    )
    first, second = found.text.index("h = tf.nn.relu(h)"), found.text.index("h = h + 1.0")
    assert first < second
    assert "relu" not in found.function("compute_first")


def test_a_placeholder_may_be_fetched(migrate: Migrate) -> None:
    found = migrate(GRAPH + "p = w * x\n", "print(sess.run([p, x], {x: [1.0]}))\n")
    assert "return [p, x]" in found.text


def test_names_of_the_run_code_do_not_collide(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "p = w * x\n",
        "compute_p = 3\nx_spec = 4\nprint(sess.run(p, {x: [1.0]}), compute_p, x_spec)\n",
    )
    assert "compute_p = 3" in found.rest
    assert "def compute_p(" not in found.text
    assert "x_spec = 4" in found.rest
    assert found.text.count("x_spec = ") == 1


def test_the_session_block_is_dissolved_with_its_comments(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "p = w * x\n",
        "# Before.\nprint(sess.run(p, {x: [1.0]}))  # behind\n\n# After.\nprint('end')\n",
    )
    assert found.text.endswith("# Before.\nprint(compute_p([1.0]).numpy())  # behind\n\n# After.\nprint('end')\n")


@pytest.mark.parametrize(
    ("build", "drive", "code", "line"),
    [
        ("p = w * x\n", "print(sess.run(p))", "TFM972", "print(sess.run(p))"),
        ("p = w * x\n", "print([p])\nprint(sess.run(p, {x: [1.0]}))", "TFM976", "print([p])"),
        ("p = w * x\n", "print(sess.run(p, dict([(x, [1.0])])))", "TFM979", "print(sess.run(p, dict([(x, [1.0])])))"),
    ],
)
def test_what_is_refused(migrate: Migrate, build: str, drive: str, code: str, line: str) -> None:
    assert migrate(GRAPH + build, drive).refused == (code, line)
