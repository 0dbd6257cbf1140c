"""What was found in files that have not changed since.

One file for each project and selection of rules, written in one step, in the user's cache folder: runs side by side
never see half of one, and no project is littered. An entry holds for the content of its file, for the modules of the
project that names were followed into, for the places where modules were looked for, and for one state of this tool; it
is dropped when it was not asked for in a month.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import IO

from tf2migrate import __version__
from tf2migrate.discovery import Target
from tf2migrate.lint import rule_folders
from tf2migrate.model.results import CheckedFile
from tf2migrate.notebooks import read_notebook
from tf2migrate.prefilter import ModuleFinder
from tf2migrate.source import SourceError, decode_source
from tf2migrate.workflow.cache_index import SPOILED, Changes, Entry, Index, Surroundings, write_index
from tf2migrate.workflow.checker import root_of
from tf2migrate.workflow.records import restored
from tf2migrate.workflow.stamps import Clock, digest, digest_of, stamp_of

FOLDER_VARIABLE = "TF2MIGRATE_CACHE_DIR"
_DAY = 24 * 3600.0
_DAYS_KEPT = 30
_LAYERS = ("lint", "names", "knowledge", "source", "workflow", "model")


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
    """The entries for one project and selection of rules. What of it cannot be used is an answer that is missing."""

    def __init__(self, folder: Path, key: Iterable[object]) -> None:
        name = hashlib.sha256("\0".join(map(str, key)).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self._file = folder / _state() / f"{name}.index"
        self._clock = Clock()
        self._index = Index(self._file)
        self._today = int(time.time() / _DAY)
        self._used: set[str] = set()  # files whose entries hold
        self._made: dict[str, Entry] = {}
        self._learned = Surroundings()
        self._records: IO[bytes] | None = None  # of the new entries, later the whole file
        self._finders: dict[str, ModuleFinder] = {}
        self._answering: dict[tuple[str, str], bool] = {}
        self._dirty = bool(self._index.files) and self._index.day < self._today

    def knows(self, target: Target) -> bool:
        """Say whether there is an entry for the file that holds."""
        path = str(target.path.absolute())
        entry = self._index.files.get(path)
        try:
            if entry is None or not self._holds(path, entry, target.named):
                return False
        except SPOILED:
            return False
        entry.used = self._today
        self._used.add(path)
        return True

    def load(self, target: Target) -> CheckedFile | None:
        """Return what was found in a file that is known; None where it has changed or the entry is spoiled."""
        name, path = str(target.path), str(target.path.absolute())
        entry = self._index.files[path]
        checked: CheckedFile | None
        try:
            checked = restored(name, self._index.record(path))
            if checked.diagnostics and not checked.failed:  # they show its text
                data = target.path.read_bytes()
                if digest(data) == entry.content:
                    read = read_notebook if name.endswith(".ipynb") else decode_source
                    return replace(checked, text=read(name, data).text, mentions_tensorflow=entry.mentions)
                checked = None
        except (*SPOILED, SourceError):
            checked = None
        if checked is None:
            self._used.discard(path)
            return None
        return replace(checked, mentions_tensorflow=entry.mentions)

    def add(self, path: str, entry: Entry, record: bytes) -> None:
        """Keep what was found in a file."""
        with contextlib.suppress(OSError):
            stream = self._stream()
            entry.place, entry.used = (stream.seek(0, 2), len(record)), self._today
            stream.write(record)
            self._made[path] = entry

    def learn(self, surroundings: Surroundings) -> None:
        """Keep what entries depend on."""
        self._learned.update(surroundings)

    def save(self) -> None:
        """Write what is new, and what another run has written meanwhile."""
        try:
            if self._made or self._dirty or (self._used and not self._changes.seen):
                self._write()
        except SPOILED:
            pass
        finally:
            self._index.close()
            if self._records is not None:
                with contextlib.suppress(OSError):  # what is still in memory may find no room
                    self._records.close()
                with contextlib.suppress(OSError):
                    os.unlink(self._records.name)

    # --- inside -------------------------------------------------------------------------------------------------------

    @cached_property
    def _changes(self) -> Changes:
        return self._index.changes(self._clock)

    def _holds(self, path: str, entry: Entry, named: bool) -> bool:
        stamp = stamp_of(path)
        if stamp is None or (named and entry.walked) or entry.root != root_of(os.path.dirname(path)):
            return False
        if stamp != entry.stamp:
            if digest_of(path) != entry.content:
                return False
            settled = self._clock.settled(stamp)
            self._dirty = self._dirty or settled != entry.stamp
            entry.stamp = settled
        if not self._changes.changed.isdisjoint(entry.modules):
            return False
        return not self._changes.moved or self._answers_hold(path, entry.root)

    def _answers_hold(self, path: str, root: str) -> bool:
        """Say whether modules are found where they were, from the file and from all that it led to."""
        answers, pending, seen = self._index.around.answers, [path], {path}
        while pending:
            importer = pending.pop()
            if not self._answers_of_one_hold(importer, root):
                return False
            further = {found for found in answers.get(importer, {}).values() if found is not None} - seen
            seen |= further
            pending += further
        return True

    def _answers_of_one_hold(self, importer: str, root: str) -> bool:
        key = (root, importer)
        if key not in self._answering:
            finder = self._finders.setdefault(root, ModuleFinder(root))
            answers = self._index.around.answers.get(importer, {})
            self._answering[key] = all(finder.find(importer, one) == found for one, found in answers.items())
        return self._answering[key]

    def _stream(self) -> IO[bytes]:
        if self._records is None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._records = tempfile.NamedTemporaryFile(  # noqa: SIM115  # open until all is known
                prefix=f"{self._file.stem}.", suffix=".tmp", dir=self._file.parent, delete=False
            )
        return self._records

    def _write(self) -> None:
        changes, around = self._changes, self._index.around
        around.modules.update(changes.modules)
        around.folders.update(changes.folders)
        around.update(self._learned)
        files = dict(self._made)
        stream = self._stream()
        for path, entry in self._index.files.items():
            untouched = not changes.moved and changes.changed.isdisjoint(entry.modules)
            if path not in files and (path in self._used or (untouched and entry.used > self._today - _DAYS_KEPT)):
                files[path] = _copied(entry, self._index.record(path), stream)
        if stamp_of(str(self._file)) != self._index.stamp:
            self._merge(files, around, stream)
        write_index(stream, files, around, self._today)
        stream.close()
        os.replace(stream.name, self._file)

    def _merge(self, files: dict[str, Entry], around: Surroundings, stream: IO[bytes]) -> None:
        """Add what another run has written since this one began, where it saw the same modules and folders."""
        other = Index(self._file)
        if around.agrees(other.around):
            for path, entry in other.files.items():
                if path not in files:
                    files[path] = _copied(entry, other.record(path), stream)
            merged = other.around
            merged.update(around)
            around.update(merged)
        other.close()


def _copied(entry: Entry, record: bytes, stream: IO[bytes]) -> Entry:
    made = replace(entry, place=(stream.seek(0, 2), len(record)))
    stream.write(record)
    return made


def clean(folder: Path) -> None:
    """Remove, once a day, what other states of this tool left, and files that were not written in a month."""
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
            for file in state.iterdir():
                age = now - file.stat().st_mtime
                if age > _DAYS_KEPT * _DAY or (age > _DAY and file.suffix == ".tmp"):
                    file.unlink(missing_ok=True)


@cache
def _state() -> str:
    """Return what stands for this tool as it is: its version, its files, and the Python that it parses with."""
    package = Path(__file__).resolve().parent.parent
    files = list(package.glob("*.py"))
    for folder in (*(package / layer for layer in _LAYERS), *map(Path, rule_folders())):
        files += folder.rglob("*")
    text = f"{__version__} {sys.version_info[:2]}"
    for file in sorted(files):
        if file.suffix in (".py", ".txt"):
            status = file.stat()
            text += f" {file.name} {status.st_size} {status.st_mtime_ns}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
