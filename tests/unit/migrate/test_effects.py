"""The order of effects: reads before writes, or refused (laws 8 and 14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

GRAPH = """
w = tf.Variable(1.0)
v = tf.Variable(2.0)
"""


@pytest.mark.parametrize(
    ("build", "fetch"),
    [
        ("read = w * 2.0\nup = tf.assign_add(w, 1.0)\n", "[up, read]"),
        ("read = w * 2.0\nup = tf.assign_add(w, 1.0)\n", "[read, up]"),
        ("up = tf.assign_add(w, 1.0)\nread = up * 2.0\n", "[up, read]"),
        ("up = tf.assign_add(w, 1.0)\nread = v * 2.0\n", "[up, read]"),
        ("up = tf.assign_add(w, 1.0)\nwith tf.control_dependencies([up]):\n    read = w * 2.0\n", "[read, up]"),
        ("read = w * 2.0\nup = tf.assign_add(w, read)\n", "[up, read]"),
        ("up = tf.assign_add(w, 1.0)\nread = w * 2.0\n", "[up, read]"),
        ("up = tf.assign_add(w, 1.0)\nread = w * 2.0\nlater = read + v\n", "[later, up]"),
    ],
)
def test_what_has_an_order_is_migrated(migrate: Migrate, build: str, fetch: str) -> None:
    assert "w.assign_add(" in migrate(GRAPH + build, f"print(sess.run({fetch}))\n").text


def test_reads_come_before_writes_unless_they_wait_for_them(migrate: Migrate) -> None:
    build = (
        GRAPH + "up = tf.assign_add(w, 1.0)\nread = w * 2.0\nwith tf.control_dependencies([up]):\n    new = w * 3.0\n"
    )
    text = migrate(build, "print(sess.run([up, read, new]))\n").function("up_step")
    assert text.index("read = w * 2.0") < text.index("w.assign_add(1.0)") < text.index("new = w * 3.0")


@pytest.mark.parametrize(
    ("build", "fetch", "line"),
    [
        ("up = tf.assign(w, v)\nother = tf.assign(v, w)\n", "[up, other]", "up = tf.assign(w, v)"),
        ("both = [tf.assign(w, v), tf.assign(v, w)]\n", "both", "both = [tf.assign(w, v), tf.assign(v, w)]"),
        (
            "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(w))\nup = tf.assign(w, 1.0)\n",
            "[train, up]",
            "up = tf.assign(w, 1.0)",
        ),
    ],
)
def test_effects_without_an_order_are_refused(migrate: Migrate, build: str, fetch: str, line: str) -> None:
    assert migrate(GRAPH + build, f"print(sess.run({fetch}))\n").refused == ("TFM974", line)


def test_two_runs_have_an_order(migrate: Migrate) -> None:
    found = migrate(GRAPH + "up = tf.assign_add(w, 1.0)\nread = w * 2.0\n", "sess.run(up)\nprint(sess.run(read))\n")
    assert "up_step()\nprint(compute_read().numpy())" in found.rest


def test_a_variable_fetched_beside_an_update_is_read_before_it(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(w))\n",
        "print(sess.run([train, w])[1])\n",
    )
    text = found.function("train_step")
    assert text.index("tf.identity(w)") < text.index("apply_gradients")


def test_what_waits_for_a_train_op_stands_behind_its_update(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.square(w))\n"
        + "with tf.control_dependencies([train]):\n    after = w * 2.0\n",
        "print(sess.run(after))\n",
    )
    text = found.function("compute_after")
    assert text.index("apply_gradients") < text.index("after = w * 2.0") < text.index("return after")
    assert "control_dependencies" not in text


# --- sessions --------------------------------------------------------------------------------------------------------

TRAIN = GRAPH + "up = tf.assign_add(w, 1.0)\ninit = tf.global_variables_initializer()\n"


def test_sessions_one_after_the_other(migrate: Migrate) -> None:
    found = migrate(
        TRAIN
        + "with tf.Session() as a:\n    a.run(init)\n    a.run(up)\n    print(a.run(w))\n"
        + "with tf.Session() as b:\n    b.run(init)\n    print(b.run([w, v]))\n"
    )
    assert found.rest.count("initialize_variables()") == 1
    assert "    w.assign(1.0)\n    v.assign(2.0)" in found.text


def test_sessions_in_turns_are_refused(migrate: Migrate) -> None:
    found = migrate(
        TRAIN
        + "a = tf.Session()\nb = tf.Session()\na.run(init)\nb.run(init)\n"
        + "a.run(up)\nb.run(up)\nprint(a.run(w), b.run(w))\n"
    )
    assert found.refused[0] == "TFM982"


def test_a_second_session_without_initialization_is_refused(migrate: Migrate) -> None:
    found = migrate(
        TRAIN
        + "with tf.Session() as a:\n    a.run(init)\n    a.run(up)\n"
        + "with tf.Session() as b:\n    b.run(w.initializer)\n    print(b.run(w), b.run(v))\n"
    )
    assert found.refused[0] == "TFM982"


def test_sessions_in_turns_without_variables_share_nothing(migrate: Migrate) -> None:
    found = migrate(
        "x = tf.placeholder(tf.float32, [])\np = x * 2.0\na = tf.Session()\nb = tf.Session()\n"
        "print(a.run(p, {x: 1.0}), b.run(p, {x: 2.0}), a.run(p, {x: 3.0}))\n"
    )
    assert "print(compute_p(1.0).numpy(), compute_p(2.0).numpy(), compute_p(3.0).numpy())" in found.rest


# --- initializers ----------------------------------------------------------------------------------------------------


def test_the_first_initializer_goes(migrate: Migrate) -> None:
    found = migrate(TRAIN + "sess = tf.Session()\nsess.run(init)\nsess.run(up)\nprint(sess.run(w))\nsess.close()\n")
    assert "init" not in found.text
    assert "sess" not in found.text


def test_a_second_one_that_finds_nothing_changed_goes_too(migrate: Migrate) -> None:
    found = migrate(
        TRAIN + "sess = tf.Session()\nsess.run(init)\nsess.run(tf.local_variables_initializer())\nsess.run(up)\n"
    )
    assert "init" not in found.text


def test_a_later_one_sets_the_variables_again(migrate: Migrate) -> None:
    found = migrate(TRAIN + "sess = tf.Session()\nsess.run(init)\nsess.run(up)\nsess.run(init)\nprint(sess.run(w))\n")
    assert found.rest.endswith("up_step()\ninitialize_variables()\nprint(w.numpy())")


def test_one_in_a_loop_sets_them_in_every_turn(migrate: Migrate) -> None:
    found = migrate(
        TRAIN
        + "sess = tf.Session()\nfor i in range(3):\n    sess.run(init)\n    sess.run(up)\n    print(sess.run(w))\n"
    )
    assert "for i in range(3):\n    initialize_variables()\n    up_step()" in found.rest


def test_slots_start_again_too(migrate: Migrate) -> None:
    found = migrate(
        GRAPH
        + "train = tf.train.AdamOptimizer(0.1).minimize(tf.square(w))\ninit = tf.global_variables_initializer()\n"
        + "sess = tf.Session()\nfor i in range(3):\n    sess.run(init)\n    sess.run(train)\n"
    )
    text = found.function("initialize_variables")
    assert "optimizer.iterations.assign(0)" in text
    assert "slot.assign(tf.zeros_like(slot))" in text


def test_initial_values_are_drawn_again(migrate: Migrate) -> None:
    found = migrate(
        "w = tf.Variable(tf.random_normal([2]))\nup = tf.assign_add(w, [1.0, 1.0])\n"
        "init = tf.global_variables_initializer()\n"
        "sess = tf.Session()\nsess.run(init)\nsess.run(init)\nsess.run(up)\nprint(sess.run(w))\n"
    )
    assert "    w.assign(tf.random.normal([2]))" in found.function("initialize_variables")
    assert found.rest.count("initialize_variables()") == 1


def test_an_initializer_inside_of_an_expression_is_refused(migrate: Migrate) -> None:
    found = migrate(TRAIN + "sess = tf.Session()\nprint(sess.run(init))\nprint(sess.run(w))\n")
    assert found.refused == ("TFM974", "print(sess.run(init))")


def test_initial_values_out_of_reach_are_refused(migrate: Migrate) -> None:
    found = migrate(
        "def weight():\n    return tf.Variable(tf.random_normal([2]))\n\n\nw = weight()\nv = weight()\n"
        "up = tf.assign_add(w, [1.0, 1.0])\ninit = tf.global_variables_initializer()\n"
        "sess = tf.Session()\nfor i in range(2):\n    sess.run(init)\n    sess.run(up)\n"
    )
    assert found.refused == ("TFM973", "return tf.Variable(tf.random_normal([2]))")


def test_tf_case_with_a_dict_is_left_where_the_order_of_its_keys_counts(migrate: Migrate) -> None:
    found = migrate(
        "x = tf.placeholder(tf.float32, [])\n"
        "y = tf.case({x < 1.0: lambda: x, x > 2.0: lambda: -x}, default=lambda: 2.0 * x)\n",
        "print(sess.run(y, {x: 1.0}))\n",
    )
    assert found.refused[0] == "TFM976"


@pytest.mark.parametrize(
    "drive",
    [
        "for i in range(3):\n    print(sess.run(a if i % 2 else b, {x: 2.0}))\n",
        "def show():\n    print(sess.run(what, {x: 2.0}))\n\n\nwhat = a\nshow()\nwhat = b\nshow()\n",
        "for i in range(2):\n    print(sess.run(c, {x: 1.0, k: 5.0} if i == 1 else {x: 1.0}))\n",
        "for i in range(2):\n    fed = {x: 1.0}\n    fed[k if i == 1 else j] = 5.0\n    print(sess.run(d, fed))\n",
    ],
    ids=["choice", "rebound", "feeds", "either feed"],
)
def test_a_run_of_one_thing_here_and_another_there_is_left(migrate: Migrate, drive: str) -> None:
    build = "x = tf.placeholder(tf.float32, [])\nk = tf.placeholder_with_default(1.0, [])\na, b = x * 2.0, x + 5.0\n"
    more = "c = x * k\nj = tf.placeholder_with_default(2.0, [])\nd = c * j\n"
    found = migrate(build + more, drive)
    assert found.refused[0] == "TFM983"


def test_a_feed_dict_with_a_name_tells_which_step_is_run(migrate: Migrate) -> None:
    build = "x = tf.placeholder(tf.float32, [])\nk = tf.placeholder_with_default(1.0, [])\nc = x * k\n"
    drive = (
        "for i in range(2):\n    fed = {x: 1.0}\n    if i == 1:\n        fed[k] = 5.0\n    print(sess.run(c, fed))\n"
    )
    found = migrate(build, drive)
    assert 'print((evaluate_c if "k" in fed else predict_c)(**fed).numpy())' in found.rest
