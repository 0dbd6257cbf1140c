from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tf2migrate.model.verdict import LevelKind
from tf2migrate.verify.compare import Tolerance
from tf2migrate.verify.instrument import Site
from tf2migrate.verify.judge import RunsOutcome, compare_runs
from tf2migrate.verify.observations import Run

USUAL = Tolerance(1e-5, 1e-6)
TRAIN = Site("a.py:1", "b.py:1", (((0,), None), ((1,), ())), 0, 0, ("train", "loss"))
TEST = Site("a.py:2", "b.py:2", (((), ()),), 1, 1, ("accuracy",))


def train(loss: float) -> Run:
    return Run(0, ("list", [None, number(loss)]))


def trained(loss: float) -> Run:
    return Run(0, number(loss))


def measured(accuracy: float) -> Run:
    return Run(1, number(accuracy))


def number(value: float) -> np.ndarray[Any, Any]:
    return np.array(value, dtype=np.float32)


def judged(original: list[Run], migrated: list[Run], noise: list[Run] | None = None, **more: bool) -> RunsOutcome:
    return compare_runs([TRAIN, TEST], original, migrated, USUAL, noise, **more)


def test_visits_that_agree_are_counted() -> None:
    outcome = judged([train(1.0), train(0.5), measured(0.9)], [trained(1.0), trained(0.5), measured(0.9)])
    assert (outcome.level.verdict, outcome.level.exact) == (LevelKind.EQUAL, True)
    assert (outcome.runs, outcome.values, outcome.level.within) == (3, 3, 3)


def test_the_first_difference_has_both_places_and_the_name() -> None:
    outcome = judged([train(1.0), train(0.5), train(0.4)], [trained(1.0), trained(0.6), trained(0.7)])
    first = outcome.level.first_difference
    assert first is not None
    assert (first.original, first.migrated, first.call, first.name) == ("a.py:1", "b.py:1", 2, "loss")
    assert first.max_abs == pytest.approx(0.1)
    assert first.max_rel == pytest.approx(0.2)


def test_other_run_sites_are_a_difference() -> None:
    first = judged([train(1.0), measured(1.0)], [trained(1.0), trained(1.0)]).level.first_difference
    assert first is not None
    assert (first.original, first.migrated, first.call) == ("a.py:2", "b.py:1", 2)


@pytest.mark.parametrize("count", [1, 3])
def test_missing_and_further_visits_are_a_difference(count: int) -> None:
    outcome = judged([train(1.0)] * 2, [trained(1.0)] * count)
    assert outcome.level.first_difference is not None
    assert outcome.level.first_difference.call == min(2, count) + 1
    assert judged([train(1.0)] * 2, [trained(1.0)], ended=False).level.verdict is LevelKind.EQUAL


def test_nothing_visited_is_not_compared() -> None:
    assert judged([], []).level.verdict is LevelKind.NOT_COMPARED


def test_noise_widens_only_what_comes_after_it() -> None:
    original = [train(1.0), train(1.0), train(1.0)]
    noise = [train(1.0), train(1.01), train(1.0)]
    outcome = judged(original, [trained(1.0), trained(1.05), trained(1.09)], noise)
    assert (outcome.level.verdict, outcome.level.within) == (LevelKind.EQUAL, 1)
    assert judged(original, [trained(1.05), trained(1.0), trained(1.0)], noise).level.verdict is LevelKind.DIFFERS
    assert judged(original, [trained(1.0), trained(1.2), trained(1.0)], noise).level.verdict is LevelKind.DIFFERS


def test_noise_within_the_tolerance_widens_nothing_unless_asked_to() -> None:
    original, noise, migrated = [train(1.0)], [train(1.000005)], [trained(1.00003)]
    assert judged(original, migrated, noise).level.verdict is LevelKind.DIFFERS
    assert judged(original, migrated, noise, always_band=True).level.verdict is LevelKind.EQUAL


def test_where_noise_changes_the_flow_nothing_is_judged() -> None:
    outcome = judged([train(1.0), train(0.5)], [trained(1.0), measured(7.0)], [train(1.0), measured(0.5)])
    assert (outcome.level.verdict, outcome.runs) == (LevelKind.EQUAL, 1)


def test_noise_in_what_is_not_compared_changes_nothing() -> None:
    original = [Run(0, ("list", [text, number(1.0)])) for text in (b"a", b"b")]
    noise = [Run(0, ("list", [text, number(1.0)])) for text in (b"x", b"y")]
    outcome = judged(original, [trained(1.0), trained(2.0)], noise)
    assert (outcome.level.verdict, outcome.runs) == (LevelKind.DIFFERS, 2)
