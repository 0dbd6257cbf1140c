"""One file as rules see it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from tf2migrate.lint.legacy import is_legacy, is_of_compat, is_plainly_legacy
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Names, Use, canonical_path
from tf2migrate.source import LineIndex, parse_text


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    `span` covers it with its keyword and parentheses, `outer` the value with its parentheses, `value` the value without
    them, `keyword` the name alone.
    """

    node: cst.Arg
    name: str | None
    span: Span
    outer: Span
    value: Span
    keyword: Span | None


@dataclass(frozen=True, slots=True)
class CallSite:
    """A call. `arguments` are in the order of the text; `starred` says that some come from `*` or `**`."""

    node: cst.Call
    span: Span
    callee: Span
    arguments: tuple[Argument, ...]
    starred: bool

    @property
    def close(self) -> Span:
        """The closing parenthesis."""
        return Span(self.span.end - 1, self.span.end)

    @property
    def method(self) -> str | None:
        """The last part of the callee, where it is an attribute."""
        return self.node.func.attr.value if isinstance(self.node.func, cst.Attribute) else None

    @property
    def receiver(self) -> cst.BaseExpression | None:
        """What the method is called on."""
        return self.node.func.value if isinstance(self.node.func, cst.Attribute) else None

    @property
    def positional(self) -> tuple[Argument, ...]:
        """The arguments without a keyword."""
        return tuple(one for one in self.arguments if one.name is None)

    def keyword(self, name: str) -> Argument | None:
        """Return the argument given by keyword."""
        return next((one for one in self.arguments if one.name == name), None)

    def argument(self, name: str, position: int) -> Argument | None:
        """Return the argument given by keyword or at a position (from 0); None where there is none or it is hidden."""
        if self.starred:
            return self.keyword(name)
        by_position = self.positional
        return by_position[position] if position < len(by_position) else self.keyword(name)


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

    node: cst.BaseExpression
    span: Span
    path: str
    dotted: str
    call: CallSite | None


class LintedFile:
    """The text, names and trees of one file. The LibCST tree is built when it is first asked for."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.tree = parse_text(text, path)
        self.lines = LineIndex(text)
        self.names = Names(self.tree)
        self.uses: tuple[Use, ...] = tuple(self.names.uses())

    @cached_property
    def legacy(self) -> bool:
        """Whether the file is certainly about TensorFlow 1."""
        return is_legacy(self.uses)

    @cached_property
    def plainly_legacy(self) -> bool:
        """Whether names of the module `tensorflow` itself mean what they mean in TensorFlow 1."""
        return is_plainly_legacy(self.uses)

    def means_tf1(self, reference: Reference) -> bool:
        """Say whether a name that both versions have certainly means TensorFlow 1's."""
        return is_of_compat(reference.dotted) or self.plainly_legacy

    @cached_property
    def methods(self) -> frozenset[str]:
        """The names of all methods that are called anywhere."""
        return frozenset(
            node.func.attr
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        )

    @cached_property
    def concrete(self) -> ConcreteTree:
        """The LibCST tree with places."""
        return ConcreteTree(self.text)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """All references, in the order of the text."""
        made = [self._reference(use) for use in self.uses]
        return tuple(sorted((one for one in made if one is not None), key=lambda one: (one.span.start, one.span.end)))

    @cached_property
    def imported(self) -> tuple[ImportedName, ...]:
        """What import statements bring from TensorFlow, in the order of the text."""
        made = [self._imported(statement, alias) for statement in self.names.imports for alias in statement.names]
        return tuple(sorted((one for one in made if one is not None), key=lambda one: one.span))

    @cached_property
    def method_calls(self) -> tuple[CallSite, ...]:
        """All calls of attributes that denote no TensorFlow symbol, in the order of the text."""
        symbols = {reference.span for reference in self.references}
        sites = [self.call_site(call) for call in self.concrete.calls if isinstance(call.func, cst.Attribute)]
        return tuple(sorted((site for site in sites if site.callee not in symbols), key=lambda site: site.span))

    def source(self, span: Span) -> str:
        """Return the text that `span` covers."""
        return self.text[span.start : span.end]

    def expression(self, node: cst.BaseExpression) -> ast.expr | None:
        """Return the `ast` node of a LibCST expression."""
        span = self.concrete.span(node)
        if isinstance(node, cst.Tuple | cst.GeneratorExp) and node.lpar:  # `ast` counts their parentheses in
            span = Span(self.concrete.span(node.lpar[-1]).start, self.concrete.span(node.rpar[0]).end)
        return self._expressions.get(span)

    def path_of(self, node: cst.BaseExpression) -> str | None:
        """Return the canonical path of the TensorFlow symbol that the expression denotes."""
        found = self.expression(node)
        return None if found is None else self.names.path(found)

    def made_by(self, node: cst.BaseExpression) -> str | None:
        """Return the canonical path of the TensorFlow callable that made the expression's value, where that is sure."""
        found = self.expression(node)
        return None if found is None else self.names.made_by(found)

    def call_site(self, node: cst.Call) -> CallSite:
        """Return the call with the places of its parts."""
        tree = self.concrete
        return CallSite(
            node,
            tree.span(node),
            tree.span(node.func),
            tuple(self._argument(argument) for argument in node.args),
            any(argument.star for argument in node.args),
        )

    def _argument(self, node: cst.Arg) -> Argument:
        tree = self.concrete
        span, value = tree.span(node), tree.span(node.value)
        if node.keyword is None:
            return Argument(node, None, span, Span(span.start + len(node.star), span.end), value, None)
        keyword = tree.span(node.keyword)
        before = self.text[keyword.end : value.start]
        opening = before.find("(")
        start = value.start if opening < 0 else keyword.end + opening
        return Argument(node, node.keyword.value, span, Span(start, span.end), value, keyword)

    def statement(self, span: Span) -> ast.stmt | None:
        """Return the statement that consists of exactly what `span` covers."""
        return self._statements.get(span)

    def is_simple(self, span: Span) -> bool:
        """Say whether the expression at `span` binds at least as tightly as an attribute of it does."""
        return isinstance(self._expressions.get(span), ast.Name | ast.Attribute | ast.Call | ast.Subscript)

    def binds_as_operand(self, argument: Argument) -> bool:
        """Say whether the argument can stand behind a minus without further parentheses."""
        number = isinstance(argument.node.value, cst.Integer | cst.Float)
        return argument.outer != argument.value or number or self.is_simple(argument.value)

    def is_alone_in_block(self, span: Span) -> bool:
        """Say whether the statement at `span` is the only one of its block."""
        return span in self._lonely

    def rename(self, reference: Reference, target: str) -> Edit | None:
        """Return the edit that makes a reference denote `target` (a path below `tf`); None where no import allows it.

        The name by which the expression reaches TensorFlow is kept.
        """
        below = target.removeprefix("tf.")
        written = reference.dotted.split(".")
        depth = len(self.source(reference.span).split("."))
        root = ".".join(written[: len(written) - depth + 1])
        if root in ("tensorflow", "tensorflow.compat.v1"):
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
        node = self.expression(reference.node)
        return None if node is None else self.names.tensorflow_name(node)

    def _reference(self, use: Use) -> Reference | None:
        span = self.lines.node_span(use.node)
        node = self.concrete.expressions.get(span)
        if node is None:
            return None
        parent = self.concrete.parents.get(node)
        called = isinstance(parent, cst.Call) and parent.func is node
        call = self.call_site(parent) if called and isinstance(parent, cst.Call) else None
        return Reference(node, span, use.path, use.dotted, call)

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
    def _statements(self) -> Mapping[Span, ast.stmt]:
        found = (node for node in ast.walk(self.tree) if isinstance(node, ast.stmt))
        return {self.lines.node_span(node): node for node in found}

    @cached_property
    def _lonely(self) -> frozenset[Span]:
        blocks = (
            block
            for node in ast.walk(self.tree)
            for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
            if isinstance(block, list) and not isinstance(node, ast.Module)
        )
        return frozenset(self.lines.node_span(block[0]) for block in blocks if len(block) == 1)

    @cached_property
    def _expressions(self) -> Mapping[Span, ast.expr]:
        found: dict[Span, ast.expr] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.expr):
                found.setdefault(self.lines.node_span(node), node)
        return found


class ConcreteTree:
    """The LibCST tree of a text: spans, parents, and the nodes that rules start from."""

    def __init__(self, text: str) -> None:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        self._positions = wrapper.resolve(ByteSpanPositionProvider)
        self._characters = _character_offsets(text)
        self.module = wrapper.module
        self.parents: dict[cst.CSTNode, cst.CSTNode] = dict(_walk(self.module))
        self.calls: tuple[cst.Call, ...] = tuple(node for node in self.parents if isinstance(node, cst.Call))
        names = (node for node in self.parents if isinstance(node, cst.Name | cst.Attribute))
        self.expressions: dict[Span, cst.BaseExpression] = {self.span(node): node for node in names}

    def span(self, node: cst.CSTNode) -> Span:
        """Return what the node covers, without the parentheses round it."""
        place = self._positions[node]
        start, end = place.start, place.start + place.length
        if self._characters is None:
            return Span(start, end)
        return Span(self._characters[start], self._characters[end])


@cache
def _child_fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    """Return the fields of a node class that may hold nodes other than white space and comments."""
    silent = ("whitespace", "lines", "lpar", "rpar", "header", "footer", "indent", "newline")
    return tuple(field.name for field in fields(kind) if not any(word in field.name for word in silent))


def _walk(root: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    """Yield every node below `root` with its parent; LibCST's own visitors take three times as long."""
    pending = [root]
    while pending:
        parent = pending.pop()
        for name in _child_fields(type(parent)):
            value = getattr(parent, name)
            for child in value if isinstance(value, list | tuple) else (value,):
                if isinstance(child, cst.CSTNode):
                    yield child, parent
                    pending.append(child)


def _character_offsets(text: str) -> list[int] | None:
    """Return the code point offset of each UTF-8 byte offset; None where they are equal."""
    if text.isascii():
        return None
    offsets: list[int] = []
    for position, character in enumerate(text):
        offsets += [position] * len(character.encode("utf-8", "surrogatepass"))
    return [*offsets, len(text)]
