"""`tf2migrate verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tf2migrate import __version__
from tf2migrate.cli.options import PATH, common, output_style, show_progress, verify_options, verifying, writing
from tf2migrate.report.verify import render_verify, render_verify_json
from tf2migrate.report.verify_html import render_verify_html
from tf2migrate.source import write_source
from tf2migrate.workflow.verify import verify_program


@click.command()
@click.argument("original", type=PATH)
@click.argument("migrated", required=False, type=PATH)
@verifying
@click.option("--root", type=PATH, help="Folder that is copied to run them, ORIGINAL's own or one above it.")
@click.option("--output-format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--report", type=PATH, metavar="FILE.html", help="Write the verdict as one page, too.")
@common
def verify(original: Path, migrated: Path | None, form: str, report: Path | None, **given: Any) -> None:
    """Run ORIGINAL and MIGRATED and compare what they compute (without MIGRATED: what `fix` would write).

    Exits with 0 where they are equal, 1 where they differ, 2 where that could not be found out.
    """
    show_progress(f"running {original}")
    verification = verify_program(original, migrated, verify_options(given))
    if report is not None:
        with writing(report):
            write_source(report, render_verify_html(verification, __version__).encode("utf-8", "replace"))
    if form == "json":
        click.echo(render_verify_json(verification), nl=False)
    elif not given["quiet"]:
        click.echo(render_verify(verification, output_style(given["color"])), nl=False)
    sys.exit(verification.verdict.exit_status)
