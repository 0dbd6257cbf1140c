"""Monitored sessions: a session, its initializer, and the law of the hook that ends the loop, written out.

It is text before planning. A monitored session without a checkpoint folder does no more, and ends with its data:
it writes no summaries and saves nothing. Programs with hooks that act in each run are left to be refused.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tf2migrate.migrate.leftovers import tf_alias
from tf2migrate.migrate.syntax import Names, Syntax, argument
from tf2migrate.migrate.text_edits import insertion_before, removal, with_edits
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import Kind, Program
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Names as Symbols

_SESSIONS = {
    "tf.train.MonitoredTrainingSession": frozenset({"hooks", "config", "log_step_count_steps", "is_chief"}),
    "tf.train.MonitoredSession": frozenset({"hooks"}),
    "tf.train.SingularMonitoredSession": frozenset({"hooks", "config"}),
}
_STOP = "tf.train.StopAtStepHook"
_STEPS = frozenset(
    f"tf.train.{name}" for name in ("get_or_create_global_step", "create_global_step", "get_global_step")
)
_METHODS = frozenset({"run", "should_stop", "close", "graph"})


class _Unwritable(Exception):
    """A form that this does not foresee: nothing is written otherwise."""


def open_monitored_sessions(texts: Texts, program: Program) -> Texts | None:
    """Return the texts with monitored sessions as plain ones, None where there are none, or some that do more."""
    changed = texts
    for path in program.files:
        text = texts.source(path).text
        if "Monitored" not in text:
            continue
        try:
            edits = _Writer(Syntax.parse(path, text), any(node.kind is Kind.ITERATOR for node in program.nodes)).edits()
        except _Unwritable:
            return None
        again = with_edits(changed, path, edits) if edits else changed
        if again is None:
            return None
        changed = again
    return None if changed is texts else changed


@dataclass(frozen=True)
class _Stop:
    """When a hook ends the loop: after so many steps in all."""

    last: str


class _Writer:
    def __init__(self, syntax: Syntax, iterates: bool) -> None:
        self.syntax, self.symbols = syntax, Symbols(syntax.tree)
        self.names, self.tf = Names(syntax.tree), tf_alias(syntax.tree)
        self.iterates = iterates  # the program's data may end: a monitored session then ends without an error
        self.made: list[Edit] = []

    def edits(self) -> list[Edit]:
        """Return the edits of the file."""
        for node in ast.walk(self.syntax.tree):
            if isinstance(node, ast.Call) and (self.symbols.path(node.func) or "") in _SESSIONS:
                self._write(node)
        return self.made

    def _write(self, call: ast.Call) -> None:
        item = self.syntax.parents[call]
        block = self.syntax.parents.get(item)
        if not isinstance(item, ast.withitem) or not isinstance(block, ast.With) or len(block.items) != 1:
            raise _Unwritable
        if not isinstance(item.optional_vars, ast.Name) or call.args or block.body[0].lineno == block.lineno:
            raise _Unwritable
        path = self.symbols.path(call.func) or ""
        given = {keyword.arg for keyword in call.keywords}
        if not given <= _SESSIONS[path] or not self._is_chief(call):
            raise _Unwritable
        stop = self._hooks(argument(call, "hooks"))
        config = argument(call, "config")
        made = f"config={self.syntax.source(config)}" if config is not None else ""
        self.made.append(Edit(self.syntax.span(call), f"{self.tf}.Session({made})"))
        session = item.optional_vars.id
        started = f"{self.tf}.group({self.tf}.global_variables_initializer(), {self.tf}.local_variables_initializer())"
        self.made.append(insertion_before(self.syntax, block.body[0], f"{session}.run({started})"))
        self._uses(block, session, stop)
        if self.iterates:
            self._end_with_data(block)

    def _end_with_data(self, block: ast.With) -> None:
        """Put the block under a `try` that ends where the data do."""
        first, last = block.body[0].lineno, block.body[-1].end_lineno or 0
        texts = [n for n in ast.walk(block) if isinstance(n, (ast.Constant, ast.JoinedStr))]
        if any(isinstance(getattr(n, "value", ""), str) and n.lineno != n.end_lineno for n in texts):
            raise _Unwritable  # its lines must not move
        indent, index = self.syntax.index.indent(first), self.syntax.index
        self.made.append(Edit(Span(index.start(first), index.start(first)), f"{indent}try:\n"))
        for row in range(first, last + 1):
            self.made.append(Edit(Span(index.start(row), index.start(row)), self.syntax.indent))
        handler = f"{indent}except {self.tf}.errors.OutOfRangeError:"
        self.made.append(_behind(self.syntax, block, [handler, f"{indent}{self.syntax.indent}pass"]))

    def _is_chief(self, call: ast.Call) -> bool:
        chief = argument(call, "is_chief")
        return chief is None or (isinstance(chief, ast.Constant) and chief.value is True)

    def _hooks(self, given: ast.expr | None) -> _Stop | None:
        """Return the law of the hooks; what they do beside that is not written out."""
        listed = self._meant(given) if given is not None else None
        if listed is None or (isinstance(listed, ast.Constant) and listed.value is None):
            return None
        if not isinstance(listed, ast.List):
            raise _Unwritable
        found = [self._meant(one) for one in listed.elts]
        if len(found) != 1 or not isinstance(found[0], ast.Call) or self.symbols.path(found[0].func) != _STOP:
            raise _Unwritable
        hook = found[0]
        last = argument(hook, "last_step", 1) or argument(hook, "num_steps", 0)
        if (
            last is None
            or len(hook.args) + len(hook.keywords) != 1
            or not isinstance(last, (ast.Constant, ast.Name, ast.Attribute))
        ):
            raise _Unwritable
        return _Stop(self.syntax.source(last))

    def _meant(self, node: ast.expr) -> ast.expr:
        """Return what a name stands for that is bound once, beside its use, and read once; its statement goes."""
        if not isinstance(node, ast.Name):
            return node
        same = [n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Name) and n.id == node.id]
        stores = [n for n in same if isinstance(n.ctx, ast.Store)]
        statement = self.syntax.parents[stores[0]] if len(stores) == 1 else None
        if len(same) != 2 or not isinstance(statement, ast.Assign) or statement.targets != stores:
            raise _Unwritable
        self.made.append(removal(self.syntax, statement))
        return statement.value

    def _uses(self, block: ast.With, session: str, stop: _Stop | None) -> None:
        """Write `session.should_stop()`; a session that is used in other ways is left."""
        parents = self.syntax.parents
        asked = 0
        for node in ast.walk(self.syntax.tree):
            if not isinstance(node, ast.Name) or node.id != session or isinstance(node.ctx, ast.Store):
                continue
            attribute = parents[node]
            if not isinstance(attribute, ast.Attribute) or attribute.attr not in _METHODS:
                raise _Unwritable
            if attribute.attr == "should_stop":
                asked += 1
                self._stops(attribute, session, stop, block)
        if asked > 1 or (stop is None and asked and not self.iterates) or (stop is not None and not asked):
            raise _Unwritable

    def _stops(self, asked: ast.Attribute, session: str, stop: _Stop | None, block: ast.With) -> None:
        """`while not session.should_stop()` goes on until the step count has the hook's last step."""
        call = self.syntax.parents[asked]
        negated = self.syntax.parents[call]
        loop = self.syntax.parents[negated]
        plain = isinstance(negated, ast.UnaryOp) and isinstance(negated.op, ast.Not)
        inside = any(node is loop for node in block.body)
        if not plain or not isinstance(loop, ast.While) or loop.test is not negated or not inside:
            raise _Unwritable
        if loop.orelse:
            raise _Unwritable
        text = "True"
        if stop is not None:
            text = f"{self.tf}.train.global_step({session}, {self._step(block)}) < {stop.last}"
        span = self.syntax.span(loop.test)
        self.made.append(Edit(Span(span.start, span.end), text))

    def _step(self, block: ast.With) -> str:
        """Return the name of the step count, which the body has that enters the session."""
        counts = [
            n for n in ast.walk(self.syntax.tree) if isinstance(n, ast.Call) and self.symbols.path(n.func) in _STEPS
        ]
        for call in counts:
            statement = self.syntax.parents[call]
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            beside = self._scope(call) is self._scope(block)
            if isinstance(target, ast.Name) and beside and self._stores(target.id) == 1:
                return target.id
        raise _Unwritable

    def _scope(self, node: ast.AST) -> ast.AST:
        while not isinstance(node, (ast.FunctionDef, ast.Module)):
            node = self.syntax.parents[node]
        return node

    def _stores(self, name: str) -> int:
        nodes = ast.walk(self.syntax.tree)
        return sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store) for n in nodes)


def _behind(syntax: Syntax, statement: ast.stmt, lines: list[str]) -> Edit:
    """Return the edit that puts lines with their indents behind a statement."""
    start = syntax.index.start(statement.end_lineno or statement.lineno)
    end = start + len(syntax.text[start:].split("\n", 1)[0])
    return Edit(Span(end, end), "".join(f"\n{line}" for line in lines))
