"""Collections of a program's own with regularization terms: `tf.add_to_collection("losses", regularizer(weights))`.

The regularizer goes to the variable, whose term is then in TensorFlow's own collection; what else is in the program's
collection is listed where that is read. It is text before planning, as inlining is.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field, replace

from tf2migrate.migrate.regularization import TERM
from tf2migrate.migrate.same_graph import is_same_graph
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.text_edits import removals, with_edits
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import GraphNode, GraphValue, Kind, Known, Program
from tf2migrate.model.source import Edit, NodeRef, Span

_ADD = "tf.add_to_collection"
_APPLIED = "_regularizer.__call__"
_OF_ALL = ("tf.losses.get_regularization_loss", "tf.losses.get_regularization_losses", "tf.losses.get_total_loss")


def regularize_variables(texts: Texts, program: Program) -> tuple[Texts, Program] | None:
    """Return the texts with one such collection gone; None where there is none, or it may change the graph."""
    added: dict[str, list[GraphNode]] = defaultdict(list)
    for node in program.nodes:
        name = node.arguments.get("name") if node.op == _ADD else None
        if isinstance(name, Known) and isinstance(name.value, str):
            added[name.value].append(node)
    if not added or _has_terms(program):
        return None
    for key, adds in added.items():
        written = _Collection(texts, program, key, adds).written()
        again = written.evaluate() if written is not None else None
        if written is not None and again is not None and _is_same(program, again):
            return written, again
    return None


def _has_terms(program: Program) -> bool:
    """Say whether TensorFlow's collection holds terms already, or something reads it."""
    read = any(read.cell.key == ("collection", "regularization_losses") for read in program.reads)
    return read or any(node.op == TERM or node.op in _OF_ALL for node in program.nodes)


@dataclass
class _Collection:
    """One collection: what adds to it, what is listed besides terms, and the edits of each file."""

    texts: Texts
    program: Program
    key: str
    adds: list[GraphNode]
    edits: dict[str, list[Edit]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[str, list[ast.stmt]] = field(default_factory=lambda: defaultdict(list))
    others: list[GraphNode] = field(default_factory=list)

    def written(self) -> Texts | None:
        """Return the texts without the collection."""
        syntaxes = {path: Syntax.parse(path, self.texts.source(path).text) for path in self.program.files}
        places = {node.place.statement: node for node in self.adds}  # the last node of each
        if not all(self._add(syntaxes[at.path], at, node) for at, node in places.items()):
            return None
        if len(self.others) == len(places) or not self._read(syntaxes):
            return None
        texts = self.texts
        for path in {*self.edits, *self.gone}:
            edits = [*self.edits[path], *removals(syntaxes[path], self.gone[path])]
            changed = with_edits(texts, path, edits)
            if changed is None:
                return None
            texts = changed
        return texts

    def _add(self, syntax: Syntax, at: NodeRef, node: GraphNode) -> bool:
        statement = syntax.nodes.get(at)
        match statement:
            case ast.Expr(value=ast.Call(args=[_, ast.Call(func=ast.Name() as given, args=[ast.Name(id=name)])])):
                return self._regularize(syntax, statement, given.id, name, node)
            case ast.Expr(value=ast.Call(args=[_, ast.Name()])):
                self.others.append(node)
                self.gone[syntax.path].append(statement)
                return True
            case _:
                return False

    def _regularize(self, syntax: Syntax, statement: ast.stmt, given: str, variable: str, node: GraphNode) -> bool:
        """Hand the regularizer to the variable, which the same function makes."""
        if not self.program.nodes[node.inputs[0]].op.endswith(_APPLIED):
            return False
        guard = syntax.parents[statement]
        whole = guard if isinstance(guard, ast.If) and _asks_for(guard, given) else statement
        block = getattr(syntax.parents[whole], "body", [])
        made = [one for one in block if _makes(one, variable)] if whole in block else []
        if len(made) != 1 or block.index(made[0]) > block.index(whole):
            return False
        end = syntax.span(made[0]).end - 1
        self.edits[syntax.path].append(Edit(Span(end, end), f", regularizer={given}"))
        self.gone[syntax.path].append(whole)
        return True

    def _read(self, syntaxes: dict[str, Syntax]) -> bool:
        """Write TensorFlow's collection where this one is read, with what else it holds."""
        reads = {r.place.expression: r for r in self.program.reads if r.cell.key == ("collection", self.key)}
        terms = [node.id for node in self.adds if node not in self.others]
        if any(min(terms, default=0) < other.id < max(terms, default=0) for other in self.others):
            return False
        for at, read in reads.items():
            syntax = syntaxes[at.path]
            call = syntax.call(at)
            named = [other.place for other in self.others]
            if call is None or len(call.args) != 1 or call.keywords or not isinstance(call.func, ast.Attribute):
                return False
            if any(place.frame != read.place.frame or place.statement.line > at.line for place in named):
                return False
            tf = syntax.source(call.func.value)
            text = f"{tf}.get_collection({tf}.GraphKeys.REGULARIZATION_LOSSES)"
            listed = [syntaxes[place.statement.path].nodes[place.statement] for place in named]
            names = [syntax.source(one.value.args[1]) for one in listed]  # type: ignore[attr-defined]
            first = bool(names) and self.others[0].id < min(terms)
            parts = [*names, f"*{text}"] if first else [f"*{text}", *names]
            self.edits[at.path].append(Edit(syntax.span(call), f"[{', '.join(parts)}]" if names else text))
        return bool(reads)


def _asks_for(guard: ast.If, given: str) -> bool:
    """Say whether a condition guards its one statement against a regularizer that is None."""
    asked = ast.unparse(guard.test) in (given, f"{given} is not None", f"{given} != None")
    return asked and len(guard.body) == 1 and not guard.orelse


def _makes(statement: ast.stmt, variable: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)) if name == variable:
            return ast.unparse(func).rpartition(".")[2] == "get_variable"
        case _:
            return False


def _is_same(program: Program, again: Program) -> bool:
    """Say whether the graphs agree but for how the terms come about."""
    return is_same_graph(_by_terms(program), _by_terms(again), remade=True)


def _by_terms(program: Program) -> Program:
    return replace(program, nodes=tuple(map(_by_term, program.nodes)))


def _by_term(node: GraphNode) -> GraphNode:
    """Return a node as it is where the regularizer goes to the variable, and the variable as where it does not."""
    if node.op.endswith(_APPLIED) and len(node.inputs) == len(("regularizer", "variable")):
        regularizer, variable = node.inputs
        return replace(
            node, op=TERM, inputs=(variable, regularizer), arguments={"regularizer": GraphValue(regularizer)}
        )
    if node.kind is Kind.VARIABLE and "regularizer" in node.arguments:
        kept = {name: value for name, value in node.arguments.items() if name != "regularizer"}
        return replace(node, arguments=kept)
    return node
