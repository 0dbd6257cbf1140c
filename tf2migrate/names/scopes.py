"""Scopes of a module and what binds each name in them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tf2migrate.names.annotations import quoted_expressions


@dataclass(frozen=True, slots=True)
class Imported:
    """The name is a module or a part of one."""

    dotted: str
    fallback: bool


@dataclass(frozen=True, slots=True)
class Assigned:
    """The name holds the value of an expression; with `entered`, what entering it as a context manager gives."""

    value: ast.expr
    fallback: bool
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """The name holds something that is not followed: a parameter, a loop variable, a function."""

    fallback: bool
    parameter: bool = False


Binding = Imported | Assigned | Opaque


@dataclass(slots=True)
class Scope:
    """One namespace. `bindings` has every binding of each name, in the order of the text."""

    kind: str  # "module", "function", "class" or "comprehension"
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    outer: dict[str, str] = field(default_factory=dict)  # names declared global or nonlocal here
    stars: list[str] = field(default_factory=list)  # modules imported with `*`

    def bind(self, name: str, binding: Binding) -> None:
        """Add a binding where the name lives."""
        self._home(name).bindings.setdefault(name, []).append(binding)

    def lookup(self, name: str) -> tuple[Scope, list[Binding]] | None:
        """Return the scope that the name belongs to when read here, and its bindings; None where nothing binds it."""
        scope: Scope | None = self._home(name)
        start = True
        while scope is not None:
            if name in scope.bindings and (start or scope.kind != "class"):
                return scope, scope.bindings[name]
            scope, start = scope.parent, False
        return None

    def imported_whole(self) -> list[str]:
        """Return the modules whose names were imported with `*` here or further out."""
        return self.stars + ([] if self.parent is None else self.parent.imported_whole())

    def module(self) -> Scope:
        """Return the outermost scope."""
        return self if self.parent is None else self.parent.module()

    def _home(self, name: str) -> Scope:
        declared = self.outer.get(name)
        if declared == "global":
            return self.module()
        scope = self.parent
        while declared == "nonlocal" and scope is not None:
            if scope.kind == "function" and name in scope.bindings:
                return scope
            scope = scope.parent
        return self


class ScopeBuilder:
    """Builds the scopes of one module; `scope_of` tells for each Name which scope it is read or bound in."""

    def __init__(self, tree: ast.Module, *, functions: bool = True) -> None:
        self.root = Scope("module", None)
        self.scope_of: dict[ast.Name, Scope] = {}
        self.attributes: dict[str, list[ast.expr | None]] = {}  # values assigned to `<anything>.attribute`
        self.imports: list[ast.Import | ast.ImportFrom] = []
        self.nodes: dict[type, list[ast.AST]] = defaultdict(list)  # by kind, those of NOTED among others
        self.attribute_of: dict[ast.expr, ast.Attribute] = {}  # what is an attribute of an expression, by it
        self.carriers: set[str] = set()  # the names that may denote what an import brings, unless one brings all names
        self.brings_all = False
        self._scope = self.root
        self._fallback = False
        self._deferred: list[Callable[[], None]] = []
        self._visit_all(tree.body)
        # Function bodies come last: a name bound anywhere at module level is bound for them.
        while functions and self._deferred:
            self._deferred.pop(0)()

    def visit(self, node: ast.AST) -> None:
        """Visit a node by the method for its kind; most kinds just have parts."""
        _VISITORS[node.__class__](self, node)

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the parts; those that no name can stand in are left out, for speed."""
        kind = node.__class__
        self.nodes[kind].append(node)
        for name in _PARTS[kind]:
            value = getattr(node, name, None)
            if value.__class__ is list:
                for item in value:
                    _VISITORS[item.__class__](self, item)
            elif value is not None:
                _VISITORS[value.__class__](self, value)

    # --- bindings -----------------------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        """Bind the module, or its first part where there is no `as`."""
        self.imports.append(node)
        for alias in node.names:
            dotted = alias.name if alias.asname else alias.name.partition(".")[0]
            self._import(alias.asname or dotted, dotted)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind the imported parts."""
        self.imports.append(node)
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self._scope.stars.append(module)
                self.brings_all = True
                continue
            dotted = f"{module}.{alias.name}" if node.module else module + alias.name
            self._import(alias.asname or alias.name, dotted)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Bind the targets to the value."""
        self.nodes[ast.Assign].append(node)
        self.visit(node.value)
        for target in node.targets:
            self._bind_target(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Bind the target to the value, if there is one."""
        self._visit_annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self._bind_target(node.target, node.value)
        else:
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Bind the name in the scope that a comprehension stands in."""
        self.visit(node.value)
        scope = self._scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self.scope_of[node.target] = scope
        self._assign(scope, node.target.id, Assigned(node.value, self._fallback))

    def visit_Name(self, node: ast.Name) -> None:
        """Note the scope; what is stored by any other statement is opaque, and what is deleted is no longer read."""
        self.scope_of[node] = self._scope
        if isinstance(node.ctx, ast.Store):
            self._scope.bind(node.id, Opaque(self._fallback))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note what it is of, and what is stored in attributes by other statements than assignments."""
        self.attribute_of[node.value] = node
        self.nodes[ast.Attribute].append(node)
        if not isinstance(node.ctx, ast.Load):
            self.attributes.setdefault(node.attr, []).append(None)
        self.visit(node.value)

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        """Bind the targets to what the managers give."""
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._bind_target(item.optional_vars, item.context_expr, entered=True)
        self._visit_all(node.body)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        """Bind as `with` does."""
        self.visit_With(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Bind the exception; the body is the second choice where an import or a name may be missing."""
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self._scope.bind(node.name, Opaque(self._fallback))
        before, self._fallback = self._fallback, self._fallback or _is_fallback(node.type)
        self._visit_all(node.body)
        self._fallback = before

    def visit_Global(self, node: ast.Global) -> None:
        """Send the names to the module."""
        self._scope.outer.update(dict.fromkeys(node.names, "global"))

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        """Send the names to an enclosing function."""
        self._scope.outer.update(dict.fromkeys(node.names, "nonlocal"))

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        """Bind the captured name."""
        if node.name:
            self._scope.bind(node.name, Opaque(self._fallback))
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        """Bind the captured name."""
        if node.name:
            self._scope.bind(node.name, Opaque(self._fallback))

    # --- scopes -------------------------------------------------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Bind the name here; open a scope for the body."""
        self.nodes[node.__class__].append(node)
        self._visit_all(node.decorator_list)
        self._visit_outer_parts(node.args)
        if node.returns is not None:
            self._visit_annotation(node.returns)
        self._scope.bind(node.name, Opaque(self._fallback))
        self._open_later(node.args, lambda: self._visit_all(node.body))

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Open a scope as `def` does."""
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Open a scope for the body."""
        self._visit_outer_parts(node.args)
        self._open_later(node.args, lambda: self.visit(node.body))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Bind the name here; the body is a scope that its functions do not see."""
        self._visit_all([*node.decorator_list, *node.bases, *node.keywords])
        self._scope.bind(node.name, Opaque(self._fallback))
        self._inside(Scope("class", self._scope), lambda: self._visit_all(node.body))

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        """Open a scope; the first iterable is outside."""
        self._comprehension(node.generators, [node.elt])

    visit_SetComp = visit_ListComp
    visit_GeneratorExp = visit_ListComp

    def visit_DictComp(self, node: ast.DictComp) -> None:
        """Open a scope; the first iterable is outside."""
        self._comprehension(node.generators, [node.key, node.value])

    def _comprehension(self, generators: list[ast.comprehension], results: list[ast.expr]) -> None:
        self.nodes[ast.comprehension].extend(generators)
        self.visit(generators[0].iter)

        def body() -> None:
            for position, generator in enumerate(generators):
                if position:
                    self.visit(generator.iter)
                self.visit(generator.target)
                self._visit_all(generator.ifs)
            self._visit_all(results)

        self._inside(Scope("comprehension", self._scope), body)

    def _open_later(self, arguments: ast.arguments, body: Callable[[], None]) -> None:
        scope, fallback = Scope("function", self._scope), self._fallback
        for argument in _all_arguments(arguments):
            scope.bind(argument.arg, Opaque(False, parameter=True))

        def run() -> None:
            self._fallback = fallback
            self._inside(scope, body)
            self._fallback = False

        self._deferred.append(run)

    def _inside(self, scope: Scope, body: Callable[[], None]) -> None:
        before, self._scope = self._scope, scope
        body()
        self._scope = before

    # --- parts --------------------------------------------------------------------------------------------------------

    def _visit_outer_parts(self, arguments: ast.arguments) -> None:
        self._visit_all([*arguments.defaults, *(value for value in arguments.kw_defaults if value is not None)])
        for argument in _all_arguments(arguments):
            if argument.annotation is not None:
                self._visit_annotation(argument.annotation)

    def _visit_annotation(self, annotation: ast.expr) -> None:
        self.visit(annotation)
        self._visit_all(quoted_expressions(annotation))

    def _bind_target(self, target: ast.expr, value: ast.expr, *, entered: bool = False) -> None:
        match target:
            case ast.Name():
                self.scope_of[target] = self._scope
                self._assign(self._scope, target.id, Assigned(value, self._fallback, entered))
            case ast.Attribute():
                self.attribute_of[target.value] = target
                self.nodes[ast.Attribute].append(target)
                self.attributes.setdefault(target.attr, []).append(value)
                self.visit(target.value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if _is_row(value, len(parts)):
                assert isinstance(value, ast.Tuple | ast.List)
                for part, element in zip(parts, value.elts, strict=True):
                    self._bind_target(part, element)
            case _:
                self.visit(target)

    def _import(self, name: str, dotted: str) -> None:
        self.carriers.add(name)
        self._scope.bind(name, Imported(dotted, self._fallback))

    def _assign(self, scope: Scope, name: str, binding: Assigned) -> None:
        if isinstance(binding.value, ast.Name | ast.Attribute | ast.IfExp):
            self.carriers.add(name)
        scope.bind(name, binding)

    def _visit_all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


_WITHOUT_NAMES = frozenset({"ctx", "op", "ops", "kind", "type_comment"})


class _Parts(dict[type, tuple[str, ...]]):
    """The fields of each kind of node that hold nodes, operators and contexts apart."""

    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields = kind._fields if issubclass(kind, ast.AST) and kind is not ast.Constant else ()
        self[kind] = tuple(name for name in fields if name not in _WITHOUT_NAMES)
        return self[kind]


class _Visitors(dict[type, Callable[[ScopeBuilder, Any], None]]):
    """What visits each kind of node; texts and numbers, which stand among them, are passed over."""

    def __missing__(self, kind: type) -> Callable[[ScopeBuilder, Any], None]:
        found = getattr(ScopeBuilder, f"visit_{kind.__name__}", ScopeBuilder.generic_visit)
        self[kind] = found if _PARTS[kind] else _pass_over
        return self[kind]


def _pass_over(builder: ScopeBuilder, node: object) -> None:
    return None


NOTED = frozenset(
    {
        *(ast.Assert, ast.Assign, ast.Attribute, ast.BoolOp, ast.Call, ast.Compare, ast.For, ast.FunctionDef, ast.If),
        *(ast.IfExp, ast.Set, ast.UnaryOp, ast.While, ast.comprehension),
    }
)
"""The kinds whose nodes are all noted."""
_PARTS = _Parts()
_VISITORS = _Visitors()


def _is_row(value: ast.expr, length: int) -> bool:
    """Say whether the value is written as that many elements."""
    return (
        isinstance(value, ast.Tuple | ast.List)
        and len(value.elts) == length
        and not any(isinstance(element, ast.Starred) for element in value.elts)
    )


def _is_fallback(caught: ast.expr | None) -> bool:
    """Say whether a handler is the second choice for a missing module or name."""
    if caught is None:
        return True
    names = {node.id for node in ast.walk(caught) if isinstance(node, ast.Name)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "Exception"})


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return named + [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
