"""Names for the cells that a body hands its values on by: variables of a function, attributes of an object."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from tf2migrate.migrate.syntax import Names
from tf2migrate.migrate.view import ProgramView, nodes_in
from tf2migrate.model.facts import Cell, Kind, Record
from tf2migrate.model.source import NodeRef


@dataclass(frozen=True, eq=False)
class Builder:
    """The activations that build one graph together: of one function, or of the methods of one object."""

    roots: tuple[int, ...]  # those that nothing else of the builder enters, in the order of execution
    instance: int | None = None  # the owner of the object's attributes
    entered: dict[NodeRef, int] = field(default_factory=dict)  # calls that are statements, and what they enter

    @property
    def frames(self) -> tuple[int, ...]:
        return (*self.roots, *self.entered.values())


class FrameCells:
    """The variables of one function or module: each is denoted by its own name everywhere."""

    prefix = ""  # of what is made for the whole body

    def __init__(self, frame: int) -> None:
        self._frame = frame
        self.kept: dict[Cell, str] = {}

    def holds(self, cell: Cell) -> bool:
        return cell.owner == self._frame and isinstance(cell.key, str)

    def name_of(self, cell: Cell) -> str:
        return str(cell.key)

    def text_of(self, cell: Cell) -> str:
        return str(cell.key)


class MemberCells(FrameCells):
    """The attributes of an object and the variables of the methods that build it.

    What moves into steps has a name of its own there; what steps find made is an attribute.
    """

    def __init__(
        self,
        view: ProgramView,
        builder: Builder,
        functions: Sequence[ast.FunctionDef],
        tree: ast.Module,
        others: Sequence[ast.Module] = (),
    ) -> None:
        """Name the parts of an object whose class stands in `tree`; `others` are the other files of the program."""
        super().__init__(builder.roots[0])
        assert builder.instance is not None
        self.instance = builder.instance
        self._frames = frozenset(builder.frames)
        definitions = {view.frames[frame].definition for frame in builder.frames}
        self.siblings = {  # all objects that these methods build, this one among them
            write.value.owner
            for write in view.program.writes
            if write.place.expression.kind == "arg"
            and isinstance(write.value, Record)
            and write.cell.owner in view.frames
            and view.frames[write.cell.owner].definition in definitions
            and write.cell.key == functions[0].args.args[0].arg
        }
        self._self_name = functions[0].args.args[0].arg
        self.prefix = f"{self._self_name}."
        self.members = Names(ast.Module([], []))
        self.members.take(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
        self.members.take(node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
        self.members.take(name for other in others if other is not tree for name in _set_on_objects(other))
        self._locals = Names(ast.Module([], []))
        self._locals.take(name for function in functions for name in _outer_names(function))
        self._names: dict[Cell, str] = {}
        for write in view.program.writes:
            if self.holds(write.cell) and any(_moves(view, node) for node in nodes_in(write.value)):
                self.name_of(write.cell)

    def holds(self, cell: Cell) -> bool:
        if not isinstance(cell.key, str):
            return False
        return cell.owner == self.instance or (cell.owner in self._frames and cell.key != self._self_name)

    def is_local(self, cell: Cell) -> bool:
        """Say whether a cell is a variable of a method."""
        return cell.owner in self._frames

    def name_of(self, cell: Cell) -> str:
        if cell not in self._names:
            name = str(cell.key)
            if not self.is_local(cell):  # `tf.function` renames parameters that begin so, which may be given by name
                name = name.lstrip("_") or name
            self._names[cell] = self._locals.fresh(name)
        return self._names[cell]

    def text_of(self, cell: Cell) -> str:
        if not self.is_local(cell):
            return f"{self.prefix}{cell.key}"
        if cell not in self.kept:
            self.kept[cell] = self.members.fresh(str(cell.key))
        return f"{self.prefix}{self.kept[cell]}"


def _moves(view: ProgramView, node: int) -> bool:
    return view.nodes[node].kind is Kind.PLACEHOLDER or view.is_compute(node)


def _set_on_objects(tree: ast.Module) -> set[str]:
    """Return the names that a file sets on objects, or gives to methods of its classes, which may be derived ones."""
    methods = [one for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body]
    names = {one.name for one in methods if isinstance(one, ast.FunctionDef)}
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return names | {node.attr for node in attributes if not isinstance(node.ctx, ast.Load)}


def _outer_names(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function reads and that are not its own."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    return {node.id for node in names} - own
