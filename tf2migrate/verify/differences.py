"""Words for the differences between two programs as a whole: how they end, what they print, their variables."""

from __future__ import annotations

from collections.abc import Sequence

from tf2migrate.model.verdict import Difference, Level, LevelKind
from tf2migrate.verify.observations import Ending, Variable
from tf2migrate.verify.printed import Line, PrintedDifference, PrintedOutcome
from tf2migrate.verify.variables import PairedVariables


def exit_difference(first: Ending | None, second: Ending | None) -> Difference | None:
    """Return how two programs that ended by themselves ended otherwise."""
    if first is None or second is None:
        return None
    if first.status != second.status:
        reason = f"exit status {first.status} in the original, {second.status} in the migrated program"
        return Difference(None, None, None, "exit status", reason=reason)
    if first.how == second.how == "exit" and first.message != second.message:
        reason = f"it exits with {first.message!r} in the original, {second.message!r} in the migrated program"
        return Difference(None, None, None, "exit message", reason=reason)
    return None


def printed_difference(difference: PrintedDifference | None) -> Difference | None:
    """Return a difference of output as one of programs."""
    if difference is None:
        return None
    return Difference(
        _where(difference.original),
        _where(difference.migrated),
        difference.original.after if difference.original is not None and difference.original.after else None,
        "output",
        difference.max_abs,
        difference.max_rel,
        f"printed: {difference.reason}",
    )


def printed_level(outcome: PrintedOutcome) -> Level:
    """Return how outputs agree as a level."""
    difference = printed_difference(outcome.difference)
    verdict = LevelKind.DIFFERS if difference is not None else LevelKind.EQUAL
    return Level(
        verdict=verdict if outcome.lines else LevelKind.NOT_COMPARED,
        exact=outcome.exact and bool(outcome.lines),
        max_abs=outcome.max_abs,
        max_rel=outcome.max_rel,
        within=outcome.lines,
        reason=difference.reason if difference is not None else "",
        first_difference=difference,
    )


def _where(line: Line | None) -> str | None:
    return f"{line.place[0]}:{line.place[1]}" if line is not None and line.place is not None else None


def variable_difference(variables: Sequence[PairedVariables]) -> Difference | None:
    """Return the first variable that ends otherwise."""
    for pair in variables:
        if not pair.outcome.passes:
            return Difference(
                _made_at(pair.original),
                _made_at(pair.migrated),
                None,
                pair.original.name,
                pair.outcome.max_abs,
                pair.outcome.max_rel,
                f"variable {pair.original.name}: {pair.outcome.reason}",
            )
    return None


def _made_at(variable: Variable) -> str | None:
    return f"{variable.places[-1][0]}:{variable.places[-1][1]}" if variable.places else None
