"""Functions that build a part of the graph with its train ops, and are called once: their statements join the caller's.

What a run needs is then in one body, and the planner sorts it into steps. It is text before planning: a program that
the original is equal to, line by line, with the original line of each of its lines.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tf2migrate.analysis.source_module import parameter_names
from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.render import Rendered, Renderer, Replacement, concat, join, reindent
from tf2migrate.migrate.syntax import Syntax, is_constant
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Call, Kind, Program
from tf2migrate.model.plan import FileResult
from tf2migrate.model.source import NodeRef, Span

# What makes a function a builder: no class can hold it; and what else may be made in one, if no class can be written.
BUILDS = frozenset({Kind.TRAIN, Kind.OPTIMIZER, Kind.ASSIGN, Kind.PLACEHOLDER, Kind.ITERATOR})
MAKES = BUILDS | {Kind.VARIABLE, Kind.CELL, Kind.LAYER}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True)
class Inlined:
    """A text, and the original line of each of its lines."""

    text: str
    lines: tuple[int, ...]

    @staticmethod
    def of(text: str) -> Inlined:
        """Return a text as its own original."""
        return Inlined(text, tuple(range(1, text.count("\n") + 2)))

    def then(self, later: Inlined) -> Inlined:
        """Return a later inlining of this text as one of the original."""
        return Inlined(later.text, tuple(self.lines[line - 1] if line else 0 for line in later.lines))


def inline_builder(
    program: Program, path: str, text: str, kinds: frozenset[Kind], own: bool = False, most: int = 1
) -> Inlined | None:
    """Return the text with one function's statements in the place of a call, None where there is none to inline.

    With `own`, only methods join that another method of the same class calls; none has more than `most` calls."""
    view = ProgramView(program)
    syntax = Syntax.parse(path, text)
    running = {frame for visit in program.visits for frame in view.frames_on_trail(visit.place)}
    building = {frame for node in view.nodes if node.kind in kinds for frame in view.frames_on_trail(node.place)}
    counts = Counter(frame.definition for frame in program.frames)
    for call in program.calls:
        elsewhere = call.callee.path != path or call.frame in running or call.frame not in building
        if elsewhere or counts[call.callee] > most:
            continue
        if own and not _is_own_method(syntax, call):
            continue
        found = Inliner(view, syntax, call).inline()
        if found is not None:
            return found
    return None


def _is_own_method(syntax: Syntax, call: Call) -> bool:
    """Say whether a method calls another one of its class as a statement of its own."""
    node, function = syntax.nodes.get(call.place.expression), syntax.nodes.get(call.callee)
    owner = syntax.parents.get(function) if function is not None else None
    caller: ast.AST | None = syntax.parents.get(node) if node is not None else None
    if not isinstance(owner, ast.ClassDef) or not isinstance(caller, ast.Expr):
        return False
    while caller is not None and not isinstance(caller, _SCOPES):
        caller = syntax.parents.get(caller)
    return caller is not None and syntax.parents.get(caller) is owner


class Inliner:
    """Inlines one call."""

    plain: tuple[type[ast.expr], ...] = (ast.Name, ast.Constant)  # what stands in the place of a parameter

    def __init__(self, view: ProgramView, syntax: Syntax, call: Call) -> None:
        self.view, self.syntax, self.at = view, syntax, call
        self.renderer = Renderer(syntax.text, syntax.index)
        node, function = syntax.nodes.get(call.place.expression), syntax.nodes.get(call.callee)
        self.call = node if isinstance(node, ast.Call) else None
        self.function = function if isinstance(function, ast.FunctionDef) else None

    def inline(self) -> Inlined | None:
        call, function = self.call, self.function
        if call is None or function is None or not self._is_plain(function):
            return None
        statement = self.syntax.parents[call]
        whole = isinstance(statement, ast.Expr) or (isinstance(statement, ast.Assign) and len(statement.targets) == 1)
        if not whole or not isinstance(statement, (ast.Expr, ast.Assign)) or self._is_repeated(statement):
            return None
        given = self._arguments(call, function)
        returned = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
        if given is None or len(returned) > 1 or (returned and returned[0] is not _last(function.body)):
            return None
        if (returned and isinstance(statement, ast.Expr)) or self._captures(statement, function):
            return None
        self._replace(statement, function, given)
        rendered = self.renderer.render(Span(0, len(self.syntax.text)))
        try:
            ast.parse(rendered.text)
        except SyntaxError:
            return None  # a form of layout that this does not foresee: nothing is inlined
        return Inlined(rendered.text, rendered.lines)

    def _is_plain(self, function: ast.FunctionDef) -> bool:
        arguments = function.args
        unusual = (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Await, *_SCOPES)
        inner = [node for statement in function.body for node in ast.walk(statement)]
        starred = arguments.vararg or arguments.kwarg or arguments.posonlyargs or function.decorator_list
        return not starred and not any(isinstance(node, unusual) for node in inner)

    def _captures(self, statement: ast.stmt, function: ast.FunctionDef) -> bool:
        """Say whether a name that the function reads from outside means something else where it is called."""
        scope = self._scope(statement)
        if isinstance(scope, ast.Module) or self.syntax.parents[function] is scope:
            return False
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        own = {n.id for n in names if not isinstance(n.ctx, ast.Load)} | set(parameter_names(function.args))
        free = {node.id for node in names} - own
        local = {n.id for n in ast.walk(scope) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        return bool(free & (local | {n.arg for n in ast.walk(scope) if isinstance(n, ast.arg)}))

    def _scope(self, statement: ast.stmt) -> ast.AST:
        scope: ast.AST = statement
        while not isinstance(scope, (ast.FunctionDef, ast.Module)):
            scope = self.syntax.parents[scope]
        return scope

    def _is_repeated(self, statement: ast.stmt) -> bool:
        node: ast.AST = statement
        while node in self.syntax.parents:
            node = self.syntax.parents[node]
            if isinstance(node, _SCOPES):
                return False
            if isinstance(node, (ast.For, ast.While, ast.If, ast.Try)) and not _is_guard(node):
                return True
        return False

    def _arguments(self, call: ast.Call, function: ast.FunctionDef) -> dict[str, ast.expr] | None:
        """Return the expression for each parameter, None where that is not certain."""
        names = parameter_names(function.args)
        given: dict[str, ast.expr] = {}
        positional = list(call.args)
        if isinstance(self.syntax.parents[function], ast.ClassDef):
            if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
                return None
            positional.insert(0, call.func.value)
        elif not isinstance(call.func, ast.Name):
            return None
        if any(isinstance(one, ast.Starred) for one in positional) or any(k.arg is None for k in call.keywords):
            return None
        plain = names[: len(function.args.args)]
        defaults: dict[str, ast.expr | None] = dict(zip(plain[::-1], function.args.defaults[::-1], strict=False))
        defaults |= dict(zip(names[len(plain) :], function.args.kw_defaults, strict=True))
        given.update({k: one for k, one in defaults.items() if one is not None and is_constant(self.syntax, one)})
        given.update(zip(plain, positional, strict=False))
        given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
        return {name: given[name] for name in names} if set(names) <= set(given) else None

    # --- text ---

    def _replace(self, statement: ast.Assign | ast.Expr, function: ast.FunctionDef, given: dict[str, ast.expr]) -> None:
        renamed = self._names(statement, function, given)
        lines: list[Rendered] = []
        for name, value in given.items():
            if renamed.get(name) != self.syntax.source(value):
                source = self.renderer.original(self.syntax.span(value))
                lines.append(concat([Rendered.new(f"{renamed.get(name, name)} = ", value.lineno), source]))
        extra = [
            Replacement(self.syntax.span(node), lambda text=renamed[node.id], row=node.lineno: Rendered.new(text, row))  # type: ignore[misc]
            for part in function.body
            for node in ast.walk(part)
            if isinstance(node, ast.Name) and node.id in renamed
        ]
        extra += self._extra(function)
        outer = self.syntax.index.indent(statement.lineno)
        for part in _without_docstring(function.body):
            text = self._statement(part, statement, extra)
            if text is not None:
                lines.append(text)
        block = reindent(join("\n", lines or [Rendered.new("pass", statement.lineno)]), "", outer)
        bare = Rendered(block.text[len(outer) :], block.lines)  # the first line's indent stands already
        self.renderer.add(self.syntax.span(statement), lambda: bare)
        self._remove(function)

    def _extra(self, function: ast.FunctionDef) -> list[Replacement]:
        """Return what else the function's statements have otherwise in their new place."""
        return []

    def _statement(self, part: ast.stmt, statement: ast.Assign | ast.Expr, extra: list[Replacement]) -> Rendered | None:
        """Return a statement of the function at indent zero, its `return` as the caller's assignment."""
        returned = next((node for node in ast.walk(part) if isinstance(node, ast.Return)), None)
        inside = [*extra]
        if returned is not None:
            text = self._assignment(statement, returned, extra)
            inside.insert(0, Replacement(self.syntax.span(returned), lambda: text))
        span = self.syntax.span(part)
        rows = own_comment_rows(self.syntax, span)
        indent = self.syntax.index.indent(part.lineno)
        comments = [Rendered.new(self.syntax.index.line(row).strip(), row) for row in rows]
        if returned is part and not inside[0].build().text:
            return join("\n", comments) if comments else None
        body = inside[0].build() if returned is part else self.renderer.render(span, extra=inside)
        return join("\n", [*comments, reindent(body, indent, "")])

    def _assignment(self, statement: ast.Assign | ast.Expr, returned: ast.Return, extra: list[Replacement]) -> Rendered:
        assert isinstance(statement, ast.Assign)
        target = statement.targets[0]
        value = returned.value or ast.Constant(None)
        pairs: list[tuple[ast.expr, ast.expr]] = [(target, value)]
        both = (ast.Tuple, ast.List)
        if isinstance(target, both) and isinstance(value, both) and len(target.elts) == len(value.elts):
            split = list(zip(target.elts, value.elts, strict=True))
            pairs = split if self._is_independent(split, extra) else pairs
        indent = self.syntax.index.indent(returned.lineno)
        lines: list[Rendered] = []
        for left, right in pairs:
            text = (
                self.renderer.render(self.syntax.span(right), extra=extra) if returned.value else Rendered.new("None")
            )
            name = self.syntax.source(left)
            if text.text != name:
                lines.append(concat([Rendered.new(f"{name} = ", statement.lineno), text]))
        nothing = (
            "" if self.function is not None and returned in self.function.body else "pass"
        )  # within a scope something must stand
        return join("\n" + indent, lines) if lines else Rendered.new(nothing, returned.lineno)

    def _is_independent(self, pairs: list[tuple[ast.expr, ast.expr]], extra: list[Replacement]) -> bool:
        """Say whether no target is read by the value of a later one."""
        bound: set[str] = set()
        for target, value in pairs:
            text = self.renderer.render(self.syntax.span(value), extra=extra).text
            if bound & set(re.findall(r"\w+", text)):
                return False
            bound |= set(re.findall(r"\w+", self.syntax.source(target))) - {text} - {"self"}
        return True

    def _names(self, statement: ast.stmt, function: ast.FunctionDef, given: dict[str, ast.expr]) -> dict[str, str]:
        """Return new names: parameters that stand for a plain value, and locals that the caller has, too."""
        bound = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        inside = {id(node) for node in ast.walk(function)}
        scope = self._scope(statement)
        taken = {n.id for n in ast.walk(scope) if isinstance(n, ast.Name) and id(n) not in inside}
        taken |= {n.arg for n in ast.walk(scope) if isinstance(n, ast.arg) and id(n) not in inside}
        renamed: dict[str, str] = {}
        for name, value in given.items():
            if name not in bound and isinstance(value, self.plain):
                renamed[name] = self.syntax.source(value)
        passed = {n.id for value in given.values() for n in ast.walk(value) if isinstance(n, ast.Name)}
        handed = self._handed_on(statement, function, bound - set(given))
        renamed.update({name: target for name, target in handed.items() if target not in passed})
        targets = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for name in sorted((bound | set(given)) - set(renamed)):
            if name in taken - (targets if self._is_target_only(scope, name, inside) else set()):
                number = 2
                while f"{name}_{number}" in taken | bound:
                    number += 1
                renamed[name] = f"{name}_{number}"
        return renamed

    def _handed_on(self, statement: ast.stmt, function: ast.FunctionDef, local: set[str]) -> dict[str, str]:
        """Return the caller's names for the locals that the function returns as they are."""
        returned = _last(function.body)
        if not isinstance(statement, ast.Assign) or not isinstance(returned, ast.Return):
            return {}
        targets, values = _elements(statement.targets[0]), _elements(returned.value)
        if len(targets) != len(values):
            return {}
        names = [v.id for v in values if isinstance(v, ast.Name)]
        return {
            value.id: target.id
            for target, value in zip(targets, values, strict=True)
            if isinstance(target, ast.Name) and isinstance(value, ast.Name)
            if value.id in local and names.count(value.id) == 1 and target.id not in local
        }

    def _is_target_only(self, scope: ast.AST, name: str, inside: set[int]) -> bool:
        """Say whether the caller binds a name once, by the call that is inlined."""
        stores = [
            n
            for n in ast.walk(scope)
            if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) and id(n) not in inside
        ]
        return len(stores) == 1

    def _remove(self, function: ast.FunctionDef) -> None:
        """Take the function out unless something else names it."""
        name = function.name
        calls = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == name]
        calls += [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Attribute) and n.attr == name]  # type: ignore[misc]
        parent = self.syntax.parents[function]
        if len(calls) > 1 or len(getattr(parent, "body", [])) < 2:
            return
        self._remove_definition(function)

    def _remove_definition(self, function: ast.FunctionDef | ast.ClassDef) -> None:
        first = min([function.lineno, *own_comment_rows(self.syntax, self.syntax.span(function))])
        last, rows = function.end_lineno or function.lineno, self.syntax.text.count("\n")
        alone = first > 1 and not self.syntax.index.line(first - 1).strip()
        while alone and last < rows and not self.syntax.index.line(last + 1).strip():
            last += 1  # the blank lines above are enough
        end = self.syntax.index.start(last + 1)
        self.renderer.add(Span(self.syntax.index.start(first), end), lambda: Rendered("", (0,)))


def _elements(node: ast.expr | None) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, (ast.Tuple, ast.List)) else [node] if node is not None else []


def _last(body: list[ast.stmt]) -> ast.stmt:
    last = body[-1]
    return _last(last.body) if isinstance(last, ast.With) else last


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if documented else body


def _is_guard(node: ast.AST) -> bool:
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
        case _:
            return False


def as_of_original(result: FileResult, inlined: Inlined, original: str) -> FileResult:
    """Return the migration of an inlined text as one of the original."""
    calls, made = _calls(inlined, original)

    def line(number: int) -> int:
        return inlined.lines[number - 1] or number

    def ref(node: NodeRef) -> NodeRef:
        if node.kind == "Call" and _place(node) in calls:
            return NodeRef(node.path, node.kind, *calls[_place(node)])
        change = line(node.line) - node.line
        return NodeRef(node.path, node.kind, node.line + change, node.column, node.end_line + change, node.end_column)

    functions = tuple(replace(f, original_lines=tuple(map(line, f.original_lines))) for f in result.functions)
    notes = tuple(replace(note, row=line(note.row)) for note in result.notes)
    source_map = result.map
    if source_map is not None:
        lines = tuple((new, line(old)) for new, old in source_map.lines)
        sites = tuple(
            replace(site, original=ref(site.original)) for site in source_map.sites if _place(site.original) not in made
        )
        source_map = replace(source_map, lines=lines, sites=sites)
    return replace(result, functions=functions, notes=notes, map=source_map)


_At = tuple[int, int, int, int]


def _place(node: NodeRef) -> _At:
    return node.line, node.column, node.end_line, node.end_column


def _calls(inlined: Inlined, original: str) -> tuple[dict[_At, _At], set[_At]]:
    """Return where the calls of an inlined text stand in the original: those of one line come in the same order.

    The second value is where calls stand that no line of the original has: they run what it hides.
    """
    before = _calls_by_line(original, range(original.count("\n") + 2))
    after = _calls_by_line(inlined.text, (0, *inlined.lines))
    same = {
        new: old
        for key, calls in after.items()
        if len(calls) == len(before.get(key, ()))
        for new, old in zip(calls, before[key], strict=True)
    }
    return same, {place for key, calls in after.items() if key not in before for place in calls}


def _calls_by_line(text: str, lines: Sequence[int]) -> dict[tuple[int, str], list[_At]]:
    """Return the places of calls in the order of the text, by their original line and the function's last name."""
    found: dict[tuple[int, str], list[_At]] = defaultdict(list)
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset, -(one.end_lineno or 0))):
        name: str = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
        place = (call.lineno, call.col_offset, call.end_lineno or 0, call.end_col_offset or 0)
        found[lines[call.lineno], name].append(place)
    return found
