"""Lists and dicts of graph values: what fills them moves with them, or the program is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tf2migrate.model.plan import Status

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [None])
w = tf.Variable(1.0)
p = x * w
q = x + w
"""


@pytest.mark.parametrize(
    ("build", "fetch", "needed"),
    [
        ("f = []\nfor t in (p, q):\n    f.append(t)\n", "f", ["f = []", "f.append(t)"]),
        ("f = []\nfor t in (p, q):\n    f.append(t)\ns = tf.add_n(f)\n", "s", ["f = []", "f.append(t)", "tf.add_n(f)"]),
        ("f = [p, q]\nlast = f.pop()\n", "f", ["f = [p, q]", "f.pop()"]),
        ("f = [p]\nf += [q]\n", "f", ["f = [p]", "f += [q]"]),
        ("f = []\nf.append(p)\nf.append(q)\n", "f", ["f = []", "f.append(p)", "f.append(q)"]),
        ("f = [p]\nf.extend([q])\nf.insert(0, q)\n", "f", ["f = [p]", "f.extend([q])", "f.insert(0, q)"]),
        ("f = {}\nf['p'] = p\nf['q'] = q * 2.0\n", "f", ["f = {}", "f['p'] = p", "f['q'] = q * 2.0"]),
        ("f = {}\nf['p'] = p\nf['q'] = f['p'] * 2.0\n", "f['q']", ["f = {}", "f['p'] = p", "f['q'] = f['p'] * 2.0"]),
        ("f = [p, q]\nf[0] = q * 2.0\n", "f[0]", ["f[0] = q * 2.0"]),
        ("f = [p, q]\nf[0] = q * 2.0\n", "f", ["f = [p, q]", "f[0] = q * 2.0"]),
        ("f = [p, q]\nf.reverse()\n", "f", ["f = [p, q]", "f.reverse()"]),
        ("f = [p, q]\ndel f[0]\n", "f", ["f = [p, q]", "del f[0]"]),
        ("f = []\ndef add(t):\n    f.append(t)\n\n\nadd(p)\nadd(q)\n", "f", ["add(p, f=f)", "add(q, f=f)"]),
        ("f = {k: v for k, v in zip('ab', (p, q))}\n", "f", ["f = {k: v for k, v in zip('ab', (p, q))}"]),
        ("f = [[p], [q]]\nf[0].append(q)\n", "f", ["f = [[p], [q]]", "f[0].append(q)"]),
    ],
)
def test_what_fills_a_container_is_in_the_step_or_the_program_is_refused(
    migrate: Migrate, build: str, fetch: str, needed: list[str]
) -> None:
    found = migrate(GRAPH + build, f"print(sess.run({fetch}, {{x: [1.0]}}))\n")
    if found.result.status is Status.REFUSED:
        return
    positions = [found.text.index(piece) for piece in needed]
    assert positions == sorted(positions)
    body = "\n".join(line for line in found.text.split("\n") if line.startswith("    "))
    assert [piece for piece in needed if piece not in body] == []


def test_a_container_of_variables_stays(migrate: Migrate) -> None:
    found = migrate(
        "x = tf.placeholder(tf.float32, [])\nws = []\nfor i in range(2):\n    ws.append(tf.Variable(float(i)))\n"
        "h = x\nfor v in ws:\n    h = h + v\n",
        "print(sess.run(h, {x: 1.0}), sess.run(ws))\n",
    )
    assert "ws = []\nfor i in range(2):\n    ws.append(tf.Variable(float(i)))\n" in found.rest
    assert "    for v in ws:\n        h = h + v\n" in found.text


def test_a_list_that_grows_between_the_runs_is_refused_or_two_steps(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "f = [p]\n", "print(sess.run(f, {x: [1.0]}))\nf.append(q)\nprint(sess.run(f, {x: [1.0]}))\n"
    )
    if found.result.status is not Status.REFUSED:
        assert found.text.count("@tf.function") == 2


@pytest.mark.parametrize(
    "build",
    [
        "n = 0\nh = x\nfor i in range(3):\n    h = h * w\n    n += 1\n",
        "n = 0\nh = x\nfor i in range(3):\n    n = n + 1\n    h = h * w * float(n)\n",
        "n = 0\nh = x\nwhile n < 3:\n    h = h * w\n    n += 1\n",
    ],
)
def test_a_host_count_in_a_loop_that_moves_starts_where_it_did(migrate: Migrate, build: str) -> None:
    found = migrate(GRAPH + build, "print(sess.run(h, {x: [1.0]}), n)\n")
    if found.result.status is Status.REFUSED:
        return
    body = found.function("compute_h")
    target = "initial_n" if "initial_n +=" in body else "n"
    if f"{target} +=" in body or f"{target} = {target} +" in body:
        assert body.index(f"    {target} = ") < body.index("for" if "for" in body else "while")
    assert "n = 3" in found.rest


@pytest.mark.parametrize(
    ("build", "drive"),
    [
        (
            "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(p))\n"
            "with tf.control_dependencies([train]):\n    done = tf.no_op()\n",
            "sess.run(done, {x: [1.0]})\n",
        ),
        (
            "n = tf.Variable(0.0, trainable=False)\ntick = tf.assign_add(n, 1.0)\n"
            "with tf.control_dependencies([tick]):\n"
            "    train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(p))\n",
            "sess.run(train, {x: [1.0]})\nprint(sess.run(n))\n",
        ),
        (
            "train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(p))\n"
            "up = tf.assign_add(w, 1.0)\nboth = tf.group(train, up)\n",
            "sess.run(both, {x: [1.0]})\n",
        ),
    ],
    ids=["behind", "before", "grouped"],
)
def test_a_train_op_among_others_becomes_an_update_or_is_refused(migrate: Migrate, build: str, drive: str) -> None:
    found = migrate(GRAPH + build, drive)
    if found.result.status is Status.REFUSED:
        return
    assert "minimize" not in found.text
    assert "apply_gradients" in found.text


def test_a_variable_fetched_beside_its_assignment_is_read_before_it(migrate: Migrate) -> None:
    found = migrate(GRAPH + "up = w.assign(w + 1.0)\n", "a, b = sess.run([w, up])\nprint(a, b)\n")
    if found.result.status is Status.REFUSED:
        return
    body = found.function("up_step")
    assert body.index("tf.identity(w)" if "tf.identity(w)" in body else "w.read_value()") < body.index("w.assign(")


def test_an_optimizer_is_made_once_for_every_call_of_a_function(migrate: Migrate) -> None:
    found = migrate(
        """
        def fit(rate):
            with tf.Graph().as_default():
                x = tf.placeholder(tf.float32, [])
                w = tf.Variable(1.0)
                train = tf.train.AdamOptimizer(rate).minimize(tf.square(w * x))
                with tf.Session() as sess:
                    sess.run(tf.global_variables_initializer())
                    for _ in range(3):
                        sess.run(train, feed_dict={x: 2.0})
                    return sess.run(w)


        print(fit(0.1), fit(0.2))
        """
    )
    if found.result.status is Status.REFUSED:
        return
    assert found.text.count("tf.keras.optimizers.Adam(") == 1
    assert "        optimizer.apply_gradients(" in found.text
