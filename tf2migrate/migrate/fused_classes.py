"""The classes of optimizers over fused operations, in the text of the program that needs them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from tf2migrate.migrate.fused import FUSED, class_text
from tf2migrate.migrate.optimizers import class_name, is_sparse, optimizer_target
from tf2migrate.migrate.render import Rendered, concat
from tf2migrate.migrate.savers import saved_optimizers
from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import statement_span
from tf2migrate.migrate.workbench import Workbench
from tf2migrate.model.facts import GraphNode, Kind
from tf2migrate.model.source import Span

APART = 3  # line ends between an import and a class


def write_fused_classes(bench: Workbench, plans: Sequence[HomePlan]) -> None:
    """Put the classes of optimizers over fused operations behind the imports."""
    found = {n.op: n for n in bench.view.nodes if n.kind is Kind.OPTIMIZER and _is_fused(bench, n)}
    if not found:
        return
    sparse = {n.op for n in bench.view.nodes if n.op in found and is_sparse(bench.view, n)}
    kept = {bench.view.nodes[n].op for n in saved_optimizers(bench.view)}
    texts = [
        Rendered.new(
            class_text(FUSED[op], class_name(bench, node), bench.tf, bench.syntax.indent, op in sparse, op in kept)
        )
        for op, node in found.items()
    ]
    put_behind_imports(bench, plans, texts)


def put_behind_imports(bench: Workbench, plans: Sequence[HomePlan], texts: list[Rendered]) -> None:
    """Put definitions between the imports and what follows them."""
    module = next((plan for plan in plans if plan.home.definition is None), None)
    body = bench.syntax.tree.body
    imported = max((n for n, node in enumerate(body) if _imports_tensorflow(node)), default=-1)
    first = next(node for node in body[imported + 1 :] if not _is_head(node))
    if module is not None:
        unit = next(unit for unit in module.home.body.units if unit.span.start >= bench.syntax.span(first).start)
        module.layout.definitions[unit.parents[0] if unit.parents else unit][:0] = texts
        return
    start = statement_span(bench.syntax.index, first).start
    above = bench.syntax.text[:start]
    blank = "\n" * max(0, APART - (len(above) - len(above.rstrip("\n"))))
    bench.renderer.add(
        Span(start, start), lambda: concat([blank, *(part for text in texts for part in (text, "\n\n\n"))])
    )


def _is_fused(bench: Workbench, node: GraphNode) -> bool:
    return node.op in FUSED and not optimizer_target(bench.view, node).is_keras


def _imports_tensorflow(node: ast.stmt) -> bool:
    """Say whether a statement brings TensorFlow, which the classes need."""
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
    modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    return any(module.split(".")[0] == "tensorflow" for module in modules)


def _is_head(node: ast.stmt) -> bool:
    """Say whether a statement belongs to the head of a module: imports and its docstring."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, (ast.Import, ast.ImportFrom))
