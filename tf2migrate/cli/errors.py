"""Files that could not be worked on, as lines on stderr."""

from __future__ import annotations

from collections.abc import Iterable

import click

from tf2migrate.model.plan import Status
from tf2migrate.model.results import CheckedFile, FixedFile


def print_unchecked(files: Iterable[CheckedFile]) -> None:
    """Print one line for each file that could not be checked."""
    for file in files:
        if file.failed:
            click.echo(f"tf2migrate: error: {file.path}: {file.diagnostics[0].message}", err=True)


def print_unfixed(files: Iterable[FixedFile]) -> None:
    """Print one line for each file that could not be worked on."""
    for file in files:
        if file.result.status is Status.ERROR:
            reasons = "; ".join(one.reason for one in file.result.refusals)
            click.echo(f"tf2migrate: error: {file.result.path}: {reasons}", err=True)
