"""A call of a TF1 symbol as its model sees it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from tf2migrate.analysis.graph.scopes import unique_name
from tf2migrate.analysis.graph.signatures import Bindings, bind
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import Given, graph_values
from tf2migrate.analysis.values import NONE, Arguments, V


@dataclass(frozen=True, slots=True)
class Request:
    machine: Machine
    path: str
    node: ast.expr
    arguments: Arguments
    bindings: Bindings

    @property
    def given(self) -> Given:
        return self.bindings.given()

    def value(self, name: str, default: V = NONE) -> V:
        """Return the argument for a parameter, `default` where none was given."""
        return self.bindings.value(name, default)

    def has(self, name: str) -> bool:
        """Say whether an argument was given for a parameter."""
        return self.bindings.argument(name) is not None

    def inputs(self) -> list[int]:
        """Return the graph values among all arguments."""
        return [node for value in self.arguments.values() for node in graph_values(self.machine, value)]

    def other_inputs(self, *names: str) -> list[int]:
        """Return the graph values among the arguments other than `names`."""
        values = [one.value for key, one in self.bindings.by_name.items() if key not in names]
        return [node for value in values for node in graph_values(self.machine, value)]

    def explicit_name(self) -> str | None:
        """Return the unique name of the operation where the program names it."""
        text = self.machine.known_text(self.value("name"))
        return None if not text else unique_name(self.machine, text)


Model = Callable[[Request], V]


def request(machine: Machine, path: str, arguments: Arguments, node: ast.expr, signature: str | None = None) -> Request:
    """Return the request of a call, its arguments bound by the parameters of `signature` (the path's own)."""
    return Request(machine, path, node, arguments, bind(signature or path, arguments))
