"""State that a loop makes: a list of objects, one for each round; state under conditions of the host."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable

from tf2migrate.migrate.home import covers
from tf2migrate.migrate.module_checks import mixed
from tf2migrate.migrate.render import Rendered, Replacement, concat
from tf2migrate.migrate.state_members import Member, MemberKind, Round, StateFacts, Use
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Code, GraphValue, Known, Record, Sequence, Symbol, Value, Write
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import node_ref

Enclosing = tuple[ast.For | ast.If, ...]  # outermost first
_UNDECIDED = (
    *(ast.While, ast.Try, ast.IfExp, ast.BoolOp, ast.Lambda),
    *(ast.comprehension, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
# What the head of a loop may call: it is evaluated in the constructor and in the call.
_PURE_CALLS = frozenset(
    {"range", "enumerate", "zip", "len", "reversed", "sorted", "list", "tuple", "int", "min", "max"}
)
_PURE = (
    ast.Name,
    ast.Attribute,
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Subscript,
    ast.Slice,
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
)


def enclosing(syntax: Syntax, at: NodeRef, body: ast.AST) -> Enclosing | None:
    """Return the loops and conditions around an expression within a body; None where something else decides on it."""
    found: list[ast.For | ast.If] = []
    node: ast.AST = syntax.nodes[at]
    while node is not body and node in syntax.parents:
        parent = syntax.parents[node]
        if isinstance(parent, (ast.For, ast.If)) and parent is not body:
            if node in (getattr(parent, "iter", None), getattr(parent, "test", None)):
                return None
            found.append(parent)
        elif isinstance(parent, _UNDECIDED) or (isinstance(parent, ast.FunctionDef) and parent is not body):
            return None
        node = parent
    return tuple(reversed(found))


class LoopFacts:
    """Reads off how often, and with which variables, a loop makes state."""

    def __init__(self, view: ProgramView, facts: StateFacts, syntax: Syntax) -> None:
        self.view, self.facts, self.syntax = view, facts, syntax

    def settle(self, members: Iterable[Member], uses: dict[NodeRef, Member], frame: int, body: ast.AST) -> None:
        """Note at each member the loop that makes it anew in each round, and the conditions around it."""
        for member in members:
            around = enclosing(self.syntax, member.at, body)
            if around is None:
                raise mixed(member.at, "state is made in a loop or under a condition that also computes with it")
            loops = [one for one in around if isinstance(one, ast.For)]
            member.conditions = tuple(one for one in around if isinstance(one, ast.If))
            if not loops:
                continue
            rounds, certain = self._rounds(member, frame, loops[-1]) if len(loops) == 1 else ((), True)
            sets = [frozenset(one.variables) for one in rounds]
            if len(set(sets)) == 1 and (len(sets) > 1 or not self._depends_on_loop(member, loops[0])):
                continue  # all rounds share one object
            if member.kind is MemberKind.CELL or member.conditions or not rounds or not _is_repeatable(loops[0].iter):
                raise mixed(member.at, "state is made in a loop or under a condition that also computes with it")
            if len(frozenset().union(*sets)) != sum(len(one) for one in sets):
                raise mixed(member.at, "some rounds of a loop share their variables")
            if any(used is member and at != member.at for at, used in uses.items()):
                raise mixed(member.at, "the variables of a loop are found again by their names")
            member.loop, member.rounds, member.open = loops[0], rounds, not certain

    def _depends_on_loop(self, member: Member, loop: ast.For) -> bool:
        targets = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        node = self.syntax.nodes[member.at]
        return any(isinstance(n, ast.Name) and n.id in targets for n in ast.walk(node))

    def _rounds(self, member: Member, frame: int, loop: ast.For) -> tuple[tuple[Round, ...], bool]:
        """Return what each round of a loop made, and whether there are no more rounds.

        There are none where that is not one piece of state in each.
        """
        entered = _entered(self.view, frame, node_ref(self.syntax.path, loop), first_target(loop))
        certain = all(_is_certain(write.value) for write in entered)
        if not entered or (not certain and len(entered) == 1):
            return (), certain
        times = [write.time for write in entered]
        groups: list[list[tuple[Use, int | None]]] = [[] for _ in times]
        for use in self.facts.within(frame):
            shown, callee = self.facts.shown(use.place, frame)
            if covers(member.at, shown):
                groups[bisect_right(times, use.time) - 1].append((use, callee))
        if not all(groups):
            return (), certain
        rounds = (
            Round(tuple(dict.fromkeys(use.variable for use, _ in group)), group[0][0].node, group[0][1])
            for group in groups
        )
        return tuple(rounds), certain


def first_target(loop: ast.For) -> str:
    """Return the first name that a loop assigns in each round."""
    return next((n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)), "")


def _entered(view: ProgramView, frame: int, loop: NodeRef, first: str) -> list[Write]:
    """Return where each round of a loop that was evaluated began."""
    return [
        write
        for write in view.program.writes
        if write.cell.owner == frame and write.cell.key == first and write.place.statement == loop
    ]


def round_times(view: ProgramView, frame: int, loop: NodeRef, first: str) -> list[int]:
    """Return when each round of a loop began; nothing where their number is not certain."""
    entered = _entered(view, frame, loop, first)
    return [write.time for write in entered] if all(_is_certain(write.value) for write in entered) else []


def _is_certain(value: Value) -> bool:
    match value:
        case Sequence(items=items):
            return not value.open and all(_is_certain(item) for item in items)
        case Known() | GraphValue() | Symbol() | Code() | Record():
            return True
    return False


def _is_repeatable(head: ast.expr) -> bool:
    """Say whether what a loop goes over can be evaluated again, with the same outcome."""
    for node in ast.walk(head):
        if not isinstance(node, _PURE):
            return False
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in _PURE_CALLS):
            return False
    return True


class LoopIndexes:
    """Names the index of each loop that makes state; a loop without one gets it by `enumerate`."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self._names: dict[ast.For, str] = {}

    def name(self, loop: ast.For, names: Names) -> str:
        if loop not in self._names:
            found = _index_of(loop)
            if found == "_":
                found = names.fresh("i", "index", "number")
                self.bench.renderer.add(self.bench.syntax.span(loop.target), found)
            elif found is None:
                found = names.fresh("i", "index", "number")
                syntax = self.bench.syntax
                target = syntax.text[syntax.span(loop.target).start : syntax.span(loop.target).end]
                grouped = f"({target})" if isinstance(loop.target, ast.Tuple) and target[:1] != "(" else target
                self.bench.renderer.add(syntax.span(loop.target), f"{found}, {grouped}")
                span = syntax.span(loop.iter)
                self._counted(span)
            self._names[loop] = found
        return self._names[loop]

    def _counted(self, span: Span) -> None:
        def build() -> Rendered:
            return concat(["enumerate(", self.bench.renderer.render(span, without=counted), ")"])

        counted = Replacement(span, build)
        self.bench.renderer.replacements.append(counted)


def _index_of(loop: ast.For) -> str | None:
    """Return the name that counts the rounds of a loop from zero."""
    stored = [n.id for s in loop.body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    found: str | None = None
    match loop.target, loop.iter:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=[_], keywords=[]):
            found = name
        case ast.Tuple(elts=[ast.Name(id=name), *_]), ast.Call(func=ast.Name(id="enumerate"), args=[_], keywords=[]):
            found = name
    return found if found not in stored else None
