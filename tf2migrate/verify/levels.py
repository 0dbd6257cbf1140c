"""Makes a verdict of what the processes of one comparison observed."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.model.verdict import (
    Compared,
    Difference,
    Level,
    LevelKind,
    Levels,
    Side,
    Verdict,
    VerdictKind,
    VerifyOptions,
)
from tf2migrate.verify.compare import Tolerance, compare, merge
from tf2migrate.verify.judge import RunsOutcome, compare_runs
from tf2migrate.verify.observations import Observations, Place, Variable
from tf2migrate.verify.printed import Line, PrintedDifference, PrintedOutcome, compare_printed, lines_of
from tf2migrate.verify.variables import PairedVariables, pair_variables
from tf2migrate.verify.workspace import Pair

TIGHT = 0.1  # the structure level's tolerance, as a part of the other levels'


@dataclass(slots=True)
class Evidence:
    """The observations of all processes; those that were not needed are None."""

    pair: Pair
    options: VerifyOptions
    original: Observations
    emitted: Observations
    original_folder: str
    emitted_folder: str
    structure: Observations | None = None
    structure_ended: bool = True
    noise: Observations | None = None
    noise_folder: str = ""
    ulp_noise: Observations | None = None

    @property
    def tolerance(self) -> Tolerance:
        """The tolerance that was asked for."""
        return Tolerance(self.options.rtol, self.options.atol)

    def emitted_runs(self, ended: bool = True) -> RunsOutcome:
        """Return how the migrated program as it stands agrees, visit by visit."""
        noise = self.noise.runs if self.noise is not None else None
        return compare_runs(self.pair.sites, self.original.runs, self.emitted.runs, self.tolerance, noise, ended=ended)

    def structure_runs(self) -> RunsOutcome:
        """Return how it agrees with its optimizers swapped, within a tenth of the tolerance or ten ulps' noise."""
        if self.structure is None:
            return self.emitted_runs()
        tight = Tolerance(TIGHT * self.options.rtol, TIGHT * self.options.atol)
        noise = self.ulp_noise.runs if self.ulp_noise is not None else None
        return compare_runs(
            self.pair.sites,
            self.original.runs,
            self.structure.runs,
            tight,
            noise,
            ended=self.structure_ended,
            always_band=True,
        )

    def printed(self) -> PrintedOutcome:
        """Return how the outputs agree."""
        noise = lines_of(self.noise.printed, self.noise_folder) if self.noise is not None else None
        return compare_printed(
            lines_of(self.original.printed, self.original_folder),
            lines_of(self.emitted.printed, self.emitted_folder),
            self.tolerance,
            noise,
        )

    def variables(self) -> list[PairedVariables]:
        """Return the paired variables of both sides."""
        places = None if self.pair.by_hand else self.pair.originals_of
        originals = [_at_statements(variable, self.pair) for variable in self.original.variables]
        noise = self.noise.variables if self.noise is not None else None
        return pair_variables(originals, self.emitted.variables, places, self.tolerance, noise)

    def is_exact(self) -> bool:
        """Say whether no bit differs in the visits."""
        return self.emitted_runs().level.exact

    def is_within(self) -> bool:
        """Say whether everything passes without a look at noise."""
        return (
            self.emitted_runs().level.verdict is not LevelKind.DIFFERS
            and self.printed().difference is None
            and all(pair.outcome.passes for pair in self.variables())
        )

    def is_structure_tight(self) -> bool:
        """Say whether the structure level passes without a look at noise."""
        return self.structure_runs().level.verdict is not LevelKind.DIFFERS


def _at_statements(variable: Variable, pair: Pair) -> Variable:
    places: tuple[Place, ...] = tuple(pair.original_place(place) for place in variable.places)
    return Variable(variable.owner, variable.name, places, variable.kept, variable.value)


def judge(evidence: Evidence, problem: tuple[VerdictKind, str] | None, original: Side, migrated: Side) -> Verdict:
    """Return the verdict; `problem` is how the migrated program failed, if it did."""
    emitted = evidence.emitted_runs(ended=problem is None)
    structure = evidence.structure_runs() if problem is None else emitted
    printed = evidence.printed()
    variables = evidence.variables()
    program = _program_level(evidence, printed, variables) if problem is None else Level()
    levels = Levels(structure.level, emitted.level, program)
    first = _first_difference(levels)
    kind, reason = problem if problem is not None else _kind(levels, emitted, printed, variables)
    visited = {run.site for run in evidence.original.runs}
    return Verdict(
        verdict=kind,
        reason=reason,
        compared=Compared(emitted.runs, emitted.values, len(variables), printed.numbers),
        first_difference=first if kind is not VerdictKind.EQUAL else None,
        levels=levels,
        max_rel=max(emitted.level.max_rel, program.max_rel),
        noise=_noise(evidence),
        rtol=evidence.options.rtol,
        atol=evidence.options.atol,
        sites_not_run=tuple(
            sorted({site.original for site in evidence.pair.sites if site.original_number not in visited})
        )
        + tuple(f"{place} (not an expression)" for place in evidence.pair.unreadable_sites),
        stand_ins=tuple(sorted({*evidence.original.stand_ins, *evidence.emitted.stand_ins})),
        reference=evidence.original.reference,
        device=evidence.options.device,
        original=original,
        migrated=migrated,
    )


def _kind(
    levels: Levels, emitted: RunsOutcome, printed: PrintedOutcome, variables: list[PairedVariables]
) -> tuple[VerdictKind, str]:
    for name, level in (("structure", levels.structure), ("emitted", levels.emitted), ("program", levels.program)):
        if level.verdict is LevelKind.DIFFERS:
            return VerdictKind.DIFFERS, f"{name}: {level.reason}"
    if not emitted.values and not printed.lines and not any(pair.outcome.numbers for pair in variables):
        return VerdictKind.NOT_VERIFIED, "nothing could be compared: no value was fetched, nothing printed"
    return VerdictKind.EQUAL, ""


def _first_difference(levels: Levels) -> Difference | None:
    """Return the difference that comes first, by visit; what is printed or left in the end comes last."""
    found = [
        level.first_difference
        for level in (levels.emitted, levels.structure, levels.program)
        if level.first_difference is not None
    ]
    return min(found, key=lambda one: one.call if one.call is not None else 2**62, default=None)


def _noise(evidence: Evidence) -> float | None:
    """Return how far the original's own values move under noise, relative to their size."""
    if evidence.noise is None:
        return None
    sites = {site.original_number: site for site in evidence.pair.sites}
    largest = 0.0
    for first, second in zip(evidence.original.runs, evidence.noise.runs):  # noqa: B905 - noise may change the flow
        if first.site != second.site or first.site not in sites:
            break
        largest = max(largest, compare(first.value, second.value, evidence.tolerance).max_rel)
    return largest


def _program_level(evidence: Evidence, printed: PrintedOutcome, variables: list[PairedVariables]) -> Level:
    total = merge(pair.outcome for pair in variables)
    difference = (
        _exit_difference(evidence) or _printed_difference(printed.difference) or _variable_difference(variables)
    )
    compared_nothing = not printed.lines and not variables
    verdict = LevelKind.DIFFERS if difference is not None else LevelKind.EQUAL
    if difference is None and compared_nothing:
        verdict = LevelKind.NOT_COMPARED
    return Level(
        verdict=verdict,
        exact=printed.exact and total.exact and difference is None,
        max_abs=max(printed.max_abs, total.max_abs),
        max_rel=max(printed.max_rel, total.max_rel),
        within=printed.lines,
        reason=difference.reason if difference is not None else "",
        first_difference=difference,
    )


def _exit_difference(evidence: Evidence) -> Difference | None:
    first, second = evidence.original.ending, evidence.emitted.ending
    if first is None or second is None or first.status == second.status:
        return None
    reason = f"exit status {first.status} in the original, {second.status} in the migrated program"
    return Difference(None, None, None, "exit status", reason=reason)


def _printed_difference(difference: PrintedDifference | None) -> Difference | None:
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


def _where(line: Line | None) -> str | None:
    return f"{line.place[0]}:{line.place[1]}" if line is not None and line.place is not None else None


def _variable_difference(variables: list[PairedVariables]) -> Difference | None:
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
