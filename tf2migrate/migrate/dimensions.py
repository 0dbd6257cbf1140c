"""Static sizes of graph values as expressions that hold where a graph was built: for weights that are made there."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from tf2migrate.migrate.refusal import Refused
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import is_atom
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import nodes_in
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Sequence, Value
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_SAME_SHAPE = frozenset(
    "tf.nn.relu tf.nn.relu6 tf.nn.elu tf.nn.leaky_relu tf.nn.tanh tf.tanh tf.sigmoid tf.nn.sigmoid tf.nn.softmax "
    "tf.nn.dropout tf.layers.dropout tf.identity tf.stop_gradient tf.cast tf.to_float tf.square tf.sqrt tf.abs tf.exp "
    "tf.log tf.nn.l2_normalize tf.clip_by_value tf.reverse tf.layers.batch_normalization tf.nn.bias_add "
    "tf.contrib.layers.dropout tf.contrib.layers.batch_norm tf.reverse_sequence".split()
)
_ELEMENTWISE = frozenset(
    "operator.add operator.sub operator.mul operator.truediv operator.div tf.add tf.subtract tf.multiply".split()
)
_SHAPED = {"tf.zeros": "shape", "tf.ones": "shape", "tf.reshape": "shape", "tf.random_normal": "shape"}
_UNITS = {
    "tf.layers.dense": "units",
    "tf.contrib.layers.fully_connected": "num_outputs",
    "tf.contrib.layers.linear": "num_outputs",
}
_LOOPS = frozenset({"dynamic_rnn", "static_rnn", "rnn_decoder", "bidirectional_dynamic_rnn"})
_DEPTH = 40


@dataclass(frozen=True)
class Dimensions:
    """Answers for one place: the expressions that it gives are evaluated at `unit`."""

    bench: Workbench
    plan: HomePlan
    unit: Unit
    held: Mapping[int, str] = field(default_factory=dict)  # variables that have other names at the place

    def last(self, value: Value | None, rank: int) -> str | None:
        """Return the size of the last dimension of a value of known rank; None where no expression says it."""
        return self._of(value, -1, rank, _DEPTH)

    def _of(self, value: Value | None, axis: int, rank: int | None, depth: int) -> str | None:
        """Return the size along an axis, counted from the end."""
        if not isinstance(value, GraphValue) or not depth:
            return None
        node = self.bench.view.nodes[value.node]
        short = node.op.rpartition(".")[2]
        if node.kind is Kind.PLACEHOLDER:
            return self._written(node, "shape", axis) or self._of_spec(node, axis)
        if node.kind is Kind.VARIABLE:
            return self._of_variable(node, axis)
        if node.op in _SHAPED:
            return self._written(node, _SHAPED[node.op], axis)
        if node.op in _UNITS and axis == -1:
            return self._argument(node, _UNITS[node.op])
        if node.op == "tf.one_hot" and axis == -1 and "axis" not in node.arguments:
            return self._argument(node, "depth")
        if short in _LOOPS and axis == -1:
            return self._of_outputs(node)
        return self._through(node, axis, rank, depth - 1)

    def _through(self, node: GraphNode, axis: int, rank: int | None, depth: int) -> str | None:
        """Return the size where it is that of an input."""
        inputs = [GraphValue(i) for i in node.inputs]
        match node.op:
            case op if op in _SAME_SHAPE and inputs:
                return self._of(inputs[0], axis, rank, depth)
            case op if op in _ELEMENTWISE:
                sizes = [self._of(one, axis, rank, depth) for one in inputs]
                return next((size for size in sizes if size not in (None, "1")), None)
            case "tf.nn.embedding_lookup" | "tf.gather" if axis == -1 and "axis" not in node.arguments and inputs:
                return self._of(inputs[0], -1, None, depth)
            case "tf.matmul" if axis == -1 and len(inputs) == 2 and not node.arguments.get("transpose_b"):
                return self._of(inputs[1], -1, rank, depth)
            case "tf.nn.xw_plus_b" if axis == -1 and len(inputs) > 1:
                return self._of(inputs[1], -1, rank, depth)
            case "tf.unstack" | "tf.squeeze" if rank is not None and inputs:
                return self._of(inputs[0], *_with_axis(_axis_of(node, rank + 1), axis, rank), depth)
            case "tf.expand_dims" | "tf.stack" if rank is not None and inputs:
                inner = _without_axis(_axis_of(node, rank), axis, rank)
                return (
                    "1"
                    if inner is None and node.op == "tf.expand_dims"
                    else self._of(inputs[0], *(inner or (0, 0)), depth)
                )
            case "tf.split" if _is_other_axis(node, "axis", axis, rank) and inputs:
                return self._of(inputs[0], axis, rank, depth)
            case "tf.concat" if _is_other_axis(node, "axis", axis, rank) and inputs:
                return self._of(inputs[0], axis, rank, depth)
            case "tf.transpose":
                return self._transposed(node, axis, depth)
            case "operator.getitem" if rank is not None and inputs:
                return self._sliced(node, axis, rank, depth)
        return None

    def _transposed(self, node: GraphNode, axis: int, depth: int) -> str | None:
        match node.arguments.get("perm"):
            case Sequence(_, items, False) if all(isinstance(item, Known) for item in items):
                source = items[axis].value - len(items)  # type: ignore[union-attr, operator]
                return self._of(GraphValue(node.inputs[0]), source, len(items), depth)
            case _:
                return None

    def _sliced(self, node: GraphNode, axis: int, rank: int, depth: int) -> str | None:
        """Return the size along an axis that a subscript leaves whole."""
        subscript = self._node(node.place.expression)
        if not isinstance(subscript, ast.Subscript):
            return None
        parts = subscript.slice.elts if isinstance(subscript.slice, ast.Tuple) else [subscript.slice]
        if any(isinstance(part, (ast.Constant, ast.Attribute)) and not _is_index(part) for part in parts):
            return None  # an ellipsis or a new axis
        whole = rank + sum(not isinstance(part, ast.Slice) for part in parts)
        left = [
            *(number for number, part in enumerate(parts) if isinstance(part, ast.Slice)),
            *range(len(parts), whole),
        ]
        position = left[axis]
        if position < len(parts) and ast.unparse(parts[position]) != ":":
            return None
        return self._of(GraphValue(node.inputs[0]), position - whole, whole, depth)

    def _of_variable(self, node: GraphNode, axis: int) -> str | None:
        if node.id in self.held:
            return f"{self.held[node.id]}.shape[{axis}]"
        try:
            name = list_text(self.bench.view, self.plan.home, [node.id], node.place.expression)[1:-1]
        except Refused:
            return self._written(node, "shape", axis)
        return f"{name}.shape[{axis}]"

    def _of_spec(self, node: GraphNode, axis: int) -> str | None:
        spec = self.plan.spec_names.get(node.id)
        return None if spec is None else f"{spec}.shape[{axis}]"

    def _of_outputs(self, node: GraphNode) -> str | None:
        at = node.argument_at.get("cell")
        text = None if at is None else self.expression(at)
        return None if text is None else f"{text}.output_size"

    # --- expressions --------------------------------------------------------------------------------------------------

    def _argument(self, node: GraphNode, name: str) -> str | None:
        at, value = node.argument_at.get(name), node.arguments.get(name)
        text = None if at is None else self.expression(at)
        return text or _literal(value)

    def _written(self, node: GraphNode, name: str, axis: int) -> str | None:
        """Return an element of a shape that is written down as a list."""
        at, value = node.argument_at.get(name), node.arguments.get(name)
        display = None if at is None else self._node(at)
        known = value.items[axis] if isinstance(value, Sequence) and len(value.items) >= -axis else None
        if known in (None, Known(None), Known(-1)) or (isinstance(known, Known) and not isinstance(known.value, int)):
            return None
        if at is not None and isinstance(display, (ast.List, ast.Tuple)) and len(display.elts) >= -axis:
            text = self.expression(node_ref(at.path, display.elts[axis]))
            if text is not None:
                return text
        return _literal(known)

    def expression(self, at: NodeRef) -> str | None:
        """Return an expression's text where it means at this place what it meant at its own."""
        node = self._node(at)
        if not isinstance(node, ast.expr):
            return None
        for part in ast.walk(node):
            if isinstance(part, (ast.Call, ast.Lambda, ast.ListComp, ast.Await, ast.Yield, ast.NamedExpr)):
                return None
            if isinstance(part, ast.Name) and (at.path != self.plan.home.path or not self._keeps_meaning(part)):
                return None
        text = self.bench.of(at).syntax.source(node)
        return text if is_atom(node) or isinstance(node, ast.Constant) else f"({text})"

    def _node(self, at: NodeRef) -> ast.AST | None:
        return self.bench.of(at).syntax.nodes.get(at)

    def _keeps_meaning(self, name: ast.Name) -> bool:
        """Say whether a name of the body still holds at this place what it held where it is read."""
        home = self.plan.home
        read = home.read_of(name)
        if read is None or not home.holds(read.cell) or nodes_in(read.value) & self._moving():
            return False
        definition = self.bench.view.definition_of(read)
        writer = None if definition is None else home.unit_of(definition.place)
        if definition is None or writer is None or writer is self.unit or writer in self.plan.units.compute:
            return False
        if writer.region != self.unit.region and writer.region:
            return False
        limit = max((event.time for event in home.events[self.unit].nodes), default=read.time)
        return not any(read.time < write.time < limit for write in self.bench.view.writes_to[read.cell])

    def _moving(self) -> frozenset[int]:
        view = self.bench.view
        return frozenset(n.id for n in view.nodes if n.kind is Kind.PLACEHOLDER or self.plan.units.moves(n.id))


def _is_index(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _literal(value: Value | None) -> str | None:
    if isinstance(value, Known) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return str(value.value)
    return None


def _axis_of(node: GraphNode, rank: int) -> int | None:
    """Return the axis that an op takes away or puts in, counted from the front."""
    value = node.arguments.get("axis", node.arguments.get("squeeze_dims", node.arguments.get("dim")))
    if isinstance(value, Sequence) and len(value.items) == 1:
        value = value.items[0]
    if value is None and node.op != "tf.squeeze":
        return 0
    if isinstance(value, Known) and isinstance(value.value, int):
        return value.value % rank
    return None


def _with_axis(taken: int | None, axis: int, rank: int) -> tuple[int, int | None]:
    """Return the axis of a value from which an op took one, and that value's rank."""
    if taken is None:
        return 0, 0
    position = rank + axis
    return (position if position < taken else position + 1) - (rank + 1), rank + 1


def _without_axis(added: int | None, axis: int, rank: int) -> tuple[int, int] | None:
    """Return the axis of a value into which an op put one, and that value's rank; None for the new axis itself."""
    position = rank + axis
    if added is None or position == added:
        return None
    return (position if position < added else position - 1) - (rank - 1), rank - 1


def _is_other_axis(node: GraphNode, name: str, axis: int, rank: int | None) -> bool:
    value = node.arguments.get(name, Known(0))
    if not isinstance(value, Known) or not isinstance(value.value, int) or isinstance(value.value, bool):
        return False
    if rank is None:
        return value.value >= 0 and axis == -1 and value.value == 0
    return value.value % rank != rank + axis
