"""The rules there are: found by walking the package, never listed by hand."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from tf2migrate.lint.rule import Rule

_PACKAGE = "tf2migrate.rules"


def rule_folders() -> tuple[str, ...]:
    """Return the folders in which the rules are looked for."""
    return tuple(importlib.import_module(_PACKAGE).__path__)


@cache
def rules() -> tuple[Rule, ...]:
    """Return one instance of every rule, by code. A module that defines no rule or several is an error."""
    package = importlib.import_module(_PACKAGE)
    found = [
        _rule_in(module.name)
        for module in pkgutil.walk_packages(package.__path__, f"{_PACKAGE}.")
        if not module.ispkg and not module.name.rpartition(".")[2].startswith("_")
    ]
    return tuple(sorted(found, key=lambda rule: rule.code))


def _rule_in(name: str) -> Rule:
    module = importlib.import_module(name)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == name
    ]
    if len(classes) != 1:
        raise TypeError(f"{name} defines {len(classes)} rules; it must define one")
    return classes[0]()
