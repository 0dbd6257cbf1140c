"""Functions that become classes, as other files and other code name them: calls, imports, `__all__`.

A function is replaced where it is defined, so every expression that denoted it must be one of the calls that become
calls of an object. What names it in any other way, or in code that was not evaluated, is a reason to refuse.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from tf2migrate.migrate.module_checks import mixed
from tf2migrate.migrate.modules import Module
from tf2migrate.migrate.view import ProgramView
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Cell, Choice, Code, Read, Value, Write
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_IMPORTS = ("alias", "ImportFrom")


class ModuleLinks:
    """Knows all names of the functions of a program that become classes."""

    def __init__(self, view: ProgramView, benches: Mapping[str, Workbench]) -> None:
        self.view, self._benches = view, benches
        self._classes: dict[NodeRef, tuple[ast.FunctionDef, str]] = {}
        self._called: set[NodeRef] = set()  # the expressions that name the functions in calls that are written anew
        self._reads: dict[NodeRef, list[Read]] = defaultdict(list)
        self._imports: dict[NodeRef, list[Write]] = defaultdict(list)
        for read in view.program.reads:
            self._reads[read.place.expression].append(read)
        for write in view.program.writes:
            if write.place.expression.kind in _IMPORTS:
                self._imports[write.place.expression].append(write)

    def fresh(self, *wanted: str) -> str:
        """Return a name that no file of the program uses for anything else: modules import from each other."""
        number = 2
        names = list(wanted)
        while any(names[0] in bench.names for bench in self._benches.values()):
            names.pop(0)
            if not names:
                names = [f"{wanted[0]}_{number}"]
                number += 1
        for bench in self._benches.values():
            bench.names.take(names[:1])
        return names[0]

    def register(self, definition: NodeRef, function: ast.FunctionDef, class_name: str) -> None:
        """Note that a function becomes a class."""
        self._classes[definition] = function, class_name

    # --- calls --------------------------------------------------------------------------------------------------------

    def check_call(self, at: NodeRef, definition: NodeRef, function: ast.FunctionDef) -> None:
        """Refuse a call that names its function in a way that the class cannot be named in."""
        call = self._benches[at.path].syntax.nodes[at]
        func = call.func if isinstance(call, ast.Call) else None
        if at.path == definition.path:
            plain = isinstance(func, ast.Name) and func.id == function.name
        else:
            outer = self._benches[definition.path].syntax.parents[function]
            plain = func is not None and isinstance(outer, ast.Module) and self._is_imported(at.path, func)
        if func is None or not plain:
            raise mixed(at, f"`{function.name}` makes state and computes, and is called in an unusual way")
        self._called.add(node_ref(at.path, func))

    def _is_imported(self, path: str, func: ast.expr) -> bool:
        """Say whether an expression names a part of a module, by imports at module level alone."""
        if isinstance(func, ast.Attribute):
            owners = {read.cell.owner for read in self._reads[node_ref(path, func)]}
            modules = bool(owners) and all(self._is_module(owner) for owner in owners)
            root: ast.expr = func
            while isinstance(root, ast.Attribute):
                root = root.value
            return modules and isinstance(root, ast.Name) and self._is_imported(path, root)
        cells = {read.cell for read in self._reads[node_ref(path, func)]}
        return bool(cells) and all(self._is_imported_name(cell, path) for cell in cells)

    def _is_imported_name(self, cell: Cell, path: str) -> bool:
        writes = self.view.writes_to[cell]
        here = self._is_module(cell.owner) and self.view.frames[cell.owner].path == path
        return here and all(write.place.expression.kind in _IMPORTS for write in writes)

    def _is_module(self, owner: int) -> bool:
        return owner in self.view.frames and self.view.frames[owner].kind == "module"

    def bound_name(self, at: NodeRef) -> str | None:
        """Return the name that denotes the function where it is called; None where it is an attribute."""
        call = self._benches[at.path].syntax.nodes[at]
        assert isinstance(call, ast.Call)
        return call.func.id if isinstance(call.func, ast.Name) else None

    def class_text(self, at: NodeRef, module: Module) -> str:
        """Return the expression that denotes a class where its function was called."""
        bench = self._benches[at.path]
        call = bench.syntax.nodes[at]
        assert isinstance(call, ast.Call)
        if isinstance(call.func, ast.Attribute):
            return f"{bench.syntax.source(call.func.value)}.{module.class_name}"
        return module.class_name

    # --- everything else ----------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Register the imports of the classes; refuse other uses of their functions."""
        for definition, (function, class_name) in self._classes.items():
            bound = {(definition.path, function.name)}
            for bench in self._benches.values():
                bound |= set(self._write_imports(bench, definition, function.name, class_name))
                _write_exports(bench, function.name, class_name)
            self._check_reads(definition, function.name)
            for bench in self._benches.values():
                names = {name for path, name in bound if path == bench.syntax.path}
                self._check_not_evaluated(bench, definition, function.name, names)

    def _write_imports(
        self, bench: Workbench, definition: NodeRef, name: str, class_name: str
    ) -> Iterator[tuple[str, str]]:
        """Register the new names in the imports of one file; yield the names that they bound."""
        path = bench.syntax.path
        for statement in ast.walk(bench.syntax.tree):
            if not isinstance(statement, ast.ImportFrom):
                continue
            for alias in statement.names:
                at = node_ref(path, statement if alias.name == "*" else alias)
                writes = [w for w in self._imports[at] if alias.name != "*" or w.cell.key == name]
                if alias.name == name and not writes:
                    raise mixed(
                        node_ref(path, statement), f"`{name}` becomes a class, and this import of it is not run"
                    )
                if not any(_denotes(write.value, definition) for write in writes):
                    continue
                if not all(self._is_module(write.cell.owner) and _is(write.value, definition) for write in writes):
                    at_statement = node_ref(path, statement)
                    raise mixed(at_statement, f"`{name}` becomes a class, and is imported in an unusual way")
                if alias.name != "*":
                    bench.renderer.add(bench.syntax.index.span(at), class_name)
                yield path, alias.asname or name

    def _check_reads(self, definition: NodeRef, name: str) -> None:
        for at, reads in self._reads.items():
            named = at in self._called or at.kind == "ImportFrom"
            if not named and any(_denotes(read.value, definition) for read in reads):
                raise mixed(at, f"`{name}` makes state and computes, and is used as a value")

    def _check_not_evaluated(self, bench: Workbench, definition: NodeRef, name: str, bound: set[str]) -> None:
        """Refuse uses in code that was not evaluated: by a name of the module, or as a part of what it imports."""
        syntax = bench.syntax
        for node in ast.walk(syntax.tree):
            if not isinstance(node, (ast.Name, ast.Attribute)) or node_ref(syntax.path, node) in self._reads:
                continue
            outer = isinstance(node, ast.Name) and node.id in bound and not _is_local(bench, node, definition)
            member = isinstance(node, ast.Attribute) and node.attr == name and self._is_of_import(bench, node)
            if (outer or member) and isinstance(node.ctx, ast.Load):
                at = node_ref(syntax.path, node)
                raise mixed(at, f"`{name}` becomes a class, and this use of it was not evaluated")

    def _is_of_import(self, bench: Workbench, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            return False
        return any(
            (alias.asname or alias.name.split(".")[0]) == node.id
            for statement in ast.walk(bench.syntax.tree)
            if isinstance(statement, (ast.Import, ast.ImportFrom))
            for alias in statement.names
        )


def _is(value: Value, definition: NodeRef) -> bool:
    return isinstance(value, Code) and value.definition == definition


def _denotes(value: Value, definition: NodeRef) -> bool:
    """Say whether a value is a function, or may be."""
    options = value.options if isinstance(value, Choice) else (value,)
    return any(_is(option, definition) for option in options)


def _is_local(bench: Workbench, name: ast.Name, definition: NodeRef) -> bool:
    """Say whether a function around a name binds it itself, or the definition is not one of the module."""
    function = bench.syntax.nodes.get(definition)
    if function is not None and not isinstance(bench.syntax.parents[function], ast.Module):
        return True  # a function within a function: what names it was evaluated with that one
    node: ast.AST = name
    while node in bench.syntax.parents:
        node = bench.syntax.parents[node]
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            inner = list(ast.walk(node))
            if any(isinstance(n, ast.arg) and n.arg == name.id for n in inner):
                return True
            if any(isinstance(n, ast.Name) and n.id == name.id and not isinstance(n.ctx, ast.Load) for n in inner):
                return True
    return False


def _write_exports(bench: Workbench, name: str, class_name: str) -> None:
    """Register the class's name in the list of a module's exports."""
    for statement in bench.syntax.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names) | ast.Tuple(elts=names)):
                for one in names:
                    if isinstance(one, ast.Constant) and one.value == name:
                        bench.renderer.add(bench.syntax.span(one), f'"{class_name}"')
