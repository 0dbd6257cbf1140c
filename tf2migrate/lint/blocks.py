"""Statements by their place, found by descending through the blocks round it: no walk over the whole file."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tf2migrate.model.source import Span
from tf2migrate.source import LineIndex


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement; `alone` says that a compound statement has a block of nothing else."""

    statement: ast.stmt
    alone: bool


def find_statement(tree: ast.Module, lines: LineIndex, span: Span) -> Standing | None:
    """Return the statement that consists of exactly what `span` covers."""

    def start(statement: ast.stmt) -> int:
        return lines.node_span(statement).start

    block: list[ast.stmt] | None = tree.body
    while block:
        place = bisect_right(block, span.start, key=start) - 1
        if place < 0:
            return None
        statement = block[place]
        if lines.node_span(statement) == span:
            return Standing(statement, alone=len(block) == 1 and block is not tree.body)
        inner = [found for found in _blocks(statement) if start(found[0]) <= span.start]
        block = max(inner, key=lambda found: start(found[0]), default=None)
    return None


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a statement that are not empty."""
    for part in (statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        for name in ("body", "orelse", "finalbody"):
            if block := getattr(part, name, None):
                yield block
