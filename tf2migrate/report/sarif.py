"""Findings as SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from urllib.parse import quote

from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.links import page_url
from tf2migrate.model.results import CheckedFile
from tf2migrate.report.writer import Writer, message
from tf2migrate.source import LineIndex

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class SarifWriter(Writer):
    """One run with all findings; `rules` is (code, name, summary, page as Markdown) of every code that may come.

    The pages are in the report, since it is read on other machines; they are linked where they are `published`.
    """

    def __init__(self, version: str, rules: Iterable[tuple[str, str, str, str]], published: str = "") -> None:
        self._version = version
        self._rules = tuple(rules)
        self._published = published
        self._order = {rule[0]: index for index, rule in enumerate(self._rules)}
        self._any = False
        self._failed = False

    def head(self) -> str:
        """Return the tool, and the beginning of the results."""
        driver = {"name": "tf2migrate", "version": self._version, "rules": [self._rule(*rule) for rule in self._rules]}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
        begun = json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)
        return begun[: begun.rindex("\n    }\n")] + ',\n      "results": ['

    def _rule(self, code: str, name: str, summary: str, page: str) -> dict[str, object]:
        rule: dict[str, object] = {
            "id": code,
            "name": name,
            "shortDescription": {"text": summary},
            "help": {"text": f"`tf2migrate explain {code}` prints the page of this rule.", "markdown": page},
        }
        return {**rule, "helpUri": page_url(code, self._published)} if self._published else rule

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
