"""The file of a cache: records one after the other, then what is known of each file, then where that begins."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from tf2migrate.workflow.stamps import Clock, Stamp, digest_of, folder_digest, stamp_of

SPOILED = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError)  # what a file of any content can cause
_TRAILER = 21  # digits and a line end

State = tuple[Stamp | None, str]  # of a file or a folder: its stamp, where that says something, and the digest
_CHANGED: State = (None, "")  # no file and no folder has that digest


@dataclass(slots=True)
class Entry:
    """What is known of one file. `walked` says that it holds only where the file was not named by the user."""

    stamp: Stamp | None
    content: str
    mentions: bool
    walked: bool
    root: str
    modules: list[str]
    used: int = 0  # the day of the last run that asked
    place: tuple[int, int] = (0, 0)  # of the record: start and length


@dataclass(slots=True)
class Surroundings:
    """What entries depend on: the modules that were read, the folders that were searched, and what was found there."""

    modules: dict[str, State] = field(default_factory=dict)
    folders: dict[str, State] = field(default_factory=dict)
    answers: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def update(self, other: Surroundings) -> None:
        """Add what another one knows. What both saw, and saw differently, changed meanwhile: no entry holds for it."""
        for mine, others in ((self.modules, other.modules), (self.folders, other.folders)):
            for path, state in others.items():
                mine[path] = state if mine.get(path, state)[1] == state[1] else _CHANGED
        for importer, answers in other.answers.items():
            self.answers.setdefault(importer, {}).update(answers)

    def agrees(self, other: Surroundings) -> bool:
        """Say whether both saw the same modules and folders."""
        return all(
            mine[path][1] == state[1]
            for mine, others in ((self.modules, other.modules), (self.folders, other.folders))
            for path, state in others.items()
            if path in mine
        )


class Index:
    """A file of the cache as it was read; an empty one where there is none that can be used."""

    def __init__(self, path: Path) -> None:
        self.stamp = stamp_of(str(path))
        self.day = 0
        self.files: dict[str, Entry] = {}
        self._around = Surroundings()
        self._answers = (0, 0)
        self._stream: IO[bytes] | None = None
        try:
            self._read(path)
        except SPOILED:
            self.files = {}

    def record(self, path: str) -> bytes:
        """Return the record of a file."""
        return self._part(*self.files[path].place)

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()

    @cached_property
    def around(self) -> Surroundings:
        """What the entries depend on. Raises what a spoiled file causes."""
        self._around.answers = json.loads(self._part(*self._answers)) if self._answers[1] else {}
        return self._around

    def changes(self, clock: Clock) -> Changes:
        """Return what of all that the entries depend on is no longer what it was."""
        changes = Changes()
        for path, state in self._around.modules.items():
            changes.modules[path] = now = _now(path, state, digest_of, clock)
            if now[1] != state[1]:
                changes.changed.add(path)
        for path, state in self._around.folders.items():
            changes.folders[path] = now = _now(path, state, folder_digest, clock)
            changes.moved = changes.moved or now[1] != state[1]
        changes.seen = changes.modules == self._around.modules and changes.folders == self._around.folders
        return changes

    def _read(self, path: Path) -> None:
        self._stream = path.open("rb")
        end = self._stream.seek(-_TRAILER, 2)
        start = int(self._stream.read())
        head = json.loads(self._part(start, end - start))
        roots, modules = head["roots"], head["modules"]
        for name, (stamp, content, mentions, walked, root, ids, used, first, length) in head["files"].items():
            read = [modules[one][0] for one in ids]
            self.files[name] = Entry(stamp, content, mentions, walked, roots[root], read, used, (first, length))
        self._around.modules = {name: (stamp, content) for name, stamp, content in modules}
        self._around.folders = {name: (stamp, content) for name, (stamp, content) in head["folders"].items()}
        self._answers = tuple(head["answers"])
        self.day = head["day"]

    def _part(self, start: int, length: int) -> bytes:
        if not length:
            return b""
        if self._stream is None:
            raise ValueError("no file")
        self._stream.seek(start)
        return self._stream.read(length)


@dataclass(slots=True)
class Changes:
    """How the surroundings are now: `changed` modules, and whether modules have `moved`; `seen`: all is as written."""

    modules: dict[str, State] = field(default_factory=dict)
    folders: dict[str, State] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    moved: bool = False
    seen: bool = True


def _now(path: str, state: State, read: Any, clock: Clock) -> State:
    stamp = stamp_of(path)
    if stamp is not None and stamp == state[0]:
        return state
    return clock.settled(stamp), read(path)


def write_index(stream: IO[bytes], files: Mapping[str, Entry], around: Surroundings, day: int) -> None:
    """Write all but the records, which the stream has already; modules that no entry was led to are left out."""
    needed = dict.fromkeys(module for entry in files.values() for module in entry.modules)
    modules = [[path, *around.modules[path]] for path in needed]
    numbers = {path: number for number, path in enumerate(needed)}
    roots = _numbered(entry.root for entry in files.values())
    answers = {path: found for path, found in around.answers.items() if path in files or path in needed}
    rows = {
        path: [
            *(one.stamp, one.content, one.mentions, one.walked, roots[one.root]),
            *([numbers[module] for module in one.modules], one.used, *one.place),
        ]
        for path, one in files.items()
    }
    place = stream.seek(0, 2)
    stream.write(_json(answers))
    start = stream.tell()
    head = {"day": day, "roots": list(roots), "modules": modules, "folders": around.folders, "files": rows}
    stream.write(_json({**head, "answers": [place, start - place]}))
    stream.write(b"%020d\n" % start)


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(dict.fromkeys(names))}


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
