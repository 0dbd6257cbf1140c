"""The collection of losses: what reads it is written with the names of the losses, before the program is planned.

It is a text that the original is equal to, line by line.
"""

from __future__ import annotations

import ast

from tf2migrate.migrate.regularization import TERM
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode, GraphValue, Program
from tf2migrate.model.source import Edit, Span

_TOTAL, _ADD = "tf.losses.get_total_loss", "tf.losses.add_loss"


def name_losses(program: Program, path: str, text: str) -> str | None:
    """Return the text with the sum of all losses written out; None where that is not certain or nothing reads it."""
    totals = [node for node in program.nodes if node.op == _TOTAL and node.place.expression.path == path]
    return _Writer(program, Syntax.parse(path, text)).write(totals) if totals else None


class _Writer:
    def __init__(self, program: Program, syntax: Syntax) -> None:
        self.program, self.syntax = program, syntax
        self.view = ProgramView(program)
        self.names = Names(syntax.tree)
        self.edits: dict[Span, str] = {}
        self.named: dict[int, str | None] = {}

    def write(self, totals: list[GraphNode]) -> str | None:
        """Return the new text."""
        added = [node.id for node in self.view.nodes if node.op == _ADD]
        if any(number not in total.inputs for number in added for total in totals):
            return None
        for total in totals:
            call = self.syntax.call(total.place.expression)
            losses = [number for number in total.inputs if self.view.nodes[number].op != TERM]
            parts = [self._name(number, total) for number in losses]
            named = [part for part in parts if part is not None]
            if call is None or call.args or call.keywords or not self._is_once(total) or len(named) < len(parts):
                return None
            if not named or not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Attribute):
                return None
            tf = self.syntax.source(call.func.value.value)
            if len(losses) < len(total.inputs):
                named.append(f"*{tf}.losses.get_regularization_losses()")
            self.edits[self.syntax.span(call)] = f"{tf}.add_n([{', '.join(named)}])"
        text = self.syntax.text
        edits = [Edit(span, new) for span, new in self.edits.items()]
        for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        return text

    def _is_once(self, node: GraphNode) -> bool:
        same = [other for other in self.view.nodes if other.place.expression == node.place.expression]
        return len(same) == 1 and not node.repeated and node.certain

    def _name(self, number: int, total: GraphNode) -> str | None:
        """Return the name of a loss where the total is made; one that has none gets one."""
        if number not in self.named:
            self.named[number] = self._new_name(self.view.nodes[number], total)
        return self.named[number]

    def _new_name(self, node: GraphNode, total: GraphNode) -> str | None:
        statement = self.syntax.nodes.get(node.place.statement)
        if node.place.frame != total.place.frame or not self._is_once(node):
            return None
        if isinstance(statement, ast.Assign) and node.op != _ADD:
            return self._held(node.id, statement)
        value = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(value, ast.Call) or self.syntax.nodes.get(node.place.expression) is not value:
            return None
        name = self.names.fresh("added_loss" if node.op == _ADD else "loss", "data_loss")
        span = self.syntax.span(value)
        if node.op != _ADD:
            self.edits[Span(span.start, span.start)] = f"{name} = "
        elif len(value.args) == 1 and not value.keywords:
            self.edits[span] = f"{name} = {self.syntax.source(value.args[0])}"
        else:
            return None
        return name

    def _held(self, number: int, statement: ast.Assign) -> str | None:
        """Return the one name that an assignment gives a loss, if nothing else gets it."""
        target = statement.targets[0]
        if len(statement.targets) != 1 or not isinstance(target, ast.Name):
            return None
        writes = [write.value for write in self.program.writes if write.cell.key == target.id]
        return target.id if writes == [GraphValue(number)] else None
