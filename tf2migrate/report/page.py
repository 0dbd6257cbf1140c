"""Pieces that the HTML pages share: the frame with its colors, badges, texts side by side."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from string import Template

from tf2migrate.model.verdict import VerdictKind

VERDICTS = {
    VerdictKind.EQUAL: ("good", "equal"),
    VerdictKind.DIFFERS: ("bad", "differs"),
    VerdictKind.NOT_VERIFIED: ("warn", "not verified"),
    VerdictKind.CRASHED: ("bad", "crashed"),
    VerdictKind.TIMEOUT: ("bad", "timed out"),
}


def fill_page(name: str, **parts: str) -> str:
    """Return the page `name` of this package with the style and these parts in it."""
    folder = files("tf2migrate.report")
    style = folder.joinpath("style.css").read_text(encoding="utf-8")
    return Template(folder.joinpath(name).read_text(encoding="utf-8")).substitute(style=style, **parts)


def side(text: str, row: int, tone: str) -> str:
    """Return two cells: a line's number and its text."""
    return f'<td class="line">{row}</td><td class="code {tone}">{escape(text)}</td>'


def badge(tone: str, label: str) -> str:
    """Return a label on a colored ground."""
    return f'<span class="badge {tone}">{escape(label)}</span>'
