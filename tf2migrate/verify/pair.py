"""Runs a program and its migration, each in its own process, and says whether they compute the same."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tf2migrate.model.plan import SourceMap
from tf2migrate.model.verdict import LevelKind, Side, Verdict, VerdictKind, VerifyOptions
from tf2migrate.verify.directions import noise_directions, pairs_of
from tf2migrate.verify.levels import Evidence, Witness, judge
from tf2migrate.verify.observations import Key, Observations, read_observations
from tf2migrate.verify.process import Finished, Limits, Stop, environment, run_child
from tf2migrate.verify.server import forking_is_safe, start_server
from tf2migrate.verify.workspace import CannotCompare, Pair, Workspace, read_pair

PATIENCE = 5.0  # seconds that the original may go on to come to run sites that it has not visited
ULP = 6e-8  # relative; half a unit in the last place of a float32
ADAM_DEVIATION = 6.9e-6  # of an update: Keras takes 1 - beta_2 in double precision, TensorFlow 1 in single
ADAM_LIKE = frozenset(["Adam", "AdamW", "Nadam", "Adamax"])
COMPAT_MARKS = ("compat.v1", "compat import v1")
SWITCH_MARKS = ("disable_v2_behavior", "disable_eager_execution")
LEGACY_KERAS_MARK = "TF_USE_LEGACY_KERAS"
OWN_MODE_MARKS = ("enable_eager_execution", "enable_v2_behavior", "enable_v2_tensorshape")
NETWORK = "it asks for the network, which is not there: give the data with --data"
MISSING_HINTS = {
    "ModuleNotFoundError": "a module is missing",
    "FileNotFoundError": "a data file is missing",
    "EOFError": "it reads from standard input",
    "NetworkIsNotThere": NETWORK,
    "URLError": NETWORK,
    "Exception: URL fetch failure": NETWORK,
}


@dataclass(frozen=True, slots=True)
class Process:
    """One finished process and what it observed."""

    finished: Finished
    seen: Observations

    def side(self) -> Side:
        """Return what the verdict says of it."""
        return Side(self.finished.exit, round(self.finished.seconds, 3), self.finished.stderr_tail)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of an original that was run alone: `problem` is why it can be no reference, in one line, or empty."""

    problem: str
    visits: int = 0
    stand_ins: tuple[str, ...] = ()
    seconds: float = 0.0


def compare_programs(
    original: Path,
    migrated: Path,
    source_map: SourceMap | Iterable[SourceMap] | None,
    options: VerifyOptions,
    *,
    same_runs: bool = False,
) -> Verdict:
    """Return the verdict on a pair, see `verify_pair`."""
    try:
        pair = read_pair(original, migrated, source_map, options)
        if same_runs:
            pair.pair_runs_of_sessions(compared=options.reference == "compat")
        with tempfile.TemporaryDirectory(prefix="tf2migrate-", ignore_cleanup_errors=True) as folder:
            return _Comparison(pair, Workspace(Path(folder), pair, options), options).verdict()
    except CannotCompare as problem:
        return Verdict(VerdictKind.NOT_VERIFIED, reason=str(problem), rtol=options.rtol, atol=options.atol)


def try_original(original: Path, options: VerifyOptions) -> Trial:
    """Run a program of TensorFlow 1 alone, as the original of a comparison; each run of a session is a visit."""
    try:
        pair = read_pair(original, original, None, options)
        pair.pair_runs_of_sessions(compared=False)
        with tempfile.TemporaryDirectory(prefix="tf2migrate-", ignore_cleanup_errors=True) as folder:
            return _Comparison(pair, Workspace(Path(folder), pair, options), options).trial()
    except CannotCompare as problem:
        return Trial(str(problem))


class _Comparison:
    """`held` are pairs of variables (their keys) that no optimizer moves in any of the processes."""

    def __init__(
        self, pair: Pair, workspace: Workspace, options: VerifyOptions, held: Sequence[tuple[Key, Key]] = ()
    ) -> None:
        self._pair = pair
        self._workspace = workspace
        self._options = options
        self._held = held
        self._draws: dict[str, Any] = {"operations": [], "draws": []}
        self._runs = options.runs

    def verdict(self) -> Verdict:
        """Run what is needed, the original first, and return the verdict."""
        if self._forks("migrated"):
            start_server("migrated")  # imports TensorFlow while the original runs
        original = self._run_original("original", None)
        problem = original_problem(original)
        if problem:
            return Verdict(
                VerdictKind.NOT_VERIFIED,
                reason=problem,
                rtol=self._options.rtol,
                atol=self._options.atol,
                reference=original.seen.reference,
                original=original.side(),
            )
        self._draws = self._with_statement_places(original.seen.draws)
        self._runs = self._runs_of_the_others(original)
        emitted = self._run_migrated("emitted")
        evidence = Evidence(
            self._pair, self._options, self._witness("original", original), self._witness("emitted", emitted)
        )
        problem_kind = migrated_problem(emitted)
        if problem_kind is None:
            self._gather(evidence)
        verdict = judge(evidence, problem_kind, original.side(), emitted.side())
        return self._doubted(verdict, evidence) if verdict.verdict is VerdictKind.DIFFERS else verdict

    def trial(self) -> Trial:
        """Run the original alone."""
        process = self._run_original("original", None)
        seen = process.seen
        return Trial(original_problem(process), len(seen.runs), seen.stand_ins, round(process.finished.seconds, 1))

    def _runs_of_the_others(self, original: Process) -> int:
        """Return where the other processes stop: where the original did, or a little beyond its end, to see if they
        go on."""
        ending = original.seen.ending
        stopped = ending is not None and ending.how == "limit"
        return len(original.seen.runs) + (0 if stopped else 1)

    def _witness(self, name: str, process: Process) -> Witness:
        return Witness(process.seen, str(self._workspace.program_folder(name)))

    def _gather(self, evidence: Evidence) -> None:
        """Run the further processes that the levels need, two at a time."""
        with ThreadPoolExecutor(max_workers=2) as pool:
            structure = pool.submit(self._run_migrated, "structure", swap=True) if evidence.needs_structure() else None
            noise = None
            if not evidence.is_within():
                update = ADAM_DEVIATION if ADAM_LIKE & set(evidence.emitted.seen.optimizers) else 0.0
                noise = pool.submit(self._run_original, "noise", update)
            if structure is not None:
                self._add_structure(evidence, structure.result())
            if evidence.structure_level().verdict is LevelKind.DIFFERS:
                ulp = self._run_original("ulp", 0.0)
                evidence.ulp = self._witness("ulp", ulp) if not original_problem(ulp) else None
            if noise is not None and not original_problem(noise.result()):
                evidence.noise = self._witness("noise", noise.result())
        if self._options.reference != "compat" and not (evidence.is_within() and evidence.structure_is_within()):
            kernels = self._run_original("kernels", None, reference="compat")
            evidence.kernels = self._witness("kernels", kernels) if not original_problem(kernels) else None
        if not evidence.is_within() and evidence.structure_is_within():
            checked = self._run_migrated("laws", check_laws=True)
            evidence.laws = checked.seen.laws if migrated_problem(checked) is None else evidence.laws

    def _add_structure(self, evidence: Evidence, process: Process) -> None:
        problem = migrated_problem(process)
        evidence.structure = self._witness("structure", process)
        evidence.failure = f"with TensorFlow 1's optimizers, {problem[1]}" if problem is not None else ""

    def _doubted(self, verdict: Verdict, evidence: Evidence) -> Verdict:
        """Return the verdict, unless the original does not even agree with itself."""
        again = self._run_original("again", None)
        if evidence.repeats(self._witness("again", again)):
            return self._without_noise_directions(verdict, evidence)
        reason = "the original does something else each time that it runs"
        return replace(verdict, verdict=VerdictKind.NOT_VERIFIED, reason=reason)

    def _without_noise_directions(self, verdict: Verdict, evidence: Evidence) -> Verdict:
        """Return the verdict on the programs with the variables held in place whose steps are rounding alone.

        Only where they are equal then: what parts them lies in directions in which the original parts from itself.
        """
        moved = evidence.noise or evidence.ulp
        if self._held or moved is None or not moved.seen.steps:
            return verdict
        other = self._run_original("moved", 0.0, seed=self._options.seed + 1)
        pairs = pairs_of(noise_directions(moved.seen.steps, other.seen.steps), evidence.variables())
        if not pairs:
            return verdict
        held = [(pair.original.key, pair.migrated.key) for pair in pairs]
        below = _Comparison(self._pair, self._workspace.below("held"), self._options, held).verdict()
        if below.verdict is not VerdictKind.EQUAL:
            return verdict
        return replace(below, held=tuple(dict.fromkeys(pair.original.name for pair in pairs)))

    def _run_original(self, name: str, update: float | None, reference: str = "", seed: int | None = None) -> Process:
        """Run the original; with `update`, its values moved by an ulp and by that part of each run's change.

        `seed` chooses another direction of the ulp.
        """
        text = "\n".join(
            self._pair.original.file(path).read_text(encoding="utf-8", errors="replace")
            for path in {*self._pair.original.spans, str(self._pair.original.entry)}
        )
        order, folder = self._workspace.lay_out(
            name,
            "original",
            self._runs,
            PATIENCE if name == "original" else 0.0,
            namespace="v2" if any(mark in text for mark in COMPAT_MARKS) else "v1",
            graph_mode=not any(mark in text for mark in OWN_MODE_MARKS),
            record_runs=self._pair.same_runs,
            noise=None if update is None else {"ulp": ULP, "update": update, "seed": seed or self._options.seed},
            held=[name for (_, name), _ in self._held],
        )
        return self._run(name, "original", order, folder, reference=reference)

    def _run_migrated(self, name: str, *, swap: bool = False, check_laws: bool = False) -> Process:
        text = self._pair.migrated.file(str(self._pair.migrated.entry)).read_text(encoding="utf-8", errors="replace")
        if self._pair.by_hand and any(mark in text for mark in SWITCH_MARKS):
            return self._run_compat(name, text)
        order, folder = self._workspace.lay_out(
            name,
            "migrated",
            self._runs,
            draws=self._draws,
            restarts=sorted(self._pair.restarts),
            lines=self._workspace.line_table(),
            swap_optimizers=swap,
            check_laws=check_laws,
            held=[number for _, (number, _) in self._held],
        )
        return self._run(name, "migrated", order, folder)

    def _run_compat(self, name: str, text: str) -> Process:
        """Run a migrated program that is still TensorFlow 1, under `tf.compat.v1`: as it is, in an original's world."""
        order, folder = self._workspace.lay_out(
            name,
            "migrated",
            self._runs,
            side_of_world="original",
            namespace="v2",
            graph_mode=False,
            noise=None,
            record_runs=self._pair.same_runs,
            held=[name for _, (_, name) in self._held],
        )
        return self._run(name, "compat", order, folder, legacy_keras=LEGACY_KERAS_MARK in text)

    def _run(
        self, name: str, side: str, order: Path, folder: Path, *, legacy_keras: bool = False, reference: str = ""
    ) -> Process:
        limits = Limits(self._options.timeout, self._options.memory)
        reference = reference or self._options.reference
        finished = self._run_forked(side, order, folder, limits) if self._forks(side, reference) else None
        if finished is None:
            own = side != "original" or reference == "compat"
            python = sys.executable if own else reference
            variables = environment(legacy_keras=legacy_keras or side == "original", device=self._options.device)
            try:
                finished = run_child(python, order, folder, variables, limits)
            except OSError as error:
                raise CannotCompare(f"{python} cannot be started: {error.strerror or error}") from error
        return Process(finished, read_observations(self._workspace.observations(name)))

    def _forks(self, side: str, reference: str = "") -> bool:
        served = side == "migrated" or (side == "original" and (reference or self._options.reference) == "compat")
        return served and forking_is_safe(self._options.device)

    def _run_forked(self, side: str, order: Path, folder: Path, limits: Limits) -> Finished | None:
        server = start_server(side)
        return server.run(order, folder, limits) if server.usable() else None

    def _with_statement_places(self, draws: dict[str, Any]) -> dict[str, Any]:
        """Return the draws with each place moved to the start of its statement, as the migrated side's are."""
        place = self._pair.original_place
        return {
            "operations": [
                [kind, [place((path, line)) for path, line in way], *rest] for kind, way, *rest in draws["operations"]
            ],
            "draws": draws["draws"],
        }


def original_problem(process: Process) -> str:
    """Return in one line why the original is no reference, or nothing."""
    stopped = _stopped(process.finished.stop)
    if stopped:
        return f"the original {stopped}"
    ending = process.seen.ending
    if ending is None:
        return f"the original {_ended_early(process.finished)}"
    if ending.how == "raised":
        hint = next((text for name, text in MISSING_HINTS.items() if name in ending.message), "")
        return f"the original does not run to its end{f' ({hint})' if hint else ''}: {ending.message}"
    return ""


def migrated_problem(process: Process) -> tuple[VerdictKind, str] | None:
    """Return how the migrated program failed, or None where it came to its end."""
    stop = process.finished.stop
    if stop is Stop.TIMEOUT:
        return VerdictKind.TIMEOUT, f"the migrated program {_stopped(stop)}"
    if stop is not None:
        return VerdictKind.CRASHED, f"the migrated program {_stopped(stop)}"
    ending = process.seen.ending
    if ending is None:
        return VerdictKind.CRASHED, f"the migrated program {_ended_early(process.finished)}"
    if ending.how == "raised":
        return VerdictKind.CRASHED, f"the migrated program raises: {ending.message}"
    return None


def _stopped(stop: Stop | None) -> str:
    match stop:
        case Stop.TIMEOUT:
            return "did not end within the time limit"
        case Stop.MEMORY:
            return "took more memory than it may"
        case Stop.OUTPUT:
            return "printed without end"
        case Stop.LOST:
            return "ended the process that runs it"
    return ""


def _ended_early(finished: Finished) -> str:
    """Return how a process ended that came to no end of its program."""
    if finished.exit == 0:
        return "ends its process in a way that leaves nothing to see (os._exit)"
    if finished.exit is not None and finished.exit < 0:
        names = {one.value: one.name for one in signal.Signals}
        return f"was ended by a signal: {names.get(-finished.exit, -finished.exit)}"
    return f"could not be run: {_last_line(finished)}"


def _last_line(finished: Finished) -> str:
    lines = [line for line in finished.stderr_tail.splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"exit status {finished.exit}"
