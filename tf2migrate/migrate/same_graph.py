"""Whether two texts of one program build the same graph and run it alike, as rewritings before planning must."""

from __future__ import annotations

from tf2migrate.model.facts import Fetch, FetchChoice, FetchLeaf, FetchNest, GraphValue, Known, Program, Sequence, Value


def is_same_graph(one: Program, other: Program) -> bool:
    """Say whether two programs make the same nodes in the same order, and fetch and feed the same in each visit."""
    return _nodes(one) == _nodes(other) and _visits(one) == _visits(other)


def _nodes(program: Program) -> list[object]:
    return [
        (
            (node.kind, node.op, node.name, node.output),
            (node.inputs, node.controls, node.targets, node.graph),
            (node.random, node.stateful, node.certain, node.repeated),
            tuple(sorted((name, _told(value)) for name, value in node.arguments.items())),
        )
        for node in program.nodes
    ]


def _told(value: Value) -> str:
    """Return what a value is apart from the place where it was made."""
    match value:
        case Known(held):
            return repr(held)
        case GraphValue(node):
            return f"node {node}"
        case Sequence(kind, items, is_open):
            return f"{kind} {[_told(item) for item in items]} {is_open}"
        case _:
            return type(value).__name__


def _visits(program: Program) -> list[object]:
    return [
        (
            (visit.form, visit.session, visit.grade, visit.certain, visit.repeated),
            _fetched(visit.fetch),
            tuple(feed.node for feed in visit.feeds),
        )
        for visit in program.visits
    ]


def _fetched(fetch: Fetch) -> object:
    match fetch:
        case FetchLeaf(node):
            return node
        case FetchNest(kind, items):
            return (kind, tuple(_fetched(item) for item in items))
        case FetchChoice(options):
            return ("choice", tuple(_fetched(option) for option in options))
        case _:
            return None
