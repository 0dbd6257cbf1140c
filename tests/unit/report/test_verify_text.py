"""What a verdict says of what it does not judge."""

from __future__ import annotations

from tf2migrate.model.verdict import Compared, Level, LevelKind, Levels, Verdict, VerdictKind
from tf2migrate.report.verify import limits_text


def test_what_was_not_judged_is_said() -> None:
    verdict = Verdict(
        VerdictKind.EQUAL,
        compared=Compared(runs=3),
        levels=Levels(program=Level(LevelKind.EQUAL, within=2)),
        visits=200,
        lines=9,
        variables_not_paired=("w",),
        aligned_draws=1200,
        seeds_not_kept=("some/where.py:3",),
    )
    runs, lines, variables, draws, seeds = limits_text(verdict)
    assert "the first 3 of 200 runs" in runs
    assert "the first 2 of 9 printed lines" in lines
    assert (variables, draws) == (
        "variables without a counterpart: w",
        "random draws: 1,200, the same numbers given to both programs",
    )
    assert seeds.endswith("where.py:3")


def test_a_verdict_on_all_of_it_says_nothing_more() -> None:
    assert limits_text(Verdict(VerdictKind.EQUAL, compared=Compared(runs=3), visits=3)) == []
