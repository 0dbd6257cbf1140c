"""How far long work is, on a terminal only."""

from __future__ import annotations

import sys
import time

import click

_AFTER = 1.0  # seconds; what is quicker shows nothing
_EVERY = 0.1


def counting(verb: str) -> Counting:
    """Return a line on stderr that counts files; `close` takes it away."""
    return Counting(verb, sys.stderr.isatty())


class Counting:
    """A line that is written over itself."""

    def __init__(self, verb: str, visible: bool) -> None:
        self._verb = verb
        self._visible = visible
        self._next = time.monotonic() + _AFTER
        self._width = 0

    def show(self, done: int, total: int) -> None:
        """Say that so many of the files are done."""
        now = time.monotonic()
        if not self._visible or now < self._next:
            return
        self._next = now + _EVERY
        text = f"{self._verb} {done} of {total} files"
        self._width = max(self._width, len(text))
        click.echo(f"\r{text:<{self._width}}", err=True, nl=False)

    def close(self) -> None:
        """Take the line away."""
        if self._width:
            click.echo("\r" + " " * self._width + "\r", err=True, nl=False)
            self._width = 0
