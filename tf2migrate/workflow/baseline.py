"""Known findings, kept in a file, so that only new ones are reported.

A finding is known by its file, its code and the text of its line: lines may move. Equal ones are counted.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, replace
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
            if self._left[key] > 0:
                self._left[key] -= 1
                self.silenced += 1
            else:
                new.append(diagnostic)
        return replace(file, diagnostics=tuple(new))

    @property
    def stale(self) -> int:
        """How many known findings of the files of this run were not met."""
        return sum(count for known, count in self._left.items() if known.path in self._checked and count > 0)

    def write(self, file: Path) -> int:
        """Write the findings of this run, and what is known of files that were not checked; return how many."""
        kept = {known: count for known, count in self._left.items() if known.path not in self._checked and count > 0}
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
