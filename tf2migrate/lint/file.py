"""One file as rules see it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from tf2migrate.lint.blocks import find_statement
from tf2migrate.lint.calls import Argument, CallSite
from tf2migrate.lint.legacy import builds_graphs, is_legacy, is_of_compat, is_plainly_legacy, takes_only_in_tf1
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Names, Use, canonical_path
from tf2migrate.source import LineIndex, parse_text

_Node = TypeVar("_Node", bound=ast.AST)
Follow = Callable[[str], str | None]  # from a dotted name that another module gives to the TensorFlow path behind it


@dataclass(frozen=True, slots=True)
class ImportedName:
    """One name that an import statement brings from TensorFlow; `span` covers the name with its `as`.

    `path` is canonical, `dotted` as written, `bound` the name it gets, `module` what stands after `from`. `alone` says
    that the statement brings nothing else.
    """

    statement: Span
    span: Span
    path: str
    dotted: str
    bound: str
    module: str | None
    alone: bool


@dataclass(frozen=True, slots=True)
class Reference:
    """A longest expression that denotes a TensorFlow symbol; `call` is the call of it, if it is called.

    `path` is canonical, `dotted` as imported.
    """

    node: ast.Name | ast.Attribute
    span: Span
    path: str
    dotted: str
    call: CallSite | None


class LintedFile:
    """The text, tree and names of one file."""

    def __init__(self, text: str, path: str, follow: Follow | None = None) -> None:
        self.text = text
        self.path = path
        self.tree = parse_text(text, path)
        self.lines = LineIndex(text)
        self.names = Names(self.tree, follow)
        self.uses: tuple[Use, ...] = tuple(self.names.uses())

    @cached_property
    def legacy(self) -> bool:
        """Whether the file is certainly about TensorFlow 1."""
        return is_legacy(self.uses)

    @cached_property
    def plainly_legacy(self) -> bool:
        """Whether names of the module `tensorflow` itself mean what they mean in TensorFlow 1."""
        return is_plainly_legacy(self.uses)

    @cached_property
    def builds_graphs(self) -> bool:
        """Whether what the file uses needs the graphs of TensorFlow 1."""
        return builds_graphs(self.uses)

    def means_tf1(self, reference: Reference) -> bool:
        """Say whether a name that both versions have certainly means TensorFlow 1's."""
        if is_of_compat(reference.dotted) or self.plainly_legacy:
            return True
        given = () if reference.call is None else (one.name for one in reference.call.arguments)
        return takes_only_in_tf1(reference.path, given)

    @cached_property
    def methods(self) -> frozenset[str]:
        """The names of all methods that are called on something that denotes no TensorFlow symbol."""
        return frozenset(self._method_calls)

    def nodes_of(self, kind: type[_Node]) -> list[_Node]:
        """Return the nodes of one of the kinds that are noted (`scopes.NOTED`)."""
        return self.names.nodes_of(kind)

    @property
    def calls(self) -> list[ast.Call]:
        """All calls."""
        return self.names.nodes_of(ast.Call)

    @property
    def knows_tensorflow(self) -> bool:
        """Whether the file has anything of TensorFlow, imported by itself or through another module."""
        return bool(self.imported or self.uses)

    def references_to(self, wanted: Callable[[str], object]) -> tuple[Reference, ...]:
        """Return the references to symbols for which `wanted` gives something, in the order of the text."""
        made = [self._reference(use) for use in self.uses if wanted(use.path)]
        return tuple(sorted((one for one in made if one is not None), key=lambda one: (one.span.start, one.span.end)))

    @cached_property
    def imported(self) -> tuple[ImportedName, ...]:
        """What import statements bring from TensorFlow, in the order of the text."""
        made = [self._imported(statement, alias) for statement in self.names.imports for alias in statement.names]
        return tuple(sorted((one for one in made if one is not None), key=lambda one: one.span))

    def method_calls(self, names: Collection[str]) -> list[CallSite]:
        """Return the calls of attributes so named that denote no TensorFlow symbol, in the order of the text."""
        calls = (call for name in names for call in self._method_calls.get(name, ()))
        return sorted(map(self.call_site, calls), key=lambda site: site.span)

    @cached_property
    def _method_calls(self) -> Mapping[str, list[ast.Call]]:
        symbols = {use.node for use in self.uses}
        found: dict[str, list[ast.Call]] = {}
        for call in self.calls:
            if isinstance(call.func, ast.Attribute) and call.func not in symbols:
                found.setdefault(call.func.attr, []).append(call)
        return found

    def source(self, span: Span) -> str:
        """Return the text that `span` covers."""
        return self.text[span.start : span.end]

    def span(self, node: ast.expr) -> Span:
        """Return what the expression covers, without the parentheses round it."""
        return self.lines.node_span(node)

    def path_of(self, node: ast.expr) -> str | None:
        """Return the canonical path of the TensorFlow symbol that the expression denotes."""
        return self.names.path(node)

    def made_by(self, node: ast.expr) -> str | None:
        """Return the canonical path of the TensorFlow callable that made the expression's value, where that is sure."""
        return self.names.made_by(node)

    def call_site(self, node: ast.Call) -> CallSite:
        """Return the call with the places of its parts."""
        return CallSite(self.text, self.lines, node)

    def keyword_of(self, node: ast.expr) -> str | None:
        """Return the keyword by which the expression is handed to a call; None where it is not."""
        return self._keywords.get(node)

    def statement(self, span: Span) -> ast.stmt | None:
        """Return the statement that consists of exactly what `span` covers."""
        found = find_statement(self.tree, self.lines, span)
        return None if found is None else found.statement

    def binds_as_operand(self, argument: Argument) -> bool:
        """Say whether the argument can stand behind a minus without further parentheses."""
        closed = isinstance(argument.node, ast.Tuple | ast.GeneratorExp)  # in parentheses of their own
        return argument.outer != argument.value or closed or argument.is_number or is_simple(argument.node)

    def is_alone_in_block(self, span: Span) -> bool:
        """Say whether the statement at `span` is the only one of its block."""
        found = find_statement(self.tree, self.lines, span)
        return found is not None and found.alone

    def rename(self, reference: Reference, target: str) -> Edit | None:
        """Return the edit that makes a reference denote `target` (a path below `tf`); None where no import allows it.

        The name by which the expression reaches TensorFlow is kept.
        """
        below = target.removeprefix("tf.")
        first: ast.expr = reference.node
        while isinstance(first, ast.Attribute):
            first = first.value
        if first is not reference.node and self.names.dotted(first) in ("tensorflow", "tensorflow.compat.v1"):
            start = reference.span.start + self.source(reference.span).index(".") + 1
            return Edit(Span(start, reference.span.end), below)
        module = self.tensorflow_name(reference)
        return None if module is None else Edit(reference.span, f"{module}.{below}")

    def without_compat(self, reference: Reference) -> tuple[Edit, ...]:
        """Return the edit that leaves `compat.v1` out of a reference, where it is written there."""
        if "v1" not in self.source(reference.span).split(".") or not is_of_compat(reference.dotted):
            return ()
        edit = self.rename(reference, reference.path)
        return () if edit is None else (edit,)

    def tensorflow_name(self, reference: Reference) -> str | None:
        """Return a name that denotes the `tensorflow` module where the reference stands."""
        return self.names.tensorflow_name(reference.node)

    def _reference(self, use: Use) -> Reference | None:
        span = self.lines.node_span(use.node)
        if not _covers(self.source(span), use.node):
            return None
        call = self._called.get(use.node)
        return Reference(use.node, span, use.path, use.dotted, None if call is None else self.call_site(call))

    def _imported(self, statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> ImportedName | None:
        prefix = ""
        if isinstance(statement, ast.ImportFrom):
            prefix = "." * statement.level + f"{statement.module or ''}."
        dotted = (prefix + alias.name).removesuffix(".*")
        path = canonical_path(dotted)
        if path is None:
            return None
        bound = alias.asname or (alias.name if prefix else alias.name.partition(".")[0])
        spans = self.lines.node_span(statement), self.lines.node_span(alias)
        module = prefix.removesuffix(".") if prefix else None
        return ImportedName(*spans, path, dotted, bound, module, len(statement.names) == 1)

    @cached_property
    def _called(self) -> Mapping[ast.expr, ast.Call]:
        return {call.func: call for call in self.calls}

    @cached_property
    def _keywords(self) -> Mapping[ast.expr, str]:
        return {one.value: one.arg for call in self.calls for one in call.keywords if one.arg is not None}


def is_simple(node: ast.expr) -> bool:
    """Say whether the expression binds at least as tightly as an attribute of it does."""
    return isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)


def _covers(source: str, node: ast.Name | ast.Attribute) -> bool:
    """Say whether the text is that of the node: up to Python 3.11 places inside f-strings can be wrong."""
    last = node.id if isinstance(node, ast.Name) else node.attr
    return source.endswith(last) and (source == last or isinstance(node, ast.Attribute))
