"""The command line: the only place that reads arguments, prints and exits."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from types import FrameType
from typing import Any

import click

from tf2migrate import __version__
from tf2migrate.cli.options import FAILED
from tf2migrate.model.errors import UserError

_COMMANDS = {
    "check": "tf2migrate.cli.check",
    "fix": "tf2migrate.cli.fix",
    "verify": "tf2migrate.cli.verify",
    "migrate": "tf2migrate.cli.migrate",
    "explain": "tf2migrate.cli.rules",
    "rules": "tf2migrate.cli.rules",
    "init": "tf2migrate.cli.settings",
    "server": "tf2migrate.cli.server",
    "docs": "tf2migrate.cli.rules",
}


class _Front(click.Group):
    """Imports a command when it is asked for, and turns every error that a user can cause into one line on stderr."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(importlib.import_module(_COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(
                stream, io.TextIOWrapper
            ):  # a file's name, or a line of source, may be no text for the terminal
                stream.reconfigure(errors="backslashreplace")
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            return super().invoke(ctx)
        except UserError as error:
            click.echo(f"tf2migrate: error: {error}", err=True)
            ctx.exit(FAILED)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:
            # The reader has gone: stdout points elsewhere, so that the interpreter's last flush finds no closed pipe.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(FAILED)
        except KeyboardInterrupt:
            click.echo("tf2migrate: interrupted; every file is as it was or wholly changed", err=True)
            ctx.exit(FAILED)
        except Exception as error:  # what no part of the work could contain; the traceback comes with --verbose
            from tf2migrate.workflow.errors import internal_error

            click.echo(f"tf2migrate: error: {internal_error(ctx.invoked_subcommand or '', error)}", err=True)
            ctx.exit(FAILED)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Take a request to end as the interrupt that it is: what is half done is undone."""
    raise KeyboardInterrupt


@click.group(cls=_Front, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tf2migrate")
def main() -> None:
    """Migrate TensorFlow 1 programs to native TensorFlow 2, and verify it by running both."""
