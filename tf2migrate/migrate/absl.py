"""Flags and the start by `tf.app.run`: the package absl, which TensorFlow brings along."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from tf2migrate.migrate.render import Rendered, edited
from tf2migrate.migrate.syntax import Names
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Names as Symbols
from tf2migrate.names.paths import canonical_path
from tf2migrate.source import LineIndex, add_import, remove_import

_FLAGS = frozenset({"tf.app.flags", "tf.flags"})
_APP = frozenset({"tf.app"})
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_RENAMED = {"flag_name": "name", "default_value": "default", "docstring": "help"}


def write_absl(text: Rendered, started: bool) -> Rendered:
    """Return the text with absl in the place of TF1's flags and `app`; `started` says that `app.run` parses them."""
    if "flags" not in text.text and "app" not in text.text:
        return text
    try:
        tree = ast.parse(text.text)
    except SyntaxError:
        return text
    found = _Uses(text.text, tree, Symbols(tree), LineIndex(text.text), Names(tree))
    found.collect()
    if not found.edits and not found.imported:
        return text
    found.parse_flags(started)
    text = edited(text, found.edits)
    for name in found.imported:
        edit = remove_import(text.text, name)
        text = edited(text, [edit]) if edit is not None else text
    for line in found.import_lines():
        edit = add_import(text.text, line)
        text = edited(text, [edit]) if edit is not None else text
    return text


@dataclass
class _Uses:
    """What one module has of TF1's flags and `app`, and the edits that write it with absl."""

    text: str
    tree: ast.Module
    symbols: Symbols
    index: LineIndex
    names: Names
    edits: list[Edit] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)  # names that TensorFlow imports bind
    bound: dict[str, list[str]] = field(default_factory=lambda: {"app": [], "flags": []})  # names by absl's module
    sys_needed: bool = False

    def collect(self) -> None:
        """Find every use and its edit."""
        for statement in ast.walk(self.tree):
            if isinstance(statement, ast.ImportFrom):
                self._import(statement)
        aliases = list(self._aliases())
        for statement in aliases:
            self._alias(statement)
        renamed = {id(statement.value) for statement in aliases}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute) and id(node) not in renamed:
                module = self._module(node)
                if module is not None and (module == "flags" or self._is_run_of(node)):
                    self.edits.append(Edit(self.index.node_span(node), self._name_of(module)))
            elif isinstance(node, ast.Call):
                self._call(node)

    def import_lines(self) -> list[str]:
        """Return the imports that the new text needs."""
        lines = ["import sys"] if self.sys_needed and not self._binds_sys() else []
        plain = sorted(module for module, names in self.bound.items() if module in names)
        if plain:
            lines.append(f"from absl import {', '.join(plain)}")
        for module, names in self.bound.items():
            lines.extend(f"from absl import {module} as {name}" for name in names if name != module)
        return lines

    def parse_flags(self, started: bool) -> None:
        """TF1 parses the flags when the first of them is read: here they are parsed before that statement."""
        early = [node for node in _evaluated(self.tree) if self._reads_flag(node)]
        defined = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and self._defines(node)]
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        started = started or any(self.symbols.dotted(call.func) == "absl.app.run" for call in calls)
        if not early and (started or not defined):
            return
        last = max((node.lineno for node in defined), default=0)
        place = next((s for s in self._statements() if s.lineno > last and not self._is_quiet(s)), None)
        if place is None:
            return
        rows = [place.lineno, *(one.lineno for one in getattr(place, "decorator_list", ()))]
        start, indent = self.index.start(min(rows)), self.index.indent(place.lineno)
        behind = "\n\n" if isinstance(place, _DEFINITIONS) else ""
        self.sys_needed = True
        self.edits.append(Edit(Span(start, start), f"{indent}{self._flags_object()}(sys.argv)\n{behind}"))

    # --- inside -------------------------------------------------------------------------------------------------------

    def _module(self, node: ast.expr) -> str | None:
        path = self.symbols.path(node)
        return "flags" if path in _FLAGS else "app" if path in _APP else None

    def _is_run_of(self, node: ast.expr) -> bool:
        """Say whether `tf.app` stands in `tf.app.run`."""
        return any(
            isinstance(outer, ast.Attribute) and outer.value is node and outer.attr == "run"
            for outer in ast.walk(self.tree)
        )

    def _import(self, statement: ast.ImportFrom) -> None:
        for alias in statement.names:
            path = canonical_path(f"{statement.module}.{alias.name}")
            module = "flags" if path in _FLAGS else "app" if path in _APP else None
            if module is not None and not statement.level:
                self.imported.append(alias.asname or alias.name)
                self._bind(module, alias.asname or alias.name)

    def _aliases(self) -> Iterator[ast.Assign]:
        for node in ast.walk(self.tree):
            match node:
                case ast.Assign(targets=[ast.Name()], value=ast.Attribute() as value) if self._module(value):
                    yield node

    def _alias(self, statement: ast.Assign) -> None:
        """`flags = tf.app.flags` is the import."""
        target, module = statement.targets[0], self._module(statement.value)
        assert isinstance(target, ast.Name) and module is not None
        if statement in self.tree.body:
            self._bind(module, target.id)
            self.edits.append(Edit(self._rows(statement), ""))
            return
        name = "" if target.id == module else f" as {target.id}"
        self.edits.append(Edit(self.index.node_span(statement), f"from absl import {module}{name}"))

    def _rows(self, statement: ast.stmt) -> Span:
        """Return the rows of a statement, with blank ones below where others stand above."""
        last = statement.end_lineno or statement.lineno
        if not self.index.line(statement.lineno - 1).strip():
            while last < self.tree.body[-1].lineno and not self.index.line(last + 1).strip():
                last += 1
        return Span(self.index.start(statement.lineno), self.index.start(last + 1))

    def _call(self, call: ast.Call) -> None:
        path = self.symbols.path(call.func)
        if path == "tf.app.run" and not call.args and all(item.arg != "main" for item in call.keywords):
            start = self.index.node_span(call.func).end
            start = self.text.index("(", start) + 1
            self.edits.append(Edit(Span(start, start), "main, " if call.keywords else "main"))
        if self._defines(call):
            for item in call.keywords:
                if item.arg in _RENAMED:
                    start = self.index.node_span(item).start
                    self.edits.append(Edit(Span(start, start + len(item.arg)), _RENAMED[item.arg]))

    def _defines(self, call: ast.Call) -> bool:
        module, _, name = (self.symbols.path(call.func) or "").rpartition(".")
        return module in _FLAGS and name.startswith("DEFINE_")

    def _reads_flag(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Attribute):
            return False
        module, _, name = (self.symbols.path(node.value) or "").rpartition(".")
        return module in _FLAGS and name == "FLAGS"

    def _flags_object(self) -> str:
        """Return the expression that denotes the flags."""
        for statement in self.tree.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                module, _, name = (self.symbols.path(statement.value) or "").rpartition(".")
                if module in _FLAGS and name == "FLAGS":
                    return statement.targets[0].id
        return f"{self._name_of('flags')}.FLAGS"

    def _statements(self) -> Iterator[ast.stmt]:
        """Yield the statements of the module, those under `if __name__ == ..` in the place of that."""
        for statement in self.tree.body:
            match statement:
                case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body):
                    yield from body
                case _:
                    yield statement

    def _is_quiet(self, statement: ast.stmt) -> bool:
        """Say whether a statement reads no flag, nor runs code that might."""
        nodes = list(_evaluated(statement))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        reads = any(self._reads_flag(node) for node in nodes)
        return not reads and all((self.symbols.path(call.func) or "").startswith("tf.") for call in calls)

    def _bind(self, module: str, name: str) -> None:
        if name not in self.bound[module]:
            self.bound[module].append(name)

    def _name_of(self, module: str) -> str:
        if not self.bound[module]:
            self._bind(module, self.names.fresh(module, f"absl_{module}"))
        return self.bound[module][0]

    def _binds_sys(self) -> bool:
        return any(
            isinstance(statement, ast.Import)
            and any(alias.name == "sys" and not alias.asname for alias in statement.names)
            for statement in self.tree.body
        )


def _evaluated(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that run with a statement, of functions in it their defaults and decorators."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            defaults = [*node.args.defaults, *node.args.kw_defaults, *getattr(node, "decorator_list", ())]
            pending.extend(default for default in defaults if default is not None)
        else:
            pending.extend(ast.iter_child_nodes(node))
