"""Names of one module, resolved."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from tf2migrate.knowledge import lookup, resolves_in_tf2
from tf2migrate.names.paths import canonical_path
from tf2migrate.names.scopes import NOTED, Assigned, Binding, Imported, Opaque, Scope, ScopeBuilder

_Node = TypeVar("_Node", bound=ast.AST)
_DEPTH = 20  # of aliases of aliases
_TENSORFLOW = ("tensorflow", "tensorflow.compat.v1")  # files below `tensorflow.python` hold some of its names only


@dataclass(frozen=True, slots=True)
class Use:
    """An expression that denotes a TensorFlow symbol and is no part of a longer one that does.

    `path` is canonical (`tf.placeholder`), `dotted` as imported (`tensorflow.compat.v1.placeholder`).
    """

    node: ast.Name | ast.Attribute
    path: str
    dotted: str


class Names:
    """Answers for one module which TensorFlow symbol an expression denotes, and which one made a value."""

    def __init__(
        self, tree: ast.Module, follow: Callable[[str], str | None] | None = None, *, functions: bool = True
    ) -> None:
        """Resolve the names of a module.

        `follow` gives the TensorFlow path that another module's name stands for; without `functions` only names at
        module level are resolved.
        """
        scopes = ScopeBuilder(tree, functions=functions)
        self._follow = follow
        self._scope_of = scopes.scope_of
        self._attributes = scopes.attributes
        self._root = scopes.root
        self._dotted: dict[ast.expr, str | None] = {}
        self._attribute_of = scopes.attribute_of
        self._carriers = None if scopes.brings_all else scopes.carriers
        self._agreements: dict[int, str | None] = {}
        self._reaching: dict[int, list[tuple[str, str]]] = {}  # by scope
        self._nodes = scopes.nodes
        self.imports: tuple[ast.Import | ast.ImportFrom, ...] = tuple(scopes.imports)

    def path(self, node: ast.expr) -> str | None:
        """Return the canonical path of the TensorFlow symbol that the expression denotes, if it denotes one."""
        dotted = self.dotted(node)
        return None if dotted is None else canonical_path(dotted)

    def dotted(self, node: ast.expr) -> str | None:
        """Return the dotted path, as imported, of what a name or attribute denotes, if an import leads to it."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        if node not in self._dotted:
            self._dotted[node] = None  # an alias of itself denotes nothing
            self._dotted[node] = self._find(node)
        return self._dotted[node]

    def nodes_of(self, kind: type[_Node]) -> list[_Node]:
        """Return the nodes of one of the kinds that are noted, `scopes.NOTED`."""
        assert kind in NOTED, kind
        return self._nodes.get(kind, [])  # type: ignore[return-value]

    def loaded(self) -> Iterator[ast.Name]:
        """Return every name that is read."""
        return (name for name in self._scope_of if isinstance(name.ctx, ast.Load))

    def made_by(self, node: ast.expr) -> str | None:
        """Return the canonical path of the TensorFlow callable whose call made the value; None where that is not sure.

        Follows names and attributes whose every assignment in the module is a call of the same symbol. What a method
        gives is made by the maker's path and the method: `tf.train.AdamOptimizer.minimize`.
        """
        return self._made_by(node, _DEPTH)

    def made_elsewhere(self, node: ast.expr) -> bool:
        """Say whether a value comes from a call of something that an import brings and that is not TensorFlow's."""
        called = [value.func for value in self.assigned(node) or () if isinstance(value, ast.Call)]
        denoted = [dotted for dotted in map(self.dotted, called) if dotted is not None]
        return any(canonical_path(dotted) is None for dotted in denoted)

    def is_parameter(self, node: ast.expr) -> bool:
        """Say whether the expression is a name that only a function's parameter binds."""
        found = self._lookup(node)
        return found is not None and all(isinstance(binding, Opaque) and binding.parameter for binding in found)

    def assigned(self, node: ast.expr) -> tuple[ast.expr, ...] | None:
        """Return the values of all assignments to a name or attribute; None where something else may set it."""
        match node:
            case ast.Name():
                found = self._lookup(node)
                if not found or not all(isinstance(binding, Assigned) for binding in found):
                    return None
                return tuple(binding.value for binding in found if isinstance(binding, Assigned))
            case ast.Attribute(attr=attr):
                values = self._attributes.get(attr)
                if not values or None in values:
                    return None
                return tuple(value for value in values if value is not None)
            case _:
                return None

    def uses(self) -> Iterator[Use]:
        """Return every longest expression that denotes a TensorFlow symbol, in no particular order."""
        for name in self._scope_of:
            if self._carriers is not None and name.id not in self._carriers:
                continue
            longest: ast.Name | ast.Attribute = name
            dotted = self.dotted(name)
            while (longer := self._attribute_of.get(longest)) is not None and dotted is not None:
                longest, dotted = longer, self.dotted(longer)
            path = None if dotted is None else canonical_path(dotted)
            if dotted is not None and path is not None and isinstance(longest.ctx, ast.Load):
                yield Use(longest, path, dotted)

    def exported(self, name: str) -> str | None:
        """Return the dotted path, as imported, of what a name at module level denotes; None where no import leads."""
        found = self._root.lookup(name)
        return self._in_whole(self._root, name) if found is None else self._agreed(found[1])

    def exports_tensorflow(self) -> bool:
        """Say whether a name at module level denotes something of TensorFlow, or may through an import with `*`."""
        stars = (self._followed(module) for module in self._root.imported_whole())
        denoted = (self._agreed(bindings) for bindings in self._root.bindings.values())
        return any(canonical_path(dotted) is not None for dotted in (*stars, *denoted) if dotted is not None)

    def tensorflow_name(self, node: ast.expr) -> str | None:
        """Return a dotted name that denotes the `tensorflow` module where `node` stands; None where there is none.

        The name that `node` itself begins with comes first: an import with `*` may have brought it.
        """
        parts: list[ast.expr] = [node]
        while isinstance(parts[-1], ast.Attribute):
            parts.append(parts[-1].value)
        for part in reversed(parts[1:]):
            if self.dotted(part) in _TENSORFLOW:
                return ast.unparse(part)
        return self._name_where(node, lambda dotted: dotted in _TENSORFLOW)

    def name_of(self, node: ast.expr, dotted: Collection[str]) -> str | None:
        """Return a name that denotes one of some dotted paths, as imported, where `node` stands."""
        return self._name_where(node, lambda found: found in dotted)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _name_where(self, node: ast.expr, wanted: Callable[[str], bool]) -> str | None:
        name = next((part for part in ast.walk(node) if isinstance(part, ast.Name)), None)
        here = self._root if name is None else self._scope_of.get(name, self._root)
        scope: Scope | None = here
        while scope is not None:
            for bound, dotted in self._imported_in(scope):
                found = here.lookup(bound) if wanted(dotted) else None
                if found is not None and found[0] is scope:
                    return bound
            scope = scope.parent
        return None

    def _imported_in(self, scope: Scope) -> list[tuple[str, str]]:
        """Return the names that a scope binds to what imports lead to, with the dotted paths of that."""
        known = self._reaching.get(id(scope))
        if known is None:
            agreed = ((bound, self._agreed(bindings)) for bound, bindings in scope.bindings.items())
            known = self._reaching[id(scope)] = [(bound, dotted) for bound, dotted in agreed if dotted is not None]
        return known

    def _find(self, node: ast.Name | ast.Attribute) -> str | None:
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return None if base is None else self._followed(f"{base}.{node.attr}")
        found = self._lookup(node)
        return self._imported_whole(node) if found is None else self._agreed(found)

    def _imported_whole(self, node: ast.Name) -> str | None:
        """Return what a name denotes that nothing binds but an import with `*` may."""
        scope = self._scope_of.get(node)
        return None if scope is None else self._in_whole(scope, node.id)

    def _in_whole(self, scope: Scope, name: str) -> str | None:
        for module in reversed(scope.imported_whole()):
            dotted = self._followed(f"{module}.{name}" if module.strip(".") else module + name)
            path = canonical_path(dotted)
            if path is not None and (lookup(path) is not None or resolves_in_tf2(path)):
                return dotted
        return None

    def _followed(self, dotted: str) -> str:
        """Return where a dotted name leads, through other modules of the project too."""
        if self._follow is None or canonical_path(dotted) is not None:
            return dotted
        return self._follow(dotted) or dotted

    def _lookup(self, node: ast.expr) -> list[Binding] | None:
        if not isinstance(node, ast.Name) or node not in self._scope_of:
            return None
        found = self._scope_of[node].lookup(node.id)
        return None if found is None else found[1]

    def _agreed(self, bindings: list[Binding]) -> str | None:
        """Return what all bindings of a name denote."""
        key = id(bindings)  # they stay what they are, and where, once the scopes are built
        if key not in self._agreements:
            self._agreements[key] = None  # an alias of itself denotes nothing
            self._agreements[key] = self._agreement(bindings)
        return self._agreements[key]

    def _agreement(self, bindings: list[Binding]) -> str | None:
        """Return what all bindings denote; second choices count only where no first choice is known.

        What builds on the name itself (`tf = tf.compat.v1`) builds on what the other bindings denote, and comes last.
        """
        first = [binding for binding in bindings if not binding.fallback and not _is_none(binding)]
        choices = first or [binding for binding in bindings if binding.fallback]
        building = [value for binding in choices for value in _given(binding) if self._builds_on(value, bindings)]
        others = [self._denotes(binding, building) for binding in choices]
        agreed = _agreeing([dotted for found in others for dotted in found])
        if agreed is None or not building:
            return agreed
        return _agreeing([*(self._upon(agreed, value) for value in reversed(building)), agreed])

    def _builds_on(self, value: ast.expr, bindings: list[Binding]) -> bool:
        return self._lookup(_first_name(value)) is bindings

    def _upon(self, base: str, value: ast.expr) -> str:
        """Return what the expression denotes whose first name denotes `base`."""
        if not isinstance(value, ast.Attribute):
            return base
        return self._followed(f"{self._upon(base, value.value)}.{value.attr}")

    def _denotes(self, binding: Binding, but: Collection[ast.expr]) -> list[str | None]:
        """Return what a binding may denote, some values apart."""
        if isinstance(binding, Imported):
            return [self._followed(binding.dotted)]
        return [self.dotted(value) for value in _given(binding) if value not in but] if _given(binding) else [None]

    def _made_by(self, node: ast.expr, depth: int) -> str | None:
        if isinstance(node, ast.Call):
            symbol = self.path(node.func)
            if symbol is not None or not isinstance(node.func, ast.Attribute) or not depth:
                return symbol
            owner = self._made_by(node.func.value, depth - 1)
            return None if owner is None else f"{owner}.{node.func.attr}"
        values = self.assigned(node) if depth else None
        if values is None:
            return None
        makers = {self._made_by(value, depth - 1) for value in values if not _is_none_value(value)}
        return makers.pop() if len(makers) == 1 else None


def _agreeing(dotted: list[str | None]) -> str | None:
    """Return the first of some dotted paths where all of them lead to the same."""
    symbols = {one if one is None else canonical_path(one) or one for one in dotted}
    return dotted[0] if len(symbols) == 1 else None


def _given(binding: Binding) -> tuple[ast.expr, ...]:
    """Return the expressions one of which gives the value of a name."""
    return _alternatives(binding.value) if isinstance(binding, Assigned) and not binding.entered else ()


def _alternatives(value: ast.expr) -> tuple[ast.expr, ...]:
    """Return the expressions one of which gives the value (`tf.compat.v1 if new else tf`)."""
    return (*_alternatives(value.body), *_alternatives(value.orelse)) if isinstance(value, ast.IfExp) else (value,)


def _first_name(value: ast.expr) -> ast.expr:
    while isinstance(value, ast.Attribute):
        value = value.value
    return value


def _is_none(binding: Binding) -> bool:
    return isinstance(binding, Assigned) and _is_none_value(binding.value)


def _is_none_value(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
