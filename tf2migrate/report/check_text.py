"""Findings for people."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

from tf2migrate.model.diagnostics import Applicability, Diagnostic
from tf2migrate.model.links import page_url
from tf2migrate.model.results import CheckedFile
from tf2migrate.report.style import Style, counted
from tf2migrate.report.writer import Writer

_MARKS = {Applicability.SAFE: "[*] ", Applicability.UNSAFE: "[!] ", Applicability.DISPLAY: ""}
_CURES = (
    "`tf2migrate check --fix` does these",
    "`tf2migrate check --fix --unsafe-fixes` does these; they may change behaviour",
    "`tf2migrate fix` does these with the whole program",
    "These are for you to look at",
)
_NO_TAB = re.compile(r"[^\t]")
_BY_HAND = frozenset({"TFM001"})
_BLOCK = 1 << 14  # characters
_HELD_IN_MEMORY = 1 << 20  # characters of a group; what is more waits in a file


class TextWriter(Writer):
    """Each finding with its line of source, grouped by what is to be done, and a summary.

    Files that could not be read are left out: they are told elsewhere.
    """

    def __init__(self, style: Style, published: str = "") -> None:
        self._style = style
        self._published = published
        self._groups: list[IO[str] | None] = [None] * len(_CURES)
        self._counts = [0] * len(_CURES)
        self._files = self._files_with_findings = self._fixed = 0

    def file(self, file: CheckedFile) -> str:
        """Put the findings of one file into their groups."""
        if file.failed:
            return ""
        self._files += 1
        self._files_with_findings += bool(file.diagnostics)
        self._fixed += file.fixed
        lines = file.text.split("\n") if file.diagnostics else []
        for diagnostic in file.diagnostics:
            group = _group(file, diagnostic)
            self._counts[group] += 1
            stream = self._groups[group]
            if stream is None:
                stream = tempfile.SpooledTemporaryFile(  # noqa: SIM115  # open until the tail
                    _HELD_IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass", newline="\n"
                )
                self._groups[group] = stream
            stream.write("\n".join(self._finding(file, lines, diagnostic)) + "\n\n")
        return ""

    def tail(self) -> Iterator[str]:
        """Yield the groups and the summary."""
        for cure, count, stream in zip(_CURES, self._counts, self._groups, strict=True):
            if stream is None:
                continue
            yield self._style.bold(f"{cure} ({count}):") + "\n\n"
            stream.seek(0)
            while block := stream.read(_BLOCK):
                yield block
            stream.close()
        yield from self._summary()

    def _finding(self, file: CheckedFile, lines: list[str], diagnostic: Diagnostic) -> Iterator[str]:
        style, (cell, start) = self._style, file.place(diagnostic.start)
        where = f"cell {cell}:{start.row}:{start.column}" if cell is not None else f"{start.row}:{start.column}"
        mark = _MARKS[diagnostic.fix.applicability] if diagnostic.fix is not None and not file.cells else ""
        code = style.linked(style.red(diagnostic.code), page_url(diagnostic.code, self._published))
        yield f"{style.bold(file.path)}:{where}: {code} {mark}{diagnostic.message}"
        yield from _excerpt(lines, diagnostic, start.row, style)
        if diagnostic.fix is not None:
            yield f"{' ' * len(str(start.row))} {style.blue('=')} {diagnostic.fix.message}"

    def _summary(self) -> Iterator[str]:
        if self._fixed:
            yield f"Fixed {counted(self._fixed, 'finding')}.\n"
        total = sum(self._counts)
        if not total:
            yield self._style.green(f"No findings in {counted(self._files, 'file')}.") + "\n"
            return
        files = counted(self._files, "file")
        yield f"Found {counted(total, 'finding')} in {self._files_with_findings} of {files}.\n"
        yield "`tf2migrate explain CODE` says more about one.\n"


class StatisticsWriter(Writer):
    """How often each rule fired, and what share of the files with TensorFlow is native, in each folder and all."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._rules: Counter[tuple[str, str]] = Counter()
        self._files: list[tuple[str, int]] = []  # each file with TensorFlow and its findings

    def file(self, file: CheckedFile) -> str:
        """Count the findings of one file."""
        self._rules.update((one.code, one.name) for one in file.diagnostics)
        if not file.failed and (file.mentions_tensorflow or file.diagnostics):
            self._files.append((PurePath(file.path).as_posix(), len(file.diagnostics)))
        return ""

    def tail(self) -> Iterator[str]:
        """Yield the rules, most frequent first, then files and folders."""
        width = max((len(str(count)) for count in self._rules.values()), default=1)
        for (code, name), count in sorted(self._rules.items(), key=lambda item: (-item[1], item[0])):
            yield f"{count:>{width}}  {self._style.red(code)}  {name}\n"
        if not self._files:
            return
        yield "\n" if self._rules else ""
        for label, native, total, findings in self._shares():
            share = f"{100 * native / total:5.1f} % native"
            yield f"{self._style.green(share) if native == total else share}  {label}"
            yield f" ({counted(findings, 'finding')})\n" if findings else "\n"

    def _shares(self) -> Iterator[tuple[str, int, int, int]]:
        """Yield label, native files, files and findings: each file, each folder with all below it, everything."""
        folders: dict[str, list[int]] = {}
        above = set(PurePath(self._files[0][0]).parents)  # all files lie below these
        for path, _ in self._files:
            above.intersection_update(PurePath(path).parents)
        for path, findings in self._files:
            yield path, int(not findings), 1, findings
            for parent in set(PurePath(path).parents) - above:
                counts = folders.setdefault(f"{parent.as_posix()}/", [0, 0, 0])
                counts[0] += not findings
                counts[1] += 1
                counts[2] += findings
        for folder, (native, total, findings) in sorted(folders.items()):
            yield folder, native, total, findings
        native, found = sum(not count for _, count in self._files), sum(count for _, count in self._files)
        yield f"all {counted(len(self._files), 'file')} with TensorFlow", native, len(self._files), found


def _group(file: CheckedFile, diagnostic: Diagnostic) -> int:
    """Return which of the cures helps."""
    applicability = diagnostic.fix.applicability if diagnostic.fix is not None and not file.cells else None
    if applicability is Applicability.SAFE:
        return 0
    if applicability is Applicability.UNSAFE:
        return 1
    return 3 if file.cells or diagnostic.code in _BY_HAND else 2


def _excerpt(lines: list[str], diagnostic: Diagnostic, shown_row: int, style: Style) -> Iterator[str]:
    row = diagnostic.start.row
    if row > len(lines):
        return
    line = lines[row - 1]
    end = diagnostic.end.column if diagnostic.end.row == row else len(line) + 1
    first = diagnostic.start.column - 1
    lead = _NO_TAB.sub(" ", line[:first])
    gutter = " " * len(str(shown_row))
    frame = style.blue("|")
    yield f"{gutter} {frame}"
    yield f"{style.blue(str(shown_row))} {frame} {line}"
    yield f"{gutter} {frame} {lead}{style.red('^' * max(min(end - 1, len(line)) - first, 1))}"
