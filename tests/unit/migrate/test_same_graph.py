"""Texts that take the place of a program's must build the same graph and run it alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tf2migrate.analysis import evaluate_program
from tf2migrate.migrate import attempts, migrate_program
from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.same_graph import is_same_graph
from tf2migrate.model.facts import Program

RECORD = """\
import tensorflow as tf


class Model(object):
    def __init__(self, rate):
        self.x = tf.placeholder(tf.float32, [None, 1], name="x")
        self.w = tf.Variable([[1.0]])
        penalty = tf.constant(0.0)
        penalty += tf.nn.l2_loss(self.w)
        self.loss = tf.reduce_sum(tf.matmul(self.x, self.w)) + rate * penalty


with tf.Graph().as_default():
    model = Model(0.5)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(model.loss)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for i in range(2):
            print(sess.run([train, model.loss], {model.x: [[1.0]]})[1])
"""


def facts(tmp_path: Path, text: str) -> Program:
    path = tmp_path / "program.py"
    path.write_text(text)
    return evaluate_program(path, text, None)


def test_graphs_are_told_by_their_order_not_by_their_numbers(tmp_path: Path) -> None:
    more_objects = RECORD.replace("with tf.Graph()", "unused = [[1], [2]]\nwith tf.Graph()")
    assert is_same_graph(facts(tmp_path, RECORD), facts(tmp_path, more_objects))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rate * penalty", "penalty * rate"),
        ("Model(0.5)", "Model(0.25)"),
        ("[train, model.loss]", "[model.loss, train]"),
        ("    train = tf", "    with tf.Graph().as_default():\n        tf.constant(1)\n    train = tf"),
    ],
)
def test_another_operand_value_fetch_or_graph_is_another_program(tmp_path: Path, old: str, new: str) -> None:
    assert RECORD.count(old) == 1
    assert not is_same_graph(facts(tmp_path, RECORD), facts(tmp_path, RECORD.replace(old, new)))


def test_an_object_that_is_dissolved_wrongly_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "program.py"
    path.write_text(RECORD)
    assert "class Model" not in (migrate_program(path)[0].text or "class Model")
    dissolve = attempts.dissolve_object

    def wrong(program: Program, path: str, text: str) -> Inlined | None:
        found = dissolve(program, path, text)
        return None if found is None else replace(found, text=found.text.replace("0.5", "5.0"))

    monkeypatch.setattr(attempts, "dissolve_object", wrong)
    assert "5.0" not in (migrate_program(path)[0].text or "")
