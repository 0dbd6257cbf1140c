"""The new text of a body: what stays, what goes, and the functions in their places."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tf2migrate.migrate.functions import end_with_comment, own_comment_rows
from tf2migrate.migrate.render import Rendered, Renderer, Replacement, concat, join, reindent
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.units import Block, BlockKind, Unit, walk
from tf2migrate.model.source import Span


@dataclass(frozen=True)
class Chunk:
    """Some whole lines, and how many blank lines stood above them."""

    text: Rendered
    blanks: int
    definition: bool = False


@dataclass
class Layout:
    """What becomes of the units of one body."""

    removed: set[Unit] = field(default_factory=set)
    emptied: set[Block] = field(default_factory=set)  # conditions that go, since all that they hold goes
    residue: dict[Unit, list[Rendered]] = field(default_factory=lambda: defaultdict(list))  # stays where a unit goes
    definitions: dict[Unit | Block, list[Rendered]] = field(default_factory=lambda: defaultdict(list))  # put there
    behind: dict[Block, list[Rendered]] = field(default_factory=lambda: defaultdict(list))  # functions after a scope
    before: dict[Unit | Block, list[Rendered]] = field(
        default_factory=lambda: defaultdict(list)
    )  # statements before it
    after: dict[Unit | Block, list[Rendered]] = field(default_factory=lambda: defaultdict(list))  # statements after it
    methods: dict[int, list[Rendered]] = field(default_factory=lambda: defaultdict(list))  # behind a region


class Assembler:
    """Writes a body anew."""

    def __init__(self, syntax: Syntax, renderer: Renderer, layout: Layout) -> None:
        self.syntax, self.renderer, self.layout = syntax, renderer, layout

    def body(self, parts: Sequence[Unit | Block], start_row: int, indent: str, top: bool) -> Rendered:
        """Return the text of a suite whose first line would be `start_row`, at `indent`."""
        chunks = self._chunks(parts, start_row, indent)
        if not chunks:
            return Rendered.new(indent + "pass")
        lines: list[Rendered | str] = []
        apart = 2 if top and not indent else 1
        for number, chunk in enumerate(chunks):
            blanks = chunk.blanks
            if number and (chunk.definition or chunks[number - 1].definition):
                blanks = max(apart, 0)
            if number:
                lines.append("\n" * (blanks + 1))
            lines.append(chunk.text)
        return concat(lines)

    def _chunks(self, parts: Sequence[Unit | Block], start_row: int, indent: str) -> list[Chunk]:
        chunks: list[Chunk] = []
        pending = 0
        row = start_row
        for part in parts:
            detached, own, blanks = self._trivia(row, part)
            for text, above in detached:
                chunks.append(Chunk(reindent(text, self._indent(part), indent), max(pending, above)))
                pending = 0
            pending = max(pending, blanks)
            made = self._part(part, indent, own)
            for number, chunk in enumerate(made):
                chunks.append(
                    Chunk(chunk.text, max(pending, chunk.blanks) if not number else chunk.blanks, chunk.definition)
                )
            if made:
                pending = 0
            row = self.syntax.index.location(max(part.span.start, part.span.end - 1)).row + 1
        return chunks

    def _part(self, part: Unit | Block, indent: str, own: list[int]) -> list[Chunk]:
        before = [Chunk(reindent(text, "", indent), 0) for text in self.layout.before.get(part, ())]
        after = [Chunk(reindent(text, "", indent), 0) for text in self.layout.after.get(part, ())]
        return [*before, *self._placed(part, indent, own), *after]

    def _placed(self, part: Unit | Block, indent: str, own: list[int]) -> list[Chunk]:
        made = [Chunk(reindent(text, "", indent), 0, definition=True) for text in self.layout.definitions.get(part, ())]
        if isinstance(part, Unit) and part in self.layout.removed:
            return [*self._unit(part, indent, own), *made]
        if isinstance(part, Unit):
            return [*made, *self._unit(part, indent, own)]
        after = [Chunk(reindent(text, "", indent), 0, definition=True) for text in self.layout.behind.get(part, ())]
        return [*made, *(() if part in self.layout.emptied else self._block(part, indent, own)), *after]

    def _unit(self, unit: Unit, indent: str, own: list[int]) -> list[Chunk]:
        old = self._indent(unit)
        residue = [reindent(text, "", indent) for text in self.layout.residue.get(unit, ())]
        if unit in self.layout.removed:
            return [Chunk(join("\n", residue), 0)] if residue else []
        text = self.renderer.render(Span(unit.span.start, end_with_comment(self.syntax, unit.span)))
        lines = [self._comment(row) for row in own] + [text]
        block = reindent(concat([old, join("\n" + old, lines)]), old, indent)
        return [Chunk(join("\n", [block, *residue]), 0, isinstance(unit.node, (ast.FunctionDef, ast.ClassDef)))]

    def _block(self, block: Block, indent: str, own: list[int]) -> list[Chunk]:
        comments = [Chunk(reindent(self._comment(row), "", indent), 0) for row in own]
        match block.kind:
            case BlockKind.DISSOLVED:
                return [*comments, *self._chunks(block.suites[0], self._first_row(block), indent)]
            case BlockKind.WRAPPER | BlockKind.GUARD:
                return self._kept_block(block, indent, own)
            case BlockKind.DRIVE:
                old = self._indent(block)
                text = self.renderer.render(
                    Span(block.span.start, end_with_comment(self.syntax, block.span)), extra=self.inner(block)
                )
                lines = [self._comment(row) for row in own] + [text]
                return [Chunk(reindent(concat([old, join("\n" + old, lines)]), old, indent), 0)]

    def _kept_block(self, block: Block, indent: str, own: list[int]) -> list[Chunk]:
        """Return a block with its header; a scope in which nothing is left goes."""
        inner = self._indent(block.suites[0][0])
        step = inner[len(self._indent(block)) :]
        chunks = self._chunks(block.suites[0], self._first_row(block), indent + step)
        if not chunks and block.kind is BlockKind.WRAPPER:
            return []
        header_end = self.syntax.index.start(self._first_row(block)) - 1
        old = self._indent(block)
        header = self.renderer.render(Span(block.span.start, header_end))
        lines = [self._comment(row) for row in own] + [header]
        head = reindent(concat([old, join("\n" + old, lines)]), old, indent)
        suite = self.body(block.suites[0], self._first_row(block), indent + step, top=False)
        return [Chunk(concat([head, "\n", suite]), 0)]

    def inner(self, block: Block) -> list[Replacement]:
        """Return the replacements that take out of a loop or condition what does not stay in it."""
        found: list[Replacement] = []
        for suite in block.suites:
            found.extend(self._inner_suite(suite))
        return found

    def _inner_suite(self, suite: Sequence[Unit | Block]) -> list[Replacement]:
        found: list[Replacement] = []
        empty = not any(self._stays(part) for part in suite)
        for number, part in enumerate(suite):
            if isinstance(part, Block) and part.kind is not BlockKind.DRIVE:
                found.append(self._inner_block(part, empty and not number))
            elif isinstance(part, Block):
                found.extend(self.inner(part))
            elif part in self.layout.removed:
                found.append(self._inner_removal(part, empty and not number))
            elif self.layout.definitions.get(part):
                found.append(self._inner_definitions(part))
        return found

    def _inner_block(self, block: Block, passes: bool) -> Replacement:
        indent = self._indent(block)
        span = Span(self.syntax.index.start(self._row(block)), end_with_comment(self.syntax, block.span))
        chunks = self._block(block, indent, [])
        text = concat([part for c in chunks for part in (("\n" * (c.blanks + 1)), c.text)][1:]) if chunks else None
        if text is None:
            text = Rendered.new(indent + "pass" if passes else "")
        built = text
        return Replacement(span, lambda: built)

    def _inner_definitions(self, unit: Unit) -> Replacement:
        """Return the functions that stand directly before a statement which stays."""
        indent = self._indent(unit)
        start = self.syntax.index.start(self._row(unit))
        texts = [reindent(text, "", indent) for text in self.layout.definitions[unit]]
        built = concat([part for text in texts for part in (text, "\n\n")])
        return Replacement(Span(start, start), lambda: built)

    def _inner_removal(self, unit: Unit, passes: bool) -> Replacement:
        residue = list(self.layout.residue.get(unit, []))
        for text in self.layout.definitions.get(unit, []):
            residue.append(concat(["\n" if residue else "", text, "\n"]))
        indent = self._indent(unit)
        rows = own_comment_rows(self.syntax, unit.span)
        first = rows[0] if rows else self._row(unit)
        end = end_with_comment(self.syntax, unit.span)
        if residue or passes:
            text = join("\n", [reindent(r, "", indent) for r in residue]) if residue else Rendered.new(indent + "pass")
            return Replacement(Span(self.syntax.index.start(first), end), lambda: text)
        # The line end before goes with the lines, so that no blank line is left.
        return Replacement(Span(max(0, self.syntax.index.start(first) - 1), end), lambda: Rendered.new(""))

    def _stays(self, part: Unit | Block) -> bool:
        if isinstance(part, Unit):
            return part not in self.layout.removed or bool(
                self.layout.residue.get(part) or self.layout.definitions.get(part)
            )
        return part.kind is BlockKind.DRIVE or any(self._stays(unit) for suite in part.suites for unit in walk(suite))

    def _first_row(self, block: Block) -> int:
        """Return the row after a block's header line."""
        node = block.node
        last = node.items[-1] if isinstance(node, ast.With) else node.test  # type: ignore[attr-defined]
        if isinstance(last, ast.withitem):
            last = last.optional_vars or last.context_expr
        row = int(last.end_lineno or last.lineno)
        first = self._row(block.suites[0][0])
        while row < first - 1 and not self.syntax.index.line(row).split("#")[0].rstrip().endswith(":"):
            row += 1
        return row + 1

    def _row(self, part: Unit | Block) -> int:
        return self.syntax.index.location(part.span.start).row

    def _indent(self, part: Unit | Block) -> str:
        return self.syntax.index.indent(self._row(part))

    def _comment(self, row: int) -> Rendered:
        return Rendered.new(self.syntax.index.line(row).strip(), row)

    def _trivia(self, row: int, part: Unit | Block) -> tuple[list[tuple[Rendered, int]], list[int], int]:
        """Split the lines above a part: detached comments with the blank lines above them, own ones, blank lines."""
        own = [r for r in own_comment_rows(self.syntax, part.span) if r >= row]
        end = own[0] if own else self._row(part)
        detached: list[tuple[Rendered, int]] = []
        blanks = 0
        indent = self._indent(part)
        for number in range(row, end):
            line = self.syntax.index.line(number)
            if line.strip():
                detached.append((Rendered.new(indent + line.strip(), number), min(blanks, 2)))
                blanks = 0
            else:
                blanks += 1
        return detached, own, min(blanks, 2)
