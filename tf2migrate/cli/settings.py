"""Settings as they hold, and a file of settings to begin with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tf2migrate.cli.options import PATH, common
from tf2migrate.config import Config
from tf2migrate.source import write_source
from tf2migrate.workflow.checker import CheckOptions
from tf2migrate.workflow.errors import UsageError
from tf2migrate.workflow.selection import select_codes

_TEMPLATE = """\
[tool.tf2migrate]
# Rules by code prefix; `tf2migrate rules` lists them. Without `select` all of them run.
# select = ["TFM0", "TFM1"]
# ignore = ["TFM003"]
# extend-select = []

# What no command looks at: patterns as in .gitignore, which is obeyed as well.
# exclude = ["third_party/"]

# Findings that are known: `tf2migrate check --add-baseline` writes the file.
# baseline = "tf2migrate-baseline.json"

# What `tf2migrate fix` writes: "native", "compat" (runs as TensorFlow 1 under tf.compat.v1) or "best".
# level = "native"

# Where you publish the pages that `tf2migrate docs` writes: findings link there, else to those of the installation.
# docs-url = "https://docs.example.com/tf2migrate"

# Rules that do not run in some files.
# [tool.tf2migrate.per-file-ignores]
# "tests/*" = ["TFM9"]
"""


def render_settings(config: Config, options: CheckOptions, paths: tuple[Path, ...]) -> str:
    """Return every setting with its value, as TOML."""
    codes = sorted(select_codes(options.selection, config))
    rows = {
        "paths": [str(path) for path in paths],
        "config": str(config.file) if config.file is not None else "",
        "root": str(config.root),
        "rules": codes,
        "exclude": list(config.exclude),
        "per-file-ignores": dict(config.per_file_ignores),
        "baseline": str(config.baseline) if config.baseline is not None else "",
        "level": config.level,
        "docs-url": config.docs_url,
        "force-exclude": options.force_exclude,
        "jobs": options.jobs,
        "cache": str(options.cache) if options.cache is not None else "",
    }
    return "".join(f"{key} = {_value(value)}\n" for key, value in rows.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {json.dumps(list(codes))}" for key, codes in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return json.dumps(value)


@click.command()
@click.argument("folder", type=PATH, default=".")
@common
def init(folder: Path, quiet: bool, color: str) -> None:
    """Write a commented [tool.tf2migrate] to the pyproject.toml in FOLDER."""
    target = folder / "pyproject.toml"
    try:
        before = target.read_bytes() if target.exists() else b""
        if b"[tool.tf2migrate" in before:
            raise UsageError(f"{target}: has a [tool.tf2migrate] table already")
        gap = b"" if not before else b"\n" if before.endswith(b"\n") else b"\n\n"
        write_source(target, before + gap + _TEMPLATE.encode())
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from error
    if not quiet:
        click.echo(f"Wrote [tool.tf2migrate] to {target}.")
