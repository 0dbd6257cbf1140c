"""Text that the host reads: what its methods and its elements are."""

from __future__ import annotations

import ast

from tf2migrate.analysis.held_text import TEXT, TEXTS
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.values import Host, V

LISTS = frozenset({"split", "rsplit", "splitlines"})
RESULTS = {"startswith": "bool", "endswith": "bool", "find": "int", "count": "int", "index": "int", "encode": "bytes"}
PURE = frozenset(
    "capitalize casefold center count decode encode endswith expandtabs find format index isalnum isalpha isdecimal "
    "isdigit isidentifier islower isnumeric isspace istitle isupper join ljust lower lstrip partition removeprefix "
    "removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title "
    "translate upper zfill".split()
)
_READ = {"open.read": TEXT, "open.readline": TEXT, "open.readlines": TEXTS}
_ELEMENTS = {TEXT: TEXT, TEXTS: TEXT, "open": TEXT, "csv.reader": TEXTS}


def element_of_host(what: str, *, sliced: bool = False) -> Host:
    """Return an element of a value of the host, or a slice of it: text of what holds text."""
    return Host((what if sliced and what in (TEXT, TEXTS) else _ELEMENTS.get(what)) or "element")


def call_unknown_text(machine: Machine, what: str, name: str, node: ast.expr) -> V | None:
    """Return what a method of text that is not known gives, or of a file of text; None for all else."""
    if f"{what}.{name}" in _READ:
        return Host(_READ[f"{what}.{name}"])
    if what != TEXT or name not in PURE:
        return None
    return machine.new_list((), node, Host(TEXT)) if name in LISTS else Host(RESULTS.get(name, TEXT))
