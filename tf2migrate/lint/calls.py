"""Calls and their arguments with the places of all their parts."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from tf2migrate.model.source import Span
from tf2migrate.source import LineIndex

_BETWEEN = re.compile(r"[ \t\f\n\\,)]|#[^\n]*")  # what may stand between an expression and what follows it
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    `node` is its value. `span` covers the argument with its keyword and parentheses, `outer` the value with its
    parentheses, `value` the value without them, `keyword` the name alone.
    """

    node: ast.expr
    name: str | None
    span: Span
    outer: Span
    value: Span
    keyword: Span | None

    @property
    def is_number(self) -> bool:
        """Whether the value is written as a number without a sign."""
        return isinstance(self.node, ast.Constant) and type(self.node.value) in (int, float)

    @property
    def is_integer(self) -> bool:
        """Whether the value is written as an integer without a sign."""
        return isinstance(self.node, ast.Constant) and type(self.node.value) is int


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call. `arguments` are in the order of the text; `starred` says that some come from `*` or `**`."""

    node: ast.Call
    span: Span
    callee: Span
    arguments: tuple[Argument, ...]
    starred: bool

    @property
    def close(self) -> Span:
        """The closing parenthesis."""
        return Span(self.span.end - 1, self.span.end)

    @property
    def method(self) -> str | None:
        """The last part of the callee, where it is an attribute."""
        return self.node.func.attr if isinstance(self.node.func, ast.Attribute) else None

    @property
    def receiver(self) -> ast.expr | None:
        """What the method is called on."""
        return self.node.func.value if isinstance(self.node.func, ast.Attribute) else None

    @property
    def positional(self) -> tuple[Argument, ...]:
        """The arguments without a keyword."""
        return tuple(one for one in self.arguments if one.name is None)

    def keyword(self, name: str) -> Argument | None:
        """Return the argument given by keyword."""
        return next((one for one in self.arguments if one.name == name), None)

    def argument(self, name: str, position: int) -> Argument | None:
        """Return the argument given by keyword or at a position (from 0); None where there is none or it is hidden."""
        if self.starred:
            return self.keyword(name)
        by_position = self.positional
        return by_position[position] if position < len(by_position) else self.keyword(name)


def call_site(text: str, lines: LineIndex, node: ast.Call) -> CallSite:
    """Return the call with the places of its parts."""
    span, callee = lines.node_span(node), lines.node_span(node.func)
    boundary = _opening(text, callee.end) + 1
    given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    arguments: list[Argument] = []
    for argument in sorted(given, key=lambda one: (one.lineno, one.col_offset)):
        arguments.append(_argument(text, lines, argument, Span(boundary, span.end - 1)))
        boundary = arguments[-1].span.end
    hidden = any(isinstance(one, ast.Starred) or (isinstance(one, ast.keyword) and one.arg is None) for one in given)
    return CallSite(node, span, callee, tuple(arguments), hidden)


def _argument(text: str, lines: LineIndex, node: ast.expr | ast.keyword, room: Span) -> Argument:
    """Return the argument; `room` reaches from the end of the one before to the closing parenthesis of the call."""
    if isinstance(node, ast.keyword):
        span, value = lines.node_span(node), lines.node_span(node.value)
        if node.arg is None:
            return Argument(node.value, None, span, Span(_opens(text, span.start + 2, value), span.end), value, None)
        keyword = Span(span.start, span.start + len(node.arg))
        start = _opens(text, text.index("=", keyword.end) + 1, value)
        return Argument(node.value, node.arg, span, Span(start, span.end), value, keyword)
    if isinstance(node, ast.Starred):
        span, value = lines.node_span(node), lines.node_span(node.value)
        return Argument(node.value, None, span, Span(_opens(text, span.start + 1, value), span.end), value, None)
    value = lines.node_span(node)
    if value.end > room.end:  # a generator without parentheses of its own has those of the call in its place
        value = Span(value.start + 1, value.end - 1)
    outer = Span(_opens(text, room.start, value), _closes(text, value.end, room.end))
    return Argument(node, None, outer, outer, value, None)


def _opening(text: str, position: int) -> int:
    """Return where the arguments of the call begin whose callee ends at `position`, the callee's parentheses apart."""
    while text[position] != "(":
        between = _BETWEEN.match(text, position)
        assert between is not None
        position = between.end()
    return position


def _opens(text: str, start: int, value: Span) -> int:
    """Return the place of the first parenthesis between `start` and the value, else where the value starts."""
    before = _COMMENT.sub(lambda comment: " " * len(comment.group()), text[start : value.start])
    found = before.find("(")
    return value.start if found < 0 else start + found


def _closes(text: str, end: int, limit: int) -> int:
    """Return the end of the last parenthesis that closes behind a value, before the next argument or `limit`."""
    position = closed = end
    while position < limit and text[position] != "," and (between := _BETWEEN.match(text, position)):
        if text[position] == ")":
            closed = position + 1
        position = between.end()
    return closed
