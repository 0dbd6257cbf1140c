"""Findings for programs: this tool's JSON, GitLab's code quality report, GitHub's workflow commands."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import PurePath

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.results import CheckedFile, CheckReport
from tf2migrate.model.source import Edit, Location
from tf2migrate.source import LineIndex


def render_json(report: CheckReport) -> str:
    """Return a JSON array with one object per finding; rows and columns count from 1, columns in code points."""
    findings = []
    for file in report.files:
        index = LineIndex(file.text)
        findings += [_finding(file, index, diagnostic) for diagnostic in file.diagnostics]
    return json.dumps(findings, indent=2) + "\n"


def render_gitlab(report: CheckReport) -> str:
    """Return a code quality report; fingerprints count equal findings of a file, so that moved lines keep theirs."""
    issues = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for file in report.files:
        for one in file.diagnostics:
            key = (one.path, one.code, one.message)
            seen[key] += 1
            text = "\0".join((PurePath(one.path).as_posix(), one.code, one.message, str(seen[key])))
            _, start = file.place(one.start)
            issues.append(
                {
                    "check_name": one.code,
                    "description": f"{one.code}: {one.message}",
                    "fingerprint": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
                    "severity": "blocker" if file.failed else "major",
                    "location": {"path": PurePath(one.path).as_posix(), "lines": {"begin": start.row}},
                }
            )
    return json.dumps(issues, indent=2) + "\n"


def render_github(report: CheckReport) -> str:
    """Return one workflow command per finding, which GitHub shows at its line."""
    return "".join(_command(file, one) + "\n" for file in report.files for one in file.diagnostics)


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
        "url": None,
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
        "file": PurePath(diagnostic.path).as_posix(),
        "line": str(start.row),
        "col": str(start.column),
        "endLine": str(end.row),
        "endColumn": str(end.column),
    }
    listed = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    level = "error" if file.failed else "warning"
    return f"::{level} {listed}::{_escape(f'{diagnostic.code}: {diagnostic.message}')}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
