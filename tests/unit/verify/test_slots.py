from __future__ import annotations

from tf2migrate.verify.compare import Outcome
from tf2migrate.verify.observations import Slot, Variable
from tf2migrate.verify.slots import pair_slots
from tf2migrate.verify.variables import PairedVariables

PAIR = PairedVariables(Variable(0, "w", (), True, None), Variable(3, "kernel", (), True, None), Outcome())
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
