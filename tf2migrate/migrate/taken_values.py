"""Values that the statement around a run takes out of its result: targets of an assignment, or one element."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection

from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.results import Returns, Wanted, structured_value
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import Fetch, FetchLeaf
from tf2migrate.model.plan import Path
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


def host_value(
    bench: Workbench, call: Rendered, fetch: Fetch, summaries: Collection[Path], want: Wanted, returns: Returns
) -> Rendered:
    """Return the numpy form of what the surroundings of a run take of its step's result; summaries stay as they are."""
    if isinstance(want.statement, ast.Expr) or not want.paths:
        return call
    if isinstance(fetch, FetchLeaf) and summaries:
        return call
    if returns.structured:
        return structured_value(bench.view, fetch, call, bench.tf)
    if want.element is not None:
        return _element(call, summaries, want, returns)
    if len(returns.paths) == 1:
        return call if summaries else concat([call, ".numpy()"])
    if summaries:
        return concat([f"{bench.tf}.nest.map_structure(lambda v: v.numpy(), ", call, ")"])
    return concat(["(v.numpy() for v in ", call, ")"])


def _element(call: Rendered, summaries: Collection[Path], want: Wanted, returns: Returns) -> Rendered:
    """Return the one value that `run(..)[0]` takes of what a step gives, in which other runs may want more."""
    (path,) = want.paths
    text = call if len(returns.paths) == 1 else concat([call, f"[{returns.paths.index(path)}]"])
    return text if path in summaries else concat([text, ".numpy()"])
