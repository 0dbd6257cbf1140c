"""Merged summaries: a dict of values by tag that a step returns, and a function that records them.

`add_summary` decides on the host whether and where a run's summary is written. So a step hands out the values, and the
call that wrote them in TF1 becomes the call of a function that writes them under the writer's step.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from tf2migrate.knowledge.op_names import clean_tag
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import LONGEST_LINE, Rendered, concat, join
from tf2migrate.migrate.scopes import remove_statement
from tf2migrate.migrate.sites import fetched
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.syntax import Syntax, snake
from tf2migrate.migrate.variables import list_text, literal
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Value
from tf2migrate.model.source import NodeRef

MERGE_ALL = frozenset({"tf.summary.merge_all", "tf.merge_all_summaries"})
_MERGE = frozenset({"tf.summary.merge", "tf.merge_summary"})


@dataclass(frozen=True)
class _Form:
    """A TF1 summary: TF2's function, TF1's name of the tag and of the value, arguments that go along."""

    native: str
    tag: str = "name"
    value: str = "tensor"
    more: tuple[tuple[str, str], ...] = ()


_IMAGES = (("max_outputs", "max_outputs"), ("max_images", "max_outputs"))
FORMS = {
    "tf.summary.scalar": _Form("scalar"),
    "tf.summary.histogram": _Form("histogram", value="values"),
    "tf.summary.image": _Form("image", more=_IMAGES),
    "tf.summary.audio": _Form("audio", more=(("sample_rate", "sample_rate"), *_IMAGES)),
    "tf.summary.text": _Form("text"),
    "tf.scalar_summary": _Form("scalar", tag="tags", value="values"),
    "tf.histogram_summary": _Form("histogram", tag="tag", value="values"),
    "tf.image_summary": _Form("image", tag="tag", more=_IMAGES),
}
_IGNORED = frozenset({"collections", "family"})


def tag_of(node: GraphNode) -> str:
    """Return the tag under which TF1 writes a summary: its name, with the name scopes and nothing unusual in it."""
    given, family = given_name(node), node.arguments.get("family")
    if FORMS[node.op].tag != "name":
        return given
    if node.name is None:
        raise refused_summary(node, "whether TensorFlow 1 numbers the name of this summary is not known")
    return f"{clean_tag(str(family.value))}/{node.name}" if _is_text(family) else node.name


def given_name(node: GraphNode) -> str:
    """Return the name that the program gives a summary, with nothing unusual in it."""
    given = node.arguments.get(FORMS[node.op].tag)
    if not isinstance(given, Known) or not isinstance(given.value, str):
        raise refused_summary(node, "the name of this summary is not known")
    return clean_tag(given.value)


def _is_text(value: Value | None) -> TypeGuard[Known]:
    return isinstance(value, Known) and isinstance(value.value, str)


def parts_of(bench: Workbench, node: int) -> list[GraphNode]:
    """Return the single summaries that a fetched one holds, in order."""
    fact = bench.view.nodes[node]
    if fact.op not in MERGE_ALL | _MERGE:
        return [fact]
    inputs = [i for i in fact.inputs if bench.view.nodes[i].kind is Kind.SUMMARY]
    return [part for i in inputs for part in parts_of(bench, i)]


class SummaryValues:
    """Writes summary operations as dicts of their values; `plans` are those of the file, once they are made."""

    def __init__(self, bench: Workbench, plans: list[HomePlan]) -> None:
        self.bench, self.plans = bench, plans
        self.names: dict[NodeRef, Rendered | None] = {}  # what stands for the value of a bare summary statement
        run = frozenset().union(*(fetched(visit) for visit in bench.view.program.visits))
        needed = bench.view.closure(run)
        self.wanted = [n for n in bench.view.nodes if n.id in needed and n.kind is Kind.SUMMARY and bench.holds(n)]
        merges = [node for node in bench.view.nodes if node.id in needed and node.op in MERGE_ALL]
        parts = [(merge, part) for merge in merges for part in parts_of(bench, merge.id)]
        # Of variables, in functions: the objects that these become hold the variables, and a merge reads them there.
        self._inner = {p.id for m, p in parts if p.place.frame != m.place.frame and _variable(bench, p) is not None}

    def write(self) -> None:
        """Register the native form of every summary that some run fetches."""
        self._drop_inner()
        for node in self.wanted:
            if node.op in FORMS and node.id not in self._inner:
                self._write_single(node)
        for node in self.wanted:
            if node.op not in FORMS:
                self._write_merge(node)

    def _drop_inner(self) -> None:
        """Take the statements out that summarize variables in functions."""
        for at in dict.fromkeys(node.place.expression for node in self.wanted if node.id in self._inner):
            call = self.bench.syntax.nodes[at]
            statement = self.bench.syntax.parents[call]
            others = [n for n in self.wanted if n.place.expression == at and n.id not in self._inner]
            if others or not isinstance(statement, ast.Expr):
                node = next(node for node in self.wanted if node.place.expression == at)
                raise refused_summary(node, "the summary of a variable in a function is no statement of its own")
            self.bench.renderer.add(self.bench.syntax.index.span(at), "")
            remove_statement(self.bench, statement)

    def _call(self, node: GraphNode) -> ast.Call:
        call = self.bench.syntax.call(node.place.expression)
        if call is None or (node.op not in FORMS and node.op not in MERGE_ALL | _MERGE):
            raise refused_summary(node, f"`{node.op}` has no native form yet")
        return call

    def _value(self, node: GraphNode) -> ast.expr:
        at = node.argument_at.get(FORMS[node.op].value)
        value = self.bench.syntax.nodes.get(at) if at is not None else None
        extra = set(node.argument_at) - {FORMS[node.op].value, FORMS[node.op].tag} - _IGNORED
        extra -= {name for name, _ in FORMS[node.op].more}
        same = [n for n in self.wanted if n.place.expression == node.place.expression]
        if not isinstance(value, ast.expr) or extra or node.repeated or len(same) > 1:
            raise refused_summary(node, "this summary has no native form: it is made in a loop or helper, or with more")
        return value

    def _write_single(self, node: GraphNode) -> None:
        call, value = self._call(node), self._value(node)
        if not isinstance(self.bench.syntax.parents[call], ast.Expr):
            self.bench.renderer.add(
                self.bench.syntax.span(call),
                lambda: concat([f"{{{literal(tag_of(node))}: ", self._read(node, value), "}"]),
            )
            return
        if self._stays_the_same(node, value):
            self.names[node.place.expression] = None
            self.bench.renderer.add(self.bench.syntax.span(call), "")
            return
        name = self.bench.names.fresh(f"{snake(given_name(node).rpartition('/')[2])}_summary")
        self.names[node.place.expression] = Rendered.new(name, call.lineno)
        self.bench.renderer.add(self.bench.syntax.span(call), lambda: concat([f"{name} = ", self._read(node, value)]))

    def _read(self, node: GraphNode, value: ast.expr) -> Rendered:
        """Return a summary's value; that of a variable is read where the summary stands, before any update."""
        held = node.arguments.get(FORMS[node.op].value)
        text = self.bench.render(value)
        if isinstance(held, GraphValue) and self.bench.view.nodes[held.node].kind is Kind.VARIABLE:
            return concat([f"{self.bench.tf}.identity(", text, ")"])
        return text

    def _stays_the_same(self, node: GraphNode, value: ast.expr) -> bool:
        """Say whether the value is a name that means the same until the end."""
        view = self.bench.view
        held = node.arguments.get(FORMS[node.op].value)
        if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
            return self._is_hoisted(node) and isinstance(value.value, ast.Name)
        if not isinstance(value, ast.Name) or not isinstance(held, GraphValue):
            return False
        at = node.argument_at[FORMS[node.op].value]
        read = view.read_at.get((at, node.place.context))
        if read is None or read.cell.owner != node.place.frame or view.nodes[held.node].kind is Kind.VARIABLE:
            return False
        return all(write.time < read.time for write in view.writes_to.get(read.cell, ()))

    def _is_hoisted(self, node: GraphNode) -> bool:
        """Say whether a summary is of an element of the list that a function or loop made for summaries alone."""
        return FORMS[node.op].tag != "name"

    def _write_merge(self, node: GraphNode) -> None:
        call = self._call(node)
        merged = parts_of(self.bench, node.id)
        if node.op in MERGE_ALL:
            for part in merged:
                self._check_certain(node, part)
            if self._inner & {part.id for part in merged} and len({tag_of(part) for part in merged}) < len(merged):
                raise refused_summary(node, "two of these summaries have the same name")
            parts = [self._entry(part) if part.id not in self._inner else self._held(node, part) for part in merged]
            self.bench.renderer.add(
                self.bench.syntax.span(call), lambda: self._display(call, self._in_one_body(node, merged, parts))
            )
            return
        given = call.args[0] if call.args else None
        if (
            given is None
            or len(call.args) > 1
            or any(item.arg not in ("name", "collections") for item in call.keywords)
        ):
            raise refused_summary(node, "these summaries are merged in an unusual way")
        if isinstance(given, (ast.List, ast.Tuple)) and not any(isinstance(e, ast.Starred) for e in given.elts):
            self.bench.renderer.add(
                self.bench.syntax.span(call),
                lambda: concat(["{", join(", ", [self._element(element) for element in given.elts]), "}"]),
            )
            return
        self.bench.renderer.add(
            self.bench.syntax.span(call),
            lambda: concat(
                ["{tag: value for summary in ", self.bench.render(given), " for tag, value in summary.items()}"]
            ),
        )

    def _check_certain(self, merge: GraphNode, part: GraphNode) -> None:
        """Refuse what only some paths of the program summarize, but all merge."""
        syntax = self.bench.syntax
        under = set(_conditions(syntax, part)) - set(_conditions(syntax, merge))
        if part.certain or (part.place.frame == merge.place.frame and not under):
            return
        raise refused_summary(part, "a condition that is not known decides whether this summary is made")

    def _in_one_body(
        self, merge: GraphNode, merged: list[GraphNode], parts: list[Callable[[], Rendered]]
    ) -> list[Rendered]:
        """Return the parts of a merge, all of which the body makes that merges them."""
        plan = next((plan for plan in self.plans if plan.home.unit_of(merge.place) is not None), None)
        frames = {merge.place.frame} if plan is None else plan.home.frames
        if any(part.place.frame not in frames for part in merged if part.id not in self._inner):
            raise refused_summary(merge, "summaries that are made in other functions are merged")
        return [part() for part in parts]

    def _display(self, call: ast.Call, parts: list[Rendered]) -> Rendered:
        """Return a dict display, each part on a line of its own where one line would be too long."""
        line = concat(["{", join(", ", parts), "}"])
        if call.col_offset + len(line.text) <= LONGEST_LINE:
            return line
        syntax = self.bench.syntax
        indent = syntax.index.indent(syntax.statement_of(call).lineno)
        inner = f"\n{indent}{syntax.indent}"
        return concat(["{", inner, join(f",{inner}", parts), f",\n{indent}}}"])

    def _element(self, element: ast.expr) -> Rendered:
        """Return one element of a list that is merged as a part of a dict display."""
        single = (n for n in self.wanted if n.op in FORMS)
        node = next((n for n in single if self.bench.syntax.nodes[n.place.expression] is element), None)
        if node is None:
            return concat(["**", self.bench.render(element)])
        return concat([f"{literal(tag_of(node))}: ", self._read(node, self._value(node))])

    def _held(self, merge: GraphNode, part: GraphNode) -> Callable[[], Rendered]:
        """Return what writes the summary of a variable that an object holds, as a part of a dict display."""
        row = merge.place.statement.line

        def build() -> Rendered:
            plan = next((plan for plan in self.plans if plan.home.unit_of(merge.place) is not None), None)
            variable = _variable(self.bench, part)
            if plan is None or variable is None:
                raise refused_summary(merge, "summaries that are made in other functions are merged")
            text = list_text(self.bench.view, plan.home, [variable], part.place.expression)[1:-1]
            return Rendered.new(f"{literal(tag_of(part))}: {self.bench.tf}.identity({text})", row)

        return build

    def _entry(self, part: GraphNode) -> Callable[[], Rendered]:
        """Return what writes one summary as a part of a dict display."""
        call = self._call(part)
        parent = self.bench.syntax.parents[call]
        if part.place.expression in self.names:
            name, value = self.names[part.place.expression], self._value(part)
            return lambda: concat([f"{literal(tag_of(part))}: ", name or self.bench.render(value)])
        match parent:
            case ast.Assign(targets=[ast.Name(id=target)]):
                return lambda: Rendered.new(f"**{target}", parent.lineno)
        raise refused_summary(part, "a summary that is merged has no name and is no statement of its own")


def _conditions(syntax: Syntax, node: GraphNode) -> Iterator[ast.AST]:
    """Yield the conditions and loops round an expression, within its function."""
    inner: ast.AST | None = syntax.nodes.get(node.place.expression)
    while inner is not None and not isinstance(inner, (ast.FunctionDef, ast.Lambda, ast.Module)):
        if isinstance(inner, (ast.If, ast.IfExp, ast.Try, ast.For, ast.While)):
            yield inner
        inner = syntax.parents.get(inner)


def _variable(bench: Workbench, part: GraphNode) -> int | None:
    """Return the variable whose value a summary is of."""
    held = part.arguments.get(FORMS[part.op].value) if part.op in FORMS else None
    is_variable = isinstance(held, GraphValue) and bench.view.nodes[held.node].kind is Kind.VARIABLE
    return held.node if is_variable and isinstance(held, GraphValue) else None


def refused_summary(node: GraphNode, reason: str) -> Refused:
    return Refused(NO_NATIVE_FORM, node.place.expression, reason, "write it with tf.summary by hand")
