"""Follows a source map into a text that a person edited after `fix` wrote it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from tf2migrate.model.plan import SiteMap, SourceMap
from tf2migrate.model.source import Span
from tf2migrate.verify.instrument import line_starts

LEAST_LIKENESS = 0.4  # of the lines; below it the text is another program, not an edited one


@dataclass(frozen=True, slots=True)
class FollowedMap:
    """A map whose migrated side is the edited text; `kept` of its `sites` stand in lines that nobody changed."""

    map: SourceMap
    kept: int
    sites: int


def follow_edits(source_map: SourceMap, planned: str, edited: str) -> FollowedMap | None:
    """Return the map for the edited text: lines and run sites that were changed are left out. None where the two have
    too little in common."""
    matcher = SequenceMatcher(None, planned.split("\n"), edited.split("\n"), autojunk=False)
    if matcher.ratio() < LEAST_LIKENESS:
        return None
    lines: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        lines.update((block.a + row + 1, block.b + row + 1) for row in range(block.size))
    starts, edited_starts = line_starts(planned), line_starts(edited)
    sites: list[SiteMap] = []
    for site in source_map.sites:
        span = site.migrated and _moved(site.migrated, starts, edited_starts, lines)
        if span is not None or site.migrated is None:
            sites.append(replace(site, migrated=span))
    moved_lines = tuple(sorted((lines[new], old) for new, old in source_map.lines if new in lines))
    return FollowedMap(
        SourceMap(source_map.path, moved_lines, tuple(sites)),
        sum(site.migrated is not None for site in sites),
        sum(site.migrated is not None for site in source_map.sites),
    )


def _moved(span: Span, starts: list[int], edited_starts: list[int], lines: dict[int, int]) -> Span | None:
    """Return where a span lies now; None where one of its lines was changed or text was put between them."""
    first, last = (sum(start <= offset for start in starts) for offset in (span.start, span.end))
    there = [lines.get(row) for row in range(first, last + 1)]
    start = there[0]
    if start is None or there != list(range(start, start + len(there))):
        return None
    by = edited_starts[start - 1] - starts[first - 1]
    return Span(span.start + by, span.end + by)
