"""Values that the statement around a run takes out of its result: targets of an assignment, or one element."""

from __future__ import annotations

import ast
from collections.abc import Callable

from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.results import Returns, Wanted
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.source import NodeRef, Span


def write_assignment(
    bench: Workbench, statement: ast.Assign, site: NodeRef, value: Callable[[], Rendered], returns: Returns
) -> None:
    """Replace `a, b = sess.run(..)`: targets of operations and of unused values go."""
    target = statement.targets[0]
    kept: list[str] = []
    if isinstance(target, (ast.Tuple, ast.List)):
        kept = [bench.syntax.source(target.elts[int(path[0])]) for path in returns.paths]
    call = bench.syntax.index.span(site)
    span = Span(bench.syntax.span(statement).start, call.end)
    targets = ", ".join(kept) + " = " if any(name != "_" for name in kept) else ""
    row = statement.lineno
    bench.renderer.add(span, lambda: concat([Rendered.new(targets, row), value().marked(site)]))


def element_of(call: Rendered, want: Wanted, returns: Returns) -> Rendered:
    """Return the one value that `run(..)[0]` takes of what a step gives, in which other runs may want more."""
    (path,) = want.paths
    return call if len(returns.paths) == 1 else concat([call, f"[{returns.paths.index(path)}]"])
