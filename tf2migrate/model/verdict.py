"""What the verifier was asked and what it found. The fields of `Verdict` are those of the JSON, in its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tf2migrate.model.enums import StrEnum
from tf2migrate.model.trace import Trace


class VerdictKind(StrEnum):
    EQUAL = "equal"
    DIFFERS = "differs"
    NOT_VERIFIED = "not_verified"
    CRASHED = "crashed"  # the migrated program failed where the original did not
    TIMEOUT = "timeout"  # the migrated program did not come to its end where the original did


class LevelKind(StrEnum):
    EQUAL = "equal"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class VerifyOptions:
    """How to run and how strictly to compare.

    `runs` bounds the visits of run sites on both sides, `timeout` (seconds) and `memory` (MiB) each process. `root` is
    the folder that is copied and that import paths are relative to (None: the program's own). `data` is copied over
    the program's folder. `stand_ins` pairs a module's name with the file that stands for it on both sides.
    """

    runs: int = 200
    timeout: float = 600.0
    rtol: float = 1e-5
    atol: float = 1e-6
    args: tuple[str, ...] = ()
    seed: int = 1
    root: Path | None = None
    data: Path | None = None
    stand_ins: tuple[tuple[str, Path], ...] = ()
    device: str = "cpu"
    reference: str = "compat"  # or the path of a Python that has TensorFlow 1
    memory: int = 12_288
    threads: int = 1  # of one operation; with one, sums are always taken in the same order


@dataclass(frozen=True, slots=True)
class Compared:
    """How much was compared: visits of run sites, single numbers in them, variables, and numbers printed; what the
    first runs add to a variable (`updates`), files written, and numbers in results that agree (`results`)."""

    runs: int = 0
    values: int = 0
    variables: int = 0
    printed: int = 0
    updates: int = 0
    files: int = 0
    results: int = 0


@dataclass(frozen=True, slots=True)
class PairedResult:
    """A place of the original whose results a place of the migrated program gives as well, in so many calls; `function`
    is the migrated program's around it, or the one that was called."""

    original: str
    migrated: str
    function: str
    calls: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two sides part. Places are "file:line"; `call` counts visits of run sites from 1 (None: not in one)."""

    original: str | None
    migrated: str | None
    call: int | None
    name: str
    max_abs: float | None = None
    max_rel: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One comparison. `exact` says that no bit differed; `within` calls were judged by the tolerance, the later ones by
    the band of noise."""

    verdict: LevelKind = LevelKind.NOT_COMPARED
    exact: bool = False
    max_abs: float = 0.0
    max_rel: float = 0.0
    within: int = 0
    reason: str = ""
    first_difference: Difference | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """`structure`: the optimizers of the migrated program swapped for TensorFlow 1's laws; `emitted`: as it stands;
    `program`: what it prints and writes, its exit status and its variables in the end."""

    structure: Level = field(default_factory=Level)
    emitted: Level = field(default_factory=Level)
    program: Level = field(default_factory=Level)


@dataclass(frozen=True, slots=True)
class Side:
    """How one process ended. `exit` is None where it was stopped from outside."""

    exit: int | None = None
    seconds: float = 0.0
    stderr_tail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "do the two programs compute the same?"; `reason` is one line where it is not "equal"."""

    verdict: VerdictKind
    reason: str = ""
    compared: Compared = field(default_factory=Compared)
    first_difference: Difference | None = None
    levels: Levels = field(default_factory=Levels)
    max_rel: float = 0.0
    noise: float | None = None
    rtol: float = 1e-5
    atol: float = 1e-6
    sites_not_run: tuple[str, ...] = ()
    files_not_compared: tuple[str, ...] = ()  # written, but of a kind that only its own program can read
    variables_not_paired: tuple[str, ...] = ()  # of the original, by name: their last values are compared with none
    results_paired: tuple[PairedResult, ...] = ()  # without a source map: what gives the same, call by call
    results_not_paired: tuple[str, ...] = ()  # places of the original whose results nothing in the other gives
    visits: int = 0  # of run sites in the original; those behind `compared.runs` were not judged
    lines: int = 0  # that the original prints; those behind `levels.program.within` were not judged
    paired_by: str = ""  # what says which parts of the two programs correspond
    stand_ins: tuple[str, ...] = ()
    races: tuple[str, ...] = ()  # runs of the original that read and write a variable in no defined order
    held: tuple[str, ...] = ()  # variables kept in place, since the original's steps of them are rounding alone
    unmatched_draws: int = 0  # random numbers that the migrated program drew and the original did not
    aligned_draws: int = 0  # random numbers that both programs were given alike, whatever their generators give
    seeds_not_kept: tuple[str, ...] = ()  # draws of the original among them whose seed TensorFlow 2 draws others from
    reference: str = ""
    device: str = "cpu"
    original: Side = field(default_factory=Side)
    migrated: Side = field(default_factory=Side)
    trace: Trace = field(default_factory=Trace, compare=False)  # for reports; not part of the JSON

    @property
    def exit_status(self) -> int:
        """0 equal, 1 differs (also by a crash or a hang), 2 could not be verified."""
        match self.verdict:
            case VerdictKind.EQUAL:
                return 0
            case VerdictKind.NOT_VERIFIED:
                return 2
            case _:
                return 1
