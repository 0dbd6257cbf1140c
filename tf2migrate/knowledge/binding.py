"""Which argument of a call is which parameter."""

from __future__ import annotations

from collections.abc import Sequence

from tf2migrate.model.api import ApiEntry


def bind(entry: ApiEntry, positional: int, keywords: Sequence[str]) -> dict[str, int | str] | None:
    """Return parameter -> index of the positional argument, or its keyword; None where the call does not fit.

    Surplus positional arguments of a `*args` parameter and keywords of a `**kwargs` parameter are bound under
    `args[0]`, `args[1]` .. and under their own names. Star arguments of a call are the caller's matter.
    """
    bound: dict[str, int | str] = {}
    ordered, rest, keyword_only = _positional_parameters(entry)
    for index in range(positional):
        if index < len(ordered):
            bound[ordered[index]] = index
        elif rest is not None:
            bound[f"{rest}[{index - len(ordered)}]"] = index
        else:
            return None
    names = {*ordered, *keyword_only}
    takes_any = not entry.bound or any(name.startswith("**") for name, _ in entry.parameters)
    for keyword in keywords:
        if keyword in bound or (keyword not in names and not takes_any):
            return None
        bound[keyword] = keyword
    return bound


def _positional_parameters(entry: ApiEntry) -> tuple[list[str], str | None, list[str]]:
    """Return the positional parameters, the name of `*args` and the keyword-only parameters."""
    if not entry.bound:
        return [], "args", []
    ordered: list[str] = []
    rest: str | None = None
    keyword_only: list[str] = []
    closed = False
    for name, _ in entry.parameters:
        if name.startswith("**"):
            continue
        if name.startswith("*"):
            closed, rest = True, name[1:] or None
        else:
            (keyword_only if closed else ordered).append(name)
    return ordered, rest, keyword_only
