"""What the items of `with` statements enter: sessions, graphs and variable scopes go, other scopes stay."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph.argument_scopes import ARGUMENT_SCOPES
from tf2migrate.migrate.units import BlockKind
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphValue, Kind
from tf2migrate.model.source import NodeRef
from tf2migrate.source import node_ref

# Scopes of which nothing is left: variables are shared by object, and arguments are written at their calls.
VARIABLE_SCOPES = frozenset({"tf.variable_scope", "tf.variable_op_scope"}) | ARGUMENT_SCOPES
SCOPE_OPS = frozenset({"tf.name_scope", "tf.device", "tf.colocate_with"})
_OWNERS = frozenset({Kind.SESSION, Kind.GRAPH})


class Entering:
    """What entering an expression means, in whichever call of the code that holds it."""

    def __init__(self, view: ProgramView) -> None:
        self._owners = _owners(view)
        self._kinds: dict[NodeRef, BlockKind] = {}
        for node in view.nodes:
            if node.op.endswith(".as_default") or node.op in VARIABLE_SCOPES:
                self._kinds[node.place.expression] = BlockKind.DISSOLVED
            elif node.op in SCOPE_OPS:
                self._kinds[node.place.expression] = BlockKind.WRAPPER

    def kind(self, path: str, expression: ast.expr) -> BlockKind | None:
        """Return what becomes of the scope that an expression enters; None for what is no scope of the graph."""
        if self.is_owner(path, expression):
            return BlockKind.DISSOLVED
        return self._kinds.get(node_ref(path, expression))

    def is_owner(self, path: str, expression: ast.expr) -> bool:
        """Say whether an expression enters a session or a graph."""
        match expression:
            case ast.Call(func=ast.Attribute(value=owner, attr="as_default")):
                return node_ref(path, owner) in self._owners
        return node_ref(path, expression) in self._owners


def _owners(view: ProgramView) -> frozenset[NodeRef]:
    """Return the expressions that give sessions and graphs."""
    made = {node.place.expression for node in view.nodes if node.kind in _OWNERS}
    read = {
        read.place.expression
        for read in view.program.reads
        if isinstance(read.value, GraphValue) and view.nodes[read.value.node].kind in _OWNERS
    }
    return frozenset(made | read)
