"""Graph collections: ordered lists of graph values, by key."""

from __future__ import annotations

import ast
import re

from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import current_graph
from tf2migrate.analysis.values import GraphValue, Items, Ref, Symbol, V, join
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
    old = contents(machine, key)
    if old.rest is None and not (machine.loops and not machine.certain):
        changed = Items((*old.items, value), None)
    else:
        changed = Items(old.items, join(old.rest, value))
    machine.heap.set(graph, ("collection", key), changed)
    machine.note_write(graph, ("collection", key), value, node)


def contents(machine: Machine, key: str) -> Items:
    """Return a collection of the default graph."""
    state = machine.heap.get(current_graph(machine), ("collection", key))
    return state if isinstance(state, Items) else Items(())


def members(machine: Machine, key: str) -> list[int]:
    """Return the graph values of a collection, in order."""
    held = contents(machine, key)
    values = held.items if held.rest is None else (*held.items, held.rest)
    from tf2migrate.analysis.nodes import graph_values

    return list(dict.fromkeys(node for value in values for node in graph_values(machine, value)))


def read(machine: Machine, key: str, scope: V, node: ast.AST) -> Ref:
    """Return a new list with a collection's members, those under `scope` where it is given."""
    held = contents(machine, key)
    machine.note_read(current_graph(machine), ("collection", key), held, node)
    pattern = machine.known_text(scope)
    if pattern is None:
        unknown_filter = scope != Known(None)
        if unknown_filter:
            rest = held.rest
            for value in held.items:
                rest = join(rest, value)
            return machine.new_list((), node, rest)
        kept = held.items
    else:
        kept = tuple(value for value in held.items if _matches(machine, value, pattern))
    if not kept and held.rest is None:
        machine.find("empty_collection", node, key if pattern is None else f"{key} in {pattern!r}")
    return machine.new_list(kept, node, held.rest)


def _matches(machine: Machine, value: V, pattern: str) -> bool:
    if not isinstance(value, GraphValue):
        return False
    name = machine.trace.nodes[value.node].name
    return name is None or re.match(pattern, f"{name}:0") is not None
