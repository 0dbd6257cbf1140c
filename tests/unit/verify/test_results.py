from __future__ import annotations

import numpy as np

from tf2migrate.verify.compare import Tolerance
from tf2migrate.verify.observations import ResultKey
from tf2migrate.verify.results import ResultsOutcome, Series, pair_results

TOLERANCE = Tolerance(1e-5, 1e-6)


def series(line: int, *values: float, function: str = "<module>", path: tuple[int, ...] = ()) -> Series:
    return {ResultKey(("before.py", line), function, path): [np.float32(value) * np.ones(2) for value in values]}


def paired(original: Series, migrated: Series, noise: Series | None = None) -> ResultsOutcome:
    return pair_results(original, migrated, TOLERANCE, noise)


def places(outcome: ResultsOutcome) -> list[tuple[str, str]]:
    return [(pair.original, pair.migrated) for pair in outcome.pairs]


def test_series_that_agree_in_all_calls_are_a_pair() -> None:
    outcome = paired(series(3, 1.0, 2.0, path=(1,)), {**series(8, 5.0, 5.0), **series(9, 1.0, 2.0)})
    assert places(outcome) == [("before.py:3[1]", "before.py:9")]
    assert (outcome.numbers, outcome.alone, outcome.pairs[0].calls) == (4, (), 2)


def test_one_call_more_or_one_other_value_is_no_pair() -> None:
    original = series(3, 1.0, 2.0)
    for other in (series(9, 1.0, 2.0, 3.0), series(9, 1.0, 2.001)):
        assert paired(original, other) == ResultsOutcome(alone=("before.py:3",))


def test_a_series_has_one_partner_only_and_names_decide_between_several() -> None:
    migrated = {**series(8, 1.0), **series(9, 1.0, function="evaluate")}
    outcome = paired({**series(3, 1.0, function="evaluate"), **series(4, 1.0), **series(5, 1.0)}, migrated)
    assert places(outcome) == [("before.py:3", "before.py:9"), ("before.py:4", "before.py:8")]
    assert outcome.alone == ("before.py:5",)


def test_noise_widens_the_tolerance() -> None:
    original, migrated = series(3, 1.0, 2.0), series(9, 1.0, 2.001)
    assert paired(original, migrated, series(3, 1.0, 2.0002)).alone == ()
    assert paired(original, migrated, series(3, 1.0, 2.00001)).alone == ("before.py:3",)
