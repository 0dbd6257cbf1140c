"""Source maps for pairs that were migrated by hand, built from pieces of their texts."""

from __future__ import annotations

import ast

from tf2migrate.model.plan import Path as LeafPath
from tf2migrate.model.plan import SiteMap, SourceMap
from tf2migrate.model.source import NodeRef, Span

Site = tuple[str, str | None, tuple[tuple[LeafPath, LeafPath | None], ...]]


def build_map(path: str, before: str, after: str, sites: list[Site], moved: dict[str, str] | None = None) -> SourceMap:
    """Return the map in which lines of equal text correspond, and those that `moved` names: after -> before."""
    originals = [line.strip() for line in before.split("\n")]
    lines = [
        (row, original + 1)
        for row, line in enumerate(after.split("\n"), 1)
        for original, text in enumerate(originals)
        if line.strip() and text == line.strip()
    ]
    for new, old in (moved or {}).items():
        lines.append((line_of(after, new), line_of(before, old)))
    site_maps = tuple(
        SiteMap(node_ref(path, before, old), None if new is None else span(after, new), leaves)
        for old, new, leaves in sites
    )
    return SourceMap(path, tuple(sorted(lines)), site_maps)


def line_of(text: str, piece: str) -> int:
    return text.count("\n", 0, text.index(piece)) + 1


def span(text: str, piece: str) -> Span:
    start = text.index(piece)
    return Span(start, start + len(piece))


def node_ref(path: str, text: str, piece: str) -> NodeRef:
    """Return the reference of the expression whose source is `piece`, where it stands first."""
    line = line_of(text, piece)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.expr) and node.lineno == line and ast.get_source_segment(text, node) == piece:
            end_line, end_column = node.end_lineno or line, node.end_col_offset or 0
            return NodeRef(path, type(node).__name__, line, node.col_offset, end_line, end_column)
    raise AssertionError(f"no expression {piece!r}")
