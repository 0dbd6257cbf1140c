"""Functions that make state and compute: classes with a constructor and a call, one object a set of variables."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.layer_forms import layer_input_at
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.scopes import is_reuse, is_variable_scope
from tf2migrate.migrate.state_members import (
    Member,
    MemberKind,
    in_loop,
    is_conditional,
    reads_within,
)
from tf2migrate.migrate.view import value_nodes
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Kind, Known, Write
from tf2migrate.model.source import NodeRef
from tf2migrate.names import Names as Symbols

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
    """One function as a class. `literals` are names whose value follows from static shapes: the caller writes it."""

    definition: NodeRef
    function: ast.FunctionDef
    class_name: str
    base: Base
    members: list[Member]
    uses: dict[NodeRef, Member]
    constructor: list[str] = field(default_factory=list)  # parameters, those of the function first
    literals: list[str] = field(default_factory=list)
    sizes: dict[str, tuple[NodeRef, NodeRef]] = field(default_factory=dict)  # by member and element of its shape
    prelude: list[ast.stmt] = field(default_factory=list)  # host statements that the constructor needs
    kept: list[str] = field(default_factory=list)  # parameters of the call
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
    """Reads off one activation of a function what its class is made of."""

    def __init__(
        self, bench: Workbench, frame: int, module: Module, arguments: Callable[[Member, ast.Call], list[ast.expr]]
    ) -> None:
        self.bench, self.view = bench, bench.view
        self.frame, self.module = frame, module
        self.arguments = arguments  # what the call of another module takes
        self.symbols = Symbols(bench.syntax.tree)
        self._static: list[ast.stmt] = []  # statements that read static shapes for what makes state

    def read(self, needs: dict[int, list[str]]) -> None:
        """Fill in the constructor and the call; `needs` are the names that each member's constructor reads."""
        for member in self.module.members:
            for name in needs[id(member)]:
                self._resolve(name, member.at)
        ordered = [p.arg for p in self.module.parameters]
        self.module.constructor = [p for p in ordered if p in self.module.constructor]
        self.module.prelude.sort(key=lambda statement: statement.lineno)
        self.module.state_statements = state_statements(self.module, self.bench)
        names = self._names_of_call()
        self.module.kept = [p for p in ordered if p in names]
        if self.module.base is Base.KERAS:
            self.module.by_keyword = {name for name in self.module.kept if not self._is_tensor(name)}

    def _is_tensor(self, name: str) -> bool:
        found = [w for w in self.view.program.writes if w.cell.key == name and w.place.expression.kind == "arg"]
        mine = [w for w in found if self.view.frames[w.cell.owner].definition == self.module.definition]
        return all(value_nodes(write.value) for write in mine)

    def _resolve(self, name: str, at: NodeRef) -> None:
        """Find out where the constructor takes a name from: a parameter, a statement of its own, a literal."""
        write = self._definition(name, at)
        if write is None:
            return
        if write.place.expression.kind == "arg":
            if value_nodes(write.value):
                raise _mixed(at, f"`{name}` is a value of the graph, and state is made with it")
            if name not in self.module.constructor:
                self.module.constructor.append(name)
            return
        statement = self.bench.syntax.nodes.get(write.place.statement)
        if statement in self.module.prelude or self._makes_member(write.place.statement):
            return
        names = reads_within(self.view, self.frame, write.place.statement)
        if not isinstance(statement, ast.stmt) or not self._is_host(write.place.statement, names):
            self._literal(name, write, at)
            return
        self.module.prelude.append(statement)
        for other in names:
            self._resolve(other, write.place.statement)

    def _makes_member(self, statement: NodeRef) -> bool:
        return any(covers(statement, member.at) for member in self.module.members)

    def _is_host(self, statement: NodeRef, names: list[str]) -> bool:
        """Say whether a statement is run once, in any case, and takes nothing of the graph."""
        function = self.module.function
        if in_loop(self.bench.syntax, statement, function) or is_conditional(self.bench.syntax, statement, function):
            return False
        if any(node.place.statement == statement and self.view.is_compute(node.id) for node in self.view.nodes):
            return False
        definitions = [self._definition(name, statement) for name in names]
        held = {node for write in definitions if write is not None for node in value_nodes(write.value)}
        return not any(self.view.is_compute(n) or self.view.nodes[n].kind is Kind.PLACEHOLDER for n in held)

    def _literal(self, name: str, write: Write, at: NodeRef) -> None:
        if not isinstance(write.value, Known) or not isinstance(write.value.value, (bool, int, float, str)):
            raise _mixed(at, f"`{name}` depends on a value of the graph, and state is made with it")
        if name not in self.module.literals:
            self.module.literals.append(name)
        statement = self.bench.syntax.nodes.get(write.place.statement)
        if isinstance(statement, ast.Assign):
            self._static.append(statement)

    def _definition(self, name: str, at: NodeRef) -> Write | None:
        """Return the write of a local name that an expression at `at` sees."""
        writes = [w for w in self.view.program.writes if w.cell.owner == self.frame and w.cell.key == name]
        before = [w for w in writes if (w.place.statement.line, w.place.statement.column) < (at.line, at.column)]
        local = [w for w in before if w.place.expression.kind != "arg"]
        return local[-1] if local else next(iter(writes), None)

    def _names_of_call(self) -> set[str]:
        """Return the names that the call reads; host statements that only the constructor needs are left out of it."""
        module, syntax = self.module, self.bench.syntax
        gone = {id(node) for s in module.state_statements for node in ast.walk(s)}
        for at, member in module.uses.items():
            stays = {id(n) for part in self._computed_parts(at, member) for n in ast.walk(part)}
            gone |= {id(n) for n in ast.walk(syntax.nodes[at])} - stays
        for node in ast.walk(module.function):
            if isinstance(node, ast.With) and is_variable_scope(self.symbols, node):
                gone |= {id(n) for item in node.items for n in ast.walk(item)}
            elif isinstance(node, ast.stmt) and is_reuse(node):
                gone |= {id(n) for n in ast.walk(node)}
        loads = [n for s in module.function.body for n in ast.walk(s) if isinstance(n, ast.Name) and id(n) not in gone]
        module.dropped = [*module.prelude, *self._static]
        while True:
            inside = {id(n) for s in module.dropped for n in ast.walk(s)}
            names = {n.id for n in loads if isinstance(n.ctx, ast.Load) and id(n) not in inside}
            kept = [s for s in module.dropped if not names & set(_assigned(s))]
            if len(kept) == len(module.dropped):
                return names
            module.dropped = kept

    def _computed_parts(self, at: NodeRef, member: Member) -> list[ast.AST]:
        """Return the parts of a state expression that stay in the call."""
        node = self.bench.syntax.nodes[at]
        if member.kind is MemberKind.LAYER:
            return [self.bench.syntax.nodes[layer_input_at(self.view, at)]]
        if member.kind is MemberKind.MODULE and isinstance(node, ast.Call):
            return list(self.arguments(member, node))
        return []


def state_statements(module: Module, bench: Workbench) -> list[ast.stmt]:
    """Return the assignments whose whole value is state that nothing else is assigned over."""
    found: list[ast.stmt] = []
    for at, member in module.uses.items():
        node = bench.syntax.nodes[at]
        parent = bench.syntax.parents[node]
        if member.kind not in _MADE_WHOLE or not isinstance(parent, ast.Assign) or parent.value is not node:
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


def _mixed(at: NodeRef, reason: str) -> Refused:
    return Refused(MIXED_STATE, at, reason, "make the variables outside of the function and pass them in")
