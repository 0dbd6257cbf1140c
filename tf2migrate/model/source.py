"""Places in source text, and changes to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of Unicode code points in the decoded text of one file."""

    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Say whether `other` lies inside this span (equal spans do)."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace what `span` covers by `text`; an empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place as people and editors count it: row and column from 1, columns in Unicode code points."""

    row: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class NodeRef:
    """An `ast` node of a file, by its kind and range.

    Lines count from 1; columns are UTF-8 byte offsets from 0, exactly as `ast` gives them.
    """

    path: str
    kind: str
    line: int
    column: int
    end_line: int
    end_column: int
