"""What was found in files that have not changed since.

One small file an entry, written in one step, in the user's cache folder: runs side by side never see half of one, and
no project is littered. An entry holds for the content of its file, for the modules of the project that names were
followed into, and for one state of this tool; it is removed when it was not asked for in a month.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tf2migrate import __version__
from tf2migrate.lint import rule_folders
from tf2migrate.model.diagnostics import Applicability, Diagnostic, Fix
from tf2migrate.model.results import CellStart, CheckedFile
from tf2migrate.model.source import Edit, Location, Span
from tf2migrate.names import ProjectModules
from tf2migrate.names.modules import Answer

FOLDER_VARIABLE = "TF2MIGRATE_CACHE_DIR"
_DAY = 24 * 3600.0
_KEPT = 30 * _DAY
_LAYERS = ("lint", "names", "knowledge", "source", "workflow")


def cache_folder() -> Path:
    """Return the folder of the cache: the environment's, else the one that the system has for such things."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "tf2migrate" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tf2migrate"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tf2migrate"


class Cache:
    """The entries for one selection of rules. A file of the cache that cannot be used is an answer that is missing."""

    def __init__(self, folder: Path, codes: Iterable[str], modules: ProjectModules) -> None:
        self._folder = folder / _state()
        self._codes = " ".join(sorted(codes))
        self._modules = modules

    def load(self, path: str, content: str) -> CheckedFile | None:
        """Return what was found in a file with this digest of its content, without its text; None where not known."""
        entry_file = self._entry(path)
        try:
            entry = json.loads(entry_file.read_bytes())
            known = entry["content"] == content and self._modules.holds(
                (Answer(*answer) for answer in entry["answers"]), entry["modules"]
            )
            if not known:
                return None
            checked = _restored(path, entry)
            if time.time() - entry_file.stat().st_mtime > _DAY:
                entry_file.touch()
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            return None
        return checked

    def store(self, importer: str, content: str, checked: CheckedFile) -> None:
        """Keep what was found in a file."""
        answers = list(self._modules.answers(importer))
        modules = {one.found: self._modules.digest(one.found) for one in answers if one.found is not None}
        entry = {
            "content": content,
            "answers": [[one.importer, one.module, one.found] for one in answers],
            "modules": modules,
            "failed": checked.failed,
            "cells": [[cell.row, cell.number] for cell in checked.cells],
            "found": [_kept(one) for one in checked.diagnostics],
        }
        target = self._entry(checked.path)
        temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(json.dumps(entry, separators=(",", ":")).encode())
            temporary.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink()

    def _entry(self, path: str) -> Path:
        key = hashlib.sha256(f"{Path(path).absolute()}\0{self._codes}".encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / key[:2] / f"{key[2:32]}.json"


def clean(folder: Path) -> None:
    """Remove, once a day, what other states of this tool left, and entries that were not asked for in a month."""
    mark, now = folder / "cleaned", time.time()
    try:
        if now - mark.stat().st_mtime < _DAY:
            return
    except OSError:
        pass
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
        for state in folder.iterdir():
            if not state.is_dir():
                continue
            if state.name != _state() and now - state.stat().st_mtime > _DAY:
                shutil.rmtree(state, ignore_errors=True)
                continue
            for entry in state.glob("*/*"):
                if now - entry.stat().st_mtime > _KEPT:
                    entry.unlink(missing_ok=True)


def digest(data: bytes) -> str:
    """Return the digest of a file's content."""
    return hashlib.sha256(data).hexdigest()


@cache
def _state() -> str:
    """Return what stands for this tool as it is: its version, its files, and the Python that it parses with."""
    package = Path(__file__).resolve().parent.parent
    folders = [package / layer for layer in _LAYERS] + [Path(path) for path in rule_folders()]
    text = f"{__version__} {sys.version_info[:2]}"
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in (".py", ".txt"):
                status = file.stat()
                text += f" {file.name} {status.st_size} {status.st_mtime_ns}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _kept(one: Diagnostic) -> list[Any]:
    fix = None
    if one.fix is not None:
        edits = [[edit.span.start, edit.span.end, edit.text] for edit in one.fix.edits]
        fix = [one.fix.message, one.fix.applicability.value, edits]
    places = [one.start.row, one.start.column, one.end.row, one.end.column]
    return [one.code, one.name, one.message, places, fix]


def _restored(path: str, entry: dict[str, Any]) -> CheckedFile:
    found = tuple(_diagnostic(path, *kept) for kept in entry["found"])
    cells = tuple(CellStart(row, number) for row, number in entry["cells"])
    return CheckedFile(path, "", found, cells, failed=entry["failed"])


def _diagnostic(path: str, code: str, name: str, message: str, places: list[int], fix: list[Any] | None) -> Diagnostic:
    start, end = Location(places[0], places[1]), Location(places[2], places[3])
    if fix is None:
        return Diagnostic(path, code, name, message, start, end)
    edits = tuple(Edit(Span(first, last), text) for first, last, text in fix[2])
    return Diagnostic(path, code, name, message, start, end, Fix(fix[0], edits, Applicability(fix[1])))
