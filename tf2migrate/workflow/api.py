"""The commands for programs that hold source text themselves."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from tf2migrate.lint import lint_text
from tf2migrate.migrate import migrate_program
from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.plan import FileResult, Status
from tf2migrate.model.verdict import Verdict, VerifyOptions
from tf2migrate.source import parse_text
from tf2migrate.workflow.verify import verify_program


def check(source: str, filename: str = "<string>") -> tuple[Diagnostic, ...]:
    """Return the findings of all rules in the text of one file; raise SourceError where it is not Python 3."""
    return tuple(lint_text(source, filename))


def migrate(source: str, filename: str = "<string>") -> FileResult:
    """Return what becomes of a program that is one file: its new text, or the reasons why not.

    Raises SourceError where `source` is not Python 3.
    """
    parse_text(source, filename)
    with tempfile.TemporaryDirectory(prefix="tf2migrate-") as folder:
        entry = Path(folder).resolve() / "program.py"
        entry.write_text(source, encoding="utf-8", newline="\n")
        results = migrate_program(entry, entry.parent)
    result = results[0] if results else FileResult(filename, Status.UNCHANGED)
    return replace(
        result,
        path=filename,
        refusals=tuple(replace(one, path=filename) for one in result.refusals),
        notes=tuple(replace(one, path=filename) for one in result.notes),
    )


def verify(
    original: str | os.PathLike[str],
    migrated: str | os.PathLike[str] | None = None,
    options: VerifyOptions | None = None,
) -> Verdict:
    """Return the verdict on two programs, given as files; without `migrated`, on what `migrate` makes of the first.

    Raises UsageError where TensorFlow is not installed, SourceError where a file is not Python 3.
    """
    other = Path(migrated) if migrated is not None else None
    return verify_program(Path(original), other, options or VerifyOptions()).verdict
