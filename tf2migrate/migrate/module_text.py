"""The text of a class that stands for a function which makes state and computes."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.migrate.functions import indented, own_comment_rows
from tf2migrate.migrate.lifting import check_shadowed
from tf2migrate.migrate.modules import Base, Module
from tf2migrate.migrate.render import Rendered, concat, join, reindent
from tf2migrate.migrate.scopes import is_reuse, is_variable_scope
from tf2migrate.migrate.slices import SliceWriter, statement_text
from tf2migrate.migrate.state_members import Member
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef
from tf2migrate.names import Names as Symbols


class ModuleWriter:
    """Writes one class; `make` gives the expression that makes a member."""

    def __init__(self, bench: Workbench, module: Module, make: Callable[[Member], Rendered]) -> None:
        self.bench, self.syntax, self.module, self.make = bench, bench.syntax, module, make
        self.indent = bench.syntax.indent
        self.symbols = Symbols(bench.syntax.tree)

    def write(self) -> Rendered:
        """Return the class at the indent of the function that it stands for."""
        module, tf = self.module, self.bench.tf
        base = "" if module.base is Base.PLAIN else f"({tf}.{module.base.value})"
        row = module.function.lineno
        lines = [Rendered.new(f"class {module.class_name}{base}:", row)]
        docstring = self._docstring()
        if docstring is not None:
            lines += [indented(docstring, self.indent), Rendered.new("")]
        lines += [indented(line, self.indent) for line in self._constructor()]
        lines.append(Rendered.new(""))
        lines += [indented(line, self.indent) for line in self._call()]
        outer = self.syntax.index.indent(row)
        text = reindent(join("\n", lines), "", outer)
        moved = tuple(mark.moved(-len(outer)) for mark in text.marks)
        return Rendered(text.text[len(outer) :], text.lines, moved)  # the first line's indent stands already

    def _docstring(self) -> Rendered | None:
        first = self.module.function.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            return statement_text(self.bench, first)
        return None

    def _constructor(self) -> list[Rendered]:
        # Sizes first: they have no defaults, and objects are made with every argument named.
        given = (*self.module.slice.literals, *self.module.slice.by_round, *self.module.sizes)
        parameters = [Rendered.new(name) for name in given]
        parameters += [self._parameter(name) for name in self.module.constructor]
        row = self.module.function.lineno
        head = concat([Rendered.new("def __init__(self", row), *(concat([", ", p]) for p in parameters), "):"])
        writer = SliceWriter(self.bench, self.module.members, self.module.slice, self.make)
        ordered = writer.lines(self.module.function.body, "self.")
        inherited = [] if self.module.base is Base.PLAIN else [Rendered.new("super().__init__()")]
        return [head, *(indented(line, self.indent) for line in [*inherited, *ordered])]

    def _call(self) -> list[Rendered]:
        name = "call" if self.module.base is Base.KERAS else "__call__"
        kept = [self._parameter(parameter) for parameter in self.module.kept]
        if self.module.lifted and any("=" in text.text for text in kept):
            kept.append(Rendered.new("*"))  # behind defaults only keyword-only parameters may stand without one
        kept += [Rendered.new(name) for name in self.module.lifted]
        parameters = [concat([", ", text]) for text in kept]
        row = self.module.function.lineno
        head = concat([Rendered.new(f"def {name}(self", row), *parameters, "):"])
        body = self.module.function.body
        lines = self._suite(body[1:] if self._docstring() is not None else body, None)
        return [head, *(indented(line, self.indent) for line in lines)]

    def _parameter(self, name: str) -> Rendered:
        """Return a parameter as the function has it, with its default."""
        arguments = self.module.function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = dict(zip([p.arg for p in positional[::-1]], arguments.defaults[::-1], strict=False))
        defaults |= {
            p.arg: d for p, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
        }
        default = defaults.get(name)
        return Rendered.new(name) if default is None else concat([f"{name}=", self.bench.render(default)])

    def _suite(self, statements: list[ast.stmt], previous: int | None) -> list[Rendered]:
        """Return the statements that compute, scopes dissolved, with their comments and single blank lines."""
        lines: list[Rendered] = []
        for statement in statements:
            if statement in self.module.state_statements or statement in self.module.dropped or is_reuse(statement):
                previous = statement.end_lineno
                continue
            if isinstance(statement, ast.With) and all(
                is_variable_scope(self.symbols, item.context_expr) for item in statement.items
            ):
                inner = self._suite(statement.body, None)
            else:
                inner = [text for text in [statement_text(self.bench, statement)] if text.text]
            first = min([statement.lineno, *own_comment_rows(self.syntax, self.syntax.span(statement))])
            if lines and inner and previous is not None and first > previous + 1:
                lines.append(Rendered.new(""))
            lines.extend(inner)
            previous = statement.end_lineno
        return lines


def call_text(bench: Workbench, module: Module, at: NodeRef, instance: str) -> Rendered:
    """Return the call of a module's object in place of the function's: arguments of the constructor go."""
    call = bench.syntax.nodes[at]
    assert isinstance(call, ast.Call)
    given = arguments_by_name(module, call)
    parts: list[Rendered] = []
    positional = True
    for name in module.kept:
        value = given.get(name)
        if value is None:
            positional = False
            continue
        named = not positional or name in module.by_keyword or any(k.value is value for k in call.keywords)
        positional = positional and not named
        parts.append(concat([f"{name}=", bench.render(value)]) if named else bench.render(value))
    check_shadowed(bench, call, module.function.name, module.lifted)
    parts += [Rendered.new(f"{name}={name}") for name in module.lifted]
    return concat([Rendered.new(f"{instance}(", at.line), join(", ", parts), ")"])


def arguments_by_name(module: Module, call: ast.Call) -> dict[str, ast.expr]:
    """Return the expressions that a call gives for the parameters of a module's function."""
    names = [parameter.arg for parameter in module.parameters]
    found = dict(zip(names, call.args, strict=False))
    found |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    return found
