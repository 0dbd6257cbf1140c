"""Findings as JUnit's XML, which build servers read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from xml.sax.saxutils import quoteattr

from tf2migrate.model.results import CheckedFile
from tf2migrate.report.writer import Writer

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class JunitWriter(Writer):
    """One suite for each file with findings, one failed test for each finding; one passed test where there are none."""

    def __init__(self) -> None:
        self._any = False

    def head(self) -> str:
        """Return the beginning of the document."""
        return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="tf2migrate">\n'

    def file(self, file: CheckedFile) -> str:
        """Return the suite of one file."""
        if not file.diagnostics:
            return ""
        self._any = True
        count = len(file.diagnostics)
        errors, failures = (count, 0) if file.failed else (0, count)
        path = PurePath(file.path).as_posix()
        lines = [f'  <testsuite name={_quoted(path)} tests="{count}" errors="{errors}" failures="{failures}" time="0">']
        kind = "error" if file.failed else "failure"
        for one in file.diagnostics:
            cell, start = file.place(one.start)
            where = f"line {start.row}, column {start.column}" + (f", cell {cell}" if cell is not None else "")
            name = _quoted(f"{one.code} {one.name} at {where}")
            lines.append(f'    <testcase name={name} classname={_quoted(path)} time="0">')
            lines.append(f"      <{kind} type={_quoted(one.code)} message={_quoted(one.message)}/>")
            lines.append("    </testcase>")
        return "\n".join([*lines, "  </testsuite>"]) + "\n"

    def tail(self) -> Iterator[str]:
        """Yield the end of the document."""
        if not self._any:
            yield '  <testsuite name="tf2migrate" tests="1" errors="0" failures="0" time="0">\n'
            yield '    <testcase name="no findings" classname="tf2migrate" time="0"/>\n  </testsuite>\n'
        yield "</testsuites>\n"


def _quoted(text: str) -> str:
    """Return an attribute's value; what XML cannot hold becomes a question mark."""
    return quoteattr(_NOT_XML.sub("?", text))
