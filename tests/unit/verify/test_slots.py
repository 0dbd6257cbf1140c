from __future__ import annotations

import numpy as np

from tf2migrate.verify.compare import Outcome
from tf2migrate.verify.observations import Slot, Variable
from tf2migrate.verify.slots import constant_difference, pair_slots
from tf2migrate.verify.variables import PairedVariables

OUTCOME = Outcome()
PAIR = PairedVariables(Variable(0, "w", (), True, None), Variable(3, "kernel", (), True, None), OUTCOME)
OF_ORIGINAL = [Slot((0, "w/Adam"), (0, "w"), "m", 0), Slot((0, "w/Adam_1"), (0, "w"), "v", 0)]
OF_MIGRATED = [Slot((8, "b"), (3, "kernel"), "velocity", 2), Slot((7, "a"), (3, "kernel"), "momentum", 2)]


def paired(original: list[Slot], migrated: list[Slot]) -> list[tuple[str, str]]:
    return [(pair.original.name, pair.migrated.name) for pair in pair_slots(original, migrated, [PAIR])]


def test_slots_of_paired_variables_are_paired_by_what_they_keep() -> None:
    assert paired(OF_ORIGINAL, OF_MIGRATED) == [("w/Adam", "a"), ("w/Adam_1", "b")]


def test_slots_of_other_variables_are_not_paired() -> None:
    assert paired(OF_ORIGINAL, [Slot((7, "a"), (4, "bias"), "momentum", 0)]) == []


def test_the_second_optimizer_stands_for_the_second_one() -> None:
    second = [Slot((0, "w/Momentum"), (0, "w"), "momentum", 1)]
    other = [Slot((9, "c"), (3, "kernel"), "momentum", 5)]
    assert paired(OF_ORIGINAL + second, other + OF_MIGRATED)[-1] == ("w/Momentum", "c")


def test_another_number_of_optimizers_is_not_paired() -> None:
    second = [Slot((0, "w/Momentum"), (0, "w"), "momentum", 1)]
    assert paired(OF_ORIGINAL + second, OF_MIGRATED) == []


def test_kinds_without_a_counterpart_are_left_out() -> None:
    assert paired([Slot((0, "w/Own"), (0, "w"), "own", 0)], OF_MIGRATED) == []


def difference(value: float, outcome: Outcome = OUTCOME) -> str | None:
    pair = PairedVariables(PAIR.original, PAIR.migrated, outcome)
    first = [Slot((0, "w/Adam"), (0, "w"), "m", 0, (("epsilon", 1e-8), ("beta_1", 0.9), ("own", 1.0)))]
    second = [Slot((7, "a"), (3, "kernel"), "momentum", 2, (("epsilon", value), ("beta_1", float(np.float32(0.9)))))]
    found = constant_difference(first, second, [pair])
    return found.reason if found is not None else None


def test_another_constant_of_an_optimizer_is_a_difference_whatever_the_run_shows() -> None:
    assert difference(1e-8) is None
    reason = "epsilon of the optimizer of variable w is 1e-08 in the original, 1e-07 in the migrated program"
    assert difference(1e-7) == reason


def test_constants_are_compared_where_the_variables_are_certainly_the_same() -> None:
    assert difference(1e-7, Outcome(passes=False)) is None
