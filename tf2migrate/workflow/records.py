"""Findings as JSON and back, for the cache."""

from __future__ import annotations

import json
from typing import Any

from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CellStart, CheckedFile
from tf2migrate.model.source import Edit, Location, Span


def recorded(checked: CheckedFile) -> bytes:
    """Return what was found in a file, without its text; nothing where nothing was."""
    if not checked.diagnostics:
        return b""
    cells = [[cell.row, cell.number] for cell in checked.cells]
    found = [_kept(one) for one in checked.diagnostics]
    return json.dumps([checked.failed, cells, found], separators=(",", ":")).encode()


def restored(path: str, record: bytes) -> CheckedFile:
    """Return what `recorded` kept. Raises what `json` and malformed data raise."""
    if not record:
        return CheckedFile(path, "", ())
    failed, cells, found = json.loads(record)
    diagnostics = tuple(_diagnostic(path, *kept) for kept in found)
    return CheckedFile(path, "", diagnostics, tuple(CellStart(*cell) for cell in cells), failed=failed)


def _kept(one: Diagnostic) -> list[Any]:
    fix = None
    if one.fix is not None:
        edits = [[edit.span.start, edit.span.end, edit.text] for edit in one.fix.edits]
        fix = [one.fix.message, one.fix.applicability.value, edits]
    places = [one.start.row, one.start.column, one.end.row, one.end.column]
    return [one.code, one.name, one.message, places, fix]


def _diagnostic(path: str, code: str, name: str, message: str, places: list[int], fix: list[Any] | None) -> Diagnostic:
    start, end = Location(places[0], places[1]), Location(places[2], places[3])
    if fix is None:
        return Diagnostic(path, code, name, message, start, end)
    edits = tuple(Edit(Span(first, last), text) for first, last, text in fix[2])
    return Diagnostic(path, code, name, message, start, end, Fix(fix[0], edits, Applicability(fix[1])))
