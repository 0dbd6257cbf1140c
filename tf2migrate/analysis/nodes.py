"""Making graph values."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict

from tf2migrate.analysis.graph.shapes import note_shape
from tf2migrate.analysis.heap import CONTENTS
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.summaries import summarize
from tf2migrate.analysis.values import (
    Bound,
    Entries,
    GraphValue,
    Internal,
    Items,
    Method,
    Partial,
    Ref,
    Scope,
    ShapeOf,
    Tuple,
    Union,
    V,
)
from tf2migrate.model.facts import GraphNode, Kind, Value
from tf2migrate.model.source import NodeRef

if TYPE_CHECKING:
    from typing_extensions import Unpack


@dataclass(frozen=True, slots=True)
class Given:
    """Arguments of a node by parameter name, as values and as places in the source."""

    values: Mapping[str, V] = field(default_factory=dict)
    at: Mapping[str, NodeRef] = field(default_factory=dict)


class More(TypedDict, total=False):
    """What few nodes have."""

    output: int | str | None
    targets: tuple[int, ...]
    random: bool
    stateful: bool


NOTHING = Given()
# What Keras's models are built of: values without numbers, which are no part of the graph that is run.
SYMBOLIC = ("tf.keras.Input", "tf.keras.layers.Input")


def make_node(
    machine: Machine,
    at: ast.AST,
    kind: Kind,
    op: str,
    inputs: Iterable[int] = (),
    given: Given = NOTHING,
    name: str | None = None,
    **more: Unpack[More],
) -> GraphValue:
    """Return a new graph value, made by the expression `at`; one made of a model's symbolic input is another one."""
    inputs = tuple(dict.fromkeys(inputs))
    if kind is Kind.TENSOR and is_symbolic(machine, inputs):
        kind, op = Kind.OBJECT, f"{SYMBOLIC[0]}: {op}"
    summaries: dict[str, Value] = {key: summarize(machine.heap, value) for key, value in given.values.items()}
    node = GraphNode(
        id=len(machine.trace.nodes),
        kind=kind,
        op=op,
        inputs=inputs,
        controls=controls(machine),
        time=machine.trace.tick(),
        place=machine.place(at),
        graph=current_graph(machine),
        name=name,
        certain=machine.certain,
        repeated=machine.loops > 0,
        arguments=summaries,
        argument_at=dict(given.at),
        **more,
    )
    machine.trace.nodes.append(node)
    machine.given[node.id] = given.values
    note_shape(machine, node)
    return GraphValue(node.id)


def is_symbolic(machine: Machine, inputs: Iterable[int]) -> bool:
    """Say whether one of some graph values is symbolic, as what Keras's models are built of."""
    return any(machine.trace.nodes[number].op.startswith(SYMBOLIC) for number in inputs)


def revise_node(machine: Machine, node: int, **changes: object) -> None:
    """Complete a node that was just made."""
    machine.trace.nodes[node] = replace(machine.trace.nodes[node], **changes)  # type: ignore[arg-type]


def node_of(machine: Machine, value: GraphValue) -> GraphNode:
    """Return the node of a graph value."""
    return machine.trace.nodes[value.node]


def controls(machine: Machine) -> tuple[int, ...]:
    """Return the control inputs that hold here."""
    state = machine.heap.get(machine.world, "controls")
    return state.value if isinstance(state, Internal) and isinstance(state.value, tuple) else ()


def current_graph(machine: Machine) -> int:
    """Return the default graph."""
    state = machine.heap.get(machine.world, "graph")
    return state.value if isinstance(state, Internal) and isinstance(state.value, int) else machine.world


def graph_values(machine: Machine, value: V, depth: int = 5) -> list[int]:
    """Return the graph values that `value` is or holds, in order, without those behind instances."""
    match value:
        case GraphValue(node) | ShapeOf(node) | Scope(node=node):
            return [node] if isinstance(value, GraphValue) else []
        case Tuple(items, rest) | Items(items, rest):
            return _all(machine, items if rest is None else (*items, rest), depth)
        case Entries(entries, rest):
            inner = [part for entry in entries for part in (entry.key, entry.value)]
            return _all(machine, inner if rest is None else [*inner, rest], depth)
        case Ref(owner):
            if depth == 0 or not machine.heap.may_hold_graph_values(owner):
                return []
            contents = machine.heap.get(owner, CONTENTS)
            return [] if contents is None else graph_values(machine, contents, depth - 1)
        case Union(options):
            return _all(machine, options, depth)
        case Method(receiver, _) | Bound(_, receiver):
            return graph_values(machine, receiver, depth - 1) if depth else []
        case Partial(_, arguments):
            return _all(machine, arguments.values(), depth)
    return []


def _all(machine: Machine, values: Iterable[V], depth: int) -> list[int]:
    if depth == 0:
        return []
    return [node for value in values for node in graph_values(machine, value, depth - 1)]
