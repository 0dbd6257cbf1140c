"""What an object is made with that follows from static shapes: its caller writes the numbers."""

from __future__ import annotations

import ast

from tf2migrate.migrate.module_checks import mixed
from tf2migrate.migrate.modules import Module
from tf2migrate.migrate.rnn_members import Caller, CellMembers
from tf2migrate.migrate.slices import values_by_round
from tf2migrate.migrate.state_loops import first_target
from tf2migrate.migrate.state_members import Member, MemberKind, static_sizes
from tf2migrate.migrate.syntax import Names
from tf2migrate.migrate.variables import literal
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Known
from tf2migrate.source import node_ref


class InstanceValues:
    """Names the sizes that a class takes, and gives their values for each object."""

    def __init__(self, bench: Workbench, cells: CellMembers) -> None:
        self.bench, self.syntax, self.view, self.cells = bench, bench.syntax, bench.view, cells

    def name_sizes(self, module: Module, caller: Caller | None) -> None:
        """Decide which parameters of the constructor stand for static sizes; in a loop each round has its own."""
        names = Names(module.function)  # type: ignore[arg-type]
        self.cells.name_sizes(module, names, caller)
        for member in module.members:
            for element in static_sizes(self.view, self.syntax, member):
                if getattr(self.syntax.nodes[element], "id", None) in module.slice.literals:
                    continue  # the constructor is given it already
                inside = [n for n in ast.walk(self.syntax.nodes[element]) if isinstance(n, ast.Name)]
                called = [n.func for n in ast.walk(self.syntax.nodes[element]) if isinstance(n, ast.Call)]
                root = next((n for n in inside if n not in called), None)
                name = names.fresh("size" if root is None else f"{root.id}_size".replace("size_size", "input_size"))
                self.bench.renderer.add(self.syntax.index.span(element), name)
                if member.loop is None:
                    module.sizes[name] = (member.at, element)
                    continue
                held = names.fresh(f"{name}s")
                module.sizes[held] = (member.at, element)
                module.slice.varying[member.loop][name] = held

    def given(self, module: Module, frame: int, members: list[Member], caller: Caller | None) -> dict[str, str]:
        """Return the values that one object is made with; `members` are those of the activation it stands for."""
        found = {name: self._known(frame, name) for name in module.slice.literals}
        for held, (name, at, loop) in module.slice.by_round.items():
            ref = node_ref(self.syntax.path, loop)
            found[held] = repr(values_by_round(self.view, frame, ref, first_target(loop), name, at))
        made = {member.at: member for member in members}
        for name, (at, element) in module.sizes.items():
            member = made.get(at)
            if member is None:
                found[name] = "None"  # a condition keeps this object from making it
            elif member.kind is MemberKind.CELL:
                found[name] = self.cells.size(member, caller)
            else:
                sizes = [static_sizes(self.view, self.syntax, piece).get(element) for piece in member.pieces]
                if None in sizes or member.open:
                    raise mixed(at, "the size of a variable depends on a static shape that is not known")
                found[name] = str(sizes) if member.rounds else str(sizes[0])
        return found

    def _known(self, frame: int, name: str) -> str:
        writes = [w for w in self.view.program.writes if w.cell.owner == frame and w.cell.key == name]
        value = writes[-1].value
        if any(write.value != value for write in writes):
            raise mixed(writes[-1].place.expression, f"`{name}` has several values, and state is made with it")
        if not isinstance(value, Known):
            raise mixed(writes[-1].place.expression, f"`{name}` is not certain, and state is made with it")
        return literal(value.value) if isinstance(value.value, (str, int)) else repr(value.value)
