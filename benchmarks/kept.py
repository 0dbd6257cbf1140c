"""Answers that are kept in a JSON file, by what they are about, so that no question is asked twice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import Lock
from typing import Any


class Kept:
    """The answer that a file keeps about some content; without a file nothing is known and nothing kept."""

    _writing = Lock()

    def __init__(self, file: Path | None, content: object) -> None:
        """Look up what is known about `content`, which JSON can hold."""
        self._file = file
        self._key = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        self.answer: Any = self._read().get(self._key)

    def keep(self, answer: object) -> None:
        """Remember the answer."""
        self.answer = answer
        if self._file is not None:
            with self._writing:
                self._file.write_text(json.dumps({**self._read(), self._key: answer}, indent=1), encoding="utf-8")

    def _read(self) -> dict[str, Any]:
        if self._file is None or not self._file.exists():
            return {}
        found: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return found
