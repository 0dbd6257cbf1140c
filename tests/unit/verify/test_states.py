from __future__ import annotations

import numpy as np
import pytest

from tf2migrate.model.verdict import Level, LevelKind
from tf2migrate.verify.compare import Outcome, Tolerance
from tf2migrate.verify.observations import Observations, Run, State, Variable
from tf2migrate.verify.states import StatesOutcome, compare_states, states_while_alike
from tf2migrate.verify.variables import PairedVariables

PAIR = PairedVariables(Variable(0, "w", (), True, None), Variable(3, "kernel", (), True, None), Outcome())
VISITS = [("before.py:9", "after.py:12")] * 5


def states(key: tuple[int, str], *values: float) -> list[State]:
    return [State(after, {key: np.array([value], np.float32)}) for after, value in enumerate(values, 1)]


def compared(original: list[float], migrated: list[float], noise: list[float] | None = None) -> StatesOutcome:
    moved = states((0, "w"), *noise) if noise is not None else None
    return compare_states(states((0, "w"), *original), states((3, "kernel"), *migrated), [PAIR], moved, VISITS)


def test_equal_updates_are_counted() -> None:
    assert compared([1.0, 1.1, 1.2], [1.0, 1.1, 1.2]) == StatesOutcome(2)


def test_an_update_that_is_a_percent_off_differs_though_the_value_hardly_does() -> None:
    outcome = compared([1.0, 1.001, 1.002], [1.0, 1.001, 1.00201])
    assert outcome.difference is not None
    assert (outcome.difference.call, outcome.difference.name) == (3, "w")
    assert (outcome.difference.original, outcome.difference.migrated) == VISITS[2]
    assert outcome.difference.max_rel == pytest.approx(0.01, rel=0.05)


def test_rounding_of_a_large_value_is_no_difference() -> None:
    assert compared([1.0, 1.0 + 1e-9], [1.0, 1.0 + 2e-7]).difference is None


def test_noise_allows_ten_times_what_it_does() -> None:
    assert compared([1.0, 1.1], [1.0, 1.105], [1.0, 1.101]).difference is None
    assert compared([1.0, 1.1], [1.0, 1.12], [1.0, 1.101]).difference is not None


def test_what_only_ends_alike_was_paired_wrongly_and_is_left_out() -> None:
    assert compared([1.0, 1.1], [7.0, 1.1]) == StatesOutcome(0)


def test_a_difference_joins_the_level_unless_that_has_an_earlier_one() -> None:
    outcome = compared([1.0, 1.1], [1.0, 1.2])
    joined = outcome.joined(Level(LevelKind.EQUAL, exact=True))
    assert (joined.verdict, joined.exact, joined.first_difference) == (LevelKind.DIFFERS, False, outcome.difference)
    assert outcome.joined(joined) == joined
    assert outcome.joined(Level()) == Level()


def test_slots_are_pairs_beyond_doubt_however_far_apart_they_start() -> None:
    slot = PairedVariables(Variable(0, "w/Adam", (), False, None), Variable(4, "m", (), False, None), Outcome())
    original, migrated = states((0, "w/Adam"), 1.0, 1.5), states((4, "m"), 9.0, 13.5)
    outcome = compare_states(original, migrated, [], None, VISITS, [slot])
    assert outcome.difference is not None
    assert outcome.difference.name == "w/Adam"


def test_other_kernels_of_the_original_allow_what_they_do_while_its_values_are_alike() -> None:
    def judged(kernels: list[State]) -> StatesOutcome:
        original, migrated = states((0, "w"), 1.0, 1.1), states((3, "kernel"), 1.0, 1.105)
        return compare_states(original, migrated, [PAIR], None, VISITS, kernels=kernels)

    def seen(*values: float) -> Observations:
        runs = [Run(0, np.array(value, np.float32)) for value in values]
        return Observations(runs=runs, states=states((0, "w"), 1.0, 1.101))

    alike = states_while_alike(seen(3.0, 4.0), seen(3.0, 4.000001), Tolerance(1e-5, 1e-6), {0})
    assert len(alike) == 2 and judged(alike).difference is None
    parted = states_while_alike(seen(3.0, 4.0), seen(3.0, 4.1), Tolerance(1e-5, 1e-6), {0})
    assert len(parted) == 1 and judged(parted).difference is not None
    assert len(states_while_alike(seen(3.0, 4.0), seen(3.0, 4.1), Tolerance(1e-5, 1e-6), set())) == 2
