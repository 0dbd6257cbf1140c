"""`tf2migrate fix`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tf2migrate.cli.errors import print_unfixed
from tf2migrate.cli.options import CLEAN, FAILED, FOUND, PATH, common, output_style, project_config
from tf2migrate.model.plan import Level, NativeStyle, Status
from tf2migrate.model.results import FixReport
from tf2migrate.report.diff import render_diff
from tf2migrate.report.fix import render_fix, render_fix_json
from tf2migrate.report.style import Style
from tf2migrate.workflow.fix import FixOptions, fix_paths


@click.command()
@click.argument("paths", nargs=-1, type=PATH)
@click.option("--diff", is_flag=True, help="Print what would change, and change nothing.")
@click.option(
    "--output", type=PATH, metavar="FOLDER", help="Write a migrated copy of the tree here, over what is there."
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help="native (the default); compat: TensorFlow 1 under tf.compat.v1; best: native, else compat.",
)
@click.option("--exact", is_flag=True, help="Optimizers over TensorFlow 1's own update operations.")
@click.option("--output-format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@click.option("--config", "config_file", type=PATH, help="Read [tool.tf2migrate] from this file.")
@click.option("--force-exclude", is_flag=True, help="Obey excludes for files that are named, too.")
@click.option("--all", "everything", is_flag=True, help="Print files with nothing to migrate, too.")
@common
def fix(paths: tuple[Path, ...], diff: bool, output: Path | None, form: str, **given: Any) -> None:
    """Rewrite whole programs as native TensorFlow 2, in place.

    What cannot be migrated is left byte for byte as it is, with the reason. Exits with 0 where everything is native,
    1 where something was left, 2 where a file could not be worked on.
    """
    config = project_config(paths, given["config_file"])
    level = Level(given["level"] or config.level)
    native = NativeStyle(exact=given["exact"])
    options = FixOptions(not diff, output, given["force_exclude"], level, native)
    report = fix_paths(paths or (Path(),), config, options)
    if form == "json":
        click.echo(render_fix_json(report), nl=False)
    else:
        print_unfixed(report.files)
        style = output_style(given["color"])
        if diff:
            _print_diff(report, style)
        if not given["quiet"]:
            click.echo(render_fix(report, style, everything=given["everything"]), nl=False, err=diff)
    sys.exit(FAILED if report.count(Status.ERROR) else FOUND if report.count(Status.REFUSED) else CLEAN)


def _print_diff(report: FixReport, style: Style) -> None:
    for file in report.files:
        if file.changed and file.result.text is not None:
            click.echo(render_diff(file.result.path, file.original, file.result.text, style), nl=False)
