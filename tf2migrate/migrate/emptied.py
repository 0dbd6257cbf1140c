"""Conditions of which nothing is left: `if sess is None: sess = tf.Session() ..` goes with the sessions."""

from __future__ import annotations

import ast

from tf2migrate.migrate.state_plan import HomePlan
from tf2migrate.migrate.units import Block, BlockKind, walk
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

_EFFECTS = (ast.Call, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


def drop_emptied_conditions(plan: HomePlan) -> None:
    """Take out the conditions whose statements are all gone, and which nothing but these were for."""
    for region in plan.home.body.regions:
        for part in region.tree:
            if isinstance(part, Block) and part.kind is BlockKind.DRIVE and _is_emptied(plan, part):
                plan.layout.emptied.add(part)


def tests_gone(plan: HomePlan) -> list[NodeRef]:
    """Return what the conditions asked that were taken out."""
    nodes = [node for block in plan.layout.emptied for node in ast.walk(block.node) if isinstance(node, ast.If)]
    return [node_ref(plan.home.path, node.test) for node in nodes]


def _is_emptied(plan: HomePlan, block: Block) -> bool:
    layout = plan.layout
    if any(layout.residue.get(unit) or unit not in layout.removed for suite in block.suites for unit in walk(suite)):
        return False
    inner = [node for node in ast.walk(block.node) if isinstance(node, ast.stmt) and hasattr(node, "body")]
    tests = [node.test for node in inner if isinstance(node, ast.If)]
    return len(tests) == len(inner) and not any(isinstance(n, _EFFECTS) for test in tests for n in ast.walk(test))
