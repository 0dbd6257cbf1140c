"""Findings for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tf2migrate.model.diagnostics import Applicability, Diagnostic
from tf2migrate.model.results import CheckedFile, CheckReport
from tf2migrate.report.style import Style, counted

_MARKS = {Applicability.SAFE: "[*] ", Applicability.UNSAFE: "[!] ", Applicability.DISPLAY: ""}


def render_check(report: CheckReport, style: Style) -> str:
    """Return each finding with its line of source, and a summary; files that could not be read are left out."""
    blocks = [
        "\n".join(_finding(file, diagnostic, style))
        for file in report.files
        if not file.failed
        for diagnostic in file.diagnostics
    ]
    return "\n\n".join([*blocks, _summary(report, style)]) + "\n"


def render_statistics(report: CheckReport, style: Style) -> str:
    """Return how often each rule fired, most frequent first."""
    counts = Counter((one.code, one.name) for one in report.diagnostics)
    width = max((len(str(count)) for count in counts.values()), default=1)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{count:>{width}}  {style.red(code)}  {name}\n" for (code, name), count in rows)


def _finding(file: CheckedFile, diagnostic: Diagnostic, style: Style) -> Iterator[str]:
    cell, start = file.place(diagnostic.start)
    where = f"cell {cell}:{start.row}:{start.column}" if cell is not None else f"{start.row}:{start.column}"
    mark = _MARKS[diagnostic.fix.applicability] if diagnostic.fix is not None and not file.cells else ""
    yield f"{style.bold(file.path)}:{where}: {style.red(diagnostic.code)} {mark}{diagnostic.message}"
    yield from _excerpt(file, diagnostic, start.row, style)
    if diagnostic.fix is not None:
        yield f"{' ' * len(str(start.row))} {style.blue('=')} {diagnostic.fix.message}"


def _excerpt(file: CheckedFile, diagnostic: Diagnostic, shown_row: int, style: Style) -> Iterator[str]:
    lines = file.text.split("\n")
    row = diagnostic.start.row
    if row > len(lines):
        return
    line = lines[row - 1]
    end = diagnostic.end.column if diagnostic.end.row == row else len(line) + 1
    first = diagnostic.start.column - 1
    lead = "".join("\t" if character == "\t" else " " for character in line[:first])
    gutter = " " * len(str(shown_row))
    frame = style.blue("|")
    yield f"{gutter} {frame}"
    yield f"{style.blue(str(shown_row))} {frame} {line}"
    yield f"{gutter} {frame} {lead}{style.red('^' * max(min(end - 1, len(line)) - first, 1))}"


def _summary(report: CheckReport, style: Style) -> str:
    read = [file for file in report.files if not file.failed]
    findings = [one for file in read for one in file.diagnostics]
    fixed = sum(file.fixed for file in read)
    lines = [f"Fixed {counted(fixed, 'finding')}."] if fixed else []
    if not findings:
        return "\n".join([*lines, style.green(f"No findings in {counted(len(read), 'file')}.")])
    files = sum(bool(file.diagnostics) for file in read)
    lines.append(f"Found {counted(len(findings), 'finding')} in {files} of {counted(len(read), 'file')}.")
    scripts = [one for file in read if not file.cells for one in file.diagnostics]  # notebooks are not rewritten
    applicabilities = Counter(one.fix.applicability for one in scripts if one.fix is not None)
    if safe := applicabilities[Applicability.SAFE]:
        lines.append(f"[*] {safe} fixable in place with `tf2migrate check --fix`.")
    if unsafe := applicabilities[Applicability.UNSAFE]:
        lines.append(f"[!] {unsafe} fixable with `tf2migrate check --fix --unsafe-fixes`, which may change behaviour.")
    lines.append("`tf2migrate fix` migrates whole programs to native TensorFlow 2.")
    return "\n".join(lines)
