"""TF1 parameter names, and arguments bound to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from tf2migrate.analysis.nodes import Given
from tf2migrate.analysis.values import NONE, Argument, Arguments, V
from tf2migrate.knowledge import lookup
from tf2migrate.model.api import ApiEntry
from tf2migrate.model.source import NodeRef


@lru_cache(maxsize=4096)
def known_symbol(path: str) -> ApiEntry | None:
    """Return what the tables say of a symbol."""
    return lookup(path)


@lru_cache(maxsize=4096)
def parameters(path: str) -> tuple[str, ...]:
    """Return the names of the positional TF1 parameters of a symbol, up to a `*args`; () where they are not known."""
    entry = known_symbol(path)
    if entry is None or not entry.bound:
        return ()
    names: list[str] = []
    for name, _ in entry.parameters:
        if name.startswith("*"):
            break
        names.append(name)
    return tuple(names)


@dataclass(frozen=True, slots=True)
class Bindings:
    """Arguments of a call by parameter name; positional ones without a known name are called "0", "1", .."""

    by_name: dict[str, Argument] = field(default_factory=dict)
    open: V | None = None

    def value(self, name: str, default: V = NONE) -> V:
        """Return the value given for a parameter."""
        argument = self.by_name.get(name)
        return default if argument is None else argument.value

    def argument(self, name: str) -> Argument | None:
        """Return what was given for a parameter."""
        return self.by_name.get(name)

    def given(self) -> Given:
        """Return the arguments as a node keeps them."""
        at: dict[str, NodeRef] = {name: one.at for name, one in self.by_name.items() if one.at is not None}
        return Given({name: one.value for name, one in self.by_name.items()}, at)


def bind(path: str, arguments: Arguments) -> Bindings:
    """Return the arguments of a call by TF1 parameter name."""
    return bind_names(parameters(path), arguments)


def bind_names(names: tuple[str, ...], arguments: Arguments) -> Bindings:
    """Return the arguments of a call by the given names of its positional parameters."""
    bound: dict[str, Argument] = {}
    for index, argument in enumerate(arguments.positional):
        bound[names[index] if index < len(names) else str(index)] = argument
    for name, argument in arguments.keywords:
        bound[name] = argument
    return Bindings(bound, arguments.open)
