"""What the commands give, before a report writes it out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.plan import FileResult, Refusal, Status
from tf2migrate.model.source import Location
from tf2migrate.model.verdict import Verdict, VerdictKind


@dataclass(frozen=True, slots=True)
class CellStart:
    """A code cell of a notebook: the row of the joined text that it begins in, and its number in the notebook."""

    row: int
    number: int


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file's findings, in rows and columns of `text`; `fixed` counts fixes already written.

    `text` is the text after fixing; `original` the text before, where a fix changed it. In a notebook `text` joins its
    code cells and `cells` says where each begins.
    """

    path: str
    text: str
    diagnostics: tuple[Diagnostic, ...]
    cells: tuple[CellStart, ...] = ()
    original: str | None = None
    fixed: int = 0
    failed: bool = False
    mentions_tensorflow: bool = True

    def place(self, location: Location) -> tuple[int | None, Location]:
        """Return the notebook cell (None in a plain file) and the place in that cell or file."""
        if not self.cells:
            return None, location
        index = max(bisect_right([cell.row for cell in self.cells], location.row) - 1, 0)
        cell = self.cells[index]
        return cell.number, Location(location.row - cell.row + 1, location.column)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The findings of one `check`."""

    files: tuple[CheckedFile, ...]

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All findings, by file."""
        return tuple(diagnostic for file in self.files for diagnostic in file.diagnostics)

    @property
    def failed(self) -> bool:
        """Whether a file could not be read or checked."""
        return any(file.failed for file in self.files)


@dataclass(frozen=True, slots=True)
class FixedFile:
    """What became of one file: the result, the text before, and where the text after was (or would be) written.

    `entry` says that no other file of the project imports it, so that it can be run as a program.
    """

    result: FileResult
    original: str
    output: str
    entry: bool = True

    @property
    def changed(self) -> bool:
        """Whether the migration gives this file another text."""
        return self.result.text is not None and self.result.text != self.original


@dataclass(frozen=True, slots=True)
class FixReport:
    """The outcome of one `fix`."""

    files: tuple[FixedFile, ...]

    def count(self, status: Status) -> int:
        """Return how many files have this status."""
        return sum(file.result.status is status for file in self.files)


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict on one pair (`migrated` None: migrated on the way); `refusals` say why there was nothing to run."""

    original: str
    migrated: str | None
    verdict: Verdict
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class MigrateReport:
    """The outcome of one `migrate`: findings before and after, what became of each file, a verdict per program."""

    source: str
    output: str
    before: CheckReport
    fixed: FixReport
    verifications: tuple[Verification, ...]
    after: CheckReport

    def verdict(self, kind: VerdictKind) -> int:
        """Return how many programs have this verdict."""
        return sum(one.verdict.verdict is kind for one in self.verifications)

    @property
    def percent_native(self) -> float:
        """The share, in percent, of the files mentioning TensorFlow that `check` finds nothing in after migration."""
        concerned = [file for file in self.after.files if file.mentions_tensorflow]
        clean = [file for file in concerned if not file.diagnostics]
        return 100.0 * len(clean) / len(concerned) if concerned else 100.0

    @property
    def exit_status(self) -> int:
        """0 all native and equal, 1 otherwise, 2 where a file or program could not be worked on."""
        if self.before.failed or self.fixed.count(Status.ERROR):
            return 2
        held = self.fixed.count(Status.REFUSED)
        return 1 if held or self.verdict(VerdictKind.EQUAL) != len(self.verifications) else 0
