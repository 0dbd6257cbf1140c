"""`tf2migrate rules`, `tf2migrate explain` and `tf2migrate docs`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tf2migrate.cli.options import PATH
from tf2migrate.lint import rules as all_rules
from tf2migrate.workflow.pages import find_page, write_pages
from tf2migrate.workflow.symbol_table import write_symbol_tables


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Print the documentation of a rule or refusal, by its code or name."""
    click.echo(find_page(code).markdown)


@click.command()
@click.option("--output-format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def rules(form: str) -> None:
    """List all rules."""
    known = [{"code": rule.code, "name": rule.name, "summary": rule.summary} for rule in all_rules()]
    if form == "json":
        click.echo(json.dumps(known, indent=2))
        return
    width = max((len(rule["name"]) for rule in known), default=0)
    for rule in known:
        click.echo(f"{rule['code']}  {rule['name']:<{width}}  {rule['summary']}")


@click.command()
@click.argument("folder", type=PATH, default="docs/rules")
@click.option("--symbols", type=PATH, help="Write the tables of TensorFlow 1's symbols to this folder, too.")
def docs(folder: Path, symbols: Path | None) -> None:
    """Write a page for each rule and refusal, and their index, as Markdown to FOLDER."""
    count = write_pages(folder)
    click.echo(f"Wrote {count} pages to {folder}.")
    if symbols is not None:
        click.echo(f"Wrote {write_symbol_tables(symbols)} symbols to {symbols}.")
