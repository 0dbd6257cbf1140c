"""Where the documentation is."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def page_url(code: str, published: str = "") -> str:
    """Return the address of the page of a code: below `published`, else the page that is installed with this tool."""
    return f"{published.rstrip('/') if published else _installed()}/{code}.md"


@cache
def _installed() -> str:
    package = Path(__file__).resolve().parent.parent
    pages = package / "pages"
    return (pages if pages.is_dir() else package.parent / "docs" / "rules").as_uri()  # a checkout has them there
