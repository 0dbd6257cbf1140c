"""`tf2migrate migrate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tf2migrate import __version__
from tf2migrate.cli.errors import print_unchecked, print_unfixed
from tf2migrate.cli.options import (
    PATH,
    common,
    output_style,
    project_config,
    show_progress,
    verify_options,
    verifying,
    writing,
)
from tf2migrate.model.results import MigrateReport
from tf2migrate.report.html import render_html
from tf2migrate.report.migrate import render_migrate, render_migrate_json
from tf2migrate.source import write_source
from tf2migrate.workflow.migrate import migrate_tree


@click.command()
@click.argument("source", type=PATH)
@click.option(
    "--output", type=PATH, required=True, metavar="FOLDER", help="Where the migrated copy and the reports go."
)
@click.option("--config", "config_file", type=PATH, help="Read [tool.tf2migrate] from this file.")
@click.option("--jobs", "-j", type=click.IntRange(1), default=1, show_default=True, help="Programs verified at a time.")
@verifying
@common
def migrate(source: Path, output: Path, jobs: int, **given: Any) -> None:
    """Check SOURCE, write its migrated copy, verify each program, and report all of it in report.html and report.json.

    Exits with 0 where every file is native and every program equal, 1 where not, 2 where a file could not be worked on.
    """
    config = project_config((source,), given["config_file"])
    report = migrate_tree(source, output, config, verify_options(given), show_progress, jobs)
    with writing(output):
        output.mkdir(parents=True, exist_ok=True)
        write_source(output / "report.json", render_migrate_json(report).encode("utf-8", "replace"))
        write_source(output / "report.html", render_html(report, __version__).encode("utf-8", "replace"))
    _print_errors(report)
    if not given["quiet"]:
        click.echo(render_migrate(report, output_style(given["color"])), nl=False)
    sys.exit(report.exit_status)


def _print_errors(report: MigrateReport) -> None:
    print_unchecked(report.before.files)
    told = {file.path for file in report.before.files if file.failed}
    print_unfixed(file for file in report.fixed.files if file.result.path not in told)
