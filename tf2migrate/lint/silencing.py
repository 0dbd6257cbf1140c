"""Writing the comments that silence what is found."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.source import Edit, Span
from tf2migrate.source import LineIndex

_CODES = re.compile(r"#\s*noqa\s*:\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*", re.IGNORECASE)


def silencing_edits(text: str, diagnostics: Iterable[Diagnostic]) -> list[Edit]:
    """Return the edits that add `# noqa: CODES` at the end of each logical line with findings.

    A `noqa` that names codes there already, be it for another tool, gets the new ones as well.
    """
    lines = LineIndex(text)
    wanted: dict[int, set[str]] = {}
    ends = _logical_ends(text)
    for one in diagnostics:
        end = next((row for row in ends if row >= one.start.row), None)
        if end is not None:
            wanted.setdefault(end, set()).add(one.code)
    edits: list[Edit] = []
    for row, codes in wanted.items():
        comment, listed = ends[row], ", ".join(sorted(codes))
        known = None if comment is None else _CODES.search(comment.string)
        if comment is not None and known is not None:
            at = lines.start(row) + comment.start[1] + known.end()
            edits.append(Edit(Span(at, at), f", {listed}"))
            continue
        at = lines.start(row) + len(lines.line(row).rstrip())
        edits.append(Edit(Span(at, at), f"  # noqa: {listed}"))
    return edits


def _logical_ends(text: str) -> dict[int, tokenize.TokenInfo | None]:
    """Return the last row of each logical line, with the comment that stands there."""
    ends: dict[int, tokenize.TokenInfo | None] = {}
    comment: tokenize.TokenInfo | None = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comment = token
        elif token.type == tokenize.NEWLINE:
            row = token.start[0]
            ends[row] = comment if comment is not None and comment.start[0] == row else None
    return ends
