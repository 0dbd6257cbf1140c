"""RNN cells as parts of the classes that functions become: made and given their weights in the constructor."""

from __future__ import annotations

from tf2migrate.migrate.dimensions import Dimensions
from tf2migrate.migrate.home import covers
from tf2migrate.migrate.modules import Module
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.rnn_cells import CellFacts
from tf2migrate.migrate.rnn_state import input_size
from tf2migrate.migrate.state_members import Member, MemberKind
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import Names
from tf2migrate.migrate.units import Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode

Caller = tuple[HomePlan, Unit]  # the statement for which an object is made


class CellMembers:
    """Writes the cells of classes."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.facts = CellFacts(bench.view)
        self._roots = self.facts.roots()

    def root(self, member: Member) -> GraphNode:
        return self._roots[member.variables[0]]

    def paths(self, member: Member, text: str) -> dict[int, str]:
        """Return the expressions of a cell's weights."""
        return self.facts.attributes(self.root(member), text)

    def made(self, member: Member, constructed: Rendered) -> Rendered:
        """Return the expression that makes a cell of an object, and the statement that makes its weights."""
        scope = self.facts.scope(self.root(member))
        return concat([constructed, f'\nself.{member.name}.build({member.size}, "{scope}")'])

    def size(self, member: Member, caller: Caller | None, held: dict[int, str] | None = None) -> str:
        """Return the size of a cell's inputs where the object is made that the cell is a part of.

        `held` are the expressions of variables in the object's own constructor.
        """
        if caller is None:
            raise Refused(
                MIXED_STATE,
                member.at,
                "a cell is made in a function within another one that makes state and computes",
                "make the cell outside of the functions and pass it in",
            )
        return input_size(Dimensions(self.bench, *caller, held or {}), self.facts, self.root(member))

    def _check_filled(self, member: Member) -> None:
        """A constructor takes over the statement that makes a list, not those that fill it."""
        view, frame = self.bench.view, self.root(member).place.frame
        for read in view.program.reads:
            owner = getattr(read.value, "owner", None)
            if read.place.frame != frame or owner is None or not covers(member.at, read.place.expression):
                continue
            made = view.definition_of(read)
            filled = (write for write in view.program.writes if write.cell.owner == owner)
            if made is not None and any(write.place.statement != made.place.statement for write in filled):
                raise Refused(
                    MIXED_STATE,
                    member.at,
                    "a list of cells is filled in a function that also computes with them",
                    "make the list in one expression, or outside of the function",
                )

    def name_sizes(self, module: Module, names: Names, caller: Caller | None) -> None:
        """Decide how the constructor of a class gets the sizes of its cells' inputs; equal ones are one parameter."""
        held = {m.variables[0]: f"self.{m.name}" for m in module.members if m.kind is MemberKind.VARIABLE}
        parameters: dict[int, str] = {}
        for member in module.members:
            if member.kind is not MemberKind.CELL:
                continue
            self._check_filled(member)
            member.size = self.size(member, caller, held)
            if member.size.startswith("self."):
                continue
            user = self.facts.user(self.root(member))
            key = -1 if user is None else user.id
            if key not in parameters:
                parameters[key] = names.fresh("input_size")
                module.sizes[parameters[key]] = (member.at, member.at)
            member.size = parameters[key]
