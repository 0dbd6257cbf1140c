"""`tf2migrate rules`, `tf2migrate explain` and `tf2migrate docs`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from tf2migrate.cli.options import PATH, common, output_style
from tf2migrate.lint import rules as all_rules
from tf2migrate.workflow.pages import find_page, write_pages
from tf2migrate.workflow.symbol_table import write_symbol_tables

_HEADING = re.compile(r"\A# .*|^## .*", re.MULTILINE)


@click.command()
@click.argument("code")
@common
def explain(code: str, quiet: bool, color: str) -> None:
    """Print the documentation of a rule or refusal, by its code or name."""
    style = output_style(color)
    page = _HEADING.sub(lambda heading: style.bold(heading.group()), find_page(code).markdown)
    if not quiet:
        click.echo(page, color=style.color)


@click.command()
@click.option("--output-format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
@common
def rules(form: str, quiet: bool, color: str) -> None:
    """List all rules."""
    style = output_style(color)
    known = [{"code": rule.code, "name": rule.name, "summary": rule.summary} for rule in all_rules()]
    width = max((len(rule["name"]) for rule in known), default=0)
    if form == "json":
        click.echo(json.dumps(known, indent=2))
    elif not quiet:
        for rule in known:
            code = style.red(rule["code"])
            click.echo(f"{code}  {rule['name']:<{width}}  {rule['summary']}", color=style.color)


@click.command()
@click.argument("folder", type=PATH, default="docs/rules")
@click.option("--symbols", type=PATH, help="Write the tables of TensorFlow 1's symbols to this folder, too.")
@common
def docs(folder: Path, symbols: Path | None, quiet: bool, color: str) -> None:
    """Write a page for each rule and refusal, and their index, as Markdown to FOLDER."""
    wrote = [f"Wrote {write_pages(folder)} pages to {folder}."]
    if symbols is not None:
        wrote.append(f"Wrote {write_symbol_tables(symbols)} symbols to {symbols}.")
    if not quiet:
        click.echo("\n".join(wrote))
