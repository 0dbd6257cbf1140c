"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePath
from urllib.parse import quote

from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.results import CheckedFile, CheckReport
from tf2migrate.source import LineIndex

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(report: CheckReport, version: str) -> str:
    """Return one run with all findings; files that could not be read are notifications of the invocation as well."""
    names = dict(sorted({one.code: one.name for one in report.diagnostics}.items()))
    order = {code: index for index, code in enumerate(names)}
    run = {
        "tool": {
            "driver": {
                "name": "tf2migrate",
                "version": version,
                "rules": [{"id": code, "name": name} for code, name in names.items()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.failed}],
        "results": [
            _result(file, index, diagnostic, order)
            for file in report.files
            for index in [LineIndex(file.text)]
            for diagnostic in file.diagnostics
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(file: CheckedFile, index: LineIndex, diagnostic: Diagnostic, order: dict[str, int]) -> dict[str, object]:
    _, start = file.place(diagnostic.start)
    _, end = file.place(diagnostic.end)
    region = {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": order[diagnostic.code],
        "level": "error" if file.failed else "warning",
        "message": {"text": diagnostic.message},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(file.path), "region": region}}],
    }
    if diagnostic.fix is not None and not file.cells:
        result["fixes"] = [_fix(file.path, index, diagnostic.fix)]
    return result


def _fix(path: str, index: LineIndex, fix: Fix) -> dict[str, object]:
    replacements = []
    for edit in fix.edits:
        start, end = index.location(edit.span.start), index.location(edit.span.end)
        replacements.append(
            {
                "deletedRegion": {
                    "startLine": start.row,
                    "startColumn": start.column,
                    "endLine": end.row,
                    "endColumn": end.column,
                },
                "insertedContent": {"text": edit.text},
            }
        )
    return {
        "description": {"text": fix.message},
        "artifactChanges": [{"artifactLocation": _artifact(path), "replacements": replacements}],
    }


def _artifact(path: str) -> dict[str, str]:
    return {
        "uri": Path(path).as_uri() if PurePath(path).is_absolute() else quote(os.fsencode(PurePath(path).as_posix()))
    }
