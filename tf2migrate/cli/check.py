"""`tf2migrate check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tf2migrate import __version__
from tf2migrate.cli.errors import print_unchecked
from tf2migrate.cli.options import CLEAN, FAILED, FOUND, PATH, common, output_style, project_config
from tf2migrate.model.results import CheckReport
from tf2migrate.report.check_json import render_github, render_gitlab, render_json
from tf2migrate.report.check_text import render_check, render_statistics
from tf2migrate.report.diff import render_diff
from tf2migrate.report.sarif import render_sarif
from tf2migrate.report.style import Style
from tf2migrate.workflow.check import CheckOptions, check_paths, check_source
from tf2migrate.workflow.errors import UsageError
from tf2migrate.workflow.selection import Selection

_STDIN = Path("-")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False, allow_dash=True))
@click.option("--select", multiple=True, metavar="CODES", help="Run only rules with these code prefixes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave out rules with these code prefixes.")
@click.option("--extend-select", multiple=True, metavar="CODES", help="Run these rules too.")
@click.option(
    *("--output-format", "form"),
    type=click.Choice(["text", "json", "sarif", "github", "gitlab"]),
    default="text",
    help="How findings are printed.",
)
@click.option("--statistics", is_flag=True, help="Print how often each rule fired instead of the findings.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although there are findings.")
@click.option("--fix", is_flag=True, help="Apply local fixes that keep the program running as TensorFlow 1.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that may change behaviour.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--config", "config_file", type=PATH, help="Read [tool.tf2migrate] from this file.")
@click.option("--force-exclude", is_flag=True, help="Obey excludes for files that are named, too.")
@click.option("--stdin-filename", default="stdin.py", help="The name of the file that `-` stands for.")
@common
def check(paths: tuple[Path, ...], form: str, **given: Any) -> None:
    """Find TensorFlow 1 in files, folders and notebooks ("-" reads standard input).

    Exits with 0 where nothing is found, 1 where something is, 2 where a file could not be checked.
    """
    if _STDIN in paths and len(paths) > 1:
        raise UsageError("- (standard input) cannot be combined with other paths")
    report = _checked(paths or (Path(),), given)
    style = output_style(given["color"])
    if form == "text":
        print_unchecked(report.files)
    if given["diff"]:
        sys.exit(_print_diff(report, style))
    if _STDIN in paths and given["fix"]:
        click.echo("".join(file.text for file in report.files), nl=False)
    elif form != "text" or not given["quiet"]:
        click.echo(_output(report, form, style, statistics=given["statistics"]), nl=False)
    sys.exit(FAILED if report.failed else FOUND if report.diagnostics and not given["exit_zero"] else CLEAN)


def _checked(paths: tuple[Path, ...], given: dict[str, Any]) -> CheckReport:
    selection = Selection(*(_prefixes(given[key]) for key in ("select", "ignore", "extend_select")))
    fix = given["fix"] or given["diff"]
    options = CheckOptions(selection, given["force_exclude"], fix, given["unsafe_fixes"], write=not given["diff"])
    if paths != (_STDIN,):
        return check_paths(paths, project_config(paths, given["config_file"]), options)
    config = project_config((Path(given["stdin_filename"]),), given["config_file"])
    return check_source(sys.stdin.buffer.read(), given["stdin_filename"], config, options)


def _prefixes(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _output(report: CheckReport, form: str, style: Style, *, statistics: bool) -> str:
    if statistics:
        return render_statistics(report, style)
    match form:
        case "json":
            return render_json(report)
        case "gitlab":
            return render_gitlab(report)
        case "github":
            return render_github(report)
        case "sarif":
            return render_sarif(report, __version__)
        case _:
            return render_check(report, style)


def _print_diff(report: CheckReport, style: Style) -> int:
    changed = [file for file in report.files if file.original is not None]
    for file in changed:
        click.echo(render_diff(file.path, file.original or "", file.text, style), nl=False)
    return FAILED if report.failed else FOUND if changed else CLEAN
