"""Makes a verdict of what the processes of one comparison observed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tf2migrate.model.trace import Trace
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
from tf2migrate.verify.compare import NOISE_FACTOR, Tolerance, compare, merge
from tf2migrate.verify.differences import exit_difference, printed_level, variable_difference
from tf2migrate.verify.files import FilesOutcome, compare_files
from tf2migrate.verify.judge import RunsOutcome, compare_runs, sites_by_numbers
from tf2migrate.verify.observations import Observations, Place, Run, Variable
from tf2migrate.verify.printed import Line, PrintedOutcome, compare_printed, lines_of
from tf2migrate.verify.reasons import NO_COUNTERPARTS, NOTHING, ONLY_WORDS, ROUNDING_ALONE, UPDATE
from tf2migrate.verify.results import ResultsOutcome, pair_results
from tf2migrate.verify.slots import constant_difference, pair_slots
from tf2migrate.verify.states import StatesOutcome, compare_states, states_while_alike
from tf2migrate.verify.trace import make_trace
from tf2migrate.verify.variables import PairedVariables, pair_variables, unpaired_names
from tf2migrate.verify.workspace import Pair

TIGHT = 0.1  # the structure level's tolerance, as a part of the other levels'


@dataclass(frozen=True, slots=True)
class Witness:
    """What one process observed, and the folder that its program ran in."""

    seen: Observations
    folder: str

    def lines(self, plain_scalars: bool = False) -> list[Line]:
        """Return what it printed, and behind that what it wrote to the error stream itself."""
        output = lines_of(self.seen.printed, self.folder, plain_scalars)
        return output + [line.marked("stderr: ") for line in lines_of(self.seen.errors, self.folder, plain_scalars)]


@dataclass(slots=True)
class Evidence:
    """The witnesses of one comparison; those that were not needed are None.

    `structure` saw the migrated program with its optimizers swapped, `ulp` and `noise` the original with values moved:
    by an ulp, and by what is known of its optimizers' rounding besides. `failure` says why `structure` is of no use.
    `kernels` saw the original of a real TensorFlow 1 on TensorFlow 2's kernels, which round otherwise.
    `laws` are how many updates of Keras's optimizers were held against TensorFlow 1's law, and the worst of them.
    """

    pair: Pair
    options: VerifyOptions
    original: Witness
    emitted: Witness
    structure: Witness | None = None
    failure: str = ""
    ulp: Witness | None = None
    noise: Witness | None = None
    kernels: Witness | None = None
    laws: tuple[int, float] = (0, 0.0)

    @property
    def tolerance(self) -> Tolerance:
        """The tolerance that was asked for."""
        return Tolerance(self.options.rtol, self.options.atol)

    @property
    def tight(self) -> Tolerance:
        """The tolerance of the structure level: where the law is the same, only the order of sums differs.

        A real TensorFlow 1 has other kernels besides, which round otherwise.
        """
        if self.options.reference != "compat":
            return self.tolerance
        return Tolerance(TIGHT * self.options.rtol, TIGHT * self.options.atol)

    def emitted_runs(self, ended: bool = True) -> RunsOutcome:
        """Return how the migrated program as it stands agrees, visit by visit."""
        noise = self.noise.seen.runs if self.noise is not None else None
        outcome = self._runs(self.emitted, self.tolerance, noise, ended=ended)
        level = self.updates(self.emitted, self.noise).joined(outcome.level)
        if level.verdict is LevelKind.DIFFERS and self.is_rounding_alone:
            level = replace(
                level, verdict=LevelKind.EQUAL, reason=ROUNDING_ALONE.format(*self.laws), first_difference=None
            )
        return replace(outcome, level=level)

    @property
    def is_rounding_alone(self) -> bool:
        """Say whether the program as it stands parts from the original by its optimizers' rounding alone.

        With their updates swapped for TensorFlow 1's it does not part, and their own are TensorFlow 1's but for
        rounding: what lies between, a network amplified.
        """
        updates, worst = self.laws
        return updates > 0 and worst <= 1.0

    @property
    def judged(self) -> Witness:
        """The witness whose output, files and variables are compared with the original's."""
        return self.structure if self.structure is not None and self.is_rounding_alone else self.emitted

    def structure_level(self) -> Level:
        """Return how it agrees with its optimizers swapped: within a tenth of the tolerance, or ten ulps' noise.

        Without a source map it is judged by what it prints, and one with optimizers of its own, which nothing can swap,
        as it stands.
        """
        if self.failure:
            return Level(reason=self.failure)
        witness = self.structure if self.structure is not None else self.emitted
        if not self.pair.by_hand:
            noise = self.ulp.seen.runs if self.ulp is not None else None
            level = self._runs(witness, self.tight, noise, always_band=True).level
            return self._with_constants(self.updates(witness, self.ulp, slots=True).joined(level), witness)
        tolerance = self.tight if self.structure is not None else self.tolerance
        return self._with_constants(printed_level(self._compare_lines(witness, tolerance, self.ulp)), witness)

    def _with_constants(self, level: Level, witness: Witness) -> Level:
        """Return the level, or where it is equal another constant of an optimizer, which the run does not show."""
        if level.verdict is LevelKind.DIFFERS:
            return level
        found = constant_difference(self.original.seen.slots, witness.seen.slots, self.variables(witness))
        if found is None:
            return level
        return replace(level, verdict=LevelKind.DIFFERS, exact=False, reason=found.reason, first_difference=found)

    def _runs(
        self,
        witness: Witness,
        tolerance: Tolerance,
        noise: Sequence[Run] | None,
        *,
        ended: bool = True,
        always_band: bool = False,
    ) -> RunsOutcome:
        return compare_runs(
            self.pair.sites,
            self.original.seen.runs,
            witness.seen.runs,
            tolerance,
            noise,
            ended=ended,
            always_band=always_band,
        )

    def printed(self, witness: Witness | None = None) -> PrintedOutcome:
        """Return how the outputs agree."""
        return self._compare_lines(witness or self.judged, self.tolerance, self.noise)

    def _compare_lines(self, witness: Witness, tolerance: Tolerance, noise: Witness | None) -> PrintedOutcome:
        # Another numpy writes its scalars otherwise; what Keras returns has other types in each of its versions.
        plain = self.options.reference != "compat" or not self.original.seen.runs
        moved = noise.lines(plain) if noise is not None else None
        return compare_printed(self.original.lines(plain), witness.lines(plain), tolerance, moved)

    def variables(self, witness: Witness | None = None) -> list[PairedVariables]:
        """Return the paired variables of the original and the migrated program, or another witness of that."""
        witness = witness or self.judged
        places = None if self.pair.by_hand else self.pair.originals_of
        originals = [_at_statements(variable, self.pair) for variable in self.original.seen.variables]
        noise = self.noise.seen.variables if self.noise is not None else None
        return pair_variables(originals, witness.seen.variables, places, self.tolerance, noise)

    def updates(self, witness: Witness, noise: Witness | None, *, slots: bool = False) -> StatesOutcome:
        """Return how what the first runs do to the variables agrees; with `slots`, to what optimizers keep, too."""
        places = {key: (site.original, site.migrated) for key, site in sites_by_numbers(self.pair.sites).items()}
        runs = zip(self.original.seen.runs, witness.seen.runs, strict=False)
        visits = [places.get((first.site, second.site), (None, None)) for first, second in runs]
        moved = noise.seen.states if noise is not None else None
        others = self.kernels.seen if self.kernels is not None else Observations()
        loose = Tolerance(NOISE_FACTOR * self.options.rtol, NOISE_FACTOR * self.options.atol)
        shown = {one.original_number for one in self.pair.sites if any(to is not None for _, to in one.leaves)}
        rounded = states_while_alike(self.original.seen, others, loose, shown)
        pairs = self.variables(witness)
        kept = pair_slots(self.original.seen.slots, witness.seen.slots, pairs) if slots else []
        return compare_states(self.original.seen.states, witness.seen.states, pairs, moved, visits, kept, rounded)

    def results(self) -> ResultsOutcome:
        """Return which results of the original the migrated program has, too, where no map says what corresponds."""
        noise = self.noise.seen.results if self.noise is not None else None
        return pair_results(self.original.seen.results, self.emitted.seen.results, self.tolerance, noise)

    def files(self, witness: Witness | None = None) -> FilesOutcome:
        """Return how the files that were written agree."""
        witness = witness or self.judged
        ending = self.original.seen.ending
        folders = (self.original.folder, witness.folder, self.noise.folder if self.noise is not None else "")
        return compare_files(
            self.original.seen.files,
            witness.seen.files,
            folders,
            self.tolerance,
            self.noise.seen.files if self.noise is not None else None,
            stopped=ending is not None and ending.how == "limit",
        )

    def is_within(self) -> bool:
        """Say whether the program as it stands passes without a look at noise."""
        return self.emitted_runs().level.verdict is not LevelKind.DIFFERS and self._ends_alike(self.emitted)

    def structure_is_within(self) -> bool:
        """Say whether the program passes with its optimizers swapped."""
        alike = self.structure is not None and self.structure_level().verdict is LevelKind.EQUAL
        return alike and self.structure is not None and self._ends_alike(self.structure)

    def _ends_alike(self, witness: Witness) -> bool:
        return (
            self.printed(witness).difference is None
            and all(pair.outcome.passes for pair in self.variables(witness))
            and self.files(witness).difference is None
        )

    def needs_structure(self) -> bool:
        """Say whether optimizers may hide a difference or pose as one: not where no bit differs."""
        exact = self.printed(self.emitted).exact if self.pair.by_hand else self.emitted_runs().level.exact
        return bool(self.emitted.seen.optimizers) and not exact

    def repeats(self, again: Witness) -> bool:
        """Say whether the original did the same when it ran once more."""
        runs = self._runs_of_original(again)
        return runs and [line.raw for line in self.original.lines()] == [line.raw for line in again.lines()]

    def _runs_of_original(self, again: Witness) -> bool:
        first, second = self.original.seen.runs, again.seen.runs
        exact = Tolerance(0.0, 0.0)
        return len(first) == len(second) and all(
            one.site == other.site and compare(one.value, other.value, exact).passes
            for one, other in zip(first, second, strict=True)
        )


def _at_statements(variable: Variable, pair: Pair) -> Variable:
    places: tuple[Place, ...] = tuple(pair.original_place(place) for place in variable.places)
    return Variable(variable.owner, variable.name, places, variable.kept, variable.value)


def judge(evidence: Evidence, problem: tuple[VerdictKind, str] | None, original: Side, migrated: Side) -> Verdict:
    """Return the verdict; `problem` is how the migrated program failed, if it did."""
    emitted = evidence.emitted_runs(ended=problem is None)
    printed = evidence.printed()
    variables = evidence.variables()
    files = evidence.files()
    unpaired = unpaired_names(evidence.original.seen.variables, variables)
    results = evidence.results()
    levels = Levels(Level(), emitted.level, Level())
    if problem is None:
        program = _program_level(evidence, printed, variables, files)
        levels = Levels(evidence.structure_level(), emitted.level, program)
    kind, reason = (
        problem if problem is not None else _kind(levels, emitted, printed, variables, files, unpaired, results)
    )
    verdict = Verdict(
        verdict=kind,
        reason=reason,
        compared=Compared(
            emitted.runs,
            emitted.values,
            len(variables),
            printed.numbers,
            evidence.updates(evidence.emitted, evidence.noise).updates,
            files.files,
            results.numbers,
        ),
        first_difference=_first_difference(levels) if kind is not VerdictKind.EQUAL else None,
        levels=levels,
        max_rel=max(emitted.level.max_rel, levels.program.max_rel),
        files_not_compared=tuple(files.not_compared),
        variables_not_paired=unpaired,
        results_paired=results.pairs,
        results_not_paired=results.alone,
        visits=len(evidence.original.seen.runs),
        lines=len(evidence.original.lines()),
        original=original,
        migrated=migrated,
    )
    return _with_circumstances(verdict, evidence)


def _with_circumstances(verdict: Verdict, evidence: Evidence) -> Verdict:
    """Return the verdict with what it was found under."""
    by_hand = "what both print and write, and their variables (no source map)"
    if evidence.pair.same_runs:
        by_hand = "their runs of sessions in order; what both print and write, and their variables"
    return replace(
        verdict,
        noise=_noise(evidence),
        rtol=evidence.options.rtol,
        atol=evidence.options.atol,
        sites_not_run=_sites_not_run(evidence),
        paired_by=by_hand if evidence.pair.by_hand else "source map",
        stand_ins=tuple(sorted({*evidence.original.seen.stand_ins, *evidence.emitted.seen.stand_ins})),
        races=tuple(f"{path}:{line}" for path, line in evidence.original.seen.races),
        unmatched_draws=len(evidence.emitted.seen.unmatched),
        aligned_draws=evidence.emitted.seen.aligned,
        seeds_not_kept=tuple(f"{path}:{line}" for path, line in evidence.emitted.seen.seeds_lost),
        reference=evidence.original.seen.reference,
        device=evidence.options.device,
        trace=_trace(evidence),
    )


def _trace(evidence: Evidence) -> Trace:
    witness = evidence.noise or evidence.ulp
    return make_trace(
        evidence.pair.sites,
        evidence.original.seen.runs,
        evidence.emitted.seen.runs,
        witness.seen.runs if witness is not None else None,
        evidence.variables(),
        (evidence.pair.original, evidence.pair.migrated),
    )


def _sites_not_run(evidence: Evidence) -> tuple[str, ...]:
    visited = {run.site for run in evidence.original.seen.runs}
    not_run = {site.original for site in evidence.pair.sites if site.original_number not in visited}
    return tuple(sorted({*not_run, *(f"{place} (not an expression)" for place in evidence.pair.unreadable_sites)}))


def _kind(
    levels: Levels,
    emitted: RunsOutcome,
    printed: PrintedOutcome,
    variables: list[PairedVariables],
    files: FilesOutcome,
    unpaired: tuple[str, ...],
    results: ResultsOutcome,
) -> tuple[VerdictKind, str]:
    for name, level in (("structure", levels.structure), ("emitted", levels.emitted), ("program", levels.program)):
        if level.verdict is LevelKind.DIFFERS:
            return VerdictKind.DIFFERS, f"{name}: {level.reason}"
    if levels.structure.reason:
        return VerdictKind.NOT_VERIFIED, levels.structure.reason
    of_variables = any(pair.outcome.numbers for pair in variables)
    of_results = results.numbers and not results.alone
    of_numbers = emitted.values or printed.numbers or files.files or of_results
    if unpaired and not of_numbers:
        return VerdictKind.NOT_VERIFIED, NO_COUNTERPARTS.format(", ".join(unpaired))
    left_out = (*results.alone, *files.not_compared)
    if left_out and not (of_numbers or of_variables):
        return VerdictKind.NOT_VERIFIED, ONLY_WORDS.format(", ".join(left_out))
    if not (emitted.values or printed.lines or of_variables or files.files or of_results):
        return VerdictKind.NOT_VERIFIED, NOTHING
    return VerdictKind.EQUAL, ""


def _first_difference(levels: Levels) -> Difference | None:
    """Return the difference that comes first, by visit; what is printed or left in the end comes last."""
    found = [
        level.first_difference
        for level in (levels.emitted, levels.structure, levels.program)
        if level.first_difference is not None
    ]
    update = UPDATE.partition("{")[0]  # what a run gave tells more than what it left in a variable
    return min(
        found,
        key=lambda one: (one.call if one.call is not None else 2**62, one.reason.startswith(update)),
        default=None,
    )


def _noise(evidence: Evidence) -> float | None:
    """Return how far the original's own values move under noise, relative to their size; None where none are seen."""
    witness = evidence.noise or evidence.ulp
    if witness is None or not evidence.original.seen.runs:
        return None
    largest = 0.0
    for first, second in zip(evidence.original.seen.runs, witness.seen.runs):  # noqa: B905 - noise may change the flow
        if first.site != second.site:
            break
        largest = max(largest, compare(first.value, second.value, evidence.tolerance).max_rel)
    return largest


def _program_level(
    evidence: Evidence, printed: PrintedOutcome, variables: list[PairedVariables], files: FilesOutcome
) -> Level:
    output, total = printed_level(printed), merge(pair.outcome for pair in variables)
    difference = exit_difference(evidence.original.seen.ending, evidence.judged.seen.ending)
    difference = difference or output.first_difference or variable_difference(variables) or files.difference
    verdict = LevelKind.DIFFERS if difference is not None else LevelKind.EQUAL
    return Level(
        verdict=verdict if difference or printed.lines or variables or files.files else LevelKind.NOT_COMPARED,
        exact=printed.exact and total.exact and difference is None,
        max_abs=max(output.max_abs, total.max_abs),
        max_rel=max(output.max_rel, total.max_rel),
        within=printed.lines,
        reason=difference.reason if difference is not None else "",
        first_difference=difference,
    )
