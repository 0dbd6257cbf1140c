"""Objects that are made once and build a part of a graph that the module trains: their attributes become names.

What a run needs is then in one body, as with functions that are inlined. `model.loss` becomes `model_loss`, methods
become functions. It is text before planning: a program that the original is equal to, line by line, with the original
line of each of its lines. Names outside of the class keep their length, so that run sites stay where they were.
"""

from __future__ import annotations

import ast
import symtable
from dataclasses import dataclass, field

from tf2migrate.migrate.functions import own_comment_rows
from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.rebinding import binds_first, is_stored
from tf2migrate.migrate.render import Rendered, Renderer, Replacement, concat, join, reindent
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.source import Span

_MAKES = frozenset({Kind.PLACEHOLDER, Kind.VARIABLE, Kind.LAYER})
_UNUSUAL = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Global,
    ast.Nonlocal,
    ast.Yield,
    ast.YieldFrom,
    ast.Await,
)


def flatten_object(program: Program, path: str, text: str) -> Inlined | None:
    """Return the text with one object flattened, None where there is none of which that is certain."""
    syntax = Syntax.parse(path, text)
    view = ProgramView(program)
    building = {
        view.frames[frame].definition
        for node in view.nodes
        if node.kind in _MAKES
        for frame in view.frames_on_trail(node.place)
    }
    running = {view.frames[f].definition for visit in program.visits for f in view.frames_on_trail(visit.place)}
    for definition in syntax.tree.body:
        if not isinstance(definition, ast.ClassDef):
            continue
        functions = {id(part) for part in definition.body}
        refs = [ref for ref, node in syntax.nodes.items() if id(node) in functions]
        if not any(ref in building for ref in refs) or any(ref in running for ref in refs):
            continue
        found = _Flattener(syntax, definition).flatten()
        if found is not None:
            return found
    return None


class _Unfit(Exception):
    """The class or its object is used in a way that this does not foresee."""


@dataclass
class _Flattener:
    syntax: Syntax
    definition: ast.ClassDef
    owner: str = ""
    holder: ast.FunctionDef | None = None  # the function that makes the object; None: the module does
    methods: dict[str, ast.FunctionDef] = field(default_factory=dict)
    inlined: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def flatten(self) -> Inlined | None:
        try:
            self._read_class()
            statement, call = self._instance()
            self._check_uses(call)
            attributes = {node.attr for node in ast.walk(self.syntax.tree) if isinstance(node, ast.Attribute)}
            holder = ast.walk(self.holder) if self.holder is not None else ()
            self.taken = {node.id for node in holder if isinstance(node, ast.Name)}
            self.taken |= _module_names(self.syntax.text) | {f"{self.owner}_{name}" for name in attributes}
            self.taken |= {f"{self.owner}_{name}" for name in self.methods}
            renderer = Renderer(self.syntax.text, self.syntax.index)
            body = self._body("__init__", call, [])
            self._replace(renderer, statement, body)
        except _Unfit:
            return None
        rendered = renderer.render(Span(0, len(self.syntax.text)))
        try:
            ast.parse(rendered.text)
        except SyntaxError:
            return None
        return Inlined(rendered.text, rendered.lines)

    # --- what it takes ---

    def _read_class(self) -> None:
        bases = [base for base in self.definition.bases if not (isinstance(base, ast.Name) and base.id == "object")]
        if bases or self.definition.keywords or self.definition.decorator_list:
            raise _Unfit
        for part in self.definition.body:
            if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                continue
            plain = isinstance(part, ast.FunctionDef) and not part.decorator_list and bool(part.args.args)
            if not plain or not isinstance(part, ast.FunctionDef):
                raise _Unfit
            special = part.name.startswith("__") and part.name != "__init__"
            unusual = any(isinstance(node, _UNUSUAL) for statement in part.body for node in ast.walk(statement))
            if (
                special
                or unusual
                or part.args.vararg
                or part.args.kwarg
                or part.args.kwonlyargs
                or part.args.posonlyargs
            ):
                raise _Unfit
            self.methods[part.name] = part
        if "__init__" not in self.methods:
            raise _Unfit

    def _instance(self) -> tuple[ast.Assign, ast.Call]:
        """Return the one statement that makes an object of the class."""
        uses = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == self.definition.name]
        call = self.syntax.parents[uses[0]] if len(uses) == 1 else None
        if not isinstance(call, ast.Call) or call.func is not uses[0]:
            raise _Unfit
        statement = self.syntax.parents[call]
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise _Unfit
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            raise _Unfit
        node: ast.AST = statement
        while not isinstance(node, ast.Module):
            node = self.syntax.parents[node]
            if isinstance(node, ast.FunctionDef) and isinstance(self.syntax.parents[node], ast.Module):
                self.holder = node
                break
            guard = isinstance(node, ast.If) and isinstance(node.test, ast.Compare)
            main = guard and isinstance(node.test.left, ast.Name) and node.test.left.id == "__name__"  # type: ignore[attr-defined]
            if not isinstance(node, (ast.Module, ast.With)) and not main:
                raise _Unfit
        self.owner = target.id
        return statement, call

    def _check_uses(self, call: ast.Call) -> None:
        """The object and `self` are used for their attributes alone, and no other name is what these become."""
        names = {n.id for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name)}
        names |= {n.arg for n in ast.walk(self.syntax.tree) if isinstance(n, ast.arg)}
        inside = {id(node) for node in ast.walk(self.definition)}
        visible = {id(node) for node in ast.walk(self.holder or self.syntax.tree)}
        for node in ast.walk(self.syntax.tree):
            if isinstance(node, ast.Name) and node.id == self.owner and id(node) not in visible:
                raise _Unfit
            if isinstance(node, ast.arg) and node.arg == self.owner:
                raise _Unfit
            if not isinstance(node, ast.Name) or node.id != self.owner:
                continue
            parent = self.syntax.parents[node]
            made = isinstance(parent, ast.Assign) and parent.value is call
            stored = isinstance(parent, ast.Attribute) and not isinstance(parent.ctx, ast.Load)
            if id(node) in inside or stored or not (made or isinstance(parent, ast.Attribute)):
                raise _Unfit
            if isinstance(parent, ast.Attribute) and f"{self.owner}_{parent.attr}" in names:
                raise _Unfit
        for method in self.methods.values():
            me = method.args.args[0].arg
            for node in ast.walk(method):
                if isinstance(node, ast.Name) and node.id == me:
                    parent = self.syntax.parents[node]
                    if not isinstance(parent, ast.Attribute) or f"{self.owner}_{parent.attr}" in names:
                        raise _Unfit

    def _stores(self, method: ast.FunctionDef) -> set[str]:
        me = method.args.args[0].arg
        return {
            node.attr
            for node in ast.walk(method)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del))
            if isinstance(node.value, ast.Name) and node.value.id == me
        }

    # --- statements of the constructor ---

    def _body(self, name: str, call: ast.Call, outer: list[Replacement]) -> list[Rendered]:
        """Return the statements of a method that is called once, at no indentation; `outer` holds in the call."""
        method = self.methods[name]
        if any(isinstance(node, ast.Return) for node in ast.walk(method)) or name in self.inlined:
            raise _Unfit
        self.inlined.add(name)
        given = self._given(method, call)
        local = {n.id for n in ast.walk(method) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        renamed: dict[str, str] = {}
        lines: list[Rendered] = []
        for parameter, value in given.items():
            plain = Renderer(self.syntax.text, self.syntax.index)
            source = plain.render(self.syntax.span(value), extra=outer)
            simple = isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and source.text not in local)
            if parameter not in local and simple:
                renamed[parameter] = source.text
                continue
            renamed[parameter] = self._fresh(parameter)
            lines.append(concat([Rendered.new(f"{renamed[parameter]} = ", value.lineno), source]))
        renamed |= {one: self._fresh(one) for one in sorted(local - set(given))}
        hidden = {n.arg for part in method.body for n in ast.walk(part) if isinstance(n, ast.arg)}
        if hidden & set(renamed):
            raise _Unfit
        for part in method.body:
            if part is method.body[0] and isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
                continue
            for one in sorted(self._bound_anew(method, part, local)):
                renamed[one] = self._fresh(one)
            lines.extend(self._statement(method, part, renamed))
        return lines

    def _bound_anew(self, method: ast.FunctionDef, part: ast.stmt, local: set[str]) -> set[str]:
        """Return the locals that a statement binds before it reads them, though another one bound them already."""
        earlier = method.body[: method.body.index(part)]
        bound = {n.id for one in earlier for n in ast.walk(one) if isinstance(n, ast.Name) and is_stored(n)}
        hidden = {id(n) for one in ast.walk(method) if isinstance(one, ast.comprehension) for n in ast.walk(one.target)}
        hidden_names = {n.id for n in ast.walk(method) if id(n) in hidden and isinstance(n, ast.Name)}
        return {name for name in bound & local - hidden_names if binds_first(part, name)}

    def _statement(self, method: ast.FunctionDef, part: ast.stmt, renamed: dict[str, str]) -> list[Rendered]:
        match part:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=me), attr=name)) as call):
                if me == method.args.args[0].arg and name in self.methods and self._stores(self.methods[name]):
                    return self._body(name, call, self._replacements(method, call, renamed))
        span = self.syntax.span(part)
        renderer = Renderer(self.syntax.text, self.syntax.index)
        text = renderer.render(span, extra=self._replacements(method, part, renamed))
        rows = own_comment_rows(self.syntax, span)
        comments = [Rendered.new(self.syntax.index.line(row).strip(), row) for row in rows]
        return [*comments, reindent(text, self.syntax.index.indent(part.lineno), "")]

    def _given(self, method: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
        parameters = [parameter.arg for parameter in method.args.args]
        names = parameters[1:]
        if any(isinstance(one, ast.Starred) for one in call.args) or any(k.arg is None for k in call.keywords):
            raise _Unfit
        defaults = dict(zip(parameters[::-1], method.args.defaults[::-1], strict=False))
        given: dict[str, ast.expr] = {n: value for n, value in defaults.items() if isinstance(value, ast.Constant)}
        given.update(zip(names, call.args, strict=False))
        given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
        if set(given) != set(names) or len(call.args) > len(names):
            raise _Unfit
        return {name: given[name] for name in names}

    def _fresh(self, name: str) -> str:
        """Return a name of the module for a local one."""
        wanted, number = name, 2
        while wanted in self.taken:
            wanted, number = f"{name}_{number}", number + 1
        self.taken.add(wanted)
        return wanted

    # --- text ---

    def _replacements(self, method: ast.FunctionDef, part: ast.AST, renamed: dict[str, str]) -> list[Replacement]:
        me = method.args.args[0].arg
        found: list[Replacement] = []
        for node in ast.walk(part):
            text = None
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == me:
                if node.attr in self.inlined:
                    raise _Unfit
                text = f"{self.owner}_{node.attr}"
            elif isinstance(node, ast.Name) and node.id in renamed:
                text = renamed[node.id]
            if text is not None and isinstance(node, ast.expr):
                new = Rendered.new(text, node.lineno)
                found.append(Replacement(self.syntax.span(node), lambda new=new: new))  # type: ignore[misc]
        return found

    def _replace(self, renderer: Renderer, statement: ast.Assign, body: list[Rendered]) -> None:
        indent = self.syntax.index.indent(statement.lineno)
        block = reindent(join("\n", body or [Rendered.new("pass", statement.lineno)]), "", indent)
        bare = Rendered(block.text[len(indent) :], block.lines)
        renderer.add(self.syntax.span(statement), lambda: bare)
        functions = [self._function(name) for name in self.methods if name not in self.inlined]
        start = self.syntax.index.start(self.definition.lineno)
        end = self.syntax.index.start((self.definition.end_lineno or self.definition.lineno) + 1)
        text = concat([join("\n\n\n", functions), "\n"]) if functions else Rendered("", (0,))
        renderer.add(Span(start, end), lambda: text)
        inside = {id(node) for node in ast.walk(self.definition)}
        for node in ast.walk(self.syntax.tree):
            if id(node) in inside or not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            if node.value.id == self.owner:
                renderer.add(self.syntax.span(node), f"{self.owner}_{node.attr}")

    def _function(self, name: str) -> Rendered:
        """Return a method as a function of the module."""
        method = self.methods[name]
        if self._stores(method) or self.holder is not None:
            raise _Unfit
        first, *others = method.args.args
        end = self.syntax.index.offset(others[0].lineno, others[0].col_offset) if others else None
        start = self.syntax.index.offset(first.lineno, first.col_offset)
        stop = end or self.syntax.index.offset(first.end_lineno or 0, first.end_col_offset or 0)
        header = self.syntax.index.offset(method.lineno, method.col_offset) + len("def ")
        extra = self._replacements(method, method, {})
        extra.append(Replacement(Span(start, stop), lambda: Rendered.new("", first.lineno)))
        named = Rendered.new(f"{self.owner}_{name}", method.lineno)
        extra.append(Replacement(Span(header, header + len(name)), lambda: named))
        plain = Renderer(self.syntax.text, self.syntax.index)
        text = reindent(
            plain.render(self.syntax.span(method), extra=extra), self.syntax.index.indent(method.lineno), ""
        )
        rows = own_comment_rows(self.syntax, self.syntax.span(method))
        return join("\n", [*(Rendered.new(self.syntax.index.line(row).strip(), row) for row in rows), text])


def _module_names(text: str) -> set[str]:
    """Return the names of a module, and those that its functions read from it."""
    table = symtable.symtable(text, "<original>", "exec")
    names = {symbol.get_name() for symbol in table.get_symbols()}
    pending = list(table.get_children())
    while pending:
        scope = pending.pop()
        pending.extend(scope.get_children())
        names |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global()}
    return names
