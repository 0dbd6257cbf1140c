"""How the hand-written native forms are put down: short text, read into `Rewrite`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tf2migrate.model.api import Passing, Rewrite

DEMANDS = frozenset({"atom", "boolean", "constant", "literal", "not singleton", "one", "several", "single", "sparse"})
"""Conditions on an argument that are no literals. `atom`: a name. `boolean`: no number. `constant`: no gradient reaches
it. `literal`: a number. `not singleton`: a function that returns no list of one. `one`, `several`: a list of that many.
`single`: one tensor, no list of shards. `sparse`: a sparse tensor. Besides `rank=4`, `rank=x`, `dtype=float32`,
`dtype=floating`, `dtype=integer`, `given`, `absent`, and a literal with ` given`, which a default does not meet."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the hand says of one TF1 symbol. It replaces what the generator would conclude."""

    status: str
    target: str | None = None
    reason: str = ""
    rewrites: tuple[Rewrite, ...] = ()


def same(reason: str) -> Verdict:
    """Another object with the same signature and, tried or read, the same law."""
    return Verdict("same", None, reason)


def renamed(target: str, reason: str = "") -> Verdict:
    """The same law and arguments under another name."""
    return Verdict("renamed", target, reason)


def rewritten(target: str | None, reason: str, *rewrites: Rewrite) -> Verdict:
    """A native form exists: by `rewrites`, or by the migration or a rule that `reason` names."""
    return Verdict("rewritten", target, reason, rewrites)


def compat(reason: str) -> Verdict:
    """No native form that is certain to keep the law."""
    return Verdict("compat", None, reason)


def gone(reason: str) -> Verdict:
    """Nowhere in the TensorFlow that is installed; the reason says what to use."""
    return Verdict("gone", None, reason)


def form(
    target: str,
    arguments: str,
    when: dict[str, str] | None = None,
    dropped: str = "",
    wrap: str = "{call}",
) -> Rewrite:
    """Return a native form. `arguments` are parted by `; ` and each is one of

    `x`            the TF1 argument of that name
    `y=a|b`        TF2's `y` from the first of TF1's `a`, `b` that is given
    `y=a!text`     .. or `text` where none is given
    `y='text'`     always `text`
    `y=a:1 - {}`   `a` in a template
    """
    passes = tuple(_passing(item.strip()) for item in arguments.split(";") if item.strip())
    return Rewrite(target, passes, tuple((when or {}).items()), tuple(dropped.split()), wrap)


_ARGUMENT = re.compile(
    r"(?P<name>\w+)(?:=(?:'(?P<always>.*)'|(?P<sources>[\w|]+)(?:!(?P<default>[^:]*))?(?::(?P<template>.*))?))?"
)


def _passing(item: str) -> Passing:
    match = _ARGUMENT.fullmatch(item)
    if match is None:
        raise ValueError(f"not an argument: {item!r}")
    name, always, sources = match["name"], match["always"], match["sources"]
    if always is not None:
        return Passing(name, (), "{}", always)
    return Passing(name, tuple((sources or name).split("|")), match["template"] or "{}", match["default"])
