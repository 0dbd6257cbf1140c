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
    for _, prefixes in config.per_file_ignores:
        _resolve(prefixes, known)
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


def _unknown(given: str, known: list[str]) -> str:
    near = _nearest(given, known)
    cure = f"did you mean {near}?" if near is not None else "`tf2migrate rules` lists them"
    return f"unknown rule {given!r}; {cure}"


def _nearest(given: str, known: list[str]) -> str | None:
    """Return the code or prefix that was meant: written otherwise, given by its rule's name, or the most alike one."""
    code = given.upper()
    if code and any(one.startswith(code) for one in known):
        return code
    named = [rule.code for rule in rules() if rule.name == given.lower().replace("-", "_")]
    alike = named or difflib.get_close_matches(code, known, len(known))
    return max(alike, key=lambda one: _likeness(code, one), default=None)


def _likeness(given: str, code: str) -> tuple[float, int]:
    same = sum(one == other for one, other in zip(given, code, strict=False))  # figures at their places
    return difflib.SequenceMatcher(None, given, code).ratio(), same
