"""Positions: lines and columns, byte columns and offsets in text."""

from __future__ import annotations

import ast
from bisect import bisect_right

from tf2migrate.model.source import Location, NodeRef, Span


class LineIndex:
    r"""Converts between offsets, locations and `ast` positions of one text with "\n" line ends."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)
        self._ascii = text.isascii()

    @property
    def rows(self) -> int:
        """The number of lines; text that ends in a line end has an empty last one."""
        return len(self._starts)

    def start(self, row: int) -> int:
        """Return the offset at which the line starts; the line after the last one starts at the end of the text."""
        return self._starts[row - 1] if row <= len(self._starts) else len(self._text)

    def line(self, row: int) -> str:
        """Return the text of the line without its end."""
        end = self._starts[row] - 1 if row < len(self._starts) else len(self._text)
        return self._text[self._starts[row - 1] : end]

    def offset(self, row: int, byte_column: int) -> int:
        """Return the offset of an `ast` position: row from 1, column in UTF-8 bytes from 0."""
        start = self._starts[row - 1]
        if self._ascii:
            return start + byte_column
        return start + len(self.line(row).encode("utf-8", "surrogatepass")[:byte_column].decode("utf-8", "ignore"))

    def location(self, offset: int) -> Location:
        """Return row and column, both from 1, of an offset."""
        row = bisect_right(self._starts, offset)
        return Location(row, offset - self._starts[row - 1] + 1)

    def at(self, location: Location) -> int:
        """Return the offset of a location."""
        return self._starts[location.row - 1] + location.column - 1

    def span(self, ref: NodeRef) -> Span:
        """Return what the node covers."""
        return Span(self.offset(ref.line, ref.column), self.offset(ref.end_line, ref.end_column))

    def node_span(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias | ast.arg | ast.ExceptHandler) -> Span:
        """Return what an `ast` node covers."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        if self._ascii:
            starts = self._starts
            return Span(starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset)
        return Span(self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset))

    def lines_span(self, span: Span) -> Span:
        """Return the span of the whole lines that `span` touches, the last line's end included."""
        first, last = self.location(span.start).row, self.location(max(span.start, span.end - 1)).row
        return Span(self.start(first), self.start(last + 1))

    def indent(self, row: int) -> str:
        """Return the white space that the line begins with."""
        line = self.line(row)
        return line[: len(line) - len(line.lstrip(" \t\f"))]


def node_ref(path: str, node: ast.AST) -> NodeRef:
    """Return the reference of an `ast` node that has a position."""
    return NodeRef(
        path,
        type(node).__name__,
        node.lineno,  # type: ignore[attr-defined]
        node.col_offset,  # type: ignore[attr-defined]
        node.end_lineno,  # type: ignore[attr-defined]
        node.end_col_offset,  # type: ignore[attr-defined]
    )
