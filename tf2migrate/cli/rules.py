"""`tf2migrate rules` and `tf2migrate explain`."""

from __future__ import annotations

import json

import click

from tf2migrate.lint import rules as all_rules
from tf2migrate.workflow.selection import find_rule


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Print the documentation of a rule, by its code or name."""
    rule = find_rule(code)
    click.echo(f"# {rule.code} {rule.name}\n\n{rule.documentation}")


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
