"""Changes as unified diffs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from tf2migrate.report.style import Style


def render_diff(path: str, before: str, after: str, style: Style) -> str:
    """Return the unified diff of one file, "" where nothing changes; `patch` reads it without color."""
    lines = difflib.unified_diff(_lines(before), _lines(after), path, path)
    return "".join(_colored(lines, style))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _colored(lines: Iterator[str], style: Style) -> Iterator[str]:
    for line in lines:
        body = line.removesuffix("\n")
        tail = "\n" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        if body.startswith(("+++ ", "--- ")):
            yield style.bold(body) + tail
        elif body.startswith("+"):
            yield style.green(body) + tail
        elif body.startswith("-"):
            yield style.red(body) + tail
        elif body.startswith("@@"):
            yield style.blue(body) + tail
        else:
            yield body + tail
