"""Calls and their arguments with the places of all their parts."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cached_property

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


class CallSite:
    """A call with the places of its parts, each found when it is asked for."""

    def __init__(self, text: str, lines: LineIndex, node: ast.Call) -> None:
        self.node = node
        self._text = text
        self._lines = lines

    @cached_property
    def span(self) -> Span:
        """The whole call."""
        return self._lines.node_span(self.node)

    @cached_property
    def callee(self) -> Span:
        """What is called."""
        return self._lines.node_span(self.node.func)

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments, in the order of the text."""
        end = self.span.end - 1
        boundary = _opening(self._text, self.callee.end) + 1
        given: list[ast.expr | ast.keyword] = [*self.node.args, *self.node.keywords]
        found: list[Argument] = []
        for argument in sorted(given, key=lambda one: (one.lineno, one.col_offset)):
            found.append(_argument(self._text, self._lines, argument, Span(boundary, end)))
            boundary = found[-1].span.end
        return tuple(found)

    @cached_property
    def starred(self) -> bool:
        """Whether some arguments come from `*` or `**`."""
        by_position = any(isinstance(one, ast.Starred) for one in self.node.args)
        return by_position or any(one.arg is None for one in self.node.keywords)

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

    @cached_property
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
