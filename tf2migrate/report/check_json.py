"""Findings for programs: this tool's JSON, GitLab's code quality report, GitHub's workflow commands."""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.links import page_url
from tf2migrate.model.results import CheckedFile
from tf2migrate.model.source import Edit, Location
from tf2migrate.report.writer import Writer, message
from tf2migrate.source import LineIndex


class _ArrayWriter(Writer):
    """An array of objects, one for each finding."""

    def __init__(self) -> None:
        self._any = False

    def file(self, file: CheckedFile) -> str:
        """Return the objects for one file, with what separates them from those before."""
        if not file.diagnostics:
            return ""
        items = [textwrap.indent(json.dumps(item, indent=2), "  ") for item in self._items(file)]
        lead = ",\n" if self._any else "[\n"
        self._any = True
        return lead + ",\n".join(items)

    def tail(self) -> Iterator[str]:
        """Yield the end of the array."""
        yield "\n]\n" if self._any else "[]\n"

    def _items(self, file: CheckedFile) -> Iterator[dict[str, object]]:
        raise NotImplementedError


class JsonWriter(_ArrayWriter):
    """A JSON array with one object per finding; rows and columns count from 1, columns in code points.

    `published` is where the pages of the rules are, if not with this tool.
    """

    def __init__(self, published: str = "") -> None:
        super().__init__()
        self._published = published

    def _items(self, file: CheckedFile) -> Iterator[dict[str, object]]:
        index = LineIndex(file.text)
        for diagnostic in file.diagnostics:
            url = page_url(diagnostic.code, self._published)
            yield {**_finding(file, index, diagnostic), "url": url}


class GitlabWriter(_ArrayWriter):
    """A code quality report; fingerprints count equal findings of a file, so that moved lines keep theirs."""

    def _items(self, file: CheckedFile) -> Iterator[dict[str, object]]:
        seen: Counter[tuple[str, str]] = Counter()
        path = _relative(file.path)
        for one in file.diagnostics:
            key = (one.code, one.message)
            seen[key] += 1
            text = "\0".join((path, one.code, one.message, str(seen[key])))
            _, start = file.place(one.start)
            yield {
                "check_name": one.code,
                "description": f"{one.code}: {message(file, one)}",
                "fingerprint": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
                "severity": "blocker" if file.failed else "major",
                "location": {"path": path, "lines": {"begin": start.row}},
            }


class GithubWriter(Writer):
    """One workflow command per finding, which GitHub shows at its line."""

    def file(self, file: CheckedFile) -> str:
        """Return the commands for one file."""
        return "".join(_command(file, one) + "\n" for one in file.diagnostics)


def _finding(file: CheckedFile, index: LineIndex, diagnostic: Diagnostic) -> dict[str, object]:
    cell, start = file.place(diagnostic.start)
    fix = diagnostic.fix
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "filename": diagnostic.path,
        "location": _location(start),
        "end_location": _location(file.place(diagnostic.end)[1]),
        "cell": cell,
        "fix": None
        if fix is None
        else {
            "applicability": fix.applicability.value,
            "message": fix.message,
            "edits": [_edit(file, index, edit) for edit in fix.edits],
        },
    }


def _edit(file: CheckedFile, index: LineIndex, edit: Edit) -> dict[str, object]:
    return {
        "content": edit.text,
        "location": _location(file.place(index.location(edit.span.start))[1]),
        "end_location": _location(file.place(index.location(edit.span.end))[1]),
    }


def _location(place: Location) -> dict[str, int]:
    return {"row": place.row, "column": place.column}


def _command(file: CheckedFile, diagnostic: Diagnostic) -> str:
    _, start = file.place(diagnostic.start)
    _, end = file.place(diagnostic.end)
    properties = {
        "title": f"{diagnostic.code} {diagnostic.name}",
        "file": _relative(diagnostic.path),
        "line": str(start.row),
        "col": str(start.column),
        "endLine": str(end.row),
        "endColumn": str(end.column),
    }
    listed = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    level = "error" if file.failed else "warning"
    return f"::{level} {listed}::{_escape(f'{diagnostic.code}: {message(file, diagnostic)}')}"


def _relative(name: str) -> str:
    """Return a path as both hosts want it: from the repository's top, where their jobs begin."""
    path, here = PurePath(name), Path.cwd()
    return (path.relative_to(here) if path.is_absolute() and path.is_relative_to(here) else path).as_posix()


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
