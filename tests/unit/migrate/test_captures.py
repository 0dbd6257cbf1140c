"""Host values between building and running: kept, hoisted or refused, never seen at the wrong time (law 12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [2])
"""


def test_a_value_that_stays_is_read_where_it_is(migrate: Migrate) -> None:
    found = migrate(GRAPH + "scale = 2.0\np = x * scale\n", "print(sess.run(p, {x: [1.0, 2.0]}), scale)\n")
    assert "    p = x * scale\n" in found.text
    assert "initial_" not in found.text


def test_a_value_that_changes_before_the_run_is_kept(migrate: Migrate) -> None:
    found = migrate(GRAPH + "scale = 2.0\np = x * scale\nscale = 9.0\n", "print(sess.run(p, {x: [1.0, 2.0]}), scale)\n")
    assert "    p = x * initial_scale\n" in found.text
    assert found.rest.index("initial_scale = scale") < found.rest.index("scale = 9.0")


def test_a_value_that_changes_after_the_first_run_is_what_was_traced(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "scale = 2.0\np = x * scale\n",
        "print(sess.run(p, {x: [1.0, 2.0]}))\nscale = 9.0\nprint(sess.run(p, {x: [1.0, 2.0]}))\n",
    )
    assert "scale = 9.0" in found.rest


def test_each_of_two_values_is_kept_for_its_own_statements(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "scale = 2.0\np = x * scale\nscale = 3.0\nq = x * scale\nscale = 4.0\n",
        "print(sess.run(p, {x: [1.0, 2.0]}), sess.run(q, {x: [1.0, 2.0]}))\n",
    )
    assert "p = x * initial_scale\n" in found.text
    assert "q = x * initial_scale_2\n" in found.text
    rest = found.rest
    order = [
        rest.index(piece)
        for piece in ("initial_scale = ", "scale = 3.0", "initial_scale_2 = ", "scale = 4.0", "compute_p(")
    ]
    assert order == sorted(order)


def test_a_loop_index_that_moves_with_its_loop_stays_behind_as_a_constant(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "h = x\nfor i in range(3):\n    h = h + float(i)\n", "print(sess.run(h, {x: [1.0, 2.0]}), i)\n"
    )
    assert "i = 2" in found.rest


@pytest.mark.parametrize(
    ("build", "line"),
    [
        ("sizes = [2]\np = x * sizes[0]\nsizes.append(3)\nsizes[0] = 5\n", "sizes.append(3)"),
        ("sizes = {'a': 2.0}\np = x * sizes['a']\nsizes['a'] = 5.0\n", "sizes['a'] = 5.0"),
        ("data = np.zeros(2)\np = x + data\ndata[0] = 5.0\n", "data[0] = 5.0"),
        ("data = np.zeros(2)\np = x + data\ndata += 1.0\n", None),
        ("data = np.zeros(2)\np = x + data\ndata.fill(3.0)\n", "data.fill(3.0)"),
        ("data = np.zeros(2)\np = x + data\nnp.random.shuffle(data)\n", "np.random.shuffle(data)"),
        ("data = np.zeros(2)\np = x + data\nother = data\nother[0] = 5.0\n", None),
    ],
)
def test_what_changes_in_place_before_the_run_is_refused(migrate: Migrate, build: str, line: str | None) -> None:
    code, at = migrate(GRAPH + build, "print(sess.run(p, {x: [1.0, 2.0]}))\n").refused
    assert code == "TFM980"
    assert line is None or at == line


@pytest.mark.parametrize(
    "build",
    [
        "data = np.zeros(2)\ndata[0] = 5.0\np = x + data\n",
        "data = np.zeros(2)\np = x + data\ncopy = data.copy()\ncopy[0] = 5.0\n",
        "data = np.zeros(2)\np = x + data\nprint(data.sum(), data[0])\n",
        "sizes = [2.0]\nsizes.append(3.0)\np = x * sizes[1]\n",
        "sizes = [2.0]\np = x * sizes[0]\nprint(len(sizes))\n",
    ],
)
def test_what_only_reads_or_comes_before_is_no_change(migrate: Migrate, build: str) -> None:
    assert "def compute_p(x):" in migrate(GRAPH + build, "print(sess.run(p, {x: [1.0, 2.0]}))\n").text


def test_a_name_of_an_enclosing_body_that_changes_is_refused(migrate: Migrate) -> None:
    found = migrate(
        """
        scale = 2.0

        def main():
            global scale
            x = tf.placeholder(tf.float32, [])
            p = x * scale
            scale = 9.0
            with tf.Session() as sess:
                print(sess.run(p, {x: 1.0}))

        main()
        """
    )
    assert found.refused == ("TFM980", "scale = 9.0")


# --- host calls with effects -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "call"),
    [
        ("p = x * np.random.rand()", "np.random.rand()"),
        ("p = x + np.random.RandomState(1).rand(2) * 2.0", None),
        ("p = x * float(input())", "input()"),
        ("p = x * next(numbers)", "next(numbers)"),
        ("p = x * generator.rand()", "generator.rand()"),
        ("p = tf.add(x, rnd.random(), name='p')", "rnd.random()"),
        ("p = x * clock()", "clock()"),
    ],
)
def test_draws_of_the_host_stay_when_the_graph_was_built(migrate: Migrate, statement: str, call: str | None) -> None:
    found = migrate(
        "import random as rnd\nfrom time import time as clock\nnumbers = iter([1.0, 2.0])\n"
        f"generator = np.random.RandomState(3)\n{GRAPH}{statement}\n",
        "print(sess.run(p, {x: [1.0, 2.0]}))\n",
    )
    body = found.function("compute_p")
    assert "_value" in body
    if call is not None:
        assert call not in body
        assert f"_value = {call}" in found.rest
    assert not any(word in body for word in ("rand(", "random(", "next(", "input(", "clock("))


@pytest.mark.parametrize("call", ["np.sqrt(2.0)", "len('ab')", "np.arange(2).sum()", "float('2')", "shape.count(2)"])
def test_host_calls_without_effects_may_move(migrate: Migrate, call: str) -> None:
    found = migrate(f"shape = [2, 2]\n{GRAPH}p = x * float({call})\n", "print(sess.run(p, {x: [1.0, 2.0]}))\n")
    assert f"p = x * float({call})" in found.function("compute_p")


@pytest.mark.parametrize(
    "build",
    [
        "h = x\nfor i in range(3):\n    h = h * np.random.rand()\n",
        "h = tf.add_n([x * np.random.rand() for _ in range(3)])\n",
        "def noisy(v):\n    return v * np.random.rand()\n\n\nh = noisy(x)\n",
    ],
)
def test_draws_of_the_host_in_loops_and_functions_are_refused(migrate: Migrate, build: str) -> None:
    code, line = migrate(GRAPH + build, "print(sess.run(h, {x: [1.0, 2.0]}))\n").refused
    assert code == "TFM980"
    assert "np.random" in line or "noisy" in line
