"""Moving blocks of statements to another indentation."""

from __future__ import annotations

import io
import tokenize

_STRING_STARTS = {
    number for name in ("FSTRING_START", "TSTRING_START") if (number := getattr(tokenize, name, None)) is not None
}
_STRING_ENDS = {
    number for name in ("FSTRING_END", "TSTRING_END") if (number := getattr(tokenize, name, None)) is not None
}


def reindent(text: str, from_indent: str, to_indent: str) -> str:
    """Return the statements in `text` indented by `to_indent` instead of `from_indent`.

    The inside of multi-line strings, blank lines, and lines that stand further left than `from_indent` (in brackets,
    after a backslash, comments) keep their place. The first line may stand without its indent, as the text of a
    statement's own range does; it is then indented by nothing.
    """
    if from_indent == to_indent:
        return text
    lines = text.split("\n")
    starts_bare = bool(from_indent) and not lines[0].startswith(from_indent)
    fixed = _rows_inside_strings(from_indent + text if starts_bare else text)
    for row, line in enumerate(lines, start=1):
        if row in fixed or not line.strip() or (row == 1 and starts_bare) or not line.startswith(from_indent):
            continue
        lines[row - 1] = to_indent + line[len(from_indent) :]
    return "\n".join(lines)


def _rows_inside_strings(text: str) -> set[int]:
    """Return the rows (from 1) that begin inside a string literal."""
    rows: set[int] = set()
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            rows.update(range(token.start[0] + 1, token.end[0] + 1))
        elif token.type in _STRING_STARTS:
            opened.append(token.start[0])
        elif token.type in _STRING_ENDS:
            rows.update(range(opened.pop() + 1, token.end[0] + 1))
    return rows
