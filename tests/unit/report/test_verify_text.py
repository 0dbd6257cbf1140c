"""What a verdict says of what it does not judge."""

from __future__ import annotations

from dataclasses import replace

from tf2migrate.model.verdict import Compared, Difference, Level, LevelKind, Levels, Verdict, VerdictKind
from tf2migrate.report.verify import compared_text, hint_text, limits_text


def test_what_was_not_judged_is_said() -> None:
    verdict = Verdict(
        VerdictKind.EQUAL,
        compared=Compared(runs=3),
        levels=Levels(program=Level(LevelKind.EQUAL, within=2)),
        visits=200,
        lines=9,
        variables_not_paired=("w",),
        aligned_draws=1200,
        unmatched_draws=2,
        seeds_not_kept=("some/where.py:3",),
    )
    runs, lines, variables, draws, unmatched, seeds = limits_text(verdict)
    assert "the first 3 of 200 runs" in runs
    assert "the first 2 of 9 printed lines" in lines
    assert (variables, draws) == (
        "variables without a counterpart: w",
        "random draws: 1,200, the same numbers given to both programs",
    )
    assert "2 draws of the migrated program without a counterpart" in unmatched
    assert seeds.endswith("where.py:3")


def test_a_verdict_on_all_of_it_says_nothing_more() -> None:
    assert limits_text(Verdict(VerdictKind.EQUAL, compared=Compared(runs=3), visits=3)) == []


def test_a_pair_without_a_map_has_no_runs_to_count() -> None:
    assert compared_text(Verdict(VerdictKind.EQUAL, compared=Compared(variables=2, printed=5))) == (
        "2 variables, 5 printed numbers"
    )
    assert compared_text(Verdict(VerdictKind.NOT_VERIFIED)).startswith("0 values in 0 runs")


def test_runs_that_race_are_named() -> None:
    (races,) = limits_text(Verdict(VerdictKind.EQUAL, races=("some/where.py:3",)))
    assert races.endswith("the value from before is taken: where.py:3")


def test_what_the_swapped_optimizers_mend_is_their_law() -> None:
    printed = Difference("a.py:3", "b.py:4", None, "output", 0.1, 0.2)
    equal, differs = Level(LevelKind.EQUAL), Level(LevelKind.DIFFERS, first_difference=printed)
    verdict = Verdict(VerdictKind.DIFFERS, first_difference=printed, levels=Levels(structure=equal, program=differs))
    assert "an optimizer's law" in hint_text(verdict)
    assert hint_text(replace(verdict, levels=Levels(structure=differs, program=differs))) == ""
    written = replace(printed, name="users.npy", max_abs=None)
    assert hint_text(replace(verdict, first_difference=written)) == ""
