"""Which rules are shown what: asked once for each symbol, not once for each file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from tf2migrate.lint.file import LintedFile
from tf2migrate.lint.registry import rules
from tf2migrate.lint.rule import Rule
from tf2migrate.model.diagnostics import Diagnostic


class Dispatch:
    """Some rules, and what each of them looks at."""

    def __init__(self, active: Collection[Rule]) -> None:
        self.rules = tuple(active)
        self._of_files = [rule for rule in active if rule.every_file]
        self._wanting: dict[str, tuple[Rule, ...]] = {}  # as many as symbols were met
        self._of_methods: dict[str, list[Rule]] = {}
        for rule in active:
            for method in rule.methods:
                self._of_methods.setdefault(method, []).append(rule)

    def wanting(self, path: str) -> tuple[Rule, ...]:
        """Return the rules that are shown references to a symbol."""
        found = self._wanting.get(path)
        if found is None:
            found = self._wanting[path] = tuple(rule for rule in self.rules if rule.wants(path))
        return found

    def findings(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield what the rules find in a file."""
        if not file.knows_tensorflow:
            return
        for rule in self._of_files:
            yield from rule.on_file(file)
        for name in file.imported:
            for rule in self.wanting(name.path):
                yield from rule.on_import(name, file)
        for reference in file.references_to(self.wanting):
            for rule in self.wanting(reference.path):
                yield from rule.on_reference(reference, file)
        methods = self._of_methods.keys() & file.methods
        for call in file.method_calls(methods) if methods else ():
            for rule in self._of_methods[call.method or ""]:
                yield from rule.on_method(call, file)


@lru_cache(8)  # of selections: folders may have settings of their own
def dispatch(select: frozenset[str] | None = None) -> Dispatch:
    """Return the rules with some codes (None: all), and what they look at."""
    return Dispatch([rule for rule in rules() if select is None or rule.code in select])
