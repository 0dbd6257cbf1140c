"""What a rule is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from tf2migrate.lint.calls import CallSite
from tf2migrate.lint.file import ImportedName, LintedFile, Reference
from tf2migrate.lint.suppression import Suppression
from tf2migrate.model.diagnostics import Diagnostic, Fix
from tf2migrate.model.source import Span

HEADINGS = ("What it does", "Why", "Example", "Use instead", "Fix safety")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Documentation:
    """The docstring of a rule's module, by heading. `example` and `instead` are programs."""

    summary: str
    sections: tuple[tuple[str, str], ...]
    example: str
    instead: str


class Rule:
    """One rule: what it looks at, and what it says there.

    A rule is dispatched for longest expressions that denote one of `symbols` or begin with one of `prefixes`, for calls
    of a method named in `methods` on something that is no TensorFlow module, and once for the module where
    `every_file` is set. Results are diagnostics made by `report`.
    """

    code: ClassVar[str]
    symbols: ClassVar[frozenset[str]] = frozenset()
    prefixes: ClassVar[tuple[str, ...]] = ()
    methods: ClassVar[frozenset[str]] = frozenset()
    every_file: ClassVar[bool] = False
    survives: ClassVar[bool] = False  # what the rule finds would run in TensorFlow 2 too, with another meaning

    @property
    def name(self) -> str:
        """The name of the rule's module."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def documentation(self) -> str:
        """The rule's documentation as Markdown."""
        return inspect.cleandoc(inspect.getmodule(type(self)).__doc__ or "")

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0].rstrip(".")

    def parsed_documentation(self) -> Documentation:
        """Return the documentation by heading, with the programs of `Example` and `Use instead`."""
        parts = _HEADING.split(self.documentation)
        sections = tuple(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))
        programs = {heading: "".join(_CODE.findall(f"{body}\n")) for heading, body in sections}
        return Documentation(self.summary, sections, programs.get("Example", ""), programs.get("Use instead", ""))

    def wants(self, path: str) -> bool:
        """Say whether references to the symbol are shown to the rule."""
        return path in self.symbols or (bool(self.prefixes) and path.startswith(self.prefixes))

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Return the findings at an expression that denotes one of the rule's symbols."""
        return iter(())

    def on_import(self, name: ImportedName, file: LintedFile) -> Iterator[Diagnostic]:
        """Return the findings at an import of one of the rule's symbols."""
        return iter(())

    def on_method(self, call: CallSite, file: LintedFile) -> Iterator[Diagnostic]:
        """Return the findings at a call of one of the rule's methods."""
        return iter(())

    def on_file(self, file: LintedFile) -> Iterator[Diagnostic]:
        """Return the findings that concern the file as a whole."""
        return iter(())

    def on_unused(self, suppression: Suppression, file: LintedFile) -> Iterator[Diagnostic]:
        """Return the findings at a suppression that suppressed nothing."""
        return iter(())

    def report(self, file: LintedFile, span: Span, message: str, fix: Fix | None = None) -> Diagnostic:
        """Return a diagnostic of this rule at `span`."""
        start, end = file.lines.location(span.start), file.lines.location(span.end)
        return Diagnostic(file.path, self.code, self.name, message, start, end, fix)


class SymbolRule(Rule):
    """A rule that says the same at every reference to its symbols; `{name}` in `message` is what is written there."""

    message: ClassVar[str]
    legacy_only: ClassVar[bool] = False  # the symbols mean something else in a file that does not speak TF1

    def on_reference(self, reference: Reference, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        if self.legacy_only and not file.legacy:
            return
        yield self.report(file, reference.span, self.message.format(name=file.source(reference.span)))


class ModuleRule(SymbolRule):
    """A rule about a whole module: it reports imports from below it as well."""

    def on_import(self, name: ImportedName, file: LintedFile) -> Iterator[Diagnostic]:
        """Yield the finding."""
        yield self.report(file, name.span, self.message.format(name=name.dotted))
