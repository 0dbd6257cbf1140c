"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from urllib.parse import quote

from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.links import DOCUMENTATION, page_url
from tf2migrate.model.results import CheckedFile
from tf2migrate.report.writer import Writer, message
from tf2migrate.source import LineIndex

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class SarifWriter(Writer):
    """One run with all findings; `rules` is (code, name, summary) of every code that may come."""

    def __init__(self, version: str, rules: Iterable[tuple[str, str, str]]) -> None:
        self._version = version
        self._rules = tuple(rules)
        self._order = {code: index for index, (code, _, _) in enumerate(self._rules)}
        self._any = False
        self._failed = False

    def head(self) -> str:
        """Return the tool, and the beginning of the results."""
        driver = {
            "name": "tf2migrate",
            "version": self._version,
            "informationUri": DOCUMENTATION,
            "rules": [
                {"id": code, "name": name, "shortDescription": {"text": summary}, "helpUri": page_url(code)}
                for code, name, summary in self._rules
            ],
        }
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
        begun = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)
        return begun[: begun.rindex("\n    }\n")] + ',\n      "results": ['

    def file(self, file: CheckedFile) -> str:
        """Return the results for one file."""
        self._failed = self._failed or file.failed
        index = LineIndex(file.text)
        items = [json.dumps(_result(file, index, one, self._order)) for one in file.diagnostics]
        lead = "," if self._any and items else ""
        self._any = self._any or bool(items)
        return lead + ",".join(f"\n        {item}" for item in items)

    def tail(self) -> Iterator[str]:
        """Yield the end of the results, and whether every file could be checked."""
        done = json.dumps([{"executionSuccessful": not self._failed}])
        yield f'\n      ],\n      "invocations": {done}\n    }}\n  ]\n}}\n'


def _result(file: CheckedFile, index: LineIndex, diagnostic: Diagnostic, order: dict[str, int]) -> dict[str, object]:
    cell, start = file.place(diagnostic.start)
    _, end = file.place(diagnostic.end)
    region = {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}
    location: dict[str, object] = {"physicalLocation": {"artifactLocation": _artifact(file.path), "region": region}}
    if cell is not None:
        location["logicalLocations"] = [{"name": f"cell {cell}", "kind": "cell"}]
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "ruleIndex": order[diagnostic.code],
        "level": "error" if file.failed else "warning",
        "message": {"text": message(file, diagnostic)},
        "locations": [location],
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
