"""What every part of the planner works with: one file's facts, syntax and text under construction."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from tf2migrate.migrate.render import Rendered, Renderer
from tf2migrate.migrate.syntax import Names, Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.facts import GraphNode
from tf2migrate.model.source import NodeRef


@dataclass(frozen=True)
class Workbench:
    """One file in work. `tf` is the expression that denotes TensorFlow in it; `files` are all of the program."""

    view: ProgramView
    syntax: Syntax
    renderer: Renderer
    names: Names
    tf: str
    files: Mapping[str, Workbench] = field(default_factory=dict, repr=False, compare=False)

    def program(self) -> tuple[Workbench, ...]:
        """Return all files of the program."""
        return tuple(self.files.values()) or (self,)

    def of(self, ref: NodeRef) -> Workbench:
        """Return the file that a place is in."""
        return self.files.get(ref.path, self)

    def holds(self, node: GraphNode) -> bool:
        """Say whether a graph value is made by an expression of this file."""
        return node.place.expression.path == self.syntax.path

    def render(self, node: ast.expr) -> Rendered:
        """Return an expression's source with all replacements in it."""
        return self.renderer.render(self.syntax.span(node))

    def render_at(self, ref: NodeRef) -> Rendered:
        """Return the source of a place, in whichever file, with all replacements in it."""
        bench = self.of(ref)
        return bench.renderer.render(bench.syntax.index.span(ref))
