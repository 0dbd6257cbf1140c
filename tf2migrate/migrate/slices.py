"""The part of a body that makes state: statements, loops and conditions of the host that it needs, and their text."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from tf2migrate.migrate.functions import end_with_comment, indented, own_comment_rows
from tf2migrate.migrate.home import covers
from tf2migrate.migrate.module_checks import mixed
from tf2migrate.migrate.render import Rendered, concat, join, reindent
from tf2migrate.migrate.state_loops import Enclosing, enclosing, round_times
from tf2migrate.migrate.state_members import Member, reads_within
from tf2migrate.migrate.view import ProgramView, value_nodes
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Kind, Known, Write
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref


@dataclass
class Slice:
    """What the making of state needs of a body, beside the members themselves.

    `varying` are names that have a value in each round of a loop, and the expression of the list of these.
    """

    parameters: list[str] = field(default_factory=list)
    prelude: list[ast.stmt] = field(default_factory=list)
    literals: dict[str, int] = field(default_factory=dict)  # known values that no statement gives, by activation
    by_round: dict[str, tuple[str, NodeRef, ast.For]] = field(default_factory=dict)  # lists: of what, read where
    static: list[ast.stmt] = field(default_factory=list)  # statements that read static shapes
    varying: dict[ast.For, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


class SliceReader:
    """Follows the names that making state needs back to where a body takes them from."""

    def __init__(
        self, bench: Workbench, body: ast.AST, members: list[Member], found: Slice, root: ast.stmt | None = None
    ) -> None:
        """Read a body, or one statement of it, `root`: what others give is there already."""
        self.bench, self.view, self.syntax = bench, bench.view, bench.syntax
        self.body, self.members, self.slice = body, members, found
        self.root = node_ref(bench.syntax.path, root) if root is not None else None

    def read(self, member: Member, needs: list[str]) -> None:
        """Follow the names that one member is made with, and those of the loops and conditions around it."""
        around = enclosing(self.syntax, member.at, self.body) or ()
        if member.loop is None:
            around = tuple(one for one in around if isinstance(one, ast.If))
        for name in needs:
            self._resolve(name, member.at, member.frame, around)
        for number, block in enumerate(around):
            head = node_ref(self.syntax.path, block.iter if isinstance(block, ast.For) else block.test)
            for name in reads_within(self.view, member.frame, head):
                self._resolve(name, head, member.frame, around[:number])

    def _resolve(self, name: str, at: NodeRef, frame: int, around: Enclosing) -> None:
        """Find out where state takes a name from: a parameter, statements of the body, a literal."""
        writes = self._definitions(name, at, frame, around)
        if not all(self._is_available(write, around) for write in writes):
            self._literal(name, at, frame, writes, around)
            return
        for write in writes:
            if write.place.expression.kind == "arg":
                if name not in self.slice.parameters:
                    self.slice.parameters.append(name)
                continue
            statement = self.syntax.nodes.get(write.place.statement)
            if statement in self.slice.prelude or statement in around or self._makes_member(write.place.statement):
                continue
            if self._is_outside(write):
                continue
            assert isinstance(statement, ast.stmt)
            self.slice.prelude.append(statement)
            inner = enclosing(self.syntax, write.place.statement, self.body) or ()
            for other in reads_within(self.view, frame, write.place.statement):
                self._resolve(other, write.place.statement, frame, inner)

    def _definitions(self, name: str, at: NodeRef, frame: int, around: Enclosing) -> list[Write]:
        """Return the writes of a local name that an expression sees: the last before it, those of earlier rounds."""
        writes = [w for w in self.view.program.writes if w.cell.owner == frame and w.cell.key == name]
        local = [w for w in writes if w.place.expression.kind != "arg"]
        before = [w for w in local if (w.place.statement.line, w.place.statement.column) < (at.line, at.column)]
        found = [before[-1]] if before else writes[:1] if writes and writes[0] not in local else []
        loops = [node_ref(self.syntax.path, one) for one in around if isinstance(one, ast.For)]
        for write in local:
            carried = any(loop != write.place.statement and covers(loop, write.place.statement) for loop in loops)
            if carried and all(write.place.statement != other.place.statement for other in found):
                found.append(write)
        return found

    def _is_available(self, write: Write, around: Enclosing) -> bool:
        """Say whether a name has a value of the host that the constructor can give it as the body does."""
        if self._is_outside(write):
            return True
        # An initializer is an object of the host: what it makes is state.
        if any(self.view.nodes[node].kind is not Kind.OBJECT for node in value_nodes(write.value)):
            if write.place.expression.kind == "arg":
                raise mixed(write.place.expression, "a value of the graph decides on the state that is made with it")
            return self._makes_member(write.place.statement) or self._is_initial(write, around)
        if write.place.expression.kind == "arg" or self._makes_member(write.place.statement):
            return True
        statement = self.syntax.nodes.get(write.place.statement)
        if isinstance(statement, ast.For):
            return statement in around
        return isinstance(statement, ast.stmt) and self._is_host(write.place.statement, write.place.frame, around)

    def _is_initial(self, write: Write, around: Enclosing) -> bool:
        """Say whether a statement names nothing but a value that variables begin with, whenever they are made."""
        statement = write.place.statement
        inner = enclosing(self.syntax, statement, self.body)
        initial, nodes = self.view.initial_values(), value_nodes(write.value)
        if inner is None or any(one not in around for one in inner) or not nodes <= initial:
            return False
        used = (n for n in self.view.nodes if n.id not in initial and n.kind is not Kind.VARIABLE)
        return not any(nodes & set(node.inputs) for node in used)

    def _is_host(self, statement: NodeRef, frame: int, around: Enclosing) -> bool:
        """Say whether a statement is executed whenever the state is made, and takes nothing of the graph."""
        inner = enclosing(self.syntax, statement, self.body)
        if inner is None or any(one not in around for one in inner):
            return False
        if any(node.place.statement == statement and self.view.is_compute(node.id) for node in self.view.nodes):
            return False
        names = reads_within(self.view, frame, statement)
        definitions = [w for name in names for w in self._definitions(name, statement, frame, inner)]
        held = {node for write in definitions for node in value_nodes(write.value)}
        return not any(self.view.is_compute(n) or self.view.nodes[n].kind is Kind.PLACEHOLDER for n in held)

    def _is_outside(self, write: Write) -> bool:
        return self.root is not None and not covers(self.root, write.place.statement)

    def _makes_member(self, statement: NodeRef) -> bool:
        node = self.syntax.nodes.get(statement)
        if isinstance(node, (ast.For, ast.If)):
            return False
        return any(covers(statement, member.at) for member in self.members)

    def _literal(self, name: str, at: NodeRef, frame: int, writes: list[Write], around: Enclosing) -> None:
        """Take a name's known value for it; a list of them where each round of a loop has its own."""
        loop = next((one for one in around if isinstance(one, ast.For)), None)
        inside = loop is not None and any(
            covers(node_ref(self.syntax.path, loop), write.place.statement) for write in writes
        )
        if not all(isinstance(w.value, Known) and isinstance(w.value.value, (bool, int, float, str)) for w in writes):
            raise mixed(at, f"`{name}` depends on a value of the graph, and state is made with it")
        if loop is not None and inside:
            known = next((held for held, (of, _, _) in self.slice.by_round.items() if of == name), None)
            if known is None:
                held = f"{name}_of_rounds"
                self.slice.by_round[held] = (name, at, loop)
                self.slice.varying[loop][name] = held
        else:
            self.slice.literals.setdefault(name, frame)
        statements = [self.syntax.nodes.get(write.place.statement) for write in writes]
        self.slice.static.extend(s for s in statements if isinstance(s, ast.Assign) and s not in self.slice.static)


def values_by_round(view: ProgramView, frame: int, loop: NodeRef, first: str, name: str, at: NodeRef) -> list[object]:
    """Return the known values that an expression reads under a name, one for each round of a loop."""
    times = round_times(view, frame, loop, first)
    found: list[set[object]] = [set() for _ in times]
    for read in view.program.reads:
        if read.cell.owner == frame and read.cell.key == name and covers(at, read.place.expression):
            value = read.value.value if isinstance(read.value, Known) else None
            found[bisect_right(times, read.time) - 1].add(value)
    if not found or any(len(values) != 1 or None in values for values in found):
        raise mixed(at, f"`{name}` is not certain, and state is made with it")
    return [values.pop() for values in found]


class SliceWriter:
    """Writes the statements that make state; `assign` gives the text that makes one member."""

    def __init__(
        self, bench: Workbench, members: list[Member], found: Slice, assign: Callable[[Member], Rendered]
    ) -> None:
        self.bench, self.syntax = bench, bench.syntax
        self.members, self.slice, self.assign = members, found, assign

    def lines(self, statements: list[ast.stmt], prefix: str) -> list[Rendered]:
        """Return the lines; names of members follow `prefix`."""
        found: list[Rendered] = []
        for statement in statements:
            members = self._within(statement)
            if statement in self.slice.prelude:
                found.append(self.statement(statement))
            elif isinstance(statement, ast.With):
                found.extend(self.lines(statement.body, prefix))
            elif isinstance(statement, ast.For) and (members or self._holds_prelude(statement)):
                found.extend(self._loop(statement, members, prefix))
            elif isinstance(statement, ast.If) and (members or self._holds_prelude(statement)):
                found.extend(self._condition(statement, members, prefix))
            else:
                found.extend(self._made(member, prefix) for member in members)
        return found

    def _within(self, statement: ast.stmt) -> list[Member]:
        at = node_ref(self.syntax.path, statement)
        inside = [member for member in self.members if covers(at, member.at)]
        return sorted(inside, key=lambda member: (member.at.line, member.at.column))

    def _holds_prelude(self, statement: ast.stmt) -> bool:
        return any(node in self.slice.prelude for node in ast.walk(statement))

    def _made(self, member: Member, prefix: str) -> Rendered:
        if member.loop is None:
            return concat([f"{prefix}{member.name} = ", self.assign(member)])
        return concat([f"{prefix}{member.name}.append(", self.assign(member), ")"])

    def _loop(self, loop: ast.For, members: list[Member], prefix: str) -> list[Rendered]:
        shared = [self._made(member, prefix) for member in members if member.loop is None]
        own = [member for member in members if member.loop is not None]
        if not own:
            return shared
        inner = SliceWriter(self.bench, own, self.slice, self.assign).lines(loop.body, prefix)
        target, head = self._target(loop, inner), self._iterated(loop)
        if len(inner) == 1 and "\n" not in inner[0].text:
            start, end = len(f"{prefix}{own[0].name}.append("), len(inner[0].text) - 1
            made = Rendered(inner[0].text[start:end], inner[0].lines)
            return [*shared, concat([f"{prefix}{own[0].name} = [", made, f" for {target} in ", head, "]"])]
        empty = [Rendered.new(f"{prefix}{member.name} = []", member.at.line) for member in own]
        header = concat([Rendered.new(f"for {target} in ", loop.lineno), head, ":"])
        return [*shared, *empty, header, *(indented(line, self.syntax.indent) for line in inner)]

    def _target(self, loop: ast.For, inner: list[Rendered]) -> str:
        """Return what a loop assigns to in each round; a name that nothing here reads is not kept."""
        varying = list(self.slice.varying.get(loop, ()))
        own = self.syntax.source(loop.target)
        names = {node.id for line in inner for node in ast.walk(_parsed(line.text)) if isinstance(node, ast.Name)}
        if isinstance(loop.target, ast.Name) and loop.target.id not in names:
            own = "_"
        elif varying and isinstance(loop.target, ast.Tuple) and own[:1] != "(":
            own = f"({own})"
        return ", ".join([own, *varying])

    def _iterated(self, loop: ast.For) -> Rendered:
        head = self.bench.renderer.original(self.syntax.span(loop.iter))
        varying = self.slice.varying.get(loop, {})
        return concat(["zip(", join(", ", [head, *varying.values()]), ")"]) if varying else head

    def _condition(self, block: ast.If, members: list[Member], prefix: str) -> list[Rendered]:
        head = self.bench.render(block.test)
        body, orelse = (self.lines(suite, prefix) for suite in (block.body, block.orelse))
        lines: list[Rendered] = []
        if body:
            lines.append(concat([Rendered.new("if ", block.lineno), head, ":"]))
            lines.extend(indented(line, self.syntax.indent) for line in body)
        if orelse:
            other = Rendered.new("else:") if body else concat([Rendered.new("if not (", block.lineno), head, "):"])
            lines.append(other)
            lines.extend(indented(line, self.syntax.indent) for line in orelse)
        return lines

    def statement(self, statement: ast.stmt) -> Rendered:
        """Return a statement at indent zero, its own comments above it."""
        return statement_text(self.bench, statement)


def statement_text(bench: Workbench, statement: ast.stmt) -> Rendered:
    """Return a statement at indent zero, its own comments above it."""
    syntax = bench.syntax
    span = syntax.span(statement)
    rows = own_comment_rows(syntax, span)
    comments = [Rendered.new(syntax.index.line(row).strip(), row) for row in rows]
    text = bench.renderer.render(Span(span.start, end_with_comment(syntax, span)))
    if not text.text.strip():
        return Rendered.new("")  # what it did goes, and its comments with it
    return join("\n", [*comments, reindent(text, syntax.index.indent(statement.lineno), "")])


def _parsed(text: str) -> ast.AST:
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.parse("")  # a head without its suite: its names are those of the lines within
