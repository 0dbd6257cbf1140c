"""What all forms of the findings share: they are written file by file, so that a large tree needs little memory."""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.results import CheckedFile, CheckReport


class Writer:
    """Gives the text of a report in pieces: `head`, `file` for each file in order, `tail`."""

    def head(self) -> str:
        """Return what stands before all files."""
        return ""

    def file(self, file: CheckedFile) -> str:
        """Return what is said of one file."""
        raise NotImplementedError

    def tail(self) -> Iterator[str]:
        """Yield what stands after all files."""
        yield from ()


def message(file: CheckedFile, diagnostic: Diagnostic) -> str:
    """Return what a finding says, with the notebook's cell: most forms have rows and columns only."""
    cell, _ = file.place(diagnostic.start)
    return diagnostic.message if cell is None else f"{diagnostic.message} (cell {cell})"


def render(writer: Writer, report: CheckReport) -> str:
    """Return the whole text of a report."""
    return "".join([writer.head(), *map(writer.file, report.files), *writer.tail()])
