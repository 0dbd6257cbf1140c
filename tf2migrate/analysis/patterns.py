"""Strings with unknown parts: enough to keep apart the names that a loop of unknown length makes."""

from __future__ import annotations

import re

from tf2migrate.analysis.values import Host, Known, Text, V

FIRST, LAST = "\ue000", "\ue001"
INDEX = "index "
_PART = re.compile(f"{FIRST}[^{LAST}]*{LAST}")
_CONVERSION = re.compile(r"%[-0-9.]*[disr]")


def loop_index(serial: int) -> Host:
    """Return the index of one loop of unknown length: unknown, but itself wherever it is used."""
    return Host(f"{INDEX}{serial}")


def as_pattern(value: V) -> str | None:
    """Return a scalar as the text that formatting gives, its unknown part marked; None where nothing is known of it."""
    match value:
        case Known(value=str() | int() as known):
            return str(known)
        case Text(pattern):
            return pattern
        case Host(what) if what.startswith(INDEX):
            return f"{FIRST}{what}{LAST}"
    return None


def as_value(pattern: str) -> Known | Text:
    """Return a text as a value."""
    return Text(pattern) if FIRST in pattern else Known(pattern)


def concatenated(left: V, right: V) -> V | None:
    """Return `left + right` of two strings of which one has unknown parts."""
    if not isinstance(left, Text) and not isinstance(right, Text):
        return None
    if not all(
        isinstance(side, Text) or (isinstance(side, Known) and isinstance(side.value, str)) for side in (left, right)
    ):
        return None
    return as_value(f"{as_pattern(left)}{as_pattern(right)}")


def percent_formatted(template: str, values: tuple[V, ...]) -> V | None:
    """Return `template % values` where every value is known or a loop index."""
    texts = [as_pattern(value) for value in values]
    if None in texts or len(_CONVERSION.findall(template)) != len(texts) or template.count("%") != len(texts):
        return None
    remaining = iter(texts)
    return as_value(_CONVERSION.sub(lambda _: str(next(remaining)), template))


def brace_formatted(template: str, values: tuple[V, ...]) -> V | None:
    """Return `template.format(*values)` where every value is known or a loop index."""
    texts = [as_pattern(value) for value in values]
    if None in texts:
        return None
    try:
        return as_value(template.format(*texts))
    except (IndexError, KeyError, ValueError):
        return None


def may_equal(left: V, right: V) -> bool | None:
    """Say whether two strings are equal, None where their unknown parts decide."""
    first, second = as_pattern(left), as_pattern(right)
    if first is None or second is None:
        return None
    if first == second:
        return True
    if FIRST in first and FIRST in second:
        return None
    unknown, known = (first, second) if FIRST in first else (second, first)
    parts = [re.escape(part) for part in _PART.split(unknown)]
    return None if re.fullmatch(".*".join(parts), known) else False
