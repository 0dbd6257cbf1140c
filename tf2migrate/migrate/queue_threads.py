"""`tf.train.start_queue_runners` in a program without queues: it starts no threads, and goes before planning.

A coordinator that only such threads would have had goes with it.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.text_edits import removals, with_edits
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import Program
from tf2migrate.model.source import Edit
from tf2migrate.names import Names as Symbols

_START = "tf.train.start_queue_runners"
_COORDINATOR = "tf.train.Coordinator"
_CALLS = frozenset({"request_stop", "join"})
_QUEUES = ("queue", "producer", "batch_join", "tf.train.batch", "shuffle_batch", "maybe_batch", "provider", "bucket")
_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def drop_queue_runners(texts: Texts, program: Program) -> Texts | None:
    """Return the texts without threads for queues, None where there may be queues or nothing starts their threads."""
    ops = {node.op for node in program.nodes}
    if _START not in ops or any(word in op.lower() for op in ops - {_START} for word in _QUEUES):
        return None
    if any(op.startswith(("tf.contrib.learn.", "tf.contrib.slim.", "tf.contrib.training.")) for op in ops):
        return None
    changed = texts
    for path in program.files:
        edits = _edits(Syntax.parse(path, texts.source(path).text))
        if edits is None:
            return None
        again = with_edits(changed, path, edits) if edits else changed
        if again is None:
            return None
        changed = again
    return None if changed is texts else changed


def _edits(syntax: Syntax) -> list[Edit] | None:
    """Return the edits of a file, None where threads or coordinators are used in other ways."""
    symbols = Symbols(syntax.tree)
    calls = [node for node in ast.walk(syntax.tree) if isinstance(node, ast.Call)]
    started = [call for call in calls if symbols.path(call.func) == _START]
    gone: list[ast.stmt] = []
    threads: set[ast.Name] = set()
    for call in started:
        statement = syntax.parents[call]
        if isinstance(statement, ast.Assign):
            uses = _uses(syntax, statement)
            if uses is None:
                return None
            threads |= {*uses}
        elif not isinstance(statement, ast.Expr):
            return None
        gone.append(statement)
    endless: list[ast.expr] = []
    joined = _coordinators(syntax, symbols, calls, threads, endless if started else None)
    if joined is None:
        return None
    forever = [Edit(syntax.span(test), "True") for test in endless]
    return [*forever, *removals(syntax, [*gone, *joined])]


def _coordinators(
    syntax: Syntax, symbols: Symbols, calls: list[ast.Call], threads: set[ast.Name], endless: list[ast.expr] | None
) -> list[ast.stmt] | None:
    """Return the statements of coordinators that only wait for such threads, None where others are waited for.

    Adds the tests of loops that go on until the coordinator stops to `endless`, None where there are no threads.
    """
    gone: list[ast.stmt] = []
    for call in calls:
        if endless is None or symbols.path(call.func) != _COORDINATOR:
            continue
        statement = syntax.parents[call]
        uses = _uses(syntax, statement) if isinstance(statement, ast.Assign) else None
        if uses is None:
            return None
        gone.append(statement) if isinstance(statement, ast.stmt) else None
        for use in uses:
            asked = _asked(syntax, use)
            test = _until_stopped(syntax, use)
            if test is not None:
                endless.append(test)
                continue
            if asked is None:
                keyword = syntax.parents[use]
                given = syntax.parents[keyword] if isinstance(keyword, ast.keyword) else keyword
                if isinstance(given, ast.Call) and symbols.path(given.func) == _START:
                    continue
                return None
            given_threads = [*asked.args, *(item.value for item in asked.keywords)]
            if not all(one in threads for one in given_threads):
                return None
            threads -= {one for one in given_threads if isinstance(one, ast.Name)}
            gone.append(syntax.statement_of(asked))
    return None if threads else gone


def _asked(syntax: Syntax, use: ast.Name) -> ast.Call | None:
    """Return the statement `coordinator.request_stop()` or `.join(..)` around a name."""
    attribute = syntax.parents[use]
    if not isinstance(attribute, ast.Attribute) or attribute.attr not in _CALLS:
        return None
    call = syntax.parents[attribute]
    alone = isinstance(call, ast.Call) and call.func is attribute and isinstance(syntax.parents[call], ast.Expr)
    return call if alone and isinstance(call, ast.Call) else None


def _until_stopped(syntax: Syntax, use: ast.Name) -> ast.expr | None:
    """Return the test of a loop `while not coordinator.should_stop():`, which does not stop it itself."""
    nodes: list[ast.AST] = [use]
    while not isinstance(nodes[-1], ast.stmt):
        nodes.append(syntax.parents[nodes[-1]])
    match nodes:
        case [
            _,
            ast.Attribute(attr="should_stop"),
            ast.Call(args=[], keywords=[]),
            ast.UnaryOp(op=ast.Not()) as test,
            loop,
        ]:
            stops = any(isinstance(n, ast.Attribute) and n.attr == "request_stop" for n in ast.walk(loop))
            return test if isinstance(loop, ast.While) and loop.test is test and not stops and not loop.orelse else None
    return None


def _uses(syntax: Syntax, statement: ast.Assign) -> list[ast.Name] | None:
    """Return what reads the name that an assignment gives, None where the name may mean something else."""
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name):
        return None
    named: dict[bool, list[ast.Name]] = defaultdict(list)
    for node in ast.walk(syntax.tree):
        if isinstance(node, ast.Name) and node.id == target.id:
            named[isinstance(node.ctx, ast.Load)].append(node)
        elif isinstance(node, ast.arg) and node.arg == target.id:
            return None
    return named[True] if len(named[False]) == 1 else None
