"""Comments that silence findings."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass

from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.source import Span
from tf2migrate.source import LineIndex

_COMMENT = re.compile(
    r"#\s*(?P<kind>noqa|tf2migrate:\s*ignore(?:-file)?)(?![\w-])"
    r"(?:\s*(?::\s*|\[)(?P<codes>[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*)\]?)?(?P<rest>[^#]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that silences `codes` (all, where it names none) on rows `first` to `last`.

    `span` is the comment. `own` says that the comment is of this tool, not the `noqa` that other tools read too.
    """

    span: Span
    codes: tuple[str, ...]
    first: int
    last: int
    own: bool

    def silences(self, diagnostic: Diagnostic) -> bool:
        """Say whether the diagnostic starts on a silenced row and has a silenced code."""
        return self.first <= diagnostic.start.row <= self.last and (not self.codes or diagnostic.code in self.codes)


def find_suppressions(text: str, lines: LineIndex, *, found_any: bool = True) -> list[Suppression]:
    """Return the suppressing comments of a text that parses; those without codes only where `found_any`.

    A comment counts for its logical line, so that one at the end of a call over several lines silences all of it;
    `tf2migrate: ignore-file` counts for the whole file.
    """
    if not any(_matters(match, found_any) for match in _COMMENT.finditer(text)):
        return []  # finding the comments among the tokens takes as long as all the rest
    found: list[Suppression] = []
    pending: list[tokenize.TokenInfo] = []
    first: int | None = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            pending.append(token)
        elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER) or (token.type == tokenize.NL and first is None):
            start = token.start[0] if first is None else first
            found += [made for comment in pending for made in _suppressions(comment, start, token.start[0], lines)]
            pending, first = [], None
        elif first is None and token.type not in (tokenize.INDENT, tokenize.DEDENT, tokenize.NL):
            first = token.start[0]
    return found


def _matters(match: re.Match[str], found_any: bool) -> bool:
    if match["kind"].lower() != "noqa":
        return True
    return "TFM" in match["codes"].upper() if match["codes"] else found_any


def _suppressions(comment: tokenize.TokenInfo, first: int, last: int, lines: LineIndex) -> Iterable[Suppression]:
    start = lines.start(comment.start[0]) + comment.start[1]
    for match in _COMMENT.finditer(comment.string):
        codes = tuple(code.upper() for code in re.split(r"[,\s]+", match["codes"] or "") if code)
        own = match["kind"].lower() != "noqa"
        if not own and codes and not any(code.startswith("TFM") for code in codes):
            continue
        span = Span(start + match.start(), start + match.start() + len(match.group().rstrip()))
        rows = (1, lines.rows) if match["kind"].lower().endswith("-file") else (first, last)
        yield Suppression(span, codes, *rows, own)
