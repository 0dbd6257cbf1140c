from __future__ import annotations

import numpy as np

from tf2migrate.verify.compare import Tolerance
from tf2migrate.verify.observations import Place, Variable
from tf2migrate.verify.variables import pair_variables

USUAL = Tolerance(1e-5, 1e-6)


def variable(name: str, value: float, line: int = 0, kept: bool = True, size: int = 2) -> Variable:
    places: tuple[Place, ...] = (("a.py", line),) if line else ()
    return Variable(0, name, places, kept, np.full(size, value, dtype=np.float32))


def shifted(place: Place) -> frozenset[Place]:
    """The original place of a migrated one: ten lines above."""
    return frozenset([(place[0], place[1] - 10)])


def names(originals: list[Variable], migrated: list[Variable], mapped: bool = True) -> list[tuple[str, str, bool]]:
    pairs = pair_variables(originals, migrated, shifted if mapped else None, USUAL)
    return [(pair.original.name, pair.migrated.name, pair.outcome.passes) for pair in pairs]


def test_the_statement_decides_first() -> None:
    originals = [variable("a", 1.0, 1), variable("b", 2.0, 2)]
    migrated = [variable("b", 1.0, 11), variable("a", 2.5, 12)]
    assert names(originals, migrated) == [("a", "b", True), ("b", "a", False)]


def test_variables_of_one_statement_pair_in_order() -> None:
    originals = [variable("a", 1.0, 1), variable("a_1", 2.0, 1)]
    migrated = [variable("x", 1.0, 11), variable("y", 2.0, 11)]
    assert names(originals, migrated) == [("a", "x", True), ("a_1", "y", True)]


def test_what_was_made_again_is_what_the_program_ends_with() -> None:
    first, second = variable("a", 1.0, 1), variable("a", 2.0, 1)
    assert names([first, second], [variable("x", 2.0, 11)]) == [("a", "x", True)]
    migrated = [variable("x", 1.0, 11), variable("y", 2.0, 11)]
    assert names([first, second], migrated) == [("a", "x", True), ("a", "y", True)]


def test_values_and_then_names_decide_where_there_is_no_statement() -> None:
    originals = [variable("a", 1.0, 1), variable("b", 2.0, 2)]
    assert names(originals, [variable("b", 3.0), variable("a", 1.0)]) == [("a", "a", True), ("b", "b", False)]
    assert names(originals, [variable("kernel", 2.0), variable("kernel", 1.0)]) == [
        ("a", "kernel", True),
        ("b", "kernel", True),
    ]


def test_one_name_for_two_variables_says_nothing() -> None:
    originals = [variable("Variable", 1.0, 1), variable("Variable_1", 2.0, 1)]
    migrated = [variable("Variable", 1.0), variable("Variable", 2.0)]
    assert [passes for _, _, passes in names(originals, migrated, mapped=False)] == [True, True]


def test_shapes_must_agree() -> None:
    assert names([variable("a", 1.0, 1)], [variable("a", 1.0, 11, size=3)]) == []


def test_what_an_optimizer_keeps_is_left_out() -> None:
    assert names([variable("m", 0.0, 1, kept=False)], [variable("m", 1.0, 11)]) == []
    assert names([variable("w", 0.0, 1)], [variable("w", 1.0, 11, kept=False)]) == []


def test_without_a_map_what_is_left_pairs_in_order() -> None:
    originals, migrated = [variable("w", 1.0)], [variable("kernel", 2.0)]
    assert names(originals, migrated, mapped=False) == [("w", "kernel", False)]
    assert names(originals, migrated) == []


def test_noise_widens_the_tolerance_tenfold() -> None:
    original, moved = variable("w", 1.0, 1), variable("w", 1.01, 1)
    near, far = variable("w", 1.09, 11), variable("w", 1.2, 11)
    for migrated, passes in ((near, True), (far, False)):
        pairs = pair_variables([original], [migrated], shifted, USUAL, [moved])
        assert [pair.outcome.passes for pair in pairs] == [passes]


def test_a_session_may_hold_what_another_one_trained() -> None:
    trained, set_anew, own = variable("a", 3.0, 1), variable("a", 0.5, 1), variable("a_1", 7.0, 1)
    migrated = [variable("x", 3.0, 11), variable("y", 7.0, 11)]
    assert names([trained, set_anew, own], migrated) == [("a", "x", True), ("a_1", "y", True)]
    wrong = [variable("x", 3.5, 11), variable("y", 7.0, 11)]
    assert names([trained, set_anew, own], wrong) == [("a", "x", False), ("a_1", "y", True)]


def test_weights_of_layers_that_differ_pair_by_the_last_part_of_their_names() -> None:
    originals = [variable("a/bn/moving_mean", 1.0), variable("b/bn/moving_mean", 2.0), variable("b/bn/beta", 3.0)]
    migrated = [variable("moving_mean", 1.0), variable("moving_mean", 2.5), variable("beta", 3.5)]
    assert names(originals, migrated) == [
        ("a/bn/moving_mean", "moving_mean", True),
        ("b/bn/moving_mean", "moving_mean", False),
        ("b/bn/beta", "beta", False),
    ]
    assert names(originals, [*migrated, variable("moving_mean", 9.0)])[1:] == [("b/bn/beta", "beta", False)]
