"""The text of step functions and of the code that several of them share."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from tf2migrate.migrate.home import Home
from tf2migrate.migrate.optimization import Capture, Update
from tf2migrate.migrate.render import Rendered, Replacement, concat, join, reindent
from tf2migrate.migrate.steps import Need, Units
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.units import Block, Unit
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Kind
from tf2migrate.model.source import Span
from tf2migrate.source import node_ref


@dataclass(eq=False)
class Shared:
    """A plain function of statements that several steps need."""

    units: list[Unit]
    parameters: tuple[str, ...]
    outputs: tuple[str, ...]
    name: str = ""
    rebound: frozenset[str] = frozenset()  # names that it assigns itself, and reads from outside before


Item = Unit | Shared | Capture | Update


@dataclass
class Function:
    """One function to be written. `inner` is what stands under its tapes, `outer` what stands after them."""

    name: str
    parameters: tuple[str, ...]
    inner: list[Item] = field(default_factory=list)
    outer: list[Item] = field(default_factory=list)
    before: list[Item] = field(default_factory=list)  # what must come ahead of the tapes
    tapes: list[tuple[str, str]] = field(default_factory=list)  # names, and how they are made
    watched: list[Rendered] = field(default_factory=list)  # what the tapes are told to watch
    above: dict[Unit, list[Rendered]] = field(default_factory=dict)  # lines before a statement
    replacements: list[Replacement] = field(default_factory=list)  # that hold in this function alone
    returned: list[Rendered] = field(default_factory=list)
    first: list[Rendered] = field(default_factory=list)  # reads that go before every effect
    before_updates: list[Rendered] = field(default_factory=list)
    decorators: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()  # names that a shared function returns

    @property
    def items(self) -> list[Item]:
        return [*self.before, *self.inner, *self.outer]

    @property
    def updates(self) -> list[Update]:
        return [item for item in self.outer if isinstance(item, Update)]

    @property
    def called_alone(self) -> Shared | None:
        """Return the shared function that this one does nothing but call."""
        others = (*self.updates, *self.first, *self.before_updates)
        only = self.items[0] if len(self.items) == 1 and not others else None
        if not isinstance(only, Shared) or only.parameters != self.parameters:
            return None
        return only if [text.text for text in self.returned] == list(only.outputs) else None


class FunctionWriter:
    """Writes functions out of units of one home body."""

    def __init__(self, bench: Workbench, home: Home, units: Units) -> None:
        self.home, self.units, self.tf = home, units, bench.tf
        self.syntax, self.renderer = bench.syntax, bench.renderer
        self.indent = bench.syntax.indent
        self.prefix = home.cells.prefix
        self.receiver = (self.prefix.removesuffix("."),) if self.prefix else ()

    def write(self, function: Function) -> Rendered:
        """Return the function at indent zero."""
        lines: list[Rendered] = []
        lines.extend(Rendered.new(decorator) for decorator in function.decorators)
        lines.append(Rendered.new(f"def {function.name}({', '.join((*self.receiver, *function.parameters))}):"))
        body = self._body(function)
        lines.extend(body or [Rendered.new("pass")])
        head = len(function.decorators) + 1
        return join("\n", [*lines[:head], *(indented(line, self.indent) for line in lines[head:])])

    def _body(self, function: Function) -> list[Rendered]:
        lines: list[Rendered] = [*function.first, *self._items(function, function.before)]
        inner = [*function.watched, *self._items(function, function.inner)]
        if function.tapes:
            tapes = ", ".join(f"{self.tf}.GradientTape({how}) as {tape}" for tape, how in function.tapes)
            lines.append(Rendered.new(f"with {tapes}:"))
            inner = [indented(line, self.indent) for line in inner]
        lines.extend(inner)
        updates = function.updates
        first = function.outer.index(updates[0]) if updates else len(function.outer)
        lines.extend(self._items(function, function.outer[:first]))
        lines.extend(function.before_updates)
        for update in updates:
            lines.extend(update.gradient_lines)
        lines.extend(self._items(function, function.outer[first:]))
        if function.outputs:
            lines.append(Rendered.new(f"return {', '.join(function.outputs)}"))
        if function.returned:
            lines.append(concat(["return ", join(", ", list(function.returned))]))
        return _returned_call(lines, self.prefix)

    def _items(self, function: Function, items: Sequence[Item]) -> list[Rendered]:
        lines: list[Rendered] = []
        wrappers: tuple[Block, ...] = ()
        for item in items:
            if not isinstance(item, Unit):
                wrappers = ()
                lines.extend(self._lines(item))
                continue
            text = self.unit_text(item, function, self._is_read(function, item))
            above = function.above.get(item, ())
            if not text.text and not above:
                continue  # a scope of such statements alone is not entered
            common = [b for a, b in zip(wrappers, item.wrappers, strict=False) if a is b]
            for depth in range(len(common), len(item.wrappers)):
                lines.append(indented(self._header(item.wrappers[depth]), self.indent * depth))
            wrappers = item.wrappers
            lines.extend(indented(line, self.indent * len(wrappers)) for line in above)
            if text.text:
                lines.append(indented(text, self.indent * len(wrappers)))
        return lines

    def _lines(self, item: Shared | Capture | Update) -> list[Rendered]:
        match item:
            case Shared():
                return [self._shared_call(item)]
            case Capture():
                return item.lines
            case Update():
                return item.apply_lines

    def _shared_call(self, shared: Shared) -> Rendered:
        line = self.syntax.index.location(shared.units[0].span.start).row
        call = f"{self.prefix}{shared.name}({', '.join(shared.parameters)})"
        text = f"{', '.join(shared.outputs)} = {call}" if shared.outputs else call
        return Rendered.new(text, line)

    def _header(self, block: Block) -> Rendered:
        node = block.node
        assert isinstance(node, ast.With)
        start = self.syntax.index.node_span(node).start
        end = self.syntax.span(node.items[-1].optional_vars or node.items[-1].context_expr).end
        text = self.renderer.render(Span(start, end))
        return concat([text, ":"])

    def _is_read(self, function: Function, unit: Unit) -> bool:
        """Say whether a unit's assigned name is read by the function's later statements."""
        written = {self.home.name_of(w.cell) for w in self.home.events[unit].writes if self.home.holds(w.cell)}
        for other in function.items:
            for part in other.units if isinstance(other, Shared) else [other] if isinstance(other, Unit) else []:
                for need in self.units.needs(part):
                    if need.unit is unit:
                        return True
        texts = [*function.first, *function.returned, *function.before_updates]
        for update in function.items:
            if isinstance(update, Update):
                texts.extend((*update.gradient_lines, *update.apply_lines))
            elif isinstance(update, Capture):
                texts.extend(update.lines)
        for lines in function.above.values():
            texts.extend(lines)
        outputs = " ".join(text.text for text in texts) + " ".join(function.outputs)
        return any(name in outputs for name in written)

    def unit_text(self, unit: Unit, function: Function, read: bool) -> Rendered:
        """Return a unit as it stands in a function, at indent zero, its own comments above it."""
        bare = None if read else self._bare_operations(unit)
        if bare is not None:
            return concat([*self._comments(unit), bare])
        span = Span(unit.span.start, self._end(unit))
        extra = [*function.replacements, *self._renaming(unit, function.renamed)]
        text = self.renderer.render(span, extra=extra)
        if not text.text:
            return text  # what it did goes, and its comments with it
        starts = [
            Rendered.new(f"{function.renamed[n]} = {v}\n") for n, v in self._carried(unit, function.renamed).items()
        ]
        return concat([*self._comments(unit), *starts, reindent(text, self._indent(unit), "")])

    def _carried(self, unit: Unit, renamed: dict[str, str]) -> dict[str, str]:
        """Return the outer names that a loop counts on: what it reads first is the outer value, then its own."""
        if self.prefix:
            return {}
        view, found = self.home.view, dict[str, str]()
        for need in self.units.needs(unit):
            ref = need.read.place.expression
            if need.name not in renamed or need.unit in self.units.compute:
                continue
            seen = [view.definition_of(read) for read in self.home.events[unit].reads if read.place.expression == ref]
            if any(write is not None and self.home.unit_of(write.place) is unit for write in seen):
                found[need.name] = self.units.snapshot_reads.get(ref, need.name)
        return found

    def _indent(self, unit: Unit) -> str:
        return self.syntax.index.indent(self.syntax.index.location(unit.span.start).row)

    def _end(self, unit: Unit) -> int:
        """Return where a unit ends, the comment behind it included."""
        return end_with_comment(self.syntax, unit.span)

    def _comments(self, unit: Unit) -> list[Rendered | str]:
        parts: list[Rendered | str] = []
        for row in own_comment_rows(self.syntax, unit.span):
            line = self.syntax.index.line(row).strip()
            parts.extend([Rendered.new(line, row), "\n"])
        return parts

    def _bare_operations(self, unit: Unit) -> Rendered | None:
        """Return an operation whose name nobody reads as a statement; a group as the statements in it."""
        node = unit.node
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            return None
        if not isinstance(node.targets[0], (ast.Name, ast.Attribute)):
            return None
        kinds = {n.kind for n in self.home.events[unit].nodes if n.kind in (Kind.OPERATION, Kind.ASSIGN)}
        if not kinds or not isinstance(node.value, (ast.Call, ast.List, ast.Tuple, ast.ListComp)):
            return None
        return join("\n", self._operations(unit, node.value))

    def _operations(self, unit: Unit, value: ast.expr) -> list[Rendered]:
        if isinstance(value, (ast.List, ast.Tuple)):
            return [text for item in value.elts for text in self._operations(unit, item)]
        if isinstance(value, ast.Call) and self._is_group(unit, value) and not value.keywords:
            return [text for item in value.args for text in self._operations(unit, item)]
        if isinstance(value, ast.ListComp):
            return [self._loop(unit, value)]
        if isinstance(value, ast.Name) or self._is_no_op(unit, value):
            return []
        if isinstance(value, ast.Starred):
            return self._operations(unit, value.value)
        return [reindent(self.renderer.render(self.syntax.span(value)), self._indent(unit), "")]

    def _loop(self, unit: Unit, value: ast.ListComp) -> Rendered:
        """Return a comprehension of operations as the loop that it is."""
        lines: list[Rendered] = []
        for part in value.generators:
            head: list[Rendered | str] = ["for ", self.renderer.render(self.syntax.span(part.target)), " in "]
            head += [self.renderer.render(self.syntax.span(part.iter)), ":"]
            conditions = [concat(["if ", self.renderer.render(self.syntax.span(test)), ":"]) for test in part.ifs]
            for line in [concat(head), *conditions]:
                lines.append(indented(line, self.indent * len(lines)))
        inner = join("\n", self._operations(unit, value.elt))
        return join("\n", [*lines, indented(inner, self.indent * len(lines))])

    def _is_no_op(self, unit: Unit, value: ast.expr) -> bool:
        ref = node_ref(self.home.path, value)
        return any(node.op == "tf.no_op" and node.place.expression == ref for node in self.home.events[unit].nodes)

    def _is_group(self, unit: Unit, call: ast.Call) -> bool:
        ref = node_ref(self.home.path, call)
        return any(node.op == "tf.group" and node.place.expression == ref for node in self.home.events[unit].nodes)

    def _renaming(self, unit: Unit, renamed: dict[str, str]) -> list[Replacement]:
        """Return the replacements that give local names of the function other names than outer ones have."""
        kept = self.units.snapshot_reads
        if self.prefix or (not renamed and not kept):
            return []  # the members of an object are written anew in the text
        carried = self._carried(unit, renamed)
        outer = {
            need.read.place.expression
            for need in self.units.needs(unit)
            if need.name in renamed and need.name not in carried and need.unit not in self.units.compute
        }
        found: list[Replacement] = []
        for node in ast.walk(unit.node):
            match node:
                case ast.AugAssign(target=ast.Name(id=counted) as target) if node_ref(self.home.path, target) in outer:
                    found.append(self._counted_on(node, counted, renamed[counted], found))
                case _:
                    pass
            if not isinstance(node, ast.Name):
                continue
            ref = node_ref(self.home.path, node)
            name = kept.get(ref) if node.id not in carried else None
            name = name or (renamed.get(node.id) if ref not in outer else None)
            if name is not None:
                text = Rendered.new(name, node.lineno)
                found.append(Replacement(self.syntax.span(node), lambda text=text: text))  # type: ignore[misc]
        return found

    def _counted_on(self, node: ast.AugAssign, outer: str, own: str, others: list[Replacement]) -> Replacement:
        """Return `x += y` where `x` is still the outer value: the function's own name takes the result."""
        whole, target = self.syntax.span(node), self.syntax.span(node.target)
        operator, _, _ = self.renderer.source(Span(target.end, whole.end)).partition("=")
        plain = isinstance(node.value, (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.Constant))

        def build() -> Rendered:
            value = self.renderer.render(self.syntax.span(node.value), extra=others)
            ends = ("", "") if plain else ("(", ")")
            head = f"{own} = {outer} {operator.strip()} {ends[0]}"
            return concat([Rendered.new(head, node.lineno), value, ends[1]])

        return Replacement(self.syntax.span(node), build)


def needs_renaming(units: Units, members: list[Unit], needs: list[Need], parameters: set[str]) -> set[str]:
    """Return the outer names that a function reads although it assigns the same names itself."""
    if units.home.members is not None:
        return set()
    local = {
        units.home.name_of(write.cell)
        for unit in members
        for write in units.home.events[unit].writes
        if units.home.holds(write.cell)
    }
    return {need.name for need in needs if need.name in local and need.name not in parameters}


def indented(text: Rendered, indent: str) -> Rendered:
    return reindent(text, "", indent)


def _returned_call(lines: list[Rendered], prefix: str) -> list[Rendered]:
    """Join `x = call(..)` and `return x` at the end of a function into one line when nothing else stands there."""
    if len(lines) != 2:
        return lines
    call, result = lines
    if "\n" in call.text or " = " not in call.text or not result.text.startswith("return "):
        return lines
    target, _, value = call.text.partition(" = ")
    called = value.removeprefix(prefix).split("(")[0]
    if result.text == f"return {target}" and target.isidentifier() and called.isidentifier():
        return [Rendered.new(f"return {value}", call.lines[0])]
    return lines


def own_comment_rows(syntax: Syntax, span: Span) -> list[int]:
    """Return the rows of the comment lines directly above a statement."""
    first = syntax.index.location(span.start).row
    if syntax.text[syntax.index.start(first) : span.start].strip():
        return []  # another statement stands before it: the comments are that one's
    rows: list[int] = []
    row = first - 1
    while row >= 1 and syntax.index.line(row).strip().startswith("#"):
        rows.append(row)
        row -= 1
    if row < 1 and rows and (syntax.index.line(1).startswith("#!") or "coding" in syntax.index.line(1)):
        return []  # the file's head belongs to the file
    return rows[::-1]


def end_with_comment(syntax: Syntax, span: Span) -> int:
    """Return the end of a statement with the comment behind it on its last line."""
    row = syntax.index.location(max(span.start, span.end - 1)).row
    line_end = syntax.index.start(row) + len(syntax.index.line(row))
    rest = syntax.text[span.end : line_end].strip()
    return line_end if rest.startswith("#") else span.end
