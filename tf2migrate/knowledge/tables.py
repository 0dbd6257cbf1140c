"""The committed tables, read once and parsed a line at a time: a symbol costs what it is looked up for."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tf2migrate.model.api import ApiEntry, ApiStatus, Effect, Passing, Rewrite

DATA = Path(__file__).parent / "data"
TF1 = "tf1.txt"
TF2 = "tf2.txt"
CLASSES = {TF1: "tf1_classes.txt", TF2: "tf2_classes.txt"}

Parameters = tuple[tuple[str, str | None], ...]


@cache
def rows(name: str) -> dict[str, str]:
    """Return the lines of one table by their key: `key<tab>JSON`."""
    text = (DATA / name).read_text(encoding="utf-8")
    return dict(line.split("\t", 1) for line in text.splitlines())


@cache
def entry(path: str) -> ApiEntry | None:
    """Return what the table of TensorFlow 1 says of a canonical path."""
    row = rows(TF1).get(path)
    return None if row is None else _entry(path, json.loads(row))


def _entry(path: str, row: dict[str, Any]) -> ApiEntry:
    listed = row.get("p", [])
    return ApiEntry(
        path=path,
        status=ApiStatus(row["s"]),
        target=row.get("t"),
        reason=row.get("r", ""),
        kind=row["k"],
        parameters=parameters_of(listed or []),
        effect=Effect(row.get("e", "pure")),
        results=row.get("o", "tensor"),
        callbacks=tuple(row.get("c", ())),
        rewrites=tuple(_rewrite(item) for item in row.get("w", ())),
        bound=listed is not None,
        compat=row.get("1", path) or None,
        legacy_keras=bool(row.get("l")),
    )


def _rewrite(item: dict[str, Any]) -> Rewrite:
    passes = tuple(Passing(name, tuple(sources), template, default) for name, sources, template, default in item["a"])
    conditions = tuple((parameter, literal) for parameter, literal in item.get("i", ()))
    return Rewrite(item["t"], passes, conditions, tuple(item.get("d", ())), item.get("v", "{call}"))


def parameters_of(listed: list[list[str]]) -> Parameters:
    """Return parameters from their JSON form, `[name]` or `[name, default]`."""
    return tuple((item[0], item[1] if len(item) > 1 else None) for item in listed)


@cache
def symbol(path: str) -> dict[str, Any] | None:
    """Return the row of TensorFlow 2's table: `k` kind, `p` parameters (None: not known), `x` the key of its class."""
    row = rows(TF2).get(path)
    return None if row is None else json.loads(row)


@cache
def members(table: str, key: str) -> dict[str, tuple[str, Parameters | None]]:
    """Return all public members of a class, inherited ones too: kind and parameters (None where there are none)."""
    row = rows(CLASSES[table]).get(key)
    if row is None:
        return {}
    described = json.loads(row)
    found: dict[str, tuple[str, Parameters | None]] = {}
    for base in reversed(described.get("b", [])):
        found.update(own_members(table, base))
    found.update(own_members(table, key))
    return found


@cache
def own_members(table: str, key: str) -> dict[str, tuple[str, Parameters | None]]:
    """Return the members that a class defines itself."""
    row = rows(CLASSES[table]).get(key)
    if row is None:
        return {}
    found: dict[str, tuple[str, Parameters | None]] = {}
    for name, kind, *listed in json.loads(row).get("m", []):
        found[name] = (kind, parameters_of(listed[0]) if listed else None)
    return found


def class_key(table: str, path: str) -> str:
    """Return the key under which the members of the class at a path are kept."""
    row = rows(table).get(path)
    return "" if row is None else str(json.loads(row).get("x", ""))
