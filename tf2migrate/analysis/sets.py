"""The elements of sets: each is in it once, and in which order they come is not known."""

from __future__ import annotations

from tf2migrate.analysis.joins import MOST_OPTIONS, join_values, same, union
from tf2migrate.analysis.values import GraphValue, Host, Items, Known, Ref, V


def distinct(contents: Items) -> Items:
    """Return the elements that a set has of what is put into it; open where some may be equal."""
    kept: list[V] = []
    for item in contents.items:
        if not any(same(item, other) for other in kept):
            kept.append(item)
    if len(kept) < 2 or all(isinstance(item, Known | GraphValue | Ref) for item in kept):
        return Items(tuple(kept), contents.rest)
    rest = kept[0] if contents.rest is None else contents.rest
    for item in kept:
        rest = join_values(rest, item)
    return Items((), rest)


def in_any_order(contents: Items) -> Items:
    """Return what iterating over a set yields: of known values any one may be the first."""
    if contents.rest is not None or len(contents.items) < 2 or not all(isinstance(i, Known) for i in contents.items):
        return contents
    some = union(contents.items) if len(contents.items) <= MOST_OPTIONS else Host("element")
    return Items((some,) * len(contents.items))
