"""Objects of one class build the same graph: what one of them made stands for what another did.

The class is planned for its first object. Runs of the others are runs of what they share with it, and what they own is
reached by the same attributes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import replace

from tf2migrate.migrate.cells import Builder
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Feed, Fetch, FetchLeaf, FetchNest, GraphNode, Kind, Visit

Twins = Mapping[int, int]  # from the nodes of one object to those of the first


def twins_of(view: ProgramView, home: Builder, instance_of: Mapping[int, int]) -> dict[int, Twins]:
    """Return for each object that the same methods build as `home` which of its nodes is which of the home's.

    `instance_of` tells the object of each activation of a method.
    """
    definitions = {view.frames[root].definition for root in home.roots}
    roots: dict[int, list[int]] = defaultdict(list)
    for frame, instance in instance_of.items():
        if view.frames[frame].definition in definitions:
            roots[instance].append(frame)
    ours = {key: number for number, key in _keys(view, home).items()}
    builders = {instance: Builder(tuple(found), instance) for instance, found in roots.items()}
    return {
        instance: {number: ours.get(key, -1) for number, key in _keys(view, builder).items()}
        for instance, builder in builders.items()
    }


def as_of_first(view: ProgramView, visit: Visit, twins: Twins) -> Visit | None:
    """Return a visit of an object's graph as one of the first object's; None where that has no such part."""
    feeds = tuple(replace(feed, node=twins.get(feed.node, feed.node)) for feed in visit.feeds)
    fetch = _fetch(visit.fetch, twins)
    if fetch is None or not all(_is_fed(view, feed) for feed in feeds):
        return None
    return replace(visit, fetch=fetch, feeds=feeds)


def _keys(view: ProgramView, builder: Builder) -> dict[int, Hashable]:
    """Return what tells the nodes of a builder from each other, the same for all that run its statements."""
    counts: Counter[Hashable] = Counter()
    keys: dict[int, Hashable] = {}
    for node in view.nodes:
        depth = _depth(view, builder, node)
        if depth is not None:
            made = (node.place.expression, node.place.context[depth:], node.output)
            keys[node.id] = (made, counts[made])
            counts[made] += 1
    return keys


def _depth(view: ProgramView, builder: Builder, node: GraphNode) -> int | None:
    """Return how many calls led to the builder's function on whose way a node was made."""
    frames = [frame for frame in view.frames_on_trail(node.place) if frame in builder.roots]
    return len(view.frames[frames[0]].context) if frames else None


def _fetch(fetch: Fetch, twins: Twins) -> Fetch | None:
    match fetch:
        case FetchLeaf(node):
            found = twins.get(node, node)
            return replace(fetch, node=found) if found >= 0 else None
        case FetchNest(items=items):
            parts = [_fetch(item, twins) for item in items]
            known = tuple(part for part in parts if part is not None)
            return replace(fetch, items=known) if len(known) == len(parts) else None
        case _:
            return None


def _is_fed(view: ProgramView, feed: Feed) -> bool:
    """Say whether some run feeds this very value of the first object, which is then planned as a parameter."""
    return feed.node >= 0 and (view.nodes[feed.node].kind is Kind.PLACEHOLDER or feed.node in view.optional)
