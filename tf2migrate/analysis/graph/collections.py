"""Graph collections: ordered lists of graph values, by key."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace

from tf2migrate.analysis.joins import join, same
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import current_graph, graph_values
from tf2migrate.analysis.values import Entries, Entry, GraphValue, Items, Ref, Symbol, Tuple, V
from tf2migrate.model.facts import Known

GLOBAL = "variables"
TRAINABLE = "trainable_variables"
LOCAL = "local_variables"
METRICS = "metric_variables"
LOSSES = "losses"
REGULARIZATION = "regularization_losses"
SUMMARIES = "summaries"
UPDATES = "update_ops"
TRAIN_OP = "train_op"
GLOBAL_STEP = "global_step"
KEYS = {
    "GLOBAL_VARIABLES": GLOBAL,
    "VARIABLES": GLOBAL,
    "TRAINABLE_VARIABLES": TRAINABLE,
    "LOCAL_VARIABLES": LOCAL,
    "METRIC_VARIABLES": METRICS,
    "LOSSES": LOSSES,
    "REGULARIZATION_LOSSES": REGULARIZATION,
    "SUMMARIES": SUMMARIES,
    "UPDATE_OPS": UPDATES,
    "TRAIN_OP": TRAIN_OP,
    "GLOBAL_STEP": GLOBAL_STEP,
    "MOVING_AVERAGE_VARIABLES": "moving_average_variables",
    "MODEL_VARIABLES": "model_variables",
    "INIT_OP": "init_op",
    "TABLE_INITIALIZERS": "table_initializer",
    "QUEUE_RUNNERS": "queue_runners",
}


def collection_key(value: V) -> str | None:
    """Return the name of a collection, None where it is not known."""
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    if isinstance(value, Symbol) and ".GraphKeys." in value.path:
        name = value.path.rsplit(".", 1)[1]
        return KEYS.get(name, name.lower())
    return None


def add(machine: Machine, key: str, value: V, node: ast.AST) -> None:
    """Append to a collection of the default graph."""
    graph = current_graph(machine)
    old = _entries(machine, key)
    repeats = sum(same(entry.value, value) for entry in old)
    changed = Entries((*old, Entry(Tuple((value, Known(repeats))), value)))
    machine.heap.set(graph, ("collection", key), changed)
    machine.note_write(graph, ("collection", key), value, node)


def _entries(machine: Machine, key: str) -> tuple[Entry, ...]:
    state = machine.heap.get(current_graph(machine), ("collection", key))
    return state.items if isinstance(state, Entries) else ()


def contents(machine: Machine, key: str) -> Items:
    """Return a collection of the default graph; what only some paths added is open."""
    return _listed(_entries(machine, key))


def _listed(entries: Iterable[Entry]) -> Items:
    items: list[V] = []
    rest: V | None = None
    for entry in entries:
        if entry.maybe:
            rest = join(rest, entry.value)
        else:
            items.append(entry.value)
    return Items(tuple(items), rest)


def members(machine: Machine, key: str) -> list[int]:
    """Return all graph values that a collection may hold, in order."""
    values = [entry.value for entry in _entries(machine, key)]
    return list(dict.fromkeys(node for value in values for node in graph_values(machine, value)))


def read(machine: Machine, key: str, scope: V, node: ast.AST) -> Ref:
    """Return a new list with a collection's members, those under `scope` where it is given."""
    entries = _entries(machine, key)
    pattern = machine.known_text(scope)
    if pattern is not None:
        entries = tuple(entry for entry in entries if _matches(machine, entry.value, pattern))
    elif scope != Known(None):
        entries = tuple(replace(entry, maybe=True) for entry in entries)
    kept = _listed(entries)
    machine.note_read(current_graph(machine), ("collection", key), kept, node)
    if not kept.items and kept.rest is None:
        machine.find("empty_collection", node, key if pattern is None else f"{key} in {pattern!r}")
    return machine.new_list(kept.items, node, kept.rest)


def _matches(machine: Machine, value: V, pattern: str) -> bool:
    if not isinstance(value, GraphValue):
        return False
    name = machine.trace.nodes[value.node].name
    return name is None or re.match(pattern, f"{name}:0") is not None
