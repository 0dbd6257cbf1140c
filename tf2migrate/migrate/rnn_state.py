"""RNN cells as state: each gets its weights where TensorFlow 1 made them, at the first call that uses it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tf2migrate.migrate.dimensions import Dimensions
from tf2migrate.migrate.refusal import MIXED_STATE, NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.view import is_cell_weight
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Sequence, Value
from tf2migrate.model.source import NodeRef

_LABELS = {
    "BasicLSTMCell": "basic_lstm_cell",
    "LSTMCell": "lstm_cell",
    "BasicRNNCell": "basic_rnn_cell",
    "GRUCell": "gru_cell",
}
_STACK, _PROJECTED = "MultiRNNCell", "OutputProjectionWrapper"
_ROLES = ("cell", "cell_fw", "cell_bw")


def write_cell_builds(bench: Workbench, plan: HomePlan) -> None:
    """Let every cell of a body make its weights in the place of the statement that first used it."""
    builder = _Builder(bench, plan)
    places = {node.place.expression: node for node in bench.view.nodes if is_cell_weight(node)}
    for made in places.values():
        unit = plan.home.unit_of(made.place)
        if unit is not None and made.place.expression.path == bench.syntax.path:
            builder.build(made, unit)


@dataclass(frozen=True)
class _Builder:
    bench: Workbench
    plan: HomePlan

    def build(self, made: GraphNode, unit: Unit) -> None:
        """Register the building of the cells whose weights one expression makes."""
        at = made.place.expression
        if made.place.frame not in self.plan.home.frames or unit not in self.plan.units.compute:
            raise Refused(
                MIXED_STATE,
                at,
                "a cell makes its weights in a function or loop that also computes with it",
                "make the cell at the level where it is used",
            )
        user = next(node for node in self.bench.view.nodes if node.place.expression == at and _uses_cell(node))
        for cell, place, inputs, rank in self._cells(user):
            if isinstance(cell, GraphValue) and self._makes_here(cell.node, at):
                self._build_one(self.bench.view.nodes[cell.node], place, inputs, rank, unit)

    def _cells(self, user: GraphNode) -> Iterator[tuple[Value, ast.expr, Value | None, int]]:
        """Yield the cells that an expression uses: their values, expressions, inputs and the rank of those."""
        call = self.bench.syntax.call(user.place.expression)
        assert call is not None
        if user.op.endswith(".__call__"):
            inputs = user.arguments.get("inputs", user.arguments.get("0"))
            yield GraphValue(user.inputs[0]), call.func, inputs, 2
            return
        inputs = user.arguments.get("inputs", user.arguments.get("decoder_inputs"))
        rank = 3
        if isinstance(inputs, Sequence):
            inputs, rank = (inputs.items[0] if inputs.items else None), 2
        for role in _ROLES:
            at = user.argument_at.get(role)
            node = None if at is None else self.bench.syntax.nodes.get(at)
            if role in user.arguments and isinstance(node, ast.expr):
                yield user.arguments[role], node, inputs, rank

    def _makes_here(self, cell: int, at: NodeRef) -> bool:
        weights = [self.bench.view.nodes[weight] for weight in self.bench.view.nodes[cell].targets]
        return any(weight.place.expression == at for weight in weights)

    def _build_one(self, cell: GraphNode, place: ast.expr, inputs: Value | None, rank: int, unit: Unit) -> None:
        size = Dimensions(self.bench, self.plan, unit).last(inputs, rank)
        if size is None:
            raise Refused(
                NO_NATIVE_FORM,
                cell.place.expression,
                "the size of this cell's inputs is not written in the program",
                "reshape its inputs to a shape with a known last dimension",
            )
        name = self._name(cell)
        known = [self.bench.view.nodes[one].name for one in dict.fromkeys(cell.targets)]
        if name is None or self._composed(cell, name) != known:
            raise Refused(
                NO_NATIVE_FORM,
                cell.place.expression,
                "the weights of this cell have names of their own, or are shared with another cell",
                "use one cell object wherever the weights are shared",
            )
        text = self._named(place, unit)
        row = unit.node.lineno
        lines = self.plan.layout.residue[unit]
        lines.append(concat([text, Rendered.new(f'.build({_bare(size)}, "{name}")', row)]))

    def _named(self, place: ast.expr, unit: Unit) -> Rendered:
        """Return the expression of a cell; one that is made within the statement gets a name."""
        if isinstance(place, (ast.Name, ast.Attribute, ast.Subscript)):
            return self.bench.render(place)
        name = self.bench.names.fresh("cell")
        self.plan.layout.residue[unit].append(concat([f"{name} = ", self.bench.render(place)]))
        self.bench.renderer.add(self.bench.syntax.span(place), name)
        return Rendered.new(name, unit.node.lineno)

    # --- names --------------------------------------------------------------------------------------------------------

    def _inner(self, cell: GraphNode) -> list[GraphNode]:
        """Return the cells that a stack or wrapper holds."""
        held = cell.arguments.get("cells", cell.arguments.get("cell", cell.arguments.get("0")))
        values = held.items if isinstance(held, Sequence) else (held,)
        return [self.bench.view.nodes[value.node] for value in values if isinstance(value, GraphValue)]

    def _label(self, cell: GraphNode) -> str | None:
        short = _short(cell)
        if short in _LABELS:
            return _LABELS[short]
        if short in (_STACK, _PROJECTED):
            return "multi_rnn_cell" if short == _STACK else "output_projection_wrapper"
        inner = self._inner(cell)
        return self._label(inner[0]) if inner else None

    def _name(self, cell: GraphNode) -> str | None:
        """Return the scope that holds the weights of a cell, or of the cells in it."""
        weights = [self.bench.view.nodes[one] for one in cell.targets]
        short, inner = _short(cell), self._inner(cell)
        if short in _LABELS or short == _PROJECTED:
            last = weights[-1] if weights else None
            if last is None or last.name is None or not last.name.endswith(f"/{last.output}"):
                return None
            return last.name.removesuffix(f"/{last.output}")
        if not inner:
            return None
        name = self._name(inner[0])
        if short != _STACK:
            return name
        suffix = f"/cell_0/{self._label(inner[0])}"
        return name.removesuffix(suffix) if name is not None and name.endswith(suffix) else None

    def _composed(self, cell: GraphNode, name: str) -> list[str]:
        """Return the names that the emitted classes give the weights of a cell."""
        short, inner = _short(cell), self._inner(cell)
        if short in _LABELS:
            return [f"{name}/{self.bench.view.nodes[one].output}" for one in cell.targets]
        found: list[str] = []
        if short == _STACK:
            for number, one in enumerate(inner):
                if all(one.id != other.id for other in inner[:number]):
                    found.extend(self._composed(one, f"{name}/cell_{number}/{self._label(one)}"))
            return found
        if short == _PROJECTED and inner:
            own = [f"{name}/kernel", f"{name}/bias"]
            return [*self._composed(inner[0], f"{name}/{self._label(inner[0])}"), *own]
        return self._composed(inner[0], name) if inner else []


def _uses_cell(node: GraphNode) -> bool:
    return node.kind is Kind.TENSOR and (node.op.endswith(".__call__") or any(r in node.arguments for r in _ROLES))


def _short(cell: GraphNode) -> str:
    return cell.op.rpartition(".")[2]


def _bare(size: str) -> str:
    """Return an expression without the parentheses around it."""
    return size[1:-1] if size.startswith("(") and size.endswith(")") and size.count("(") == 1 else size
