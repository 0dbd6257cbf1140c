"""Tuples whose values are fed one by one, as the states of RNN cells are: each is fed whole, which is the same run.

It is text before planning, as inlining is: `for i, (c, h) in enumerate(state): feed[c] = last[i].c ..` is written
`feed[state] = last`, if both sides follow the same path to each value.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, Renderer
from tf2migrate.migrate.sites import STATE_TUPLE
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.model.facts import Choice, Kind, Known, Program, Sequence, Value
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref

_FIELDS = {"c": 0, "h": 1}
_EACH = "each"
Way = tuple[str, tuple[int | str, ...]]  # the source of a tuple, and the path from it to a value


def feed_whole(program: Program, path: str, text: str) -> Iterator[Inlined]:
    """Yield the text with one tuple fed whole: whether all of its values were fed is for the graph to say."""
    fed = {program.nodes[feed.node].kind for visit in program.visits for feed in visit.feeds if feed.node >= 0}
    if Kind.TENSOR not in fed:
        return
    syntax = Syntax.parse(path, text)
    found = {visit.place.expression for visit in program.visits}
    sites = [syntax.index.span(site) for site in found if site.path == path]
    for node in ast.walk(syntax.tree):
        for span, whole in _wholes(program, syntax, node):
            if any(span.start <= site.start < span.end or site.start <= span.start < site.end for site in sites):
                continue  # run sites are told by where they stand
            row = syntax.index.location(span.start).row
            yield _with(syntax, span, Rendered.new(_comments(syntax, span) + whole, row))


def _with(syntax: Syntax, span: Span, text: Rendered) -> Inlined:
    renderer = Renderer(syntax.text, syntax.index)
    renderer.add(span, lambda: text)
    rendered = renderer.render(Span(0, len(syntax.text)))
    return Inlined(rendered.text, rendered.lines)


def _comments(syntax: Syntax, span: Span) -> str:
    """Return the lines of a piece of text that are comments."""
    indent = syntax.index.indent(syntax.index.location(span.start).row)
    lines = [line.strip() for line in syntax.text[span.start : span.end].split("\n")[1:]]
    return "".join(f"{line}\n{indent}" for line in lines if line.startswith("#"))


def _wholes(program: Program, syntax: Syntax, node: ast.AST) -> Iterator[tuple[Span, str]]:
    """Yield what feeds a tuple by its values, with the text that feeds it whole."""
    match node:
        case ast.For(orelse=[]):
            reader = _Reader(syntax)
            target = reader.filled(node.body) if reader.bind(node.target, node.iter) else None
            pair = reader.pair(program)
            if target is not None and pair is not None and target not in pair:
                yield syntax.span(node), f"{target}[{pair[0]}] = {pair[1]}"
        case ast.DictComp(generators=[ast.comprehension(ifs=[], is_async=0) as loop]):
            reader = _Reader(syntax)
            if reader.bind(loop.target, loop.iter):
                reader.entries.append((node.key, node.value))
                pair = reader.pair(program)
                if pair is not None:
                    yield syntax.span(node), f"{{{pair[0]}: {pair[1]}}}"
        case ast.Dict():
            yield from _in_dict(program, syntax, node)
        case _:
            for body in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
                if isinstance(body, list):
                    yield from _in_row(program, syntax, body)


def _in_dict(program: Program, syntax: Syntax, node: ast.Dict) -> Iterator[tuple[Span, str]]:
    """Yield rows of entries of a dict that feed a tuple."""
    for first in range(len(node.keys)):
        for last in range(len(node.keys), first + 1, -1):
            reader = _Reader(syntax)
            row = list(zip(node.keys[first:last], node.values[first:last], strict=True))
            reader.entries = [(key, value) for key, value in row if key is not None]
            pair = reader.pair(program) if len(reader.entries) == len(row) else None
            if pair is not None:
                start, end = syntax.span(reader.entries[0][0]).start, syntax.span(reader.entries[-1][1]).end
                yield Span(start, end), f"{pair[0]}: {pair[1]}"


def _in_row(program: Program, syntax: Syntax, body: list[ast.stmt]) -> Iterator[tuple[Span, str]]:
    """Yield statements one after another that feed a tuple."""
    fills = [_Reader(syntax).filled([statement]) is not None for statement in body]
    for first in range(len(body)):
        end = next((place for place in range(first, len(body)) if not fills[place]), len(body))
        for last in range(end, first + 1, -1):
            reader = _Reader(syntax)
            target = reader.filled(body[first:last])
            pair = reader.pair(program) if target is not None else None
            if pair is not None and target not in pair:
                span = Span(syntax.span(body[first]).start, syntax.span(body[last - 1]).end)
                yield span, f"{target}[{pair[0]}] = {pair[1]}"


@dataclass
class _Reader:
    """Reads entries of feed dicts as ways from two tuples to their values."""

    syntax: Syntax
    bound: dict[str, Way] = field(default_factory=dict)
    index: str | None = None
    entries: list[tuple[ast.expr, ast.expr]] = field(default_factory=list)

    def bind(self, target: ast.expr, iterated: ast.expr) -> bool:
        """Note what a loop binds; says whether it goes through a tuple value by value."""
        match target, iterated:
            case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"))]):
                self.index = name
                return True
            case (
                ast.Tuple(elts=[ast.Name(id=name), part]),
                ast.Call(func=ast.Name(id="enumerate"), args=[whole], keywords=[]),
            ):
                self.index = name
                return self._take_apart(part, whole)
            case ast.Tuple(elts=parts), ast.Call(func=ast.Name(id="zip"), args=wholes, keywords=[]):
                pairs = zip(parts, wholes, strict=False)
                return len(parts) == len(wholes) and all(self._take_apart(part, whole) for part, whole in pairs)
        return False

    def _take_apart(self, target: ast.expr, whole: ast.expr) -> bool:
        return self._name_parts(target, (self.syntax.source(whole), (_EACH,)))

    def _name_parts(self, target: ast.expr, way: Way) -> bool:
        match target:
            case ast.Name(id=name):
                self.bound[name] = way
                return True
            case ast.Tuple(elts=parts):
                return all(self._name_parts(part, (way[0], (*way[1], n))) for n, part in enumerate(parts))
        return False

    def filled(self, body: list[ast.stmt]) -> str | None:
        """Read statements that do nothing but put entries into one dict; return its name."""
        names: set[str] = set()
        for statement in body:
            match statement:
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value):
                    self.entries.append((key, value))
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr="update"), args=[ast.Dict() as given]
                    )
                ):
                    self.entries.extend(
                        (key, value) for key, value in zip(given.keys, given.values, strict=True) if key is not None
                    )
                    if None in given.keys:
                        return None
                case _:
                    return None
            names.add(name)
        return names.pop() if len(names) == 1 else None

    def pair(self, program: Program) -> tuple[str, str] | None:
        """Return the tuple that is fed and the one that is given, if each value is fed by the one in its place."""
        ways = [(self._way(key), self._way(value)) for key, value in self.entries]
        tuples = {(key[0], value[0]) for key, value in ways}
        if len(tuples) != 1 or not all(key[1] == value[1] and key[1] for key, value in ways):
            return None
        fed, given = tuples.pop()
        written = [self._root(value) for _, value in self.entries]
        if fed == given or not all(self._is_tuple(program, given, root) for root in written):
            return None
        return fed, given

    def _way(self, node: ast.expr) -> Way:
        match node:
            case ast.Name(id=name) if name in self.bound:
                return self.bound[name]
            case ast.Attribute(value=inner, attr=attr) if attr in _FIELDS:
                root, path = self._way(inner)
                return root, (*path, _FIELDS[attr])
            case ast.Subscript(value=inner, slice=ast.Constant(value=int(number))) if number >= 0:
                root, path = self._way(inner)
                return root, (*path, number)
            case ast.Subscript(value=inner, slice=ast.Name(id=name)) if name == self.index:
                root, path = self._way(inner)
                return root, (*path, _EACH)
            case ast.Name() | ast.Attribute() if self._is_plain(node):
                return self.syntax.source(node), ()
        return "", ()

    def _is_plain(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id not in {*self.bound, self.index}

    def _root(self, node: ast.expr) -> NodeRef | None:
        """Return the expression of the tuple from which a value is taken; None where a loop names its parts."""
        while isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in _FIELDS):
            node = node.value
        return None if isinstance(node, ast.Name) and node.id in self.bound else node_ref(self.syntax.path, node)

    def _is_tuple(self, program: Program, given: str, root: NodeRef | None) -> bool:
        """Say whether what is given is a tuple as often as the program reads it there."""
        at = {root} if root is not None else self._written(given)
        held = [read.value for read in program.reads if read.place.expression in at]
        return bool(held) and all(_is_sequence(value) for value in held)

    def _written(self, source: str) -> set[NodeRef]:
        found = [node for node in ast.walk(self.syntax.tree) if isinstance(node, (ast.Name, ast.Attribute))]
        return {node_ref(self.syntax.path, node) for node in found if self.syntax.source(node) == source}


def _is_sequence(value: Value) -> bool:
    match value:
        case Choice(options):
            held = [option for option in options if option != Known(None)]
            return bool(held) and all(_is_sequence(option) for option in held)
        case Sequence(kind):
            return kind in ("tuple", STATE_TUPLE)
        case _:
            return False
