"""`tf2migrate check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tf2migrate.cli.options import PATH, common
from tf2migrate.model.errors import UserError

_STDIN = Path("-")
_FORMATS = ["text", "json", "sarif", "github", "gitlab", "junit"]


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False, allow_dash=True))
@click.option("--select", multiple=True, metavar="CODES", help="Run only rules with these code prefixes.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave out rules with these code prefixes.")
@click.option("--extend-select", multiple=True, metavar="CODES", help="Run these rules too.")
@click.option(
    "--per-file-ignores",
    multiple=True,
    metavar="PATTERN:CODE",
    help="Leave out rules in these files (instead of the configuration's).",
)
@click.option("--output-format", "form", type=click.Choice(_FORMATS), default="text", help="How findings are printed.")
@click.option("--output-file", type=PATH, metavar="FILE", help="Write the findings here instead of to stdout.")
@click.option("--statistics", is_flag=True, help="Print counts by rule and the native share of files and folders.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 although there are findings.")
@click.option("--fix", is_flag=True, help="Apply local fixes that keep the program running as TensorFlow 1.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that may change behaviour.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 where --fix changed something.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--add-noqa", is_flag=True, help="Add a `# noqa: CODES` comment to each line with findings.")
@click.option("--baseline", type=PATH, metavar="FILE", help="Report only what this file does not know.")
@click.option("--add-baseline", is_flag=True, help="Write what is found now to the baseline file.")
@click.option("--jobs", "-j", type=click.IntRange(0), default=0, metavar="N", help="Processes (0: one a processor).")
@click.option("--no-cache", is_flag=True, help="Look at files again that have not changed.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@click.option("--show-settings", is_flag=True, help="Print the settings that hold, and check nothing.")
@click.option("--config", "config_file", type=PATH, metavar="FILE", help="Read [tool.tf2migrate] from this file.")
@click.option("--force-exclude", is_flag=True, help="Obey excludes for files that are named, too.")
@click.option("--stdin-filename", default="stdin.py", help="The name of the file that `-` stands for.")
@common
def check(paths: tuple[Path, ...], **given: Any) -> None:
    """Find TensorFlow 1 in files, folders and notebooks ("-" reads standard input).

    Exits with 0 where nothing is found, 1 where something is, 2 where a file could not be checked.
    """
    _refuse_contradictions(paths, given)
    from tf2migrate.cli.checking import Request  # after the options are known to be right: it brings all rules

    sys.exit(Request(paths or (Path(),), given).run())


def _refuse_contradictions(paths: tuple[Path, ...], given: dict[str, Any]) -> None:
    if _STDIN in paths and len(paths) > 1:
        raise UserError("- (standard input) cannot be combined with other paths")
    exclusive = [f"--{name.replace('_', '-')}" for name in ("diff", "add_noqa", "add_baseline", "watch") if given[name]]
    if given["fix"] and exclusive:
        exclusive.append("--fix")
    if len(exclusive) > 1:
        raise UserError(f"{exclusive[0]} cannot be combined with {exclusive[1]}")
    if _STDIN in paths and exclusive and exclusive not in (["--diff"], ["--fix"]):
        raise UserError(f"- (standard input) cannot be combined with {exclusive[0]}")
