"""Names of the functions that are made: from what they are run for."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest

Migrate = Callable[..., Any]

GRAPH = """
x = tf.placeholder(tf.float32, [None])
w = tf.Variable(1.0)
loss = tf.reduce_sum(x * w)
"""
SGD = "tf.train.GradientDescentOptimizer(0.1)"


def functions(text: str) -> list[str]:
    return [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("train", "train_step"),
        ("train_op", "train_step"),
        ("train_step", "train_step"),
        ("optimizer", "train_step"),
        ("step", "train_step"),
        ("TrainOp", "train_step"),
        ("d_train_op", "d_train_step"),
        ("train_g", "g_train_step"),
        ("D_solver", "d_solver_train_step"),
        ("actor_optimizer", "actor_train_step"),
        ("critic_train", "critic_train_step"),
    ],
)
def test_train_ops(migrate: Migrate, name: str, function: str) -> None:
    found = migrate(f"{GRAPH}{name} = {SGD}.minimize(loss)\n", f"sess.run({name}, {{x: [1.0]}})\n")
    assert functions(found.text) == [function]


def test_a_train_op_without_a_name(migrate: Migrate) -> None:
    found = migrate(f"{GRAPH}ops = [{SGD}.minimize(loss)]\n", "sess.run(ops[0], {x: [1.0]})\n")
    assert functions(found.text) == ["train_step"]


@pytest.mark.parametrize(
    ("build", "run", "function"),
    [
        ("", "sess.run(loss, {x: [1.0]})", "compute_loss"),
        ("Out = loss + 1.0\n", "sess.run(Out, {x: [1.0]})", "compute_out"),
        ("a = loss + 1.0\nb = loss * 2.0\n", "sess.run([a, b], {x: [1.0]})", "compute_a_and_b"),
        ("a = loss + 1.0\nb = loss * 2.0\n", "sess.run([loss, a, b], {x: [1.0]})", "evaluate"),
        ("", "sess.run(loss * 2.0, {x: [1.0]})", "compute_value"),
        ("", "sess.run(tf.sqrt(loss), {x: [1.0]})", "compute_sqrt"),
        ("up = tf.assign_add(w, 1.0)\n", "sess.run(up)", "up_step"),
        ("count_step = tf.assign_add(w, 1.0)\n", "sess.run(count_step)", "count_step"),
    ],
)
def test_other_runs(migrate: Migrate, build: str, run: str, function: str) -> None:
    found = migrate(GRAPH + build, f"print({run})\n")
    assert functions(found.text) == [function]


def test_a_run_without_a_name_is_called_after_its_result(migrate: Migrate) -> None:
    found = migrate(GRAPH, "doubled = sess.run(loss * 2.0, {x: [1.0]})\nprint(doubled)\n")
    assert functions(found.text) == ["compute_doubled"]


def test_shared_code_and_the_step_for_the_same_value_have_two_names(migrate: Migrate) -> None:
    found = migrate(
        GRAPH + "more = loss + 1.0\n", "print(sess.run(loss, {x: [1.0]}))\nprint(sess.run(more, {x: [1.0]}))\n"
    )
    assert sorted(functions(found.text)) == ["compute_loss", "compute_more", "predict_loss"]


def test_names_that_the_program_uses_are_left_alone(migrate: Migrate) -> None:
    found = migrate(
        f"def compute_loss():\n    return 1\n\n\n{GRAPH}train = {SGD}.minimize(loss)\n"
        "optimizer = tape = variables = compute_loss()\n",
        "sess.run(train, {x: [1.0]})\nprint(sess.run(loss, {x: [1.0]}), optimizer, tape, variables)\n",
    )
    assert found.text.count("def compute_loss(") == 1
    assert "optimizer = tape = variables = compute_loss()" in found.rest
    assert "optimizer_2 = tf.keras.optimizers.SGD(0.1)" in found.rest
    step = found.function("train_step")
    assert " tape\n" not in step
    assert "tape_2" in step


def test_a_name_that_only_moves_is_free_for_the_function(migrate: Migrate) -> None:
    found = migrate(f"{GRAPH}train_step = {SGD}.minimize(loss)\n", "sess.run(train_step, {x: [1.0]})\n")
    assert "train_step([1.0])" in found.rest
