"""The names that TensorFlow 1 gives to operations which the program does not name."""

from __future__ import annotations

import re
from functools import cache

from tf2migrate.knowledge.tables import DATA

_FILE = "op_names.txt"
Names = tuple[str, ...]


@cache
def _rows() -> dict[str, tuple[Names, Names]]:
    """Return the rows of the table: a symbol, the names that a call takes, those that it takes in some cases."""
    rows = [line.split("\t") for line in (DATA / _FILE).read_text(encoding="utf-8").splitlines()]
    return {path: (tuple(certain.split()), tuple(possible.split())) for path, certain, possible in rows}


def names_of_call(path: str) -> tuple[Names, Names]:
    """Return the names, in small letters, that a call without a `name` takes in its scope: surely, and perhaps.

    Of a symbol that the table does not have, both usual forms of its own name are possible.
    """
    found = _rows().get(path)
    if found is not None:
        return found
    own = path.rpartition(".")[2].lower()
    return (), (own, own.replace("_", ""))


def clean_tag(name: str) -> str:
    """Return the name of a summary as TensorFlow 1 writes it: nothing unusual in it."""
    return re.sub(r"[^-/\w.]", "_", name).lstrip("/")
