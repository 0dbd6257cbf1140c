"""Writing the comments that silence what is found."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable

from tf2migrate.lint.suppression import find_suppressions
from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.source import Edit, Span
from tf2migrate.source import LineIndex


def silencing_edits(text: str, diagnostics: Iterable[Diagnostic]) -> list[Edit]:
    """Return the edits that add `# noqa: CODES` at the end of each logical line with findings.

    A `noqa` that names codes there already gets the new ones as well.
    """
    lines = LineIndex(text)
    wanted: dict[int, set[str]] = {}
    ends = _logical_ends(text)
    for one in diagnostics:
        end = next((row for row in ends if row >= one.start.row), None)
        if end is not None:
            wanted.setdefault(end, set()).add(one.code)
    present = {
        one.last: one for one in find_suppressions(text, lines) if not one.own and one.codes and one.first <= one.last
    }
    edits: list[Edit] = []
    for row, codes in wanted.items():
        known = present.get(row)
        if known is not None:
            edits.append(Edit(Span(known.span.end, known.span.end), "".join(f", {code}" for code in sorted(codes))))
            continue
        at = lines.start(row) + len(lines.line(row).rstrip())
        edits.append(Edit(Span(at, at), f"  # noqa: {', '.join(sorted(codes))}"))
    return edits


def _logical_ends(text: str) -> list[int]:
    """Return the last row of each logical line."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.start[0] for token in tokens if token.type == tokenize.NEWLINE]
