"""Summaries: their names, the collections that hold them, and what merges them."""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.analysis.graph import collections
from tf2migrate.analysis.graph.request import Request
from tf2migrate.analysis.graph.scopes import certain_name
from tf2migrate.analysis.iteration import iterate
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.values import NONE, Known, V
from tf2migrate.knowledge.op_names import clean_tag
from tf2migrate.model.facts import Kind

_OLD = frozenset({"tf.scalar_summary", "tf.histogram_summary", "tf.image_summary"})
_ALL = ("merge_all", "merge_all_summaries")


def summary(asked: Request) -> V:
    """Model an operation that summarizes a value."""
    name = asked.explicit_name() if asked.path in _OLD else _name(asked)
    node = make_node(asked.machine, asked.node, Kind.SUMMARY, asked.path, asked.inputs(), asked.given, name)
    for key in _keys(asked):
        collections.add(asked.machine, key, node, asked.node)
    return node


def _name(asked: Request) -> str | None:
    """Return the name of a summary's operation: unique among those of all operations, with nothing unusual in it."""
    text, family = (asked.machine.known_text(asked.value(one)) for one in ("name", "family"))
    if not text or (family is None and asked.value("family") != NONE):
        return None
    name = clean_tag(text)
    return certain_name(asked.machine, name if family is None else f"{clean_tag(family)}/{name}")


def _keys(asked: Request) -> Iterator[str]:
    """Yield the collections that a summary joins; one whose name is not known is named."""
    given = asked.value("collections")
    if given == NONE:
        yield collections.SUMMARIES
        return
    held = iterate(asked.machine, given, asked.node)
    for item in (*held.items, *([] if held.rest is None else [held.rest])):
        key = collections.collection_key(item)
        if key is None:
            asked.machine.find("unsupported", asked.node, "a collection of summaries whose name is not known")
        else:
            yield key


def merged(asked: Request) -> V:
    """Model an operation that merges summaries: given ones, or all of a collection."""
    machine = asked.machine
    if not asked.path.endswith(_ALL):
        return make_node(machine, asked.node, Kind.SUMMARY, asked.path, asked.inputs(), asked.given)
    key = collections.collection_key(asked.value("key", asked.value("0", Known(collections.SUMMARIES))))
    if key is None or asked.value("scope") != NONE:
        machine.find("unsupported", asked.node, "which summaries are merged here is not known")
        key = collections.SUMMARIES
    inputs = collections.members(machine, key)
    if not inputs:
        machine.find("empty_collection", asked.node, key)
        return NONE
    return make_node(machine, asked.node, Kind.SUMMARY, asked.path, inputs, asked.given)
