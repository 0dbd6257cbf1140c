"""Questions to the facts: what a value needs, what differs from run to run, which write a read sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tf2migrate.migrate.view import ProgramView, is_slot, nodes_in
from tf2migrate.model.facts import Choice, GraphNode, GraphValue, Kind, Known, Record, Sequence

View = Callable[[str], ProgramView]

PROGRAM = """
x = tf.placeholder(tf.float32, [])
start = tf.constant(1.0) * 2.0
w = tf.Variable(start)
noise = tf.random_normal([])
fixed = tf.constant(3.0) + 1.0
y = w * x + fixed
z = y + noise
loss = tf.square(z)
train = tf.train.AdamOptimizer(0.1).minimize(loss)
"""


def held(view: ProgramView, name: str) -> int:
    """Return the node that a module-level name holds in the end."""
    found = [write.value for write in view.program.writes if write.cell.key == name]
    assert isinstance(found[-1], GraphValue)
    return found[-1].node


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        *(("x", True), ("w", True), ("noise", True), ("y", True), ("loss", True), ("train", True)),
        *(("start", False), ("fixed", False)),
    ],
)
def test_what_differs_from_run_to_run(view: View, name: str, differs: bool) -> None:
    found = view(PROGRAM)
    assert found.dynamic(held(found, name)) is differs


@pytest.mark.parametrize(
    ("name", "computes"),
    [("y", True), ("train", True), ("noise", True), ("x", False), ("w", False), ("fixed", False), ("start", False)],
)
def test_what_belongs_into_a_step(view: View, name: str, computes: bool) -> None:
    found = view(PROGRAM)
    assert found.is_compute(held(found, name)) is computes


def test_effects_differ_from_run_to_run(view: View) -> None:
    found = view("w = tf.Variable(0)\nadd = tf.assign_add(w, 1)\nboth = tf.group(add)\n")
    assert found.dynamic(held(found, "add"))
    assert found.dynamic(held(found, "both"))


def test_the_closure_ends_at_variables(view: View) -> None:
    found = view(PROGRAM)
    needed = found.closure(frozenset({held(found, "y")}))
    assert {held(found, name) for name in ("y", "w", "x", "fixed")} <= needed
    assert not needed & {held(found, name) for name in ("start", "noise", "z", "loss", "train")}


def test_the_closure_follows_controls_and_learning_rates(view: View) -> None:
    found = view("""
        rate = tf.placeholder(tf.float32, [])
        w = tf.Variable(0.0)
        add = tf.assign_add(w, 1.0)
        with tf.control_dependencies([add]):
            after = tf.identity(w)
        train = tf.train.GradientDescentOptimizer(rate).minimize(tf.square(w))
        """)
    assert held(found, "add") in found.closure(frozenset({held(found, "after")}))
    assert held(found, "rate") in found.closure(frozenset({held(found, "train")}))
    assert held(found, "rate") not in found.closure(frozenset({held(found, "after")}))


def test_initial_values_are_what_only_variables_need(view: View) -> None:
    found = view(PROGRAM)
    initial = found.initial_values()
    assert held(found, "start") in initial
    assert not initial & {held(found, name) for name in ("y", "noise", "w", "x")}


def test_a_read_sees_the_last_write_before_it(view: View) -> None:
    found = view("a = 1\nb = a\na = 2\nc = a\n")
    reads = [read for read in found.program.reads if read.cell.key == "a"]
    seen = [found.definition_of(read) for read in reads]
    assert [write.value for write in seen if write is not None] == [Known(1), Known(2)]


def test_a_trail_leads_through_the_calls(view: View) -> None:
    found = view("""
        def inner(v):
            return v * 2.0

        def outer(v):
            return inner(v) + 1.0

        y = outer(tf.placeholder(tf.float32, []))
        """)
    node = next(node for node in found.nodes if node.op == "operator.mul")
    frames = [found.frames[frame].name for frame in found.frames_on_trail(node.place)]
    assert frames[1:] == ["outer", "inner"]
    assert [step.expression.kind for step in found.trail(node.place)] == ["BinOp", "Call", "Call"]


def test_nodes_are_found_in_containers() -> None:
    one, two, three = GraphValue(1), GraphValue(2), GraphValue(3)
    record = Record("dict", ((one, Known(0)), (Known("k"), Sequence("list", (two,)))), 7)
    assert nodes_in(Choice((record, Sequence("tuple", (Known(1), three))))) == {1, 2, 3}
    assert nodes_in(Known(1)) == frozenset()


def test_slots_are_the_optimizers_own_variables(view: View) -> None:
    found = view(PROGRAM)
    variables = [node for node in found.nodes if node.kind is Kind.VARIABLE]

    def own(node: GraphNode) -> bool:
        return not is_slot(node)

    assert [node.id for node in filter(own, variables)] == [held(found, "w")]
