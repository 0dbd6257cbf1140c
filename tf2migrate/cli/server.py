"""`tf2migrate server`."""

from __future__ import annotations

from importlib.util import find_spec

import click

from tf2migrate.cli.options import common
from tf2migrate.model.errors import UserError


@click.command()
@common
def server(quiet: bool, color: str) -> None:
    """Speak the language server protocol on stdin and stdout, for editors."""
    if find_spec("pygls") is None:
        raise UserError("the language server needs pygls; install it with: pip install 'tf2migrate[server]'")
    from tf2migrate.server import make_server

    make_server().start_io()
