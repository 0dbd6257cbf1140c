"""Where the documentation is."""

from __future__ import annotations

DOCUMENTATION = "https://example.com/tf2migrate/docs/rules"  # where docs/rules of this repository is published


def page_url(code: str) -> str:
    """Return the address of the page of a rule, refusal or note."""
    return f"{DOCUMENTATION}/{code}.md"
