"""Which rules run: prefixes from the command line and the configuration, resolved to codes."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from tf2migrate.config import Config
from tf2migrate.lint import rules
from tf2migrate.workflow.errors import UsageError


@dataclass(frozen=True, slots=True)
class Selection:
    """Code prefixes from the command line; an empty `select` means the configuration's, else all rules."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()


def select_codes(selection: Selection, config: Config) -> frozenset[str]:
    """Return the codes of the rules to run; raise UsageError for a prefix that no rule has."""
    known = sorted(rule.code for rule in rules())
    chosen = _resolve(selection.select or config.select or ("ALL",), known)
    ignored = _resolve((*selection.ignore, *(() if selection.ignore else config.ignore)), known)
    return (chosen - ignored) | _resolve((*config.extend_select, *selection.extend_select), known)


def _resolve(prefixes: Iterable[str], known: list[str]) -> frozenset[str]:
    codes: set[str] = set()
    for prefix in prefixes:
        if prefix == "ALL":
            codes.update(known)
            continue
        matching = [code for code in known if code.startswith(prefix)]
        if not matching or not prefix:
            raise UsageError(_unknown(prefix, known))
        codes.update(matching)
    return frozenset(codes)


def _unknown(code: str, known: list[str]) -> str:
    near = difflib.get_close_matches(code.upper(), known, 1)
    cure = f"did you mean {near[0]}?" if near else "`tf2migrate rules` lists them"
    return f"unknown rule {code!r}; {cure}"
