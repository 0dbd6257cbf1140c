"""Functions that make state and compute: classes with a constructor and a call, one object a set of variables."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tf2migrate.migrate.layer_forms import is_layer_object, layer_call_parts
from tf2migrate.migrate.scopes import is_reuse, is_variable_scope, remove_statement
from tf2migrate.migrate.slices import Slice, SliceReader
from tf2migrate.migrate.state_loops import enclosing
from tf2migrate.migrate.state_members import Member, MemberKind, static_sizes
from tf2migrate.migrate.view import value_nodes
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

# What an object of Keras calls by these names itself.
RESERVED = frozenset(
    "name dtype losses metrics variables weights trainable input output inputs outputs layers call build built compile "
    "fit evaluate predict summary save loss optimizer path updates trainable_variables trainable_weights "
    "non_trainable_variables submodules name_scope with_name_scope self".split()
)


_MADE_WHOLE = (MemberKind.VARIABLE, MemberKind.CELL)


class Base(Enum):
    """What a class inherits from."""

    KERAS = "keras.Model"  # layers, and weights that it adds
    MODULE = "Module"  # variables alone
    PLAIN = ""  # both


@dataclass
class Module:
    """One function as a class."""

    definition: NodeRef
    function: ast.FunctionDef
    class_name: str
    base: Base
    members: list[Member]
    uses: dict[NodeRef, Member]
    constructor: list[str] = field(default_factory=list)  # parameters, those of the function first
    sizes: dict[str, tuple[NodeRef, NodeRef]] = field(default_factory=dict)  # by member and element of its shape
    slice: Slice = field(default_factory=Slice)  # what the constructor needs of the function
    kept: list[str] = field(default_factory=list)  # parameters of the call
    lifted: list[str] = field(default_factory=list)  # values of the graph that the function read from outside
    by_keyword: set[str] = field(default_factory=set)  # those that Keras takes by keyword alone
    state_statements: list[ast.stmt] = field(default_factory=list)  # make state and nothing else
    dropped: list[ast.stmt] = field(default_factory=list)  # host statements that the constructor alone needs

    @property
    def parameters(self) -> list[ast.arg]:
        return [*self.function.args.posonlyargs, *self.function.args.args, *self.function.args.kwonlyargs]

    @property
    def position_of(self) -> dict[str, int]:
        """Return the positions of the function's parameters."""
        return {parameter.arg: number for number, parameter in enumerate(self.parameters)}


class ModuleReader:
    """Reads off the activations of a function what its class is made of."""

    def __init__(
        self, bench: Workbench, module: Module, arguments: Callable[[Member, ast.Call], list[ast.expr]]
    ) -> None:
        self.bench, self.view, self.module = bench, bench.view, module
        self.arguments = arguments  # what the call of another module takes
        self.symbols = Symbols(bench.syntax.tree)

    def read(self, needs: dict[int, list[str]]) -> None:
        """Fill in the constructor and the call; `needs` are the names that each member's constructor reads."""
        reader = SliceReader(self.bench, self.module.function, self.module.members, self.module.slice)
        for member in self.module.members:
            reader.read(member, needs[id(member)])
        ordered = [p.arg for p in self.module.parameters]
        self.module.constructor = [p for p in ordered if p in self.module.slice.parameters]
        self.module.state_statements = state_statements(self.module, self.bench)
        self.module.slice.static.extend(self._shape_reads())
        names = self._names_of_call()
        self.module.kept = [p for p in ordered if p in names]
        if self.module.base is Base.KERAS:
            self.module.by_keyword = {name for name in self.module.kept if not self._is_tensor(name)}

    def _shape_reads(self) -> list[ast.stmt]:
        """Return the statements that name sizes which the constructor is given."""
        elements = [at for member in self.module.members for at in static_sizes(self.view, self.bench.syntax, member)]
        names = {n.id for at in elements for n in ast.walk(self.bench.syntax.nodes[at]) if isinstance(n, ast.Name)}
        computing = {n.place.statement for n in self.view.nodes if self.view.is_compute(n.id)}
        return [
            statement
            for statement in ast.walk(self.module.function)
            if isinstance(statement, ast.Assign)
            and set(_assigned(statement)) <= names
            and isinstance(statement.targets[0], ast.Name)
            and node_ref(self.bench.syntax.path, statement) not in computing
        ]

    def _is_tensor(self, name: str) -> bool:
        found = [w for w in self.view.program.writes if w.cell.key == name and w.place.expression.kind == "arg"]
        mine = [w for w in found if self.view.frames[w.cell.owner].definition == self.module.definition]
        return all(value_nodes(write.value) for write in mine)

    def _names_of_call(self) -> set[str]:
        """Return the names that the call reads; host statements that only the constructor needs are left out of it."""
        module, syntax = self.module, self.bench.syntax
        gone = {id(node) for s in module.state_statements for node in ast.walk(s)}
        for at, member in module.uses.items():
            stays = {id(n) for part in self._computed_parts(at, member) for n in ast.walk(part)}
            gone |= {id(n) for n in ast.walk(syntax.nodes[at])} - stays
        for node in ast.walk(module.function):
            if isinstance(node, ast.With):
                scopes = [item for item in node.items if is_variable_scope(self.symbols, item.context_expr)]
                gone |= {id(n) for item in scopes for n in ast.walk(item)}
            elif isinstance(node, ast.stmt) and is_reuse(node):
                gone |= {id(n) for n in ast.walk(node)}
        loads = [n for s in module.function.body for n in ast.walk(s) if isinstance(n, ast.Name) and id(n) not in gone]
        module.dropped = [s for s in (*module.slice.prelude, *module.slice.static) if not self._stands_alone(s)]
        while True:
            inside = {id(n) for s in module.dropped for n in ast.walk(s)}
            names = {n.id for n in loads if isinstance(n.ctx, ast.Load) and id(n) not in inside}
            kept = [s for s in module.dropped if not names & set(_assigned(s))]
            if len(kept) == len(module.dropped):
                self._remove_inner()
                return names
            module.dropped = kept

    def _stands_alone(self, statement: ast.stmt) -> bool:
        """Say whether a loop or condition would be empty without a statement."""
        parent = self.bench.syntax.parents[statement]
        suites = [getattr(parent, name, None) for name in ("body", "orelse")]
        return not isinstance(parent, ast.FunctionDef) and [statement] in suites

    def _remove_inner(self) -> None:
        """Take what only the constructor needs out of loops and conditions, too."""
        for statement in self.module.dropped:
            if enclosing(self.bench.syntax, node_ref(self.bench.syntax.path, statement), self.module.function):
                remove_statement(self.bench, statement)
                continue
            self._remove_from_scope(statement)
        for statement in self.module.state_statements:
            self._remove_from_scope(statement)

    def _remove_from_scope(self, statement: ast.stmt) -> None:
        """Take a statement out of a scope that stays; one that holds nothing else keeps it."""
        gone = [*self.module.dropped, *self.module.state_statements]
        parent = self.bench.syntax.parents[statement]
        stays = isinstance(parent, ast.With) and self._is_in_kept_scope(parent)
        if stays and any(other not in gone for other in getattr(parent, "body", [])):
            remove_statement(self.bench, statement)

    def _is_in_kept_scope(self, scope: ast.AST) -> bool:
        """Say whether one of the scopes around a statement is more than a variable scope."""
        while isinstance(scope, ast.With):
            if not all(is_variable_scope(self.symbols, item.context_expr) for item in scope.items):
                return True
            scope = self.bench.syntax.parents[scope]
        return False

    def _computed_parts(self, at: NodeRef, member: Member) -> list[ast.AST]:
        """Return the parts of a state expression that stay in the call."""
        node = self.bench.syntax.nodes[at]
        if member.kind is MemberKind.LAYER:
            return [self.bench.syntax.nodes[part] for part in layer_call_parts(self.view, at)]
        if member.kind is MemberKind.MODULE and isinstance(node, ast.Call):
            return list(self.arguments(member, node))
        return []


def state_statements(module: Module, bench: Workbench) -> list[ast.stmt]:
    """Return the assignments whose whole value is state that nothing else is assigned over."""
    found: list[ast.stmt] = []
    for at, member in module.uses.items():
        node = bench.syntax.nodes[at]
        parent = bench.syntax.parents[node]
        whole = member.kind in _MADE_WHOLE or is_layer_object(member.node)
        if not whole or not isinstance(parent, ast.Assign) or parent.value is not node:
            continue
        if enclosing(bench.syntax, at, module.function):
            continue
        target = parent.targets[0]
        if len(parent.targets) == 1 and isinstance(target, ast.Name) and _stores(module.function, target.id) == 1:
            found.append(parent)
    return found


def _stores(function: ast.FunctionDef, name: str) -> int:
    names = [n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return sum(n.id == name for n in names) + sum(a.arg == name for a in ast.walk(function) if isinstance(a, ast.arg))


def _assigned(statement: ast.stmt) -> list[str]:
    return [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
