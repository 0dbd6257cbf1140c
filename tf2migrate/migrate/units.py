"""The statements of a body as units that stay, move or go, and the blocks that hold them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from tf2migrate.model.source import NodeRef, Span
from tf2migrate.source import LineIndex, node_ref


class BlockKind(Enum):
    DISSOLVED = "dissolved"  # `with tf.Session()`: the block goes, its statements stay, one level out
    WRAPPER = "wrapper"  # `with tf.name_scope(..)`: goes along with statements that move
    GUARD = "guard"  # `if __name__ == "__main__"`: stays, its body is as good a place for functions
    DRIVE = "drive"  # a loop or condition with run sites in it: stays, what it computes is taken out


@dataclass(frozen=True, eq=False)
class Unit:
    """One statement, as a whole."""

    index: int
    node: ast.stmt
    ref: NodeRef
    span: Span
    wrappers: tuple[Block, ...]
    parents: tuple[Block, ...]  # all blocks around it, outermost first
    region: int = 0


@dataclass(eq=False)
class Block:
    """A compound statement whose statements are units of their own; `suites` in text order, empty ones left out."""

    kind: BlockKind
    node: ast.stmt
    ref: NodeRef
    span: Span
    suites: tuple[tuple[Unit | Block, ...], ...] = ()


@dataclass(eq=False)
class Region:
    """The statements of one function, or of a module, and the tree that they stand in."""

    number: int
    statements: Sequence[ast.stmt]
    tree: tuple[Unit | Block, ...] = ()
    units: list[Unit] = field(default_factory=list)  # in the order of the text

    def unit_at(self, position: tuple[int, int]) -> Unit | None:
        low, high = 0, len(self.units) - 1
        while low <= high:
            middle = (low + high) // 2
            unit = self.units[middle]
            if position < _start(unit.node):
                high = middle - 1
            elif position >= (unit.ref.end_line, unit.ref.end_column):
                low = middle + 1
            else:
                return unit
        return None


@dataclass
class Body:
    """The units of one body in the order of execution, and the functions that they stand in."""

    index: LineIndex
    path: str
    regions: list[Region] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)

    @property
    def tree(self) -> tuple[Unit | Block, ...]:
        return self.regions[0].tree

    def statements(self) -> frozenset[NodeRef]:
        """Return the statements that are units or blocks of the body."""
        blocks = {block.ref for unit in self.units for block in unit.parents}
        return frozenset(blocks | {unit.ref for unit in self.units})

    def unit_at(self, ref: NodeRef) -> Unit | None:
        """Return the unit that holds a statement or expression."""
        if ref.path != self.path:
            return None
        position = (ref.line, ref.column)
        return next((unit for region in self.regions if (unit := region.unit_at(position)) is not None), None)


def _start(node: ast.stmt) -> tuple[int, int]:
    """Return where a statement begins, its decorators included."""
    first = _first_line(node)
    return (first, 0) if first != node.lineno else (node.lineno, node.col_offset)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def statement_span(index: LineIndex, node: ast.stmt) -> Span:
    """Return what a statement covers, its decorators included."""
    first = _first_line(node)
    span = index.node_span(node)
    if first == node.lineno:
        return span
    return Span(index.start(first) + len(index.indent(first)), span.end)


def suites_of(node: ast.stmt) -> tuple[list[ast.stmt], ...]:
    """Return the suites of a compound statement in text order."""
    match node:
        case ast.Try():
            return (node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody)
        case ast.If() | ast.For() | ast.While() | ast.AsyncFor():
            return (node.body, node.orelse)
        case ast.With() | ast.AsyncWith():
            return (node.body,)
        case _:
            return ()


def build_body(
    path: str,
    index: LineIndex,
    statements: list[ast.stmt],
    kind_of: Callable[[ast.stmt], BlockKind | None],
    entered: Callable[[ast.stmt], list[ast.stmt] | None] = lambda _: None,
) -> Body:
    """Return the units of a list of statements; `kind_of` says which compound statements are blocks.

    `entered` gives the statements of a function that belongs to the body where a statement does nothing but call it.
    """
    body = Body(index, path)
    add_region(body, statements, kind_of, entered)
    return body


def add_region(
    body: Body,
    statements: list[ast.stmt],
    kind_of: Callable[[ast.stmt], BlockKind | None],
    entered: Callable[[ast.stmt], list[ast.stmt] | None],
) -> None:
    """Append the statements of one more function to a body."""
    region = Region(len(body.regions), statements)
    body.regions.append(region)

    def build(nodes: Sequence[ast.stmt], parents: tuple[Block, ...]) -> tuple[Unit | Block, ...]:
        parts: list[Unit | Block] = []
        for node in nodes:
            kind = kind_of(node)
            ref, span = node_ref(body.path, node), statement_span(body.index, node)
            if kind is not None:
                block = Block(kind, node, ref, span)
                block.suites = tuple(build(suite, (*parents, block)) for suite in suites_of(node) if suite)
                parts.append(block)
                continue
            wrappers = tuple(b for b in parents if b.kind is BlockKind.WRAPPER)
            unit = Unit(len(body.units), node, ref, span, wrappers, parents, region.number)
            body.units.append(unit)
            region.units.append(unit)
            parts.append(unit)
            inner = entered(node)
            if inner is not None:
                add_region(body, inner, kind_of, entered)
        return tuple(parts)

    region.tree = build(statements, ())


def walk(parts: tuple[Unit | Block, ...]) -> Iterator[Unit]:
    """Yield the units of a tree in order."""
    for part in parts:
        if isinstance(part, Unit):
            yield part
        else:
            for suite in part.suites:
                yield from walk(suite)


def host_block(unit: Unit) -> Block | None:
    """Return the outermost block around a unit that a function definition must stand before, if any."""
    return next((block for block in unit.parents if block.kind is BlockKind.DRIVE), None)
