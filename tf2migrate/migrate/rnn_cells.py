"""What the facts say of RNN cells: which of them make weights, under which names, over inputs of which size."""

from __future__ import annotations

from dataclasses import dataclass

from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.view import ProgramView, is_cell_weight
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Sequence, Value
from tf2migrate.model.source import NodeRef

LABELS = {
    "BasicLSTMCell": "basic_lstm_cell",
    "LSTMCell": "lstm_cell",
    "BasicRNNCell": "basic_rnn_cell",
    "GRUCell": "gru_cell",
}
ATTRIBUTES = {
    "kernel": "kernel",
    "bias": "bias",
    "gates/kernel": "gate_kernel",
    "gates/bias": "gate_bias",
    "candidate/kernel": "candidate_kernel",
    "candidate/bias": "candidate_bias",
}
_STACK, _PROJECTED = "MultiRNNCell", "OutputProjectionWrapper"
ROLES = ("cell", "cell_fw", "cell_bw")
MATRIX, CUBE = 2, 3  # ranks of what a cell and a loop over it are given


@dataclass(frozen=True)
class CellFacts:
    """Questions about the cells of one program."""

    view: ProgramView

    def roots(self) -> dict[int, GraphNode]:
        """Return, by weight, the cell to which the call belongs that made the weight."""
        found: dict[int, GraphNode] = {}
        users = {node.place.expression: node for node in reversed(self.view.nodes) if _uses_cell(node)}
        for weight in self.view.nodes:
            user = users.get(weight.place.expression) if is_cell_weight(weight) else None
            for cell in () if user is None else self._used(user):
                if weight.id in cell.targets:
                    found[weight.id] = cell
        return found

    def _used(self, user: GraphNode) -> list[GraphNode]:
        """Return the cells that an expression applies."""
        if user.op.endswith(".__call__"):
            return [self.view.nodes[user.inputs[0]]]
        given = [user.arguments.get(role) for role in ROLES]
        return [self.view.nodes[value.node] for value in given if isinstance(value, GraphValue)]

    def user(self, cell: GraphNode) -> GraphNode | None:
        """Return what the expression gives that made a cell's weights."""
        places = {self.view.nodes[weight].place.expression for weight in cell.targets}
        return next((node for node in self.view.nodes if node.place.expression in places and _uses_cell(node)), None)

    def inputs(self, cell: GraphNode, user: GraphNode) -> tuple[Value | None, int]:
        """Return what a cell is first applied to, and the rank of that."""
        if user.op.endswith(".__call__"):
            return user.arguments.get("inputs", user.arguments.get("0")), MATRIX
        inputs = user.arguments.get("inputs", user.arguments.get("decoder_inputs"))
        if isinstance(inputs, Sequence):
            return (inputs.items[0] if inputs.items else None), MATRIX
        return inputs, CUBE

    def place(self, cell: GraphNode, user: GraphNode) -> NodeRef | None:
        """Return the expression that denotes a cell where it is used."""
        given = [role for role in ROLES if user.arguments.get(role) == GraphValue(cell.id)]
        return user.argument_at.get(given[0]) if given else None

    def scope(self, cell: GraphNode) -> str:
        """Return the name under which a cell makes its weights; refuse names that the emitted cells do not give."""
        known = [self.view.nodes[one].name for one in dict.fromkeys(cell.targets)]
        name = self._name(cell)
        if name is None or self._composed(cell, name) != known or self._is_shared(cell):
            raise Refused(
                NO_NATIVE_FORM,
                cell.place.expression,
                "the weights of this cell have names of their own, or are shared with another cell",
                "use one cell object wherever the weights are shared",
            )
        return name

    def _is_shared(self, cell: GraphNode) -> bool:
        """Say whether two cell objects have the same weights, found again by their names."""
        makers = [one for one in self.view.nodes if one.kind is Kind.CELL and _short(one) in LABELS]
        return any(sum(weight in maker.targets for maker in makers) > 1 for weight in cell.targets)

    def attributes(self, cell: GraphNode, text: str) -> dict[int, str]:
        """Return the expressions of a cell's weights."""
        short, inner = _short(cell), self._inner(cell)
        if short in LABELS:
            weights = [self.view.nodes[one] for one in cell.targets]
            return {one.id: f"{text}.{ATTRIBUTES[str(one.output)]}" for one in weights}
        found: dict[int, str] = {}
        for number, one in enumerate(inner):
            held = f"{text}.cells[{number}]" if short == _STACK else f"{text}.cell"
            for weight, expression in self.attributes(one, held).items():
                found.setdefault(weight, expression)
        if short == _PROJECTED:
            kernel, bias = cell.targets[-2:]
            found |= {kernel: f"{text}.kernel", bias: f"{text}.bias"}
        return found

    def _inner(self, cell: GraphNode) -> list[GraphNode]:
        """Return the cells that a stack or wrapper holds."""
        held = cell.arguments.get("cells", cell.arguments.get("cell", cell.arguments.get("0")))
        values = held.items if isinstance(held, Sequence) else (held,)
        return [self.view.nodes[value.node] for value in values if isinstance(value, GraphValue)]

    def _label(self, cell: GraphNode) -> str | None:
        short = _short(cell)
        if short in LABELS:
            return LABELS[short]
        if short in (_STACK, _PROJECTED):
            return "multi_rnn_cell" if short == _STACK else "output_projection_wrapper"
        inner = self._inner(cell)
        return self._label(inner[0]) if inner else None

    def _name(self, cell: GraphNode) -> str | None:
        """Return the scope that holds the weights of a cell, or of the cells in it."""
        short, inner = _short(cell), self._inner(cell)
        if short in LABELS or short == _PROJECTED:
            last = self.view.nodes[cell.targets[-1]] if cell.targets else None
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
        if short in LABELS:
            return [f"{name}/{self.view.nodes[one].output}" for one in cell.targets]
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
    return node.kind is Kind.TENSOR and (node.op.endswith(".__call__") or any(r in node.arguments for r in ROLES))


def _short(cell: GraphNode) -> str:
    return cell.op.rpartition(".")[2]
