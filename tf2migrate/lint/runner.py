"""Running the rules over one file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from tf2migrate.lint.dispatch import dispatch
from tf2migrate.lint.file import Follow, LintedFile
from tf2migrate.lint.legacy import is_removed
from tf2migrate.lint.registry import rules
from tf2migrate.lint.rule import Rule
from tf2migrate.lint.suppression import find_suppressions
from tf2migrate.model.diagnostics import Diagnostic
from tf2migrate.model.source import Edit
from tf2migrate.source import EditConflict, compose_edits

_KEYWORD = re.compile(r"\w+=")  # names the whole argument, so it stands before all else that is inserted there


def lint_text(
    text: str, path: str, select: Collection[str] | None = None, follow: Follow | None = None
) -> list[Diagnostic]:
    """Return the findings in one file, in the order of the text; `select` holds the codes to look for (None: all).

    `follow` leads from names that other modules of the project give to the TensorFlow symbols behind them.
    Raises SourceError where the text does not parse.
    """
    active = dispatch(None if select is None else frozenset(select))
    file = LintedFile(text, path, follow)
    found = list(active.findings(file))
    found = _unsuppressed(file, found, active.rules, everything=len(active.rules) == len(rules()))
    return sorted(found, key=lambda one: (one.start, one.end, one.code, one.message))


def local_edits(text: str, path: str, decided: Collection[tuple[int, int]] = ()) -> list[Edit]:
    """Return the edits of every fix in the file, those included that are valid only once the program is native.

    What begins at one of the `decided` places (row and column from one) is written by who asks, and gets no edits.

    Where fixes collide, the first one in the text is taken whole and the others are left out whole. Suppressing
    comments are not obeyed: a migrated program cannot keep what they excuse.
    """
    file = LintedFile(text, path)
    found = list(dispatch().findings(file))
    found += [finding for finding in _unsuppressed(file, found, rules(), everything=True) if finding not in found]
    taken: list[Edit] = []
    for diagnostic in sorted(found, key=lambda one: (one.start, one.end, one.code)):
        if diagnostic.fix is None or (diagnostic.start.row, diagnostic.start.column) in decided:
            continue
        try:
            taken = _nested(text, taken, diagnostic.fix.edits)
        except EditConflict:
            continue
    return taken


def unfixed_changes(text: str, path: str) -> list[Diagnostic]:
    """Return the findings without a fix at code that would run in TensorFlow 2 too, with another meaning."""
    file = LintedFile(text, path)
    surviving = [rule for rule in rules() if rule.survives]
    return [
        finding
        for rule in surviving
        for reference in file.references_to(rule.wants)
        if not is_removed(reference.path)
        for finding in rule.on_reference(reference, file)
        if finding.fix is None
    ]


def _nested(text: str, outer: list[Edit], inner: Sequence[Edit]) -> list[Edit]:
    """Return the edits of both, where insertions at one place nest: what `inner` inserts stands nearer to the code."""
    merged = {edit.span: edit for edit in outer}
    for edit in inner:
        known = merged.get(edit.span)
        if known is None or edit.span.start < edit.span.end:
            merged.setdefault(edit.span, edit)
            if merged[edit.span] != edit:
                raise EditConflict(merged[edit.span], edit)
            continue
        before = text[edit.span.start - 1 : edit.span.start]
        closes = before.isalnum() or before in tuple("_)]}\"'")
        both = (edit.text, known.text) if closes or _KEYWORD.match(edit.text) else (known.text, edit.text)
        merged[edit.span] = Edit(edit.span, "".join(both))
    return compose_edits(merged.values())


def _unsuppressed(
    file: LintedFile, found: list[Diagnostic], active: Collection[Rule], *, everything: bool
) -> list[Diagnostic]:
    """Drop silenced findings; report comments that silence nothing, where all rules ran."""
    suppressions = find_suppressions(file.text, file.lines, found_any=bool(found))
    by_row: dict[int, list[int]] = {}
    for number, one in enumerate(found if suppressions else ()):
        by_row.setdefault(one.start.row, []).append(number)
    silent: set[int] = set()
    unused: list[Diagnostic] = []
    for suppression in suppressions:
        near = [number for row in range(suppression.first, suppression.last + 1) for number in by_row.get(row, ())]
        silenced = [number for number in near if suppression.silences(found[number])]
        silent.update(silenced)
        if everything and not silenced and (suppression.own or suppression.codes):
            unused += [finding for rule in active for finding in rule.on_unused(suppression, file)]
    return [one for number, one in enumerate(found) if number not in silent] + unused
