"""The rule engine: findings within one file, with edits that cure them."""

from tf2migrate.lint.calls import Argument, CallSite
from tf2migrate.lint.file import ImportedName, LintedFile, Reference
from tf2migrate.lint.legacy import is_removed
from tf2migrate.lint.registry import rule_folders, rules
from tf2migrate.lint.rule import Documentation, ModuleRule, Rule, SymbolRule
from tf2migrate.lint.runner import lint_text, local_edits, unfixed_changes
from tf2migrate.lint.silencing import silencing_edits
from tf2migrate.lint.suppression import Suppression

__all__ = [
    "Argument",
    "CallSite",
    "Documentation",
    "ImportedName",
    "LintedFile",
    "ModuleRule",
    "Reference",
    "Rule",
    "Suppression",
    "SymbolRule",
    "is_removed",
    "lint_text",
    "local_edits",
    "rule_folders",
    "rules",
    "silencing_edits",
    "unfixed_changes",
]
