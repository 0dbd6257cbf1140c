"""A pair with a source map: equal as it stands, and each planted bug is caught at the run where it first shows."""

from __future__ import annotations

import pytest
from conftest import Mapped

from tf2migrate.model.verdict import LevelKind, VerdictKind, VerifyOptions
from tf2migrate.verify import pair

APPLY = "    optimizer.apply_gradients(zip(tape.gradient(cost, variables), variables))\n"
LOSS_AGAIN = (
    "    again = compute_logits(x, keep_prob)\n"
    "    cost = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=again))\n"
)
W1 = "w1 = tf.Variable(tf.random.truncated_normal([8, 16], stddev=0.1))"


def test_the_pair_is_equal(script: Mapped) -> None:
    verdict = script.verify()
    assert (verdict.verdict, verdict.reason, verdict.first_difference) == (VerdictKind.EQUAL, "", None)
    assert (verdict.compared.runs, verdict.compared.values) == (7, 9)
    assert verdict.levels.structure.exact
    assert verdict.levels.emitted.verdict is LevelKind.EQUAL
    assert verdict.levels.program.verdict is LevelKind.EQUAL
    assert verdict.sites_not_run == ()
    assert verdict.stand_ins == ()


@pytest.mark.parametrize(
    ("old", "new", "call", "name"),
    [
        ("Adam(0.01,", "Adam(0.0101,", 2, "cost"),
        (", epsilon=1e-08", "", 2, "cost"),
        (APPLY, APPLY + LOSS_AGAIN, 1, "cost"),
        ("    hidden = tf.nn.dropout(hidden, rate=1 - keep_prob)\n", "", 1, "cost"),
        ("rate=1 - keep_prob", "rate=keep_prob", 6, "logits"),
        (W1, W1.replace("stddev=0.1", "stddev=0.101"), 1, "cost"),
        (W1, W1.replace("truncated_normal", "normal"), 1, "cost"),
    ],
    ids=["rate", "epsilon", "loss after the update", "no dropout", "keep for rate", "scale", "law of the draws"],
)
def test_planted_bugs_are_caught_where_they_first_show(
    script: Mapped, old: str, new: str, call: int, name: str
) -> None:
    verdict = script.verify((old, new))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.levels.structure.verdict is LevelKind.DIFFERS
    first = verdict.first_difference
    assert first is not None
    assert (first.call, first.name) == (call, name)
    assert first.original == script.line("sess.run([train_op" if name == "cost" else "sess.run(logits")
    assert first.max_abs is not None and first.max_abs > 0
    assert verdict.exit_status == 1


def test_a_short_program_goes_on_until_all_sites_were_visited(script: Mapped) -> None:
    verdict = script.verify(options=VerifyOptions(runs=3))
    assert (verdict.verdict, verdict.compared.runs, verdict.sites_not_run) == (VerdictKind.EQUAL, 7, ())


def test_both_sides_stop_at_the_same_run(script: Mapped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "PATIENCE", 0.0)
    verdict = script.verify(options=VerifyOptions(runs=3))
    assert (verdict.verdict, verdict.compared.runs) == (VerdictKind.EQUAL, 3)
    assert verdict.sites_not_run == (script.line("sess.run(logits"), script.line("accuracy.eval("))


def test_a_run_that_is_missing_is_a_difference(script: Mapped) -> None:
    verdict = script.verify(("range(5)", "range(4)"))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
    assert verdict.first_difference.call == 5
    assert "different run sites" in verdict.first_difference.reason


def test_a_mask_that_is_drawn_once_is_caught(script: Mapped) -> None:
    verdict = script.verify(
        ("def compute_logits", "mask = tf.floor(tf.random.uniform([200, 16]) + 0.5) / 0.5\n\n\ndef compute_logits"),
        ("    hidden = tf.nn.dropout(hidden, rate=1 - keep_prob)\n", "    hidden = hidden * mask[:tf.shape(x)[0]]\n"),
    )
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
    assert verdict.first_difference.original == script.line("sess.run([train_op")


def test_a_crash_after_some_runs_shows_how_far_it_came(script: Mapped) -> None:
    verdict = script.verify(('print("epoch"', 'assert epoch < 2\n    print("epoch"'))
    assert verdict.verdict is VerdictKind.CRASHED
    assert verdict.exit_status == 1
    assert "AssertionError" in verdict.reason
    assert "assert epoch < 2" in verdict.migrated.stderr_tail
    assert verdict.compared.runs == 3
    assert verdict.levels.emitted.verdict is LevelKind.EQUAL
