"""Native forms of calls, from the tables, as small edits.

A form is used only where the arguments stay in their order: moving the text of one would lose the edits inside it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace

from tf2migrate.knowledge import lookup, parameters_of_tf2
from tf2migrate.lint.calls import Argument, CallSite
from tf2migrate.lint.changes import append_argument, remove_arguments
from tf2migrate.lint.evidence import (
    compares_operand,
    given_arguments,
    has_no_gradient,
    has_type,
    is_atom,
    is_floating,
    is_one_tensor,
    returns_no_singleton,
)
from tf2migrate.lint.file import LintedFile, Reference
from tf2migrate.model.api import ApiEntry, ApiStatus, Effect, Passing, Rewrite
from tf2migrate.model.source import Edit, Span

_TENSORFLOW = re.compile(r"\btf\.")
_HOLE = re.compile(r"\{(\w+)\}")


def has_native_form(path: str) -> bool:
    """Say whether the tables have forms for a symbol that makes no state."""
    entry = lookup(path)
    return (
        entry is not None
        and entry.status is ApiStatus.REWRITTEN
        and entry.effect is not Effect.STATE
        and any(form.target.startswith("tf.") for form in entry.rewrites)
    )


def native_edits(file: LintedFile, reference: Reference, entry: ApiEntry) -> tuple[Edit, ...] | None:
    """Return the edits that give a call the first native form that fits; None where none surely does.

    No edits mean that the call is right as it stands.
    """
    if reference.call is None:
        return _uncalled(file, reference, entry)
    call = reference.call
    parameters = [name for name, _ in entry.parameters]
    given = given_arguments(call, parameters[: parameters.index("*")] if "*" in parameters else parameters)
    if given is None or any(name.startswith("*") for name in given):
        return None
    for form in entry.rewrites:
        edits = _Form(file, reference, call, form, given).edits() if _holds(file, form, entry, given) else None
        if edits is not None:
            return edits
    return None


def _uncalled(file: LintedFile, reference: Reference, entry: ApiEntry) -> tuple[Edit, ...] | None:
    """Return the renaming of a function that is handed on, where its form adds nothing."""
    form = entry.rewrites[0]
    plain = all(one.template == "{}" and one.default is None for one in form.passes) and form.wrap == "{call}"
    if not plain or entry.kind != "class":
        return None
    rename = _renaming(file, reference, form.target)
    return None if rename is None else tuple(rename)


def _renaming(file: LintedFile, reference: Reference, target: str) -> list[Edit] | None:
    """Return the edit that names the target, none where the reference does; None where no name leads there."""
    if target == reference.path and reference.dotted == f"tensorflow{target.removeprefix('tf')}":
        return []
    rename = file.rename(reference, target)
    return None if rename is None else [rename]


def _holds(file: LintedFile, form: Rewrite, entry: ApiEntry, given: Mapping[str, Argument]) -> bool:
    defaults = dict(entry.parameters)
    for parameter, demand in form.conditions:
        names = parameter.split("|")
        argument = next((given[name] for name in names if name in given), None)
        if not _meets(file, argument, demand, defaults.get(names[0]), given):
            return False
    used = {source for one in form.passes for source in one.sources} | set(_HOLE.findall(form.wrap))
    spared = {name for parameter, _ in form.conditions for name in parameter.split("|")}
    if any(name not in used | spared | set(form.dropped) for name in given):
        return False
    return all(sum(source in given for source in one.sources) <= 1 for one in form.passes)


def _meets(
    file: LintedFile, argument: Argument | None, demand: str, default: str | None, given: Mapping[str, Argument]
) -> bool:
    match demand:
        case "absent":
            return argument is None
        case "given" | "":
            return argument is not None
        case "literal":
            return argument is not None and argument.is_number
        case "not singleton":
            return argument is not None and returns_no_singleton(file, argument)
        case "None given":
            return argument is not None and _is_literal(argument, "None")
        case "atom":
            return argument is not None and is_atom(argument)
        case "single":
            return argument is not None and is_one_tensor(file, argument)
        case "constant":
            return argument is not None and has_no_gradient(file, argument)
        case "dtype=floating":
            return any(is_floating(file, one) for one in given.values())
        case "dtype=float32":
            return argument is not None and has_type(file, argument, "tf.float32")
        case "rank=x":
            values = [given[name] for name in ("x", "y") if name in given]
            return argument is not None and compares_operand(file, argument, values)
        case _ if "=" in demand:
            return False
        case _ if argument is None:
            return default == demand
        case _:
            return _is_literal(argument, demand) or file.path_of(argument.node) == demand


def _is_literal(argument: Argument, demand: str) -> bool:
    """Say whether an argument is written as a literal of the same value: quotes and digits may be written otherwise."""
    try:
        return repr(ast.literal_eval(argument.node)) == repr(ast.literal_eval(demand))
    except (ValueError, SyntaxError):
        return False


class _Form:
    """One call and the form that it gets."""

    def __init__(
        self, file: LintedFile, reference: Reference, call: CallSite, form: Rewrite, given: Mapping[str, Argument]
    ) -> None:
        self._file = file
        self._reference = reference
        self._call = call
        self._form = form
        self._given = given
        self._module = file.tensorflow_name(reference)

    def edits(self) -> tuple[Edit, ...] | None:
        """Return the edits; None where the target cannot be named or a template repeats its argument."""
        rename = _renaming(self._file, self._reference, self._form.target)
        if rename is None or self._module is None or not self._form.target.startswith("tf."):
            return None
        passed = {
            id(self._given[source]): one for one in self._form.passes for source in one.sources if source in self._given
        }
        wrapped = self._wrapping(passed)
        if wrapped is None:
            return None
        around, moved = wrapped
        arguments = self._call.arguments
        removed = [one for one in arguments if id(one) not in passed and one is not moved]
        edits = [*rename, *around, *remove_arguments(self._call, removed)]
        kept = [argument for argument in arguments if id(argument) in passed]
        for position, argument in enumerate(kept):
            change = self._pass_on(argument, passed[id(argument)], self._stays(kept[: position + 1], passed))
            if change is None:
                return None
            edits += change
        added = ", ".join(self._added(one) for one in self._form.passes if self._is_added(one))
        if added and moved is not None:
            return None
        if added:
            edits += append_argument(self._file, self._call, added, alone=not kept)
        return tuple(edits)

    def _stays(self, kept: list[Argument], passed: Mapping[int, Passing]) -> bool:
        """Say whether the last of these arguments may stand by position, as all before it do."""
        if self._form.target.startswith("tf.raw_ops."):
            return False
        order = [name for name, _ in parameters_of_tf2(self._form.target) or ()]
        names = [passed[id(argument)].name for argument in kept]
        return all(argument.name is None for argument in kept) and order[: len(names)] == names

    def _wrapping(self, passed: Mapping[int, Passing]) -> tuple[list[Edit], Argument | None] | None:
        """Return the edits for what stands round the call, and the argument that leaves it; None where it cannot.

        An argument can leave where it is the last one, or the only one.
        """
        call, wrap = self._call, self._spelled(self._form.wrap)
        before, _, after = wrap.partition("{call}")
        holes = _HOLE.findall(before + after)
        if not holes:
            ends = Span(call.span.start, call.span.start), Span(call.span.end, call.span.end)
            return [Edit(span, text) for span, text in zip(ends, (before, after), strict=True) if text], None
        moved = self._given.get(holes[0])
        staying = [one for one in call.arguments if id(one) in passed or one is moved]
        if len(holes) > 1 or moved is None or moved is not staying[-1] or moved.keyword is not None:
            return None
        if wrap == f"{{call}}({{{holes[0]}}})" and staying == [call.arguments[0]]:
            return [Edit(Span(moved.span.start, moved.span.start), ")(")], moved
        if after == f", {{{holes[0]}}})" and len(staying) > 1:
            end = staying[-2].span.end
            return [Edit(Span(call.span.start, call.span.start), before), Edit(Span(end, end), ")")], moved
        return None

    def _is_added(self, one: Passing) -> bool:
        return one.default is not None and not any(source in self._given for source in one.sources)

    def _added(self, one: Passing) -> str:
        return f"{one.name}={self._spelled(one.default or '')}"

    def _spelled(self, text: str) -> str:
        """Return text of the tables with the name that the file has for TensorFlow."""
        return _TENSORFLOW.sub(f"{self._module}.", text)

    def _pass_on(self, argument: Argument, one: Passing, by_position: bool) -> list[Edit] | None:
        before, hole, after = self._spelled(one.template).partition("{}")
        if not hole or "{" in before + after:
            return None
        written = self._in_case(argument, after)
        if written is not None:
            as_it_is = self._pass_on(argument, replace(one, template="{}"), by_position) or []
            changed = [Edit(argument.value, written)] if written != self._file.source(argument.value) else []
            return [*as_it_is, *changed]
        operand = self._file.binds_as_operand(argument) or not (before or after)
        before, after = (before, after) if operand else (f"{before}(", f"){after}")
        edits: list[Edit] = []
        if argument.keyword is not None and argument.name != one.name:
            edits.append(Edit(argument.keyword, one.name))
        elif argument.keyword is None and not by_position:
            before = f"{one.name}={before}"
        if before:
            edits.append(Edit(Span(argument.outer.start, argument.outer.start), before))
        if after:
            edits.append(Edit(Span(argument.outer.end, argument.outer.end), after))
        return edits

    def _in_case(self, argument: Argument, method: str) -> str | None:
        """Return a string as it is written in the case that `.upper()` or `.lower()` would give it."""
        node = argument.node
        if method not in (".upper()", ".lower()") or not (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        ):
            return None
        text = self._file.source(argument.value)
        quotes = text[:1] + text[-1:]
        if quotes not in ("''", '""') or text[1:-1] != node.value:
            return None
        value = node.value.upper() if method == ".upper()" else node.value.lower()
        return f"{quotes[0]}{value}{quotes[0]}"
