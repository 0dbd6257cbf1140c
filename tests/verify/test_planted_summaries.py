"""Bugs of summaries that functions, loops and scopes make: the events of the two programs differ."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_program_fixtures import PROGRAMS, verify_changed

from tf2migrate.model.verdict import VerdictKind

HELPERS = "summaries_in_helpers"
LOOPS = "summaries_in_loops"


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        (HELPERS, ('scalar("layer1/weights/summaries/mean_1"', 'scalar("layer1/weights/summaries/mean"'), "mean"),
        (HELPERS, ('mean_1": y_summaries[0]', 'mean_1": hidden1_summaries[0]'), "layer2/weights/summaries/mean_1"),
        (
            HELPERS,
            ("    histogram_summary = tf.identity(var)", "    histogram_summary = tf.identity(mean)"),
            "histogram",
        ),
        (HELPERS, ("step=int(step)", "step=int(step) + 1"), "step"),
        (LOOPS, ('"b/norm": more_summaries[1]', '"b/norm": tf.nn.l2_loss(b + 1)'), "b/norm"),
        (LOOPS, ('"b/gradients": summaries[0]', '"b/gradients": summaries[1]'), "b/gradients"),
    ],
    ids=["tag", "other layer", "other value", "step", "value of another state", "other gradient"],
)
def test_a_planted_bug_is_seen(name: str, change: tuple[str, str], reason: str, tmp_path: Path) -> None:
    verdict = verify_changed(PROGRAMS / name / "before.py", tmp_path, change)
    assert verdict.verdict is VerdictKind.DIFFERS
    assert reason in verdict.reason, verdict.reason


def test_a_value_after_the_update_is_seen(tmp_path: Path) -> None:
    """Summaries of variables show them as they are before the run's update."""
    order = (
        "    merged = {\n",
        "    optimizer.apply_gradients(grads_and_vars); more_summaries[1] = tf.nn.l2_loss(b); merged = {\n",
    )
    once = ("    }\n    optimizer.apply_gradients(grads_and_vars)\n", "    }\n    pass\n")
    verdict = verify_changed(PROGRAMS / LOOPS / "before.py", tmp_path, order, once)
    assert verdict.verdict is VerdictKind.DIFFERS
    assert "b/norm" in verdict.reason, verdict.reason
