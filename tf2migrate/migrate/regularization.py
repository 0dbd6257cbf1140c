"""Regularization: the terms that TensorFlow 1 collects where it makes weights, written where they are read (law 11).

A regularizer does nothing but put a term into a collection; what never reads that has no such term in its loss.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tf2migrate.migrate.fused import LONGEST
from tf2migrate.migrate.home import covers
from tf2migrate.migrate.refusal import NO_NATIVE_FORM, Refused
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.scopes import is_variable_scope
from tf2migrate.migrate.split import StateSplitter
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.variables import list_text
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Cell, GraphNode, GraphValue, Known, Place, Value
from tf2migrate.model.facts import Sequence as Items
from tf2migrate.model.source import NodeRef
from tf2migrate.names import Names as Symbols
from tf2migrate.source import node_ref

TERM = "tf.get_variable.regularizer"
_SUM = "tf.losses.get_regularization_loss"
_L1, _L2 = "{tf}.reduce_sum({tf}.abs({weight}))", "{tf}.nn.l2_loss({weight})"
_SQUARES = "{tf}.reduce_sum({tf}.square({weight}))"
APPLIED = frozenset(f"tf.contrib.{module}.apply_regularization" for module in ("layers", "slim"))
_LIST = "tf.contrib.layers.sum_regularizer"
_LONG = 3  # so many terms of one law are written in a comprehension


@dataclass(frozen=True)
class _Part:
    """One summand of a regularizer: its factor's argument with the value that it has where it is not given."""

    argument: str
    default: float | None
    law: str


_LAWS: dict[str, tuple[_Part, ...]] = {
    "tf.contrib.layers.l1_regularizer": (_Part("scale", None, _L1),),
    "tf.contrib.layers.l2_regularizer": (_Part("scale", None, _L2),),
    "tf.contrib.layers.l1_l2_regularizer": (_Part("scale_l1", 1.0, _L1), _Part("scale_l2", 1.0, _L2)),
    "tf.keras.regularizers.l1": (_Part("l", 0.01, _L1),),
    "tf.keras.regularizers.l2": (_Part("l", 0.01, _SQUARES),),
    "tf.keras.regularizers.l1_l2": (_Part("l1", 0.01, _L1), _Part("l2", 0.01, _SQUARES)),
    "tf.keras.regularizers.L1L2": (_Part("l1", 0.0, _L1), _Part("l2", 0.0, _SQUARES)),
}


def write_regularization(splitter: StateSplitter, plan: HomePlan) -> None:
    """Register the terms for each expression of a body that reads the collection of them."""
    for statement in _unread_regularizers(splitter.bench):
        unit = plan.home.body.unit_at(node_ref(plan.home.path, statement))
        if unit is not None and unit.node is statement:
            plan.layout.removed.add(unit)
    writer = _Writer(splitter, plan)
    _write_applied(splitter, plan, writer)
    sites: dict[NodeRef, list[tuple[Place, tuple[int, ...]]]] = {}
    for place, terms, _ in _reads(plan):
        sites.setdefault(place.expression, []).append((place, terms))
    summed = {place.expression for place, _, is_sum in _reads(plan) if is_sum}
    for at, visits in sites.items():
        bench = splitter.bench.of(at)
        call = bench.syntax.nodes[at]
        spread = bench.syntax.parents[call]
        within = isinstance(spread, ast.Starred) and isinstance(bench.syntax.parents[spread], ast.List)
        span = bench.syntax.span(spread) if isinstance(spread, ast.Starred) and within else bench.syntax.index.span(at)
        bench.renderer.add(span, partial(writer.text, visits, at in summed, within))


def _write_applied(splitter: StateSplitter, plan: HomePlan, writer: _Writer) -> None:
    """`apply_regularization(regularizer, weights)` is the sum of its terms."""
    written: set[NodeRef] = set()
    for node in plan.home.view.nodes:
        given = node.arguments.get("regularizer")
        if node.op in APPLIED and "weights_list" in node.argument_at and isinstance(given, GraphValue):
            at = node.place.expression
            if at not in written:
                bench = splitter.bench.of(at)
                bench.renderer.add(bench.syntax.index.span(at), partial(writer.applied, node, given.node))
            written.add(at)


def _unread_regularizers(bench: Workbench) -> list[ast.Assign]:
    """Return the assignments of regularizers that only layers and variables are given."""
    view, syntax = bench.view, bench.syntax
    symbols = Symbols(syntax.tree)
    given = {at for node in view.nodes for name, at in node.argument_at.items() if name.endswith("regularizer")}
    items = [item.context_expr for node in ast.walk(syntax.tree) if isinstance(node, ast.With) for item in node.items]
    inner = [n for entered in items if is_variable_scope(symbols, entered) for n in ast.walk(entered)]
    given |= {node_ref(syntax.path, n) for n in inner if isinstance(n, ast.expr)}
    found: dict[NodeRef, ast.Assign] = {}
    for write in view.program.writes:
        statement = syntax.nodes.get(write.place.statement)
        made = view.nodes[write.value.node] if isinstance(write.value, GraphValue) else None
        if made is None or made.op not in _LAWS or not isinstance(statement, ast.Assign):
            continue
        plain = [target for target in statement.targets if isinstance(target, ast.Name)] == statement.targets
        if plain and all(read.place.expression in given for read in view.reads_of.get(write.cell, ())):
            found[write.place.statement] = statement
    return list(found.values())


def _reads(plan: HomePlan) -> Iterator[tuple[Place, tuple[int, ...], bool]]:
    """Yield where the collection is read, with the terms in it, and whether their sum is what is asked for."""
    view = plan.home.view
    for node in view.nodes:
        if node.op == _SUM and plan.home.unit_of(node.place) is not None:
            yield node.place, node.inputs, True
    for read in view.program.reads:
        if not isinstance(read.cell.key, tuple) or read.cell.key[0] != "collection":
            continue
        held = read.value.items if isinstance(read.value, Items) and not read.value.open else ()
        terms = tuple(item.node for item in held if isinstance(item, GraphValue))
        regularized = len(terms) == len(held) and any(view.nodes[term].op == TERM for term in terms)
        if regularized and plan.home.unit_of(read.place) is not None:
            yield read.place, terms, False


class _Writer:
    """Writes the terms of one home body."""

    def __init__(self, splitter: StateSplitter, plan: HomePlan) -> None:
        self.splitter, self.plan = splitter, plan
        self.view = plan.home.view

    def text(self, visits: list[tuple[Place, tuple[int, ...]]], is_sum: bool, within: bool) -> Rendered:
        """Return what stands for the list of terms, or for their sum; `within` a list it is its elements."""
        texts = {self._text(place, terms, is_sum) for place, terms in visits}
        at = visits[0][0].expression
        if len(texts) > 1:
            raise _refused(at, "regularization is collected here that is not the same in every call")
        text = texts.pop()
        if within and text.startswith("["):
            text = f"*{text}" if " for " in text else text[1:-1].strip()
        return Rendered.new(text, at.line)

    def applied(self, node: GraphNode, regularizer: int) -> Rendered:
        """Return the sum of the terms of one regularizer over a list of weights."""
        bench = self.splitter.bench.of(node.place.expression)
        name = bench.names.local().fresh("weight")
        term = self.formula(self.view.nodes[regularizer], node.place).format(tf=bench.tf, weight=name)
        weights = bench.render_at(node.argument_at["weights_list"])
        return concat([f"{bench.tf}.add_n([{term} for {name} in ", weights, "])"])

    def _text(self, place: Place, terms: Sequence[int], is_sum: bool) -> str:
        weights = self._weights(place)
        bench = self.splitter.bench.of(place.expression)
        formulas = {term: self._law(self.view.nodes[term], place) for term in terms}
        terms = [term for term in terms if formulas[term]]  # a factor of zero gives none
        if not terms:
            return f"{bench.tf}.constant(0.0)" if is_sum else "[]"
        laws = [formulas[term] for term in terms]
        named = [self._weight(self.view.nodes[term].inputs[0], weights, place) for term in terms]
        if len(terms) >= _LONG and len(set(laws)) == 1:
            name = bench.names.local().fresh("weight")
            parts = [laws[0].format(tf=bench.tf, weight=name), f" for {name} in [{', '.join(named)}]"]
        else:
            written = [law.format(tf=bench.tf, weight=weight) for law, weight in zip(laws, named, strict=True)]
            if is_sum and len(terms) == 1:
                return f"({written[0]})"
            parts = [f"{term}, " for term in written]
            parts[-1] = written[-1]
        listed = self._listed(bench, place, parts)
        return f"{bench.tf}.add_n({listed})" if is_sum else listed

    def _listed(self, bench: Workbench, place: Place, parts: list[str]) -> str:
        """Return a display of some parts, in lines of their own where they are too long for one."""
        row = place.expression.line
        text = f"[{''.join(parts)}]"
        if len(bench.syntax.index.line(row)) + len(text) <= LONGEST:
            return text
        outer = bench.syntax.index.indent(bench.syntax.nodes[place.statement].lineno)  # type: ignore[attr-defined]
        inner = "".join(f"\n{outer}{bench.syntax.indent}{part.strip()}" for part in parts)
        return f"[{inner}\n{outer}]"

    def _law(self, term: GraphNode, place: Place) -> str:
        """Return the formula of a term, with holes for TensorFlow's name and the weight."""
        value = term.arguments.get("regularizer")
        made = self.view.nodes[value.node] if isinstance(value, GraphValue) else None
        if term.op != TERM or made is None:
            raise _refused(place.expression, "a term is collected here whose formula is not known")
        return self.formula(made, place)

    def formula(self, made: GraphNode, place: Place) -> str:
        """Return the formula of a regularizer, with holes for TensorFlow's name and the weight."""
        return " + ".join(self._summands(made, place))

    def _summands(self, made: GraphNode, place: Place) -> Iterator[str]:
        if made.op == _LIST:
            given = made.arguments.get("regularizer_list")
            for item in given.items if isinstance(given, Items) else ():
                if isinstance(item, GraphValue):
                    yield from self._summands(self.view.nodes[item.node], place)
            return
        if made.op not in _LAWS:
            raise _refused(place.expression, f"the formula of `{made.op}` is not known")
        for part in _LAWS[made.op]:
            value = made.arguments.get(part.argument, Known(part.default))
            if value not in (Known(0), Known(0.0)):
                yield f"{self._factor(made, part, value, place)} * {part.law}"

    def _factor(self, made: GraphNode, part: _Part, value: Value, place: Place) -> str:
        """Return a factor as it is written where the regularizer is made, or its value."""
        at = made.argument_at.get(part.argument)
        bench = self.splitter.bench.of(made.place.expression)
        source = bench.syntax.nodes.get(at) if at is not None else None
        if isinstance(source, ast.expr) and at is not None:
            same = at.path == place.expression.path
            if isinstance(source, ast.Constant) or (same and self._is_same(source, made.place, place)):
                text = bench.syntax.source(source)
                text = text if isinstance(source, (ast.Constant, ast.Name, ast.Attribute, ast.Call)) else f"({text})"
                return text.replace("{", "{{").replace("}", "}}")
        if isinstance(value, Known) and isinstance(value.value, (int, float)):
            return repr(value.value)
        raise _refused(place.expression, "the factor of a regularizer has no name where its terms are collected")

    def _is_same(self, source: ast.expr, made: Place, read: Place) -> bool:
        """Say whether all names in an expression denote the same, once and for all, where a collection is read."""
        within = [one for one in self.view.program.reads if covers(made.expression, one.place.expression)]
        for node in ast.walk(source):
            if not isinstance(node, (ast.Name, ast.Attribute)):
                continue
            key = node.id if isinstance(node, ast.Name) else node.attr
            cells = {one.cell for one in within if one.cell.key == key}
            if isinstance(node, ast.Attribute) and not cells and self._is_flag(node):
                continue
            if len(cells) != 1 or not self._is_kept(key, next(iter(cells)), read):
                return False
        return True

    def _is_kept(self, key: str, cell: Cell, read: Place) -> bool:
        """Say whether a name or attribute has one value, and can be read where a collection is read."""
        if key == "self":
            return self.plan.home.members is not None and read.frame in self.plan.home.frames
        frame = self.view.frames.get(cell.owner)
        visible = frame is None or frame.kind == "module" or cell.owner == read.frame
        return visible and len(self.view.writes_to.get(cell, ())) == 1

    def _is_flag(self, node: ast.Attribute) -> bool:
        return isinstance(node.value, ast.Name) and node.value.id in ("FLAGS", "flags")

    def _weights(self, place: Place) -> Mapping[int, str] | None:
        """Return the weights that a class has under its own names, where the place is in its call; else None."""
        frame = self.view.frames[place.frame]
        owner = self.splitter.splitters.of(frame.path)
        if frame.definition is None or frame.definition not in owner.modules:
            return None
        module = owner.modules[frame.definition]
        found: dict[int, str] = {}
        for member in owner.members_of(module, frame.id)[0]:
            found.update(owner.paths(member, f"self.{module.uses[member.at].name}"))
        return found

    def _weight(self, variable: int, weights: Mapping[int, str] | None, place: Place) -> str:
        if weights is not None:
            if variable not in weights:
                raise _refused(place.expression, "a weight of another function is regularized here")
            return weights[variable]
        home = self.plan.home
        inside = place.frame in home.frames or self.view.frames[home.frame].kind == "module"
        if not inside or place.expression.path != home.path:
            raise _refused(place.expression, "regularization is collected where its weights have no names")
        return list_text(self.view, home, [variable], place.expression)[1:-1]


def _refused(at: NodeRef, reason: str) -> Refused:
    return Refused(NO_NATIVE_FORM, at, reason, "write the terms out, with the weights that they are of")
