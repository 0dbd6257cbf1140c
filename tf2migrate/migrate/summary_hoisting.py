"""Summaries that functions and loops make: these return the values, and the body that merges them summarizes each.

`variable_summaries(w)` becomes `w_summaries = variable_summaries(w)`, a list of the values that it summarized, and a
summary of each stands behind the call under its full tag. It is text before planning, and means what the original does.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tf2migrate.migrate.leftovers import tf_alias
from tf2migrate.migrate.refusal import Refused
from tf2migrate.migrate.summaries import FORMS, MERGE_ALL, tag_of
from tf2migrate.migrate.summary_returns import (
    Returning,
    called_name,
    is_compound,
    is_stable,
    is_within,
    returning,
    word_of,
)
from tf2migrate.migrate.syntax import Names, Syntax, snake
from tf2migrate.migrate.text_edits import insertion_before, insertion_behind, removal, with_edits
from tf2migrate.migrate.texts import Texts
from tf2migrate.migrate.variables import literal
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import Frame, GraphNode, GraphValue, Kind, Known, Place, Program
from tf2migrate.model.source import Edit, NodeRef, Span

_WRITTEN = {"scalar": "scalar_summary", "histogram": "histogram_summary", "image": "image_summary"}  # tags as they are
_KNOWN = frozenset({"name", "tensor", "values", "max_outputs", "family"})
_NOT_ONCE = (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Body = NodeRef | str  # a function, or a module by its path


class _Unwritable(Exception):
    """A form that this does not foresee: nothing is written otherwise."""


def hoist_summaries(texts: Texts, program: Program) -> tuple[Texts, Program] | None:
    """Return the texts with summaries taken out of functions and loops, None where there are none to take out."""
    try:
        edits = _Hoisting(texts, program).edits_by_file()
    except (_Unwritable, Refused, KeyError):
        return None
    if not edits:
        return None
    for path, made in edits.items():
        again = with_edits(texts, path, made)
        if again is None:
            return None
        texts = again
    try:
        other = texts.evaluate()
        return (texts, other) if _told(program) == _told(other) else None
    except Refused:
        return None


def _told(program: Program) -> object:
    """Return what must stay: the tags of each merge, and the nodes that are no summaries."""
    tags = [
        Counter((FORMS[program.nodes[i].op].native, tag_of(program.nodes[i])) for i in node.inputs)
        for node in program.nodes
        if node.op in MERGE_ALL
    ]
    others = Counter(
        (node.kind, node.op, node.name, node.certain, node.repeated)
        for node in program.nodes
        if node.kind is not Kind.SUMMARY and node.op not in ("tf.identity", "attribute.op")
    )
    return tags, others, [(visit.form, visit.grade, len(visit.feeds)) for visit in program.visits]


@dataclass
class _Item:
    """An expression of a body that makes summaries: one itself, or a call of a function that does."""

    call: ast.Call
    callee: NodeRef | None
    nodes: list[GraphNode] = field(default_factory=list)  # made there, in order; of bodies that keep them


class _Hoisting:
    def __init__(self, texts: Texts, program: Program) -> None:
        self.view = ProgramView(program)
        self.program = program
        self.files = {path: Syntax.parse(path, texts.source(path).text) for path in program.files}
        self.names = {path: Names(syntax.tree) for path, syntax in self.files.items()}
        self.edits: dict[str, list[Edit]] = defaultdict(list)
        self.items: dict[Body, dict[NodeRef, _Item]] = defaultdict(dict)
        self.tops: set[int] = set()  # frames whose bodies keep the summaries
        self.returning: dict[NodeRef, Returning] = {}

    def edits_by_file(self) -> dict[str, list[Edit]]:
        """Return the edits that take all such summaries out."""
        parts = {part: merge for merge in self.view.nodes if merge.op in MERGE_ALL for part in merge.inputs}
        for number, merge in parts.items():
            part = self.view.nodes[number]
            if part.op in FORMS:
                self._collect(part, merge)
        if not self.items:
            return {}
        written = {node.place.expression for items in self._kept() for node in items}
        if any(n.place.expression in written and n.id not in parts for n in self.view.nodes if n.op in FORMS):
            raise _Unwritable  # a list would hold values that nothing merges
        self._collect_calls()
        bodies = {self._body(frame) for frame in self.tops}
        if bodies & set(self.returning) or any(self._activations(body) != 1 for body in bodies):
            raise _Unwritable
        for body, items in self.items.items():
            _Writer(self, body, sorted(items.values(), key=_position), body in bodies).write()
        return self.edits

    def _kept(self) -> list[list[GraphNode]]:
        return [item.nodes for items in self.items.values() for item in items.values()]

    def _collect(self, part: GraphNode, merge: GraphNode) -> None:
        top = self._top(part, merge)
        same = [n for n in self.view.nodes if n.place.expression == part.place.expression]
        if part.place.frame == top and len([n for n in same if n.place.frame == top]) == 1:
            return
        if part.repeated or not part.certain or set(part.argument_at) - _KNOWN:
            raise _Unwritable
        inner: Place | None = None
        for step in self.view.trail(part.place):
            item = self._item(step, None if inner is None else self.view.frames[inner.frame].definition)
            if step.frame == top:
                self.tops.add(top)
                item.nodes.append(part)
                return
            inner = step
        raise _Unwritable

    def _item(self, step: Place, callee: NodeRef | None) -> _Item:
        body = self._body(step.frame)
        call = self.files[step.expression.path].call(step.expression)
        if call is None:
            raise _Unwritable
        item = self.items[body].setdefault(step.expression, _Item(call, callee))
        if item.callee != callee:
            raise _Unwritable
        if callee is not None and callee not in self.returning:
            self.returning[callee] = self._returning(callee)
        return item

    def _returning(self, definition: NodeRef) -> Returning:
        node = self.files[definition.path].nodes.get(definition)
        found = returning(node) if isinstance(node, ast.FunctionDef) else None
        if found is None or not self._is_onlycalled(found.function):
            raise _Unwritable
        return found

    def _is_onlycalled(self, function: ast.FunctionDef) -> bool:
        """Say whether all that names a function calls it, where the evaluation saw it."""
        seen = {call.place.expression for call in self.program.calls if self._named(call.callee) == function.name}
        for syntax in self.files.values():
            for ref, node in syntax.nodes.items():
                name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None
                parent = syntax.parents.get(node)
                if name == function.name and not (isinstance(parent, ast.Call) and parent.func is node):
                    return False
                if isinstance(node, ast.Call) and called_name(node) == function.name and ref not in seen:
                    return False
        return True

    def _named(self, definition: NodeRef) -> str | None:
        return getattr(self.files[definition.path].nodes.get(definition), "name", None)

    def _top(self, part: GraphNode, merge: GraphNode) -> int:
        """Return the activation whose body keeps a summary: the one that merges it, or a method beside that."""
        trail, merging = self.view.frames_on_trail(part.place), self.view.frames_on_trail(merge.place)
        shared = [a for a, b in zip(trail, merging, strict=False) if a == b]
        if not shared:
            raise _Unwritable
        depth = len(shared)
        while depth < len(trail) and self._is_region(trail[depth]):
            depth += 1
        return trail[depth - 1]

    def _is_region(self, number: int) -> bool:
        """Say whether a body is a method that a statement of its own calls, once: it may belong to an object's body."""
        frame, opened = self._frame(number), self.view.opened_by.get(number)
        if opened is None or frame.kind != "function" or self._activations(self._body(number)) != 1:
            return False
        syntax = self.files[opened.place.expression.path]
        call = syntax.call(opened.place.expression)
        if call is None or not isinstance(call.func, ast.Attribute):
            return False
        return isinstance(call.func.value, ast.Name) and isinstance(syntax.parents[call], ast.Expr)

    def _collect_calls(self) -> None:
        """Add all further calls of functions that return summaries now."""
        pending = list(self.returning)
        for definition in pending:
            for call in self.program.calls:
                if call.callee != definition:
                    continue
                body = self._body(call.place.frame)
                if body not in self.returning and call.place.frame not in self.tops:
                    raise _Unwritable
                self._item(call.place, definition)

    def _frame(self, number: int) -> Frame:
        return self.view.frames[number]

    def _body(self, number: int) -> Body:
        frame = self._frame(number)
        if frame.kind not in ("module", "function"):
            raise _Unwritable
        return frame.definition or frame.path

    def _activations(self, body: Body) -> int:
        return sum((frame.definition or frame.path) == body for frame in self.program.frames)


def _position(item: _Item) -> tuple[int, int]:
    return item.call.lineno, item.call.col_offset


class _Writer:
    """Writes one body anew."""

    def __init__(self, hoisting: _Hoisting, body: Body, items: list[_Item], is_top: bool) -> None:
        self.hoisting, self.items, self.is_top = hoisting, items, is_top
        path = body if isinstance(body, str) else body.path
        self.syntax, self.names = hoisting.files[path], hoisting.names[path]
        self.tf = tf_alias(self.syntax.tree)
        self.edits = hoisting.edits[path]
        self.own = None if isinstance(body, str) else hoisting.returning.get(body)
        self.terms: list[str] = []  # what the function returns, in order
        self.lists: dict[ast.stmt, tuple[str, list[GraphNode]]] = {}  # of a loop or condition

    def write(self) -> None:
        for item in self.items:
            self._write(item)
        if self.is_top:
            for compound, (name, nodes) in self.lists.items():
                self._summarize(compound, name, nodes)
        elif self.own is not None:
            self._return(self.own)

    def _write(self, item: _Item) -> None:
        statement = self.syntax.statement_of(item.call)
        chain = self._chain(statement)
        compound = next((one for one in reversed(chain) if is_compound(one)), None)
        if any(isinstance(one, (ast.While, ast.Try)) for one in chain):
            raise _Unwritable
        if compound is not None and compound not in self.lists:
            name = self.names.fresh("summaries", "more_summaries")
            self.lists[compound] = (name, [])
            self.edits.append(insertion_before(self.syntax, compound, f"{name} = []"))
            self.terms.append(name)
        if compound is not None:
            self.lists[compound][1].extend(item.nodes)
        held = self._value(item, statement, compound) if item.callee is None else self._call(item, statement)
        if compound is not None:
            if item.callee is not None:
                self.edits.append(
                    insertion_behind(self.syntax, statement, [f"{self.lists[compound][0]}.extend({held})"])
                )
        elif self.is_top:
            self._summarize(statement, held, item.nodes)
        else:
            self.terms.append(held if item.callee is not None else f"[{held}]")

    def _chain(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return a statement and the statements that hold it, within its function."""
        chain, outer = [statement], self.syntax.parents[statement]
        while isinstance(outer, ast.stmt) and not isinstance(outer, ast.FunctionDef):
            chain.append(outer)
            outer = self.syntax.parents[outer]
        return chain

    def _value(self, item: _Item, statement: ast.stmt, compound: ast.stmt | None) -> str:
        """Write a statement that summarizes a value as one that keeps it; returns what denotes the value."""
        nodes = [n for n in self.hoisting.view.nodes if self._made_by(n, item)]
        if not isinstance(statement, ast.Expr) or statement.value is not item.call or not nodes:
            raise _Unwritable
        form = FORMS[nodes[0].op]
        value = self.syntax.nodes.get(nodes[0].argument_at[form.value])
        if not isinstance(value, ast.expr) or form.native not in _WRITTEN:
            raise _Unwritable
        text = self.syntax.source(value)
        held = [node.arguments.get(form.value) for node in nodes]
        variable = any(isinstance(v, GraphValue) and self._is_variable(v.node) for v in held)
        text = f"{self.tf}.identity({text})" if variable else text
        span = self.syntax.span(statement)
        if compound is not None:
            self.edits.append(Edit(span, f"{self.lists[compound][0]}.append({text})"))
            return ""
        if not variable and self.own is not None and is_stable(self.own.function, value):
            self.edits.append(removal(self.syntax, statement))
            return text
        known = nodes[0].arguments.get("name")
        wanted = str(known.value) if isinstance(known, Known) else "value"
        name = self.names.fresh(f"{snake(wanted.rpartition('/')[2])}_summary")
        self.edits.append(Edit(span, f"{name} = {text}"))
        return name

    def _made_by(self, node: GraphNode, item: _Item) -> bool:
        return node.kind is Kind.SUMMARY and self.syntax.nodes.get(node.place.expression) is item.call

    def _is_variable(self, node: int) -> bool:
        return self.hoisting.view.nodes[node].kind is Kind.VARIABLE

    def _call(self, item: _Item, statement: ast.stmt) -> str:
        """Write a call of a function that returns its summaries, too; returns their name."""
        if item.callee is None or any(other is not item and is_within(other.call, item.call) for other in self.items):
            raise _Unwritable
        callee = self.hoisting.returning[item.callee]
        call, text = item.call, self.syntax.source(item.call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) and len(statement.targets) == 1 else None
        named = [word_of(one) for one in ([target] if target is not None else [*call.args])]
        wanted = next((word for word in named if word), callee.function.name)
        name = self.names.fresh(f"{snake(wanted)}_summaries")
        if isinstance(statement, ast.Expr) and statement.value is call:
            text += "" if callee.value is None else f"[{callee.count}]"
            self.edits.append(Edit(self.syntax.span(statement), f"{name} = {text}"))
        elif target is not None and isinstance(statement, ast.Assign) and statement.value is call:
            if callee.value is None:
                raise _Unwritable
            span = self.syntax.span(target)
            self.edits.append(Edit(span, self._targets(target, callee, name)))
        else:
            self._apart(item, statement, callee, name, text)
        return name

    def _targets(self, target: ast.expr, callee: Returning, name: str) -> str:
        source = self.syntax.source(target)
        if isinstance(target, ast.Tuple):
            if callee.count != len(target.elts) or any(isinstance(one, ast.Starred) for one in target.elts):
                raise _Unwritable
            return f"{source.strip('()')}, {name}"
        if callee.count != 1:
            raise _Unwritable
        return f"{source}, {name}"

    def _apart(self, item: _Item, statement: ast.stmt, callee: Returning, name: str, text: str) -> None:
        """Put a call inside of an expression into a statement of its own."""
        inner: ast.AST = item.call
        while inner is not statement:
            inner = self.syntax.parents[inner]
            if isinstance(
                inner, (ast.Lambda, ast.IfExp, ast.BoolOp, ast.comprehension, ast.ListComp, ast.GeneratorExp)
            ):
                raise _Unwritable
        if callee.count != 1 or not isinstance(statement, (ast.Assign, ast.Return, ast.Expr)):
            raise _Unwritable
        result = self.names.fresh(f"{snake(callee.function.name)}_result")
        self.edits.append(insertion_before(self.syntax, statement, f"{result}, {name} = {text}"))
        self.edits.append(Edit(self.syntax.span(item.call), result))

    def _summarize(self, behind: ast.stmt, held: str, nodes: list[GraphNode]) -> None:
        """Put the summaries of values behind the statement that made them."""
        ordered = sorted(nodes, key=lambda node: node.id)
        alone = len(ordered) == 1 and not held.endswith("summaries")
        lines = []
        for index, node in enumerate(ordered):
            more = node.arguments.get("max_outputs")
            if more is not None and not isinstance(more, Known):
                raise _Unwritable
            extra = f", max_images={more.value!r}" if isinstance(more, Known) else ""
            value = held if alone else f"{held}[{index}]"
            written = _WRITTEN[FORMS[node.op].native]
            form = FORMS[f"tf.{written}"]
            given = f"{form.tag}={literal(tag_of(node))}, {form.value}={value}{extra}"
            lines.append(f"{self.tf}.{written}({given})")
        self.edits.append(insertion_behind(self.syntax, behind, lines))

    def _return(self, own: Returning) -> None:
        listed = " + ".join(self.terms).replace("] + [", ", ")
        if own.node is None:
            self.edits.append(
                insertion_behind(self.syntax, own.function.body[-1], [f"return {listed}"], own.function.body[0])
            )
            return
        end = self.syntax.span(own.node).end
        text = f", {listed}"
        if isinstance(own.value, ast.Tuple) and self.syntax.source(own.value).startswith("("):
            raise _Unwritable
        self.edits.append(Edit(Span(end, end), text))
