"""First states of RNN cells whose batch is only known in a run: what is fed in their place has the cell's sizes."""

from __future__ import annotations

import ast

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.render import Rendered, concat, join
from tf2migrate.migrate.steps import Units
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Sequence, Value

_DEFAULT = "tf.placeholder_with_default"
_BATCH = "batch_size"


def zero_state_spec(bench: Workbench, home: Home, units: Units, parameter: int) -> Rendered | None:
    """Return the spec for feeding a first state that moves, None for other values: the batch may have any size."""
    made = [bench.view.nodes[node] for node in units.structures.parts(parameter)]
    states = [bench.view.nodes[node.inputs[0]] if node.op == _DEFAULT and node.inputs else node for node in made]
    if not all(_is_zero_state(node, states[0]) and node.output == number for number, node in enumerate(states)):
        return None
    call = bench.syntax.call(states[0].place.expression)
    if call is None or states[0].place.frame not in home.frames:
        return None
    zeros = _of_one(bench, call)
    spec = f"{bench.tf}.TensorSpec([None, *v.shape[1:]], v.dtype)"
    value: Value = units.structures.values.get(parameter, GraphValue(parameter))
    if made == states or isinstance(value, GraphValue):
        return concat([f"{bench.tf}.nest.map_structure(\n{bench.syntax.indent}lambda v: {spec}, ", zeros, "\n)"])
    if isinstance(value, Sequence) and value.type == "tuple" and all(isinstance(v, GraphValue) for v in value.items):
        inner = bench.syntax.indent
        return concat([f"tuple(\n{inner}{spec}\n{inner}for v in {bench.tf}.nest.flatten(", zeros, ")\n)"])
    return None


def _is_zero_state(node: GraphNode, first: GraphNode) -> bool:
    return node.op.endswith(".zero_state") and node.place == first.place


def _of_one(bench: Workbench, call: ast.Call) -> Rendered:
    """Return a call that makes a first state, for a batch of one."""
    given: list[Rendered | str] = ["1" if number == 0 else bench.render(one) for number, one in enumerate(call.args)]
    for keyword in call.keywords:
        value = Rendered.new("1") if keyword.arg == _BATCH else bench.render(keyword.value)
        given.append(concat([f"{keyword.arg}=", value]))
    return concat([bench.render(call.func), "(", join(", ", given), ")"])
