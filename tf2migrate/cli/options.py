"""Options that several commands share, and what they mean."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tf2migrate.model.errors import UserError

if TYPE_CHECKING:  # imported when they are first used: the command line starts without them
    from tf2migrate.config import Config
    from tf2migrate.model.verdict import VerifyOptions
    from tf2migrate.report.style import Style

CLEAN, FOUND, FAILED = 0, 1, 2
PATH = click.Path(path_type=Path, readable=False)  # what cannot be read is told in our own words

_Command = Callable[..., None]
_Decorator = Callable[[_Command], _Command]

_COMMON = (
    click.option("--quiet", "-q", is_flag=True, help="Print errors only."),
    click.option(
        *("--verbose", "-v"),
        is_flag=True,
        callback=lambda context, parameter, value: _log_to_stderr() if value else None,
        expose_value=False,
        help="Print tracebacks of internal errors.",
    ),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Color the output."),
)
_VERIFYING = (
    click.option("--runs", type=click.IntRange(1), default=200, show_default=True, help="Visits of run sites at most."),
    click.option("--timeout", type=click.FloatRange(1), default=600.0, show_default=True, help="Seconds for a side."),
    click.option("--rtol", type=click.FloatRange(0), default=1e-5, show_default=True, help="Relative tolerance."),
    click.option("--atol", type=click.FloatRange(0), default=1e-6, show_default=True, help="Absolute tolerance."),
    click.option("--seed", type=int, default=1, show_default=True, help="Seed of initial values and draws."),
    click.option("--args", "arguments", default="", help="Command line for both programs, in one string."),
    click.option("--data", type=PATH, help="Folder copied over the program's own before it runs."),
    click.option("--stand-in", "stand_ins", multiple=True, metavar="MODULE=FILE", help="File in place of a module."),
    click.option(
        "--device",
        type=click.Choice(["cpu", "gpu", "cpu,gpu"]),
        default="cpu",
        show_default=True,
        help="Where the programs compute.",
    ),
    click.option("--reference", default="compat", help="'compat', or a Python that has TensorFlow 1."),
)


def _log_to_stderr() -> None:
    import logging

    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    logging.getLogger("tf2migrate").setLevel(logging.DEBUG)


def common(command: _Command) -> _Command:
    """Add the options of every command that reports."""
    return _with(_COMMON, command)


def verifying(command: _Command) -> _Command:
    """Add the options that say how programs are run and compared."""
    return _with(_VERIFYING, command)


def _with(options: tuple[_Decorator, ...], command: _Command) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command


def output_style(color: str) -> Style:
    """Return how stdout is colored, by the option, NO_COLOR and the terminal."""
    from tf2migrate.report.style import Style

    if color == "auto":
        return Style(sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")
    return Style(color == "always")


def project_config(paths: tuple[Path, ...], explicit: Path | None) -> Config:
    """Return the configuration that holds for the first path, else for the current folder."""
    from tf2migrate.config import load_config

    return load_config(paths[0] if paths else Path.cwd(), explicit)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what fails while a report is written into an error of one line."""
    try:
        yield
    except OSError as error:
        raise UserError(f"{path}: cannot be written: {error.strerror or error}") from error


def show_progress(message: str) -> None:
    """Print what is being done, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(message, err=True)


def verify_options(given: dict[str, Any]) -> VerifyOptions:
    """Return the options of `verifying` as the verifier takes them; raise UserError for what means nothing."""
    import shlex

    from tf2migrate.model.verdict import VerifyOptions

    try:
        arguments = tuple(shlex.split(given["arguments"]))
    except ValueError as error:
        raise UserError(f"--args {given['arguments']!r}: {error}") from error
    if given["data"] is not None and not given["data"].is_dir():
        raise UserError(f"--data {given['data']}: no such folder")
    root = given.get("root")
    if root is not None and not root.is_dir():
        raise UserError(f"--root {root}: no such folder")
    return VerifyOptions(
        **{key: given[key] for key in ("runs", "timeout", "rtol", "atol", "seed", "data", "reference", "device")},
        root=root,
        args=arguments,
        stand_ins=tuple(_stand_in(text) for text in given["stand_ins"]),
    )


def _stand_in(text: str) -> tuple[str, Path]:
    module, equals, file = text.partition("=")
    if not equals or not module or not Path(file).is_file():
        raise UserError(f"--stand-in {text!r}: expected MODULE=FILE with a file that exists")
    return module, Path(file)
