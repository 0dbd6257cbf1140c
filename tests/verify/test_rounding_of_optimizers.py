"""Where only the rounding of an optimizer parts two programs, its law is looked at, update by update."""

from __future__ import annotations

import pytest
from conftest import Mapped

from tf2migrate.model.verdict import LevelKind, Verdict, VerdictKind
from tf2migrate.verify import states


@pytest.fixture(autouse=True)
def no_rounding_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every rounding of an update be a difference, as if a network amplified it."""
    for name in ("UPDATE_RTOL", "ROUNDING", "NOISE_FACTOR"):
        monkeypatch.setattr(states, name, 0.0)


def amsgrad(script: Mapped) -> Verdict:
    return script.verify((", epsilon=1e-08", ", epsilon=1e-08, amsgrad=True"))


def test_updates_that_are_the_law_but_for_rounding_make_the_pair_equal(script: Mapped) -> None:
    verdict = script.verify()
    assert (verdict.verdict, verdict.first_difference) == (VerdictKind.EQUAL, None)
    assert verdict.levels.structure.exact and not verdict.levels.emitted.exact
    assert "round in another way" in verdict.levels.emitted.reason
    assert verdict.levels.program.verdict is LevelKind.EQUAL


def test_a_law_of_another_kind_stays_a_difference(script: Mapped) -> None:
    verdict = amsgrad(script)  # equal with the update swapped, which knows no amsgrad
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.levels.structure.verdict is LevelKind.EQUAL
    assert verdict.levels.emitted.verdict is LevelKind.DIFFERS


def test_a_wrong_number_given_to_the_law_stays_a_difference(script: Mapped) -> None:
    verdict = script.verify(("Adam(0.01,", "Adam(0.0101,"))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.levels.structure.verdict is LevelKind.DIFFERS
