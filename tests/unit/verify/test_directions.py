from __future__ import annotations

import numpy as np

from tf2migrate.verify.compare import Outcome
from tf2migrate.verify.directions import noise_directions, pairs_of
from tf2migrate.verify.observations import Variable
from tf2migrate.verify.variables import PairedVariables

WEIGHTS, BIAS = (0, "weights"), (0, "bias")
STEPS = {WEIGHTS: np.array([0.1, -0.1, 0.1]), BIAS: np.array([0.01, -0.01])}


def pair(name: str, passes: bool = True) -> PairedVariables:
    variables = [Variable(0, name, (), True, np.zeros(2)) for _ in range(2)]
    return PairedVariables(*variables, Outcome(passes=passes))


def test_a_first_step_in_another_direction_is_noise() -> None:
    others = {WEIGHTS: np.array([0.1, -0.1, 0.1001]), BIAS: np.array([0.01, 0.01])}
    assert noise_directions(STEPS, others) == {BIAS}


def test_steps_that_agree_are_no_noise() -> None:
    assert noise_directions(STEPS, {key: 1.0001 * step for key, step in STEPS.items()}) == frozenset()


def test_nothing_is_held_where_noise_reaches_all() -> None:
    assert noise_directions(STEPS, {key: -step for key, step in STEPS.items()}) == frozenset()


def test_what_did_not_move_in_both_runs_is_no_noise() -> None:
    assert noise_directions(STEPS, {WEIGHTS: STEPS[WEIGHTS]}) == frozenset()


def test_sampled_steps_are_compared_by_their_sample() -> None:
    step = ("sampled", (4,), "float64", STEPS[BIAS], 0.0)
    other = ("sampled", (4,), "float64", -STEPS[BIAS], 0.0)
    assert noise_directions({**STEPS, BIAS: step}, {**STEPS, BIAS: other}) == {BIAS}


def test_a_variable_without_a_partner_cannot_be_held() -> None:
    assert pairs_of([BIAS], [pair("weights")]) == []
    assert [one.original.name for one in pairs_of([BIAS], [pair("weights"), pair("bias")])] == ["bias"]


def test_a_variable_beyond_its_noise_is_not_held() -> None:
    assert pairs_of([BIAS], [pair("bias", passes=False)]) == []
