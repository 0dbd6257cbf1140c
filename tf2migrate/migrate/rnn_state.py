"""RNN cells as state: each gets its weights where TensorFlow 1 made them, at the first call that uses it."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.migrate.dimensions import Dimensions
from tf2migrate.migrate.refusal import MIXED_STATE, NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.rnn_cells import CellFacts
from tf2migrate.migrate.state_members import StateFacts
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.view import ProgramView, is_cell_weight
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind


def write_cell_builds(bench: Workbench, plan: HomePlan, state: StateFacts) -> None:
    """Let every cell that a body makes get its weights in the place of the statement that first used it.

    Cells that a function makes and computes with belong to the class that the function becomes.
    """
    facts = CellFacts(bench.view)
    builder = _Builder(bench, plan, facts)
    roots = facts.roots()
    for weight in bench.view.nodes:
        if is_cell_weight(weight) and weight.id not in roots and plan.home.unit_of(weight.place) is not None:
            raise Refused(
                NO_NATIVE_FORM,
                weight.place.expression,
                "which cell makes its weights here is not certain",
                "make the cell in one way",
            )
    _check_made_on_host(bench.view)
    for cell in {cell.id: cell for cell in roots.values()}.values():
        user = facts.user(cell)
        unit = None if user is None else plan.home.unit_of(user.place)
        inner = _frames_inside(bench.view, plan, cell)
        mine = plan.home.unit_of(cell.place) is not None and not any(state.is_mixed(frame) for frame in inner)
        if user is not None and unit is not None and mine and cell.place.expression.path == bench.syntax.path:
            builder.build(cell, user, unit)


def _frames_inside(view: ProgramView, plan: HomePlan, cell: GraphNode) -> list[int]:
    """Return the functions in which a cell is made that the body of a home calls."""
    frames = view.frames_on_trail(cell.place)
    own = [number for number, frame in enumerate(frames) if frame in plan.home.frames]
    return frames[own[-1] + 1 :] if own else frames


def _check_made_on_host(view: ProgramView) -> None:
    """Refuse a cell that is made with a value of the graph: the cell stays where that no longer exists."""
    for cell in view.nodes:
        given = [view.nodes[number] for number in cell.inputs] if cell.kind is Kind.CELL else []
        if any(node.kind is not Kind.CELL and view.varies(node.id) for node in given):
            raise Refused(
                NO_NATIVE_FORM,
                cell.place.expression,
                "this cell is made with a value of the graph",
                "give it a number, or apply the dropout to its outputs by hand",
            )


def input_size(place: Dimensions, facts: CellFacts, cell: GraphNode) -> str:
    """Return the size of a cell's inputs as an expression that holds at a place."""
    user = facts.user(cell)
    size = None if user is None else place.last(*facts.inputs(cell, user))
    if size is None:
        raise Refused(
            NO_NATIVE_FORM,
            cell.place.expression,
            "the size of this cell's inputs is not written in the program",
            "reshape its inputs to a shape with a known last dimension",
        )
    return size[1:-1] if size.startswith("(") and size.endswith(")") and size.count("(") == 1 else size


@dataclass(frozen=True)
class _Builder:
    bench: Workbench
    plan: HomePlan
    facts: CellFacts

    def build(self, cell: GraphNode, user: GraphNode, unit: Unit) -> None:
        """Register the statement that makes a cell's weights."""
        if unit not in self.plan.units.compute:
            raise Refused(
                MIXED_STATE,
                user.place.expression,
                "a cell makes its weights in a loop that also runs the session",
                "make the cell, and use it once, before the loop",
            )
        size = input_size(Dimensions(self.bench, self.plan, unit), self.facts, cell)
        name = self.facts.scope(cell)
        text = self._named(cell, user, unit) if user.place.frame in self.plan.home.frames else self._held(cell, user)
        self.plan.layout.residue[unit].append(
            concat([text, Rendered.new(f'.build({size}, "{name}")', unit.node.lineno)])
        )
        for weight, expression in self.facts.attributes(cell, text.text).items():
            self.plan.home.lifted.setdefault(weight, expression)

    def _held(self, cell: GraphNode, user: GraphNode) -> Rendered:
        """Return the name by which the body holds a cell that a function of its own uses."""
        text = list_text(self.bench.view, self.plan.home, [cell.id], user.place.expression)
        return Rendered.new(text[1:-1], user.place.expression.line)

    def _named(self, cell: GraphNode, user: GraphNode, unit: Unit) -> Rendered:
        """Return the expression of a cell; one that is made within the statement gets a name."""
        call = self.bench.syntax.call(user.place.expression)
        at = self.facts.place(cell, user)
        place = self.bench.syntax.nodes.get(at) if at is not None else call.func if call is not None else None
        assert isinstance(place, ast.expr)
        if isinstance(place, (ast.Name, ast.Attribute, ast.Subscript)):
            return self.bench.render(place)
        name = self.bench.names.fresh("cell")
        self.plan.layout.residue[unit].append(concat([f"{name} = ", self.bench.render(place)]))
        self.bench.renderer.add(self.bench.syntax.span(place), name)
        return Rendered.new(name, unit.node.lineno)
