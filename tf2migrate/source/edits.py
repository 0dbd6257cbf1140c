"""Edits on text: merged, checked for overlap, applied in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from tf2migrate.model.source import Edit, Span


class EditConflict(ValueError):
    """Two edits change the same characters, so that one of them would be lost."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(f"edits overlap: {first} and {second}")
        self.first = first
        self.second = second


def compose_edits(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits in text order, equal ones merged; raise EditConflict where two change the same characters.

    Insertions at one offset keep the order in which they are given and stand before a replacement that starts there.
    """
    unique = list(dict.fromkeys(edits))
    ordered = sorted(unique, key=lambda edit: (edit.span.start, edit.span.end))
    for earlier, later in pairwise(ordered):
        if later.span.start < earlier.span.end:
            raise EditConflict(earlier, later)
    return ordered


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all edits made; raise EditConflict where two change the same characters."""
    return render(text, Span(0, len(text)), edits)


def render(text: str, span: Span, edits: Iterable[Edit]) -> str:
    """Return what `span` covers with the edits inside it made.

    Insertions at either end of the span count as inside. Edits outside are ignored; one that crosses an end of the
    span raises EditConflict.
    """
    pieces: list[str] = []
    position = span.start
    for edit in compose_edits(edits):
        if not span.contains(edit.span):
            if edit.span.start < span.end and span.start < edit.span.end:
                raise EditConflict(Edit(span, ""), edit)
            continue
        pieces += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    pieces.append(text[position : span.end])
    return "".join(pieces)
