"""Whether two texts of one program build the same graph and run it alike, as rewritings before planning must."""

from __future__ import annotations

from collections import Counter

from tf2migrate.model.facts import (
    Fetch,
    FetchChoice,
    FetchLeaf,
    FetchNest,
    GraphValue,
    Kind,
    Known,
    Program,
    Sequence,
    Value,
)

_REMADE = frozenset({Kind.OBJECT, Kind.SCOPE})
_COMPUTED = frozenset({Kind.TENSOR})
_ORDERED = frozenset({Kind.VARIABLE, Kind.PLACEHOLDER, Kind.ASSIGN, Kind.TRAIN})


def is_same_graph(one: Program, other: Program, fewer: bool = False, remade: bool = False, once: bool = False) -> bool:
    """Say whether two programs make the same nodes, and fetch and feed the same in each visit.

    What draws, has an effect or is state is made in the same order, too. With `fewer`, the other program may leave out
    visits, such as those that feed a part of a tuple. With `remade`, it may make objects that compute nothing (scopes,
    initializers) in other numbers: one for each use. With `once`, it may make a value once that is computed alike in
    several places or rounds.
    """
    table: dict[object, int] = {}
    several = (_REMADE if remade else frozenset()) | (_COMPUTED if once else frozenset())
    keys, others = _keys(one, table, several), _keys(other, table, several)
    return (
        _counted(one, keys, several) == _counted(other, others, several)
        and _in_order(one, keys) == _in_order(other, others)
        and _agree(_visits(one, keys), _visits(other, others), fewer)
    )


def _agree(visits: list[object], others: list[object], fewer: bool) -> bool:
    remaining = iter(visits)
    return visits == others or (fewer and all(other in remaining for other in others))


def _counted(program: Program, keys: list[int], several: frozenset[Kind]) -> Counter[int]:
    return Counter(keys[node.id] for node in program.nodes if node.kind not in several)


def _keys(program: Program, table: dict[object, int], several: frozenset[Kind]) -> list[int]:
    """Return a number for each node that says what it is, made from what, and the how manyth of its kind."""
    keys: list[int] = []
    counts: Counter[object] = Counter()
    graphs: dict[int, int] = {}  # the how manyth: they are numbered among all objects, and some of these go

    def told(nodes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(keys[node] if node < len(keys) else -1 for node in nodes)

    for node in program.nodes:
        fact = (
            (node.kind, node.op, node.name, node.output),
            (told(node.inputs), told(node.controls), told(node.targets), graphs.setdefault(node.graph, len(graphs))),
            (node.random, node.stateful, *(() if node.kind in several else (node.certain, node.repeated))),
            tuple(sorted((name, _told(value, keys)) for name, value in node.arguments.items())),
        )
        keys.append(table.setdefault((fact, counts[fact]), len(table)))
        counts[fact] += node.kind not in several
    return keys


def _in_order(program: Program, keys: list[int]) -> list[int]:
    ordered = (node for node in program.nodes if node.kind in _ORDERED or node.random or node.stateful)
    return [keys[node.id] for node in ordered]


def _told(value: Value, keys: list[int]) -> str:
    """Return what a value is apart from the place where it was made."""
    match value:
        case Known(held):
            return repr(held)
        case GraphValue(node):
            return f"node {keys[node] if node < len(keys) else -1}"
        case Sequence(kind, items, is_open):
            return f"{kind} {[_told(item, keys) for item in items]} {is_open}"
        case _:
            return type(value).__name__


def _visits(program: Program, keys: list[int]) -> list[object]:
    return [
        (
            (visit.form, visit.grade, visit.certain, visit.repeated),
            None if visit.session is None else keys[visit.session],
            _fetched(visit.fetch, keys),
            tuple(keys[feed.node] if feed.node >= 0 else feed.node for feed in visit.feeds),
        )
        for visit in program.visits
    ]


def _fetched(fetch: Fetch, keys: list[int]) -> object:
    match fetch:
        case FetchLeaf(node):
            return keys[node]
        case FetchNest(kind, items):
            return (kind, tuple(_fetched(item, keys) for item in items))
        case FetchChoice(options):
            return ("choice", tuple(_fetched(option, keys) for option in options))
        case _:
            return None
