"""Text under construction that knows where each of its lines came from."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tf2migrate.model.source import Edit, NodeRef, Span
from tf2migrate.source import LineIndex

LONGEST_LINE = 100  # of what is written, before it stands in lines of its own
_NAME_OR_END = re.compile(r"\w+(\.\w+)*|[,)].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of a rendered text that stands for a run site of the original."""

    site: NodeRef
    span: Span

    def moved(self, offset: int) -> Mark:
        return Mark(self.site, Span(self.span.start + offset, self.span.end + offset))


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text, the original line of each of its lines (0: none), and the run sites in it."""

    text: str
    lines: tuple[int, ...]
    marks: tuple[Mark, ...] = ()

    @staticmethod
    def new(text: str, line: int = 0) -> Rendered:
        """Return text of our own; all of its lines stand for the original `line`."""
        return Rendered(text, (line,) * (text.count("\n") + 1))

    def marked(self, site: NodeRef) -> Rendered:
        """Return the same text, the whole of it standing for `site`."""
        return Rendered(self.text, self.lines, (*self.marks, Mark(site, Span(0, len(self.text)))))


def concat(parts: Iterable[Rendered | str]) -> Rendered:
    """Join texts; where two meet within a line, the first that came from the original and has text names the line."""
    pieces: list[str] = []
    lines: list[int] = [0]
    started = False  # whether the last line has text
    marks: list[Mark] = []
    offset = 0
    for part in parts:
        piece = Rendered.new(part) if isinstance(part, str) else part
        lines[-1] = (lines[-1] if started else piece.lines[0]) or lines[-1] or piece.lines[0]
        lines.extend(piece.lines[1:])
        last = piece.text.rpartition("\n")[2]
        started = bool(last.strip()) or (started and "\n" not in piece.text)
        marks.extend(mark.moved(offset) for mark in piece.marks)
        pieces.append(piece.text)
        offset += len(piece.text)
    return Rendered("".join(pieces), tuple(lines), tuple(marks))


def join(separator: str, parts: Sequence[Rendered | str]) -> Rendered:
    """Join texts with a separator between them."""
    mixed: list[Rendered | str] = []
    for index, part in enumerate(parts):
        if index:
            mixed.append(separator)
        mixed.append(part)
    return concat(mixed)


def edited(text: Rendered, edits: Iterable[Edit], foreign: bool = False) -> Rendered:
    """Return the text with edits applied; they must not overlap. A run site stays where it was.

    What `foreign` edits put in stands for no line of the original.
    """
    index = LineIndex(text.text)
    parts: list[Rendered | str] = []
    changes: list[tuple[Span, int]] = []
    position = 0

    def kept(start: int, end: int) -> Rendered:
        piece = text.text[start:end]
        row = index.location(start).row
        return Rendered(piece, text.lines[row - 1 : row + piece.count("\n")])

    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        line = 0 if foreign else text.lines[index.location(edit.span.start).row - 1]
        parts.extend([kept(position, edit.span.start), Rendered.new(edit.text, line)])
        changes.append((edit.span, len(edit.text) - (edit.span.end - edit.span.start)))
        position = edit.span.end
    parts.append(kept(position, len(text.text)))

    def moved(offset: int) -> int:
        return offset + sum(change for span, change in changes if span.end <= offset)

    marks = (Mark(m.site, Span(moved(m.span.start), moved(m.span.end))) for m in text.marks)
    return Rendered(concat(parts).text, concat(parts).lines, tuple(marks))


@dataclass(frozen=True, slots=True)
class Replacement:
    """Instead of the source in `span` stands what `build` returns; it may render parts of the source itself."""

    span: Span
    build: Callable[[], Rendered]
    site: NodeRef | None = None


@dataclass
class Renderer:
    """Renders spans of one file with all replacements that lie in them applied, outermost first."""

    text: str
    index: LineIndex
    replacements: list[Replacement] = field(default_factory=list)
    local: list[Replacement] = field(default_factory=list)  # give way to `replacements` of the same span

    def add(self, span: Span, build: Callable[[], Rendered] | str, site: NodeRef | None = None) -> None:
        """Register a replacement; a plain string stands for itself."""
        if isinstance(build, str):
            fixed = build
            line = self.index.location(span.start).row
            self.replacements.append(Replacement(span, lambda: Rendered.new(fixed, line), site))
            return
        self.replacements.append(Replacement(span, build, site))

    def add_local(self, edits: Iterable[Edit]) -> None:
        """Register edits of the rules."""
        for edit in edits:
            text = Rendered.new(edit.text, self.index.location(edit.span.start).row)
            self.local.append(Replacement(edit.span, lambda text=text: text))  # type: ignore[misc]

    def source(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def original(self, span: Span) -> Rendered:
        """Return the untouched source of a span."""
        text = self.source(span)
        first = self.index.location(span.start).row
        return Rendered(text, tuple(range(first, first + text.count("\n") + 1)))

    def render(self, span: Span, without: Replacement | None = None, extra: Sequence[Replacement] = ()) -> Rendered:
        """Return the source of `span` with the replacements inside it.

        `without` is left out (a replacement that renders its own span with the others applied names itself here);
        `extra` counts for this rendering alone and goes before the registered ones.
        """
        parts: list[Rendered | str] = []
        position = span.start
        for replacement in self._outermost(span, without, extra):
            parts.append(self.original(Span(position, replacement.span.start)))
            built = replacement.build()
            parts.append(built.marked(replacement.site) if replacement.site else built)
            position = replacement.span.end
        parts.append(self.original(Span(position, span.end)))
        return concat(parts)

    def render_inside(self, span: Span) -> Rendered:
        """Return the source of `span` with the replacements of its parts alone: what it was before it got a name."""
        own = [replacement for replacement in self.replacements if replacement.span == span]
        inside = Renderer(self.text, self.index, [one for one in self.replacements if one not in own], self.local)
        return inside.render(span)

    def _outermost(self, span: Span, without: Replacement | None, extra: Sequence[Replacement]) -> list[Replacement]:
        candidates = [
            r for r in (*extra, *self.replacements, *self.local) if span.contains(r.span) and r is not without
        ]
        candidates.sort(key=lambda r: (r.span.start, -r.span.end))
        chosen: list[Replacement] = []
        for replacement in candidates:
            if chosen and self._stands_before(replacement, chosen[-1]):
                chosen.insert(-1, replacement)
                continue
            behind = not chosen or replacement.span.start >= chosen[-1].span.end
            if behind and not (chosen and replacement.span == chosen[-1].span):
                chosen.append(replacement)
        return chosen

    def _stands_before(self, insertion: Replacement, other: Replacement) -> bool:
        """Say whether an insertion stands before what is replaced.

        It belongs to what a name is in, or to the argument that a comma or closing parenthesis follows.
        """
        empty = insertion.span.start == insertion.span.end
        part = _NAME_OR_END.fullmatch(self.source(other.span))
        return empty and insertion.span.start == other.span.start < other.span.end and part is not None


def reindent(rendered: Rendered, old: str, new: str) -> Rendered:
    """Shift a block of statements from indent `old` to `new`; the inside of multi-line strings stays as it is."""
    if old == new:
        return rendered
    fixed = _lines_inside_strings(rendered.text, old)
    out: list[str] = []
    shifts: list[tuple[int, int]] = []  # (offset in the old text, change from there on)
    offset = change = 0
    for number, line in enumerate(rendered.text.split("\n")):
        moved = line
        if number not in fixed and line.strip():
            moved = new + line[len(old) :] if line.startswith(old) else new + line.lstrip()
        change += len(moved) - len(line)
        shifts.append((offset + max(0, len(line) - len(line.lstrip())), change))
        out.append(moved)
        offset += len(line) + 1
    marks = tuple(Mark(m.site, Span(_shift(shifts, m.span.start), _shift(shifts, m.span.end))) for m in rendered.marks)
    return Rendered("\n".join(out), rendered.lines, marks)


def dedented(comments: Rendered) -> Rendered:
    """Move lines that hold nothing but comments to the margin."""
    return Rendered("\n".join(line.lstrip() for line in comments.text.split("\n")), comments.lines)


def shifted(rendered: Rendered, columns: int) -> Rendered:
    """Move the lines behind the first one by some columns; the inside of multi-line strings stays as it is."""
    fixed = _lines_inside_strings(rendered.text, "")
    lines = rendered.text.split("\n")
    for number, line in enumerate(lines[1:], 1):
        tabs = len(line) - len(line.lstrip("\t"))
        blanks = len(line) - tabs - len(line[tabs:].lstrip(" "))
        if number not in fixed and line.strip():
            lines[number] = line[:tabs] + " " * max(0, blanks + columns) + line[tabs + blanks :]
    return Rendered("\n".join(lines), rendered.lines)


def nested(rendered: Rendered, indent: str) -> Rendered:
    """Indent the lines behind the first one by `indent` more; the inside of multi-line strings stays as it is."""
    fixed = _lines_inside_strings(rendered.text, "")
    lines = rendered.text.split("\n")
    for number, line in enumerate(lines[1:], 1):
        if number not in fixed and line.strip():
            lines[number] = indent + line
    return Rendered("\n".join(lines), rendered.lines)


def _shift(shifts: list[tuple[int, int]], offset: int) -> int:
    change = 0
    for start, value in shifts:
        if start > offset:
            break
        change = value
    return offset + change


def _lines_inside_strings(text: str, indent: str) -> set[int]:
    """Return the numbers (from 0) of the lines that begin inside a string."""
    prefix = "if True:\n" if indent else ""
    inside: set[int] = set()
    shift = 1 if prefix else 0
    starts: list[int] = []
    opening = {getattr(tokenize, name) for name in ("FSTRING_START", "TSTRING_START") if hasattr(tokenize, name)}
    closing = {getattr(tokenize, name) for name in ("FSTRING_END", "TSTRING_END") if hasattr(tokenize, name)}
    try:
        for token in tokenize.generate_tokens(io.StringIO(prefix + text + "\n").readline):
            if token.type == tokenize.STRING:
                inside.update(range(token.start[0] + 1, token.end[0] + 1))
            elif token.type in opening:
                starts.append(token.start[0])
            elif token.type in closing:
                inside.update(range(starts.pop() + 1, token.end[0] + 1))
    except (tokenize.TokenError, IndentationError):
        pass  # what was tokenized so far is what there is: an incomplete block has no later strings
    return {line - 1 - shift for line in inside}
