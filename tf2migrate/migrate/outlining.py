"""Methods that make state and compute: functions beside their class, which the planner makes classes of.

What a method reads from its object becomes a parameter. It is text before planning, as inlining is: a program that the
original is equal to, with the original line of each of its lines.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field

from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.inlining import BUILDS, Inlined
from tf2migrate.migrate.render import Rendered, Renderer, Replacement, concat, join, reindent
from tf2migrate.migrate.returned_lists import ReturnedLists, is_plain, returned_lists, targets_of
from tf2migrate.migrate.state_members import StateFacts
from tf2migrate.migrate.syntax import Names, Syntax, snake
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Program
from tf2migrate.model.source import NodeRef, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

_UNUSUAL = (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Await, ast.FunctionDef, ast.Lambda, ast.ClassDef)

_BY_NAME = frozenset({"getattr", "setattr", "delattr", "attrgetter", "methodcaller"})


@dataclass
class _Method:
    """A method to be a function, and the calls of it."""

    owner: ast.ClassDef
    function: ast.FunctionDef
    calls: list[ast.Call]
    attributes: dict[str, str] = field(default_factory=dict)  # what it reads from its object: the parameter for it
    name: str = ""
    lists: ReturnedLists | None = None

    @property
    def receiver(self) -> str:
        return self.function.args.args[0].arg


def outline_method(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one method as a function beside its class, None where there is none to write so."""
    view = ProgramView(program)
    syntax = Syntax.parse(path, text)
    for definition in _builders(view, path, StateFacts(view, {path: syntax})):
        method = _read(view, syntax, definition)
        if method is not None:
            return _Outliner(syntax, method).outline()
    return None


def _builders(view: ProgramView, path: str, facts: StateFacts) -> list[NodeRef]:
    """Return the functions that make state and compute, are entered more than once, and make nothing else."""
    running = {frame for visit in view.program.visits for frame in view.frames_on_trail(visit.place)}
    building = {frame for node in view.nodes if node.kind in BUILDS for frame in view.frames_on_trail(node.place)}
    frames: dict[NodeRef, list[int]] = defaultdict(list)
    for frame in view.program.frames:
        if frame.definition is not None and frame.path == path and frame.kind == "function":
            frames[frame.definition].append(frame.id)
    return [
        definition
        for definition, found in frames.items()
        if len(found) > 1 and all(facts.is_mixed(f) and f not in running and f not in building for f in found)
    ]


def _read(view: ProgramView, syntax: Syntax, definition: NodeRef) -> _Method | None:
    """Return what is known of a method, None where it is none or not a plain one."""
    function = syntax.nodes.get(definition)
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return None
    owner = syntax.parents[function]
    if not isinstance(owner, ast.ClassDef) or not isinstance(syntax.parents[owner], ast.Module) or len(owner.body) < 2:
        return None
    arguments = function.args
    inner = [node for statement in function.body for node in ast.walk(statement)]
    defaults = [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
    if (
        not arguments.args
        or arguments.posonlyargs
        or arguments.vararg
        or arguments.kwarg
        or any(isinstance(node, _UNUSUAL) for node in inner)
        or not all(isinstance(default, ast.Constant) for default in defaults)
    ):
        return None
    calls = _calls(view, syntax, definition, function)
    method = _Method(owner, function, calls or [])
    return method if calls and _reads_attributes(syntax, method, inner) else None


def _calls(view: ProgramView, syntax: Syntax, definition: NodeRef, function: ast.FunctionDef) -> list[ast.Call] | None:
    """Return all calls of a method, None where something else may call it or be called in its place."""
    callees: dict[NodeRef, set[NodeRef]] = defaultdict(set)
    for call in view.program.calls:
        callees[call.place.expression].add(call.callee)
    found: list[ast.Call] = []
    for node in ast.walk(syntax.tree):
        match node:
            case ast.Attribute(attr=name) if name == function.name:
                parent = syntax.parents[node]
                called = callees.get(node_ref(syntax.path, parent), set()) if isinstance(parent, ast.Call) else set()
                if definition not in called and called:
                    continue  # a method of another class
                plain = isinstance(node.value, ast.Name)
                if not isinstance(parent, ast.Call) or parent.func is not node or called != {definition} or not plain:
                    return None
                found.append(parent)
            case ast.Call(func=ast.Name(id=by_name) | ast.Attribute(attr=by_name)) if by_name in _BY_NAME:
                asked = [part.value if isinstance(part, ast.Constant) else function.name for part in node.args[:2]]
                if function.name in asked[-1:] or by_name == "methodcaller":
                    return None  # it may be asked for by its name
            case _:
                pass
    return found


def _reads_attributes(syntax: Syntax, method: _Method, inner: list[ast.AST]) -> bool:
    """Find what a method reads from its object; False where it does anything else with that."""
    names = Names(ast.Module([method.function], []))
    for node in inner:
        if not isinstance(node, ast.Name) or node.id != method.receiver:
            continue
        read = syntax.parents[node]
        if not isinstance(read, ast.Attribute) or not isinstance(read.ctx, ast.Load) or read.attr.startswith("__"):
            return False
        user = syntax.parents[read]
        if isinstance(user, ast.Call) and user.func is read and _is_method(method.owner, read.attr):
            return False
        if read.attr not in method.attributes:
            method.attributes[read.attr] = names.fresh(read.attr.lstrip("_"))
    return True


def _is_method(owner: ast.ClassDef, name: str) -> bool:
    own = any(isinstance(part, ast.FunctionDef) and part.name == name for part in owner.body)
    return own or bool(owner.bases and not _is_object(owner.bases))


def _is_object(bases: list[ast.expr]) -> bool:
    return all(isinstance(base, ast.Name) and base.id == "object" for base in bases)


def _is_used(syntax: Syntax, method: ast.FunctionDef, name: str) -> bool:
    """Say whether a name of a method means something else in its file, too."""
    if name != method.name:
        return True
    for node in ast.walk(syntax.tree):
        match node:
            case ast.Name(id=found) | ast.arg(arg=found) | ast.ClassDef(name=found) if found == name:
                return True
            case ast.FunctionDef(name=found) if found == name and node is not method:
                return True
            case ast.alias(name=found, asname=alias) if name in (found, alias):
                return True
            case _:
                pass
    return False


class _Outliner:
    """Writes one method as a function."""

    def __init__(self, syntax: Syntax, method: _Method) -> None:
        self.syntax, self.method = syntax, method
        self.renderer = Renderer(syntax.text, syntax.index)
        own = method.function.name.strip("_")
        names = Names(syntax.tree)
        if not _is_used(syntax, method.function, own):
            names.release(own)
        method.name = names.fresh(own, f"{own}_of_{snake(method.owner.name)}")
        lists = returned_lists(Symbols(syntax.tree), method.function)
        if lists is not None and all(self._lists_for(call, lists) is not None for call in method.calls):
            method.lists = lists

    def outline(self) -> Inlined | None:
        for call in self.method.calls:
            self._write_call(call)
        self._write_function()
        rendered = self.renderer.render(Span(0, len(self.syntax.text)))
        try:
            ast.parse(rendered.text)
        except SyntaxError:
            return None  # a form of layout that this does not foresee
        return Inlined(rendered.text, rendered.lines)

    # --- calls ---

    def _write_call(self, call: ast.Call) -> None:
        statement = self.syntax.statement_of(call)
        for replacement in self._call_parts(call):
            self.renderer.replacements.append(replacement)
        lists = self.method.lists
        pairs = self._lists_for(call, lists) if lists is not None else None
        if pairs is None or lists is None:
            return
        targets = targets_of(self.syntax, call, lists) or []
        left = {number: target for number, target in targets if number not in lists.lists}
        numbers = [number for number in range(lists.size) if number not in lists.lists]
        parts: list[Rendered | str] = []
        names = [self.syntax.source(left[n]) if n in left else "_" for n in numbers]
        if left:
            parts.append(Rendered.new(", ".join(names) + " = ", call.lineno))
        parts.append(self.renderer.render(self.syntax.span(call)))
        indent = self.syntax.index.indent(statement.lineno)
        for name, value in pairs:
            parts.append(Rendered.new(f"\n{indent}{name} = {value}", call.lineno))
        text = concat(parts)
        self.renderer.add(self.syntax.span(statement), lambda: text)

    def _call_parts(self, call: ast.Call) -> list[Replacement]:
        """Return the edits of a call: the function's name, and what the method read from the object."""
        assert isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
        receiver = call.func.value.id
        given = ", ".join(f"{receiver}.{attribute}" for attribute in self.method.attributes)
        span, whole = self.syntax.span(call.func), self.syntax.span(call)
        parts: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
        first = min((self.syntax.span(part).start for part in parts), default=None)
        comma = ", " if given and first is not None else ""
        start = first if first is not None else whole.end - 1
        row = call.lineno
        name = self.method.name
        return [
            Replacement(span, lambda: Rendered.new(name, row)),
            Replacement(Span(start, start), lambda: Rendered.new(given + comma, row)),
        ]

    def _lists_for(self, call: ast.Call, lists: ReturnedLists) -> list[tuple[str, str]] | None:
        """Return the targets and texts of the lists that a call is to read itself; None where that is not certain."""
        targets = targets_of(self.syntax, call, lists)
        statement = self.syntax.statement_of(call)
        row = self.syntax.index.line(statement.lineno)
        if targets is None or ";" in row or any(not is_plain(target) for _, target in targets):
            return None
        given = self._given(call)
        found: list[tuple[str, str]] = []
        for number, target in targets:
            if number not in lists.lists:
                continue
            text = self._substituted(lists.lists[number], given, call)
            if text is None:
                return None
            found.append((self.syntax.source(target), text))
        return found

    def _given(self, call: ast.Call) -> dict[str, ast.expr]:
        """Return the expressions for the parameters of a method."""
        function = self.method.function
        names = [argument.arg for argument in function.args.args]
        found = dict(zip(names[::-1], function.args.defaults[::-1], strict=False))
        found.update(zip(names[1:], call.args, strict=False))
        found.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None})
        return found

    def _substituted(self, read: ast.Call, given: dict[str, ast.expr], call: ast.Call) -> str | None:
        """Return a read of a collection with the arguments of a call in the place of parameters."""
        function, method = self.method.function, self.method
        assert isinstance(call.func, ast.Attribute)
        replacements: list[Replacement] = []
        local = self._locals(call)
        parameters = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
        for node in ast.walk(read):
            if not isinstance(node, ast.Name):
                continue
            if node.id == method.receiver:
                text = self.syntax.source(call.func.value)
            elif node.id in parameters:
                value = given.get(node.id)
                if value is None or not is_plain(value):
                    return None
                text = self.syntax.source(value)
            elif node.id in local:
                return None  # it means something else there
            else:
                continue
            replacements.append(Replacement(self.syntax.span(node), lambda text=text: Rendered.new(text)))  # type: ignore[misc]
        return " ".join(self.renderer.render(self.syntax.span(read), extra=replacements).text.split())

    def _locals(self, call: ast.Call) -> set[str]:
        scope: ast.AST = call
        while not isinstance(scope, (ast.FunctionDef, ast.Module)):
            scope = self.syntax.parents[scope]
        if isinstance(scope, ast.Module):
            return set()
        stored = {n.id for n in ast.walk(scope) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        return stored | {n.arg for n in ast.walk(scope) if isinstance(n, ast.arg)}

    # --- the function ---

    def _write_function(self) -> None:
        """Put the function above the class, and take the method out of it."""
        function, syntax = self.method.function, self.syntax
        owner = syntax.span(self.method.owner)
        decorators = [syntax.span(one).start for one in self.method.owner.decorator_list]
        start = min([owner.start, *decorators])
        rows = own_comment_rows(syntax, Span(start, owner.end))
        place = syntax.index.start(rows[0] if rows else syntax.index.location(start).row)
        text = self._function()
        self.renderer.add(Span(place, place), lambda: concat([text, "\n\n\n"]))
        first = min([function.lineno, *own_comment_rows(syntax, syntax.span(function))])
        last, count = function.end_lineno or function.lineno, syntax.text.count("\n")
        if first > 1 and not syntax.index.line(first - 1).strip():
            while last < count and not syntax.index.line(last + 1).strip():
                last += 1  # the blank lines above are enough
        self.renderer.add(Span(syntax.index.start(first), syntax.index.start(last + 1)), lambda: Rendered("", (0,)))

    def _function(self) -> Rendered:
        function, syntax = self.method.function, self.syntax
        span = syntax.span(function)
        indent = syntax.index.indent(function.lineno)
        comments = [Rendered.new(syntax.index.line(row).strip(), row) for row in own_comment_rows(syntax, span)]
        rendered = self.renderer.render(span, extra=[*self._head(), *self._reads(), *self._without_lists()])
        return join("\n", [*comments, reindent(rendered, indent, "")])

    def _head(self) -> list[Replacement]:
        """Return the edits of the function's name and of its first parameter."""
        function, method = self.method.function, self.method
        arguments = function.args.args
        receiver = self.syntax.index.node_span(arguments[0])
        names = ", ".join(method.attributes.values())
        end = receiver.end
        if len(arguments) > 1:
            end = self.syntax.index.node_span(arguments[1]).start
            names += ", " if names else ""
        start = self.syntax.span(function).start
        named = self.syntax.text.index(function.name, start)
        return [
            Replacement(Span(named, named + len(function.name)), lambda: Rendered.new(method.name, function.lineno)),
            Replacement(Span(receiver.start, end), lambda: Rendered.new(names, function.lineno)),
        ]

    def _reads(self) -> list[Replacement]:
        found: list[Replacement] = []
        for node in ast.walk(self.method.function):
            match node:
                case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == self.method.receiver:
                    text = self.method.attributes[attribute]
                    made = Rendered.new(text, node.lineno)
                    found.append(Replacement(self.syntax.span(node), lambda made=made: made))  # type: ignore[misc]
                case _:
                    pass
        return found

    def _without_lists(self) -> list[Replacement]:
        """Return the edits that take the lists of variables out of what the function returns."""
        lists = self.method.lists
        if lists is None:
            return []
        index = self.syntax.index
        rows = [Span(index.start(s.lineno), index.start((s.end_lineno or s.lineno) + 1)) for s in lists.statements]
        gone = [Replacement(span, lambda: Rendered("", (0,))) for span in rows]
        assert lists.returned.value is not None
        others = lists.others
        parts = [self.renderer.render(self.syntax.span(part), extra=self._reads()) for part in others]
        text = join(", ", parts)
        return [*gone, Replacement(self.syntax.span(lists.returned.value), lambda: text)]
