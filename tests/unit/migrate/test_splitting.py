"""Assignments of several values become statements of their own only where nothing changes."""

from __future__ import annotations

import pytest

from tf2migrate.migrate.splitting import split_assignments


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a, b = f(x), g(y)\n", "a = f(x); b = g(y)\n"),
        ("(a, b) = (x + 1, y * 2)  # both\n", "a = x + 1; b = y * 2  # both\n"),
        ("a, b = f(x,\n  1), g(y)\n", "a = f(x,\n  1); b = g(y)\n"),
        ("if x:\n    a, b = f(x), y\n", "if x:\n    a, b = f(x), y\n"),  # not asked for
        ("a, b = f(x), \\\n    g(y)\n", None),
        ("a, b = f(b), g(y)\n", None),
        ("a, b = b, a\n", None),
        ("a, a = f(x), g(y)\n", None),
        ("a.c, b = f(x), g(y)\n", None),
        ("a, b = f(x)\n", None),
        ("a, *b = f(x), g(y)\n", None),
        ("a, b = s.run(x), f(y)\n", None),
        ("a, b = f(x), g(y); print(a)\n", None),
        ("a, b = f(x), (c := g(y))\n", None),
        ("a, b = f(x), g(y)\ndef h():\n    return a\na = 3\n", None),
    ],
)
def test_what_is_split(before: str, after: str | None) -> None:
    assert split_assignments(before, frozenset({1})) == (before if after is None else after)
