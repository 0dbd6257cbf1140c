"""Expressions of a body that make state, or use it again: what becomes an object of its own."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.layer_forms import LAYER_FORMS, is_layer_object
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.rnn_cells import CellFacts
from tf2migrate.migrate.state import GLOBAL_STEPS
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView, is_average, is_cell_weight, is_slot
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Place, Sequence
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref


class MemberKind(Enum):
    LAYER = "layer"  # a layer function: the layer is made once, and called
    VARIABLE = "variable"  # makes variables and computes nothing
    CELL = "cell"  # makes an RNN cell, whose weights come with its first call
    MODULE = "module"  # a call of a function that makes state and computes


@dataclass(frozen=True)
class Round:
    """What one round of a loop made by a member's expression."""

    variables: tuple[int, ...]
    node: GraphNode
    callee: int | None


@dataclass
class Member:
    """One piece of state of a body: the first expression that makes it, and those that use it again.

    With `rounds` it is a list of such pieces, which a loop makes one after the other.
    """

    kind: MemberKind
    at: NodeRef
    node: GraphNode
    variables: tuple[int, ...]
    callee: int | None = None  # the activation that a call of a module opened
    frame: int = -1  # the activation that it was found in
    name: str = ""
    size: str = ""  # the parameter of the constructor that takes the size of a cell's inputs
    loop: ast.For | None = None
    rounds: tuple[Round, ...] = ()
    open: bool = False  # the loop may make more rounds than were seen: they are alike, and have no names of their own
    conditions: tuple[ast.If, ...] = ()  # of the host, around it

    def of_round(self, number: int) -> Member:
        """Return one of the pieces of state that a loop makes."""
        one = self.rounds[number]
        return replace(
            self, variables=one.variables, node=one.node, callee=one.callee, loop=None, rounds=(), open=False
        )

    @property
    def pieces(self) -> list[Member]:
        """Return the pieces of state that it stands for."""
        return [self.of_round(number) for number in range(len(self.rounds))] or [self]


@dataclass(frozen=True)
class Use:
    """A variable is made, or found again by its name, while an expression is evaluated."""

    variable: int
    place: Place
    node: GraphNode
    time: int


class StateFacts:
    """Where a program makes and uses variables, by activation."""

    def __init__(self, view: ProgramView, syntaxes: Mapping[str, Syntax]) -> None:
        self.view, self._syntaxes = view, syntaxes
        self.initial = view.initial_values()
        self.uses = _uses(view)
        self._by_frame: dict[int, list[Use]] = defaultdict(list)
        for use in self.uses:
            for frame in view.frames_on_trail(use.place):
                self._by_frame[frame].append(use)
        self._computing: set[int] = set()
        for node in view.nodes:
            if view.is_compute(node.id) and node.id not in self.initial:
                self._computing.update(view.frames_on_trail(node.place))

    def within(self, frame: int) -> list[Use]:
        """Return the uses of variables while an activation lasts, those in functions that it calls included."""
        return self._by_frame.get(frame, [])

    def is_mixed(self, frame: int) -> bool:
        """Say whether an activation makes or uses state and computes, too."""
        return frame in self._computing and bool(self._by_frame.get(frame))

    def members(self, frame: int) -> tuple[list[Member], dict[NodeRef, Member]]:
        """Return the pieces of state of one activation, and which of them each expression stands for."""
        self._check_objects()
        syntax = self._syntaxes[self.view.frames[frame].path]
        found: list[Member] = []
        by_expression: dict[NodeRef, Member] = {}
        uses: dict[NodeRef, list[tuple[Use, int | None]]] = defaultdict(list)
        for use in self.within(frame):
            at, callee = self.shown(use.place, frame)
            uses[at].append((use, callee))
        for at, group in uses.items():
            variables = tuple(dict.fromkeys(use.variable for use, _ in group))
            known = next((m for m in found if set(variables) <= set(m.variables)), None)
            if known is not None:
                by_expression[at] = known
                continue
            if any(set(variables) & set(m.variables) for m in found):
                raise Refused(
                    MIXED_STATE,
                    at,
                    "this shares some of its variables with other code, and makes others of its own",
                    "make the shared variables outside and pass them in",
                )
            kind, whole, callee = self._kind(at, group, syntax)
            known = next((m for m in found if m.at == whole), None)
            if known is None:
                known = Member(kind, whole, group[0][0].node, variables, callee, frame)
                found.append(known)
            else:
                known.variables = (*known.variables, *variables)
            by_expression[whole] = known
        return found, by_expression

    def _check_objects(self) -> None:
        """Objects of layers that bear one name in one scope are not told apart: TensorFlow 1 numbers them."""
        makers = _makers(self.view)
        for node in self.view.nodes:
            if is_layer_object(node) and any(makers[weight] is not node for weight in node.targets):
                reason = "two objects of layers bear one name in one scope"
                raise Refused(MIXED_STATE, node.place.expression, reason, "give each its own name")

    def shown(self, place: Place, frame: int) -> tuple[NodeRef, int | None]:
        """Return the expression of an activation in which a place shows, and the activation that it opened."""
        inner: int | None = None
        for step in self.view.trail(place):
            if step.frame == frame:
                return step.expression, inner
            if self.view.frames[step.frame].kind == "function":
                inner = step.frame
        return place.expression, inner

    def _kind(
        self, at: NodeRef, group: list[tuple[Use, int | None]], syntax: Syntax
    ) -> tuple[MemberKind, NodeRef, int | None]:
        use, callee = group[0]
        if callee is not None and self.is_mixed(callee):
            return MemberKind.MODULE, at, callee
        if callee is None and use.node.op in LAYER_FORMS:
            return MemberKind.LAYER, at, None
        if is_cell_weight(use.node):
            return MemberKind.CELL, at, None
        return MemberKind.VARIABLE, _display_around(at, syntax), None


def _display_around(at: NodeRef, syntax: Syntax) -> NodeRef:
    """Return the outermost list, tuple or dict display around an expression."""
    node = syntax.nodes.get(at)
    while isinstance(node, ast.expr) and isinstance(syntax.parents[node], (ast.Dict, ast.List, ast.Tuple)):
        node = syntax.parents[node]
    return node_ref(at.path, node) if isinstance(node, ast.expr) else at


def _makers(view: ProgramView) -> dict[int, GraphNode]:
    """Return the layer object that made each weight."""
    return {weight: node for node in view.nodes if is_layer_object(node) for weight in node.targets}


def _uses(view: ProgramView) -> list[Use]:
    found: list[tuple[int, Use]] = []
    cells = CellFacts(view).roots()
    objects = _makers(view)
    for node in view.nodes:
        if node.id in cells:
            cell = cells[node.id]
            found.append((cell.time, Use(node.id, cell.place, node, cell.time)))
        elif node.id in objects:
            layer = objects[node.id]
            found.append((layer.time, Use(node.id, layer.place, layer, layer.time)))
        elif node.kind is Kind.VARIABLE and not _is_made_otherwise(node):
            found.append((node.time, Use(node.id, node.place, node, node.time)))
        elif node.op in LAYER_FORMS and node.kind is Kind.TENSOR:
            found.extend((node.time, Use(target, node.place, node, node.time)) for target in node.targets)
    for read in view.program.reads:
        by_name = isinstance(read.cell.key, tuple) and read.cell.key[:1] == ("variable",)
        if by_name and isinstance(read.value, GraphValue) and not _is_made_otherwise(view.nodes[read.value.node]):
            found.append((read.time, Use(read.value.node, read.place, view.nodes[read.value.node], read.time)))
    return [use for _, use in sorted(found, key=lambda pair: pair[0])]


def _is_made_otherwise(node: GraphNode) -> bool:
    """Say whether a variable has a place of its own: an optimizer's, a cell's, an average's, the count of steps."""
    return is_slot(node) or is_cell_weight(node) or is_average(node) or node.op in GLOBAL_STEPS


def static_sizes(view: ProgramView, syntax: Syntax, member: Member) -> dict[NodeRef, int]:
    """Return the elements of a variable's shape that the program takes from static shapes, with their numbers."""
    shaped = member.node
    if "shape" not in shaped.arguments and shaped.inputs:
        shaped = view.nodes[shaped.inputs[0]]  # what gives the initial value
    shape = shaped.arguments.get("shape")
    display = syntax.nodes.get(shaped.argument_at.get("shape", member.at))
    if member.kind is not MemberKind.VARIABLE or not isinstance(display, (ast.List, ast.Tuple)):
        return {}
    items = shape.items if isinstance(shape, Sequence) else ()
    found: dict[NodeRef, int] = {}
    for element, item in zip(display.elts, items, strict=False):
        if isinstance(item, Known) and isinstance(item.value, int) and _reads_shape(view, syntax, member, element):
            found[node_ref(syntax.path, element)] = item.value
    return found


def _reads_shape(view: ProgramView, syntax: Syntax, member: Member, element: ast.expr) -> bool:
    """Say whether an expression reads a static shape, itself or through a local name."""
    frame = member.node.place.frame
    names = {node.id for node in ast.walk(element) if isinstance(node, ast.Name)}
    writes = [w for w in view.program.writes if w.cell.owner == frame and w.cell.key in names]
    statements = [syntax.nodes.get(w.place.statement) for w in writes if w.place.expression.kind != "arg"]
    read = [element, *(s for s in statements if isinstance(s, (ast.Assign, ast.AnnAssign)))]
    return any(isinstance(n, ast.Attribute) and n.attr in ("shape", "get_shape") for one in read for n in ast.walk(one))


def reads_within(view: ProgramView, frame: int, at: NodeRef, without: Iterable[NodeRef] = ()) -> list[str]:
    """Return the names of an activation that an expression reads, those in some parts of it left out."""
    names: dict[str, None] = {}
    for read in view.program.reads:
        if read.cell.owner != frame or not isinstance(read.cell.key, str):
            continue
        for step in view.trail(read.place):
            if step.frame == frame:
                if covers(at, step.expression) and not any(covers(part, step.expression) for part in without):
                    names[read.cell.key] = None
                break
    return list(names)
