"""The pages of documentation: one for each rule, refusal and note."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tf2migrate.lint import rules
from tf2migrate.source import write_source
from tf2migrate.workflow.errors import UsageError
from tf2migrate.workflow.refusal_pages import REFUSAL_PAGES, RefusalPage

_FAMILIES = (
    "Names and arguments",
    "Sessions, graphs and runs",
    "Placeholders and feeds",
    "Variables, scopes and collections",
    "Optimizers and gradients",
    "Layers, contrib and RNN",
    "Control flow",
    "Input pipelines",
    "Savers, summaries, metrics, flags",
    "Behaviour",
)
_REFUSALS = "Refusals and notes of `fix`"


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be known of one code; `text` is Markdown without the title."""

    code: str
    name: str
    summary: str
    text: str

    @property
    def markdown(self) -> str:
        """The page with its title."""
        return f"# {self.code} {self.name}\n\n{self.text}"


@cache
def pages() -> tuple[Page, ...]:
    """Return all pages, by code."""
    of_rules = [Page(rule.code, rule.name, rule.summary, rule.documentation) for rule in rules()]
    refusals = [Page(code, page.name, page.summary, _refusal_text(page)) for code, page in REFUSAL_PAGES.items()]
    return tuple(sorted([*of_rules, *refusals], key=lambda page: page.code))


def find_page(code: str) -> Page:
    """Return the page of a code or name; raise UsageError, with the nearest, where there is none."""
    by_key = {key.upper().replace("-", "_"): page for page in pages() for key in (page.code, page.name)}
    found = by_key.get(code.upper().replace("-", "_"))
    if found is None:
        near = difflib.get_close_matches(code.upper(), by_key, 1)
        cure = f"did you mean {near[0]}?" if near else "`tf2migrate rules` lists them"
        raise UsageError(f"unknown rule {code!r}; {cure}")
    return found


def all_codes() -> Iterator[tuple[str, str, str, str]]:
    """Yield code, name, summary and page of everything that `check` can report."""
    codes = {"TFM000", *(rule.code for rule in rules())}
    yield from ((page.code, page.name, page.summary, page.markdown) for page in pages() if page.code in codes)


def write_pages(folder: Path) -> int:
    """Write all pages and their index as Markdown, remove pages of codes that are gone; return how many there are."""
    wanted = {f"{page.code}.md": f"{page.markdown.rstrip()}\n" for page in pages()}
    wanted["README.md"] = _index()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in wanted.items():
            write_source(folder / name, text.encode())
        for stale in folder.glob("TFM[0-9][0-9][0-9].md"):
            if stale.name not in wanted:
                stale.unlink()
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return len(wanted) - 1


def _index() -> str:
    lines = ["# Rules", "", "Written by `tf2migrate docs`. `tf2migrate explain CODE` prints a page in the terminal."]
    heading = ""
    for page in sorted(pages(), key=lambda page: (page.code in REFUSAL_PAGES, page.code)):
        of_page = _REFUSALS if page.code in REFUSAL_PAGES else _FAMILIES[int(page.code[3])]
        if of_page != heading:
            heading = of_page
            lines += ["", f"## {heading}", "", "| code | name | |", "|---|---|---|"]
        lines.append(f"| [{page.code}]({page.code}.md) | {page.name} | {page.summary} |")
    return "\n".join(lines) + "\n"


def _refusal_text(page: RefusalPage) -> str:
    example = f"\n\n## Example\n```python\n{page.example}\n```" if page.example else ""
    return f"{page.summary}.\n\n## Why\n{page.why}{example}\n\n## What to do\n{page.remedy}"
