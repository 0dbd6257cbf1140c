"""The texts of a program's files: as they are, or written otherwise before they are planned."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from tf2migrate.analysis import evaluate_program
from tf2migrate.migrate.inlining import Inlined
from tf2migrate.model.facts import Program
from tf2migrate.source import SourceFile, read_source


@dataclass(frozen=True)
class Texts:
    """What is planned for one entry point; `changed` holds the files that are written otherwise."""

    entry: Path
    root: Path | None
    changed: dict[str, Inlined] = field(default_factory=dict)
    _read: dict[str, SourceFile] = field(default_factory=dict)

    def source(self, path: str) -> SourceFile:
        """Return a file with the text that is planned."""
        original = self.original(path)
        return replace(original, text=self.changed[path].text) if path in self.changed else original

    def original(self, path: str) -> SourceFile:
        """Return a file as it is."""
        if path not in self._read:
            self._read[path] = read_source(Path(path))
        return self._read[path]

    def evaluate(self) -> Program:
        """Return the facts of the program."""
        texts = {path: inlined.text for path, inlined in self.changed.items()}
        return evaluate_program(self.entry, self.source(str(self.entry)).text, self.root, texts)

    def then(self, path: str, later: Inlined) -> Texts:
        """Return the texts with one file written otherwise."""
        inlined = self.changed[path].then(later) if path in self.changed else later
        return replace(self, changed={**self.changed, path: inlined})

    def in_the_same_lines(self, path: str, text: str) -> Texts:
        """Return the texts with one file written otherwise, line by line."""
        return self.then(path, Inlined(text, tuple(range(1, text.count("\n") + 2))))
