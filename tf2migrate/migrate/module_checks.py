"""What a function must be like to become a class."""

from __future__ import annotations

import ast

from tf2migrate.migrate.layer_forms import layer_arguments
from tf2migrate.migrate.refusal import MIXED_STATE, Refused
from tf2migrate.migrate.state_members import StateFacts
from tf2migrate.migrate.syntax import Syntax
from tf2migrate.migrate.view import ProgramView
from tf2migrate.model.source import NodeRef


def check_form(syntax: Syntax, definition: NodeRef, function: ast.FunctionDef) -> None:
    inner = [node for node in ast.walk(function) if node is not function]
    unusual = (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Await, ast.ClassDef)
    parameters = function.args
    if (
        function.decorator_list
        or parameters.vararg
        or parameters.kwarg
        or isinstance(syntax.parents[function], ast.ClassDef)
        or any(isinstance(node, unusual) for node in inner)
    ):
        raise mixed(definition, f"`{function.name}` makes state and computes with it, in an unusual form")


def check_same_arguments(view: ProgramView, facts: StateFacts, definition: NodeRef, name: str) -> None:
    """Calls that share variables share an object: what it is made with must be the same in all of them."""
    made: list[tuple[frozenset[int], dict[NodeRef, object]]] = []
    for frame in view.program.frames:
        if frame.definition != definition:
            continue
        within = facts.within(frame.id)
        variables = frozenset(use.variable for use in within)
        given = {use.place.expression: layer_arguments(view, use.node) for use in within}
        for others, earlier in made:
            if variables & others and not (variables <= others or others <= variables):
                raise mixed(definition, f"calls of `{name}` share some of their variables")
            if variables & others and any(earlier.get(at, value) != value for at, value in given.items()):
                raise mixed(definition, f"calls of `{name}` share layers, but not their form")
        made.append((variables, given))


def mixed(at: NodeRef, reason: str) -> Refused:
    """Return the refusal of state that cannot be told from what computes with it."""
    return Refused(MIXED_STATE, at, reason, "make the variables outside of the function and pass them in")
