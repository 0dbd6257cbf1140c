"""Programs as text, evaluated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from tf2migrate.analysis import evaluate_program
from tf2migrate.model.facts import Fetch, FetchChoice, FetchLeaf, FetchNest, GraphNode, Kind, Program, Visit

Evaluate = Callable[..., "Facts"]


class Facts:
    """A program's facts, asked in short words."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def of_kind(self, kind: Kind) -> list[GraphNode]:
        return [node for node in self.program.nodes if node.kind is kind]

    def ops(self, *, line: int | None = None) -> list[str]:
        return [node.op for node in self.program.nodes if line in (None, node.place.expression.line)]

    def op(self, name: str) -> GraphNode:
        [found] = [node for node in self.program.nodes if node.op == name]
        return found

    def names(self, kind: Kind = Kind.VARIABLE) -> list[str | None]:
        return [node.name for node in self.of_kind(kind)]

    def visit(self, index: int = -1) -> Visit:
        return self.program.visits[index]

    def fetched(self, index: int = -1) -> list[str]:
        return [self.program.nodes[node].op for node in leaves(self.program.visits[index].fetch)]

    def fetched_names(self, index: int = -1) -> list[str | None]:
        return [self.program.nodes[node].name for node in leaves(self.program.visits[index].fetch)]

    def fed(self, index: int = -1) -> list[str | None]:
        return [self.program.nodes[feed.node].name for feed in self.program.visits[index].feeds]

    def lines_visited(self) -> list[int]:
        return [visit.place.expression.line for visit in self.program.visits]

    def findings(self) -> list[str]:
        return [finding.code for finding in self.program.findings]

    def escapes(self) -> list[str]:
        return [escape.into for escape in self.program.escapes]


def leaves(fetch: Fetch) -> list[int]:
    match fetch:
        case FetchLeaf(node):
            return [node]
        case FetchNest(_, items) | FetchChoice(items):
            return [node for item in items for node in leaves(item)]
    return []


@pytest.fixture
def evaluate(tmp_path: Path) -> Evaluate:
    """Return a function that evaluates a program; further files of the project are given by path."""

    def run(text: str, files: dict[str, str] | None = None) -> Facts:
        for name, content in (files or {}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content), encoding="utf-8")
        entry = tmp_path / "program.py"
        body = dedent(text).lstrip("\n")
        entry.write_text(body if "import tensorflow" in body else f"import tensorflow as tf\n{body}", encoding="utf-8")
        return Facts(evaluate_program(entry, root=tmp_path))

    return run
