"""Known findings, kept in a file, so that only new ones are reported.

A finding is known by its file, its code and the text of its line: lines may move. Equal ones are counted. A file that
the baseline does not name takes what is known of files that are gone: it may be one of them under another name.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.results import CheckedFile
from tf2migrate.source import LineIndex, write_source
from tf2migrate.workflow.errors import UsageError

_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What findings are recognised by; `path` is relative to the folder of the baseline."""

    path: str
    code: str
    line: str


class Baseline:
    """The findings of a baseline file that were not met again yet, and those met in this run."""

    def __init__(self, file: Path, known: Counter[Known]) -> None:
        self._folder = file.parent.absolute()
        self._left = known
        self._met: Counter[Known] = Counter()
        self._checked: set[str] = set()
        self._paths = {one.path for one in known}
        self.silenced = 0

    def new_in(self, file: CheckedFile) -> CheckedFile:
        """Return the file with those findings that the baseline does not know; failures are never known."""
        if file.failed:
            return file
        self._checked.add(self._relative(file.path))
        index = LineIndex(file.text)
        new: list[Diagnostic] = []
        for diagnostic in file.diagnostics:
            key = Known(self._relative(file.path), diagnostic.code, index.line(diagnostic.start.row).strip())
            self._met[key] += 1
            found = key if key.path in self._paths else self._moved(key)
            if found is not None and self._left[found] > 0:
                self._left[found] -= 1
                self.silenced += 1
            else:
                new.append(diagnostic)
        return replace(file, diagnostics=tuple(new))

    def _moved(self, key: Known) -> Known | None:
        """Return what is known of the same line in a file that is gone."""
        candidates = (replace(key, path=path) for path in self._gone)
        return next((one for one in candidates if self._left[one] > 0), None)

    @cached_property
    def _gone(self) -> list[str]:
        return sorted(path for path in self._paths if not (self._folder / path).exists())

    @property
    def stale(self) -> int:
        """How many known findings of the files of this run, and of files that are gone, were not met."""
        settled = self._checked.union(self._gone)
        return sum(count for known, count in self._left.items() if known.path in settled and count > 0)

    def write(self, file: Path) -> int:
        """Write the findings of this run, and what is known of other files that still exist; return how many."""
        settled = self._checked.union(self._gone)
        kept = {known: count for known, count in self._left.items() if known.path not in settled and count > 0}
        listed = [
            {"path": known.path, "code": known.code, "line": known.line, "count": count}
            for known, count in sorted({**kept, **self._met}.items())
        ]
        text = json.dumps({"version": _VERSION, "findings": listed}, indent=1) + "\n"
        try:
            write_source(file, text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from error
        return sum({**kept, **self._met}.values())

    def _relative(self, path: str) -> str:
        return Path(os.path.relpath(path, self._folder)).as_posix()


def read_baseline(file: Path, *, missing: bool = False) -> Baseline:
    """Return the baseline in a file; with `missing` there may be none. Raises UsageError where it cannot be read."""
    try:
        document = json.loads(file.read_bytes())
        if document["version"] != _VERSION:
            raise UsageError(f"{file}: is a baseline of version {document['version']!r}; write it anew")
        known = Counter(
            {Known(one["path"], one["code"], one["line"]): int(one["count"]) for one in document["findings"]}
        )
    except FileNotFoundError as error:
        if missing:
            return Baseline(file, Counter())
        raise UsageError(f"{file}: no such baseline; write it with --add-baseline") from error
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{file}: is no baseline of this tool; write it with --add-baseline") from error
    return Baseline(file, known)
