"""The small edits that fixes are made of: they touch names, keywords and separators, so that fixes nest."""

from __future__ import annotations

from collections.abc import Collection

from tf2migrate.lint.calls import Argument, CallSite
from tf2migrate.lint.file import LintedFile, Reference
from tf2migrate.model.diagnostics import Applicability, Fix
from tf2migrate.model.source import Edit, Span


def rename_keyword(argument: Argument, name: str) -> tuple[Edit, ...]:
    """Return the edit that gives a keyword argument another keyword."""
    assert argument.keyword is not None
    return (Edit(argument.keyword, name),)


def name_argument(argument: Argument, name: str) -> tuple[Edit, ...]:
    """Return the edit that passes the argument as `name`, whether it has a keyword or not."""
    if argument.keyword is not None:
        return () if argument.name == name else rename_keyword(argument, name)
    return (Edit(Span(argument.span.start, argument.span.start), f"{name}="),)


def append_argument(file: LintedFile, call: CallSite, text: str, *, alone: bool = False) -> tuple[Edit, ...]:
    """Return the edit that adds an argument after the last one; `alone` says that no other argument stays."""
    if not call.arguments:
        return (Edit(call.close, f"{text})"),)
    end = call.arguments[-1].span.end
    return (Edit(Span(end, end + 1), f"{'' if alone else ', '}{text}{file.text[end]}"),)


def remove_arguments(call: CallSite, removed: Collection[Argument]) -> tuple[Edit, ...]:
    """Return the edits that take arguments and their commas away."""
    arguments = call.arguments
    leading = next((index for index, one in enumerate(arguments) if one not in removed), len(arguments))
    edits: list[Edit] = []
    if leading:
        end = arguments[leading].span.start if leading < len(arguments) else arguments[-1].span.end
        edits.append(Edit(Span(arguments[0].span.start, end), ""))
    for before, argument in zip(arguments[leading:], arguments[leading + 1 :], strict=False):
        if argument in removed:
            edits.append(Edit(Span(before.span.end, argument.span.end), ""))
    return tuple(edits)


def wrap(span: Span, before: str, after: str) -> tuple[Edit, ...]:
    """Return the insertions round a span."""
    return Edit(Span(span.start, span.start), before), Edit(Span(span.end, span.end), after)


def remove_call_statement(file: LintedFile, reference: Reference) -> Fix | None:
    """Return the fix, valid in a native program, that removes the call of the reference; None where it is used."""
    if reference.call is None or file.statement(reference.call.span) is None:
        return None
    return Fix("Remove the call", remove_statement(file, reference.call.span), Applicability.DISPLAY)


def remove_statement(file: LintedFile, span: Span) -> tuple[Edit, ...]:
    """Return the edit that deletes the statement at `span`: its lines, where it is alone on them and in its block.

    A statement that is alone in its block becomes `pass`.
    """
    if file.is_alone_in_block(span):
        return (Edit(span, "pass"),)
    lines = file.lines.lines_span(span)
    before, after = file.text[lines.start : span.start].strip(), file.text[span.end : lines.end].strip()
    if not before and (not after or after.startswith("#")):
        return (Edit(lines, ""),)
    if after.startswith(";") and after != ";":
        end = file.text.index(";", span.end) + 1
        while file.text[end] in " \t":
            end += 1
        return (Edit(Span(span.start, end), ""),)
    return (Edit(span, "pass"),)
