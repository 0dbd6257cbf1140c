"""The native form of one TF1 call: which TensorFlow 2 call, with which arguments, keeps its law."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tf2migrate.knowledge.lookup import parameters_of_tf2
from tf2migrate.model.api import ApiEntry, ApiStatus, Passing, Rewrite

Facts = Callable[[str, str], bool | None]
"""Answers a demand on the argument of a TF1 parameter: `("params", "single")`; None where it cannot be known."""

DEMANDS = frozenset({"atom", "boolean", "constant", "literal", "not singleton", "one", "several", "single", "sparse"})
_FACT_PREFIXES = ("rank=", "dtype=")
_HOLE = re.compile(r"\{(\w*)\}")
_ATOM = re.compile(r"[A-Za-z_][\w.]*|\d+(\.\d+)?")
_INDEXED = re.compile(r"\w+\[\d+\]")


@dataclass(frozen=True, slots=True)
class NativeArgument:
    """One argument as it is written: its text, and its TF2 parameter unless it goes by position."""

    text: str
    keyword: str | None = None

    def render(self) -> str:
        """Return the argument's source text."""
        return self.text if self.keyword is None else f"{self.keyword}={self.text}"


@dataclass(frozen=True, slots=True)
class NativeCall:
    """A TensorFlow 2 call; `text` is the whole expression that replaces the TF1 call."""

    target: str
    arguments: tuple[NativeArgument, ...]
    text: str


def native_call(
    entry: ApiEntry, arguments: Mapping[str, str], positional: Collection[str] = (), facts: Facts | None = None
) -> NativeCall | None:
    """Return the native form of a call, None where none is certain to keep the law.

    `arguments` maps each given TF1 parameter to its source text, in the order of the call, as `bind` names them;
    `positional` names those given by position. `facts` answers what text alone cannot: "rank=x", "rank=4",
    "dtype=float32", "dtype=floating", "single" (one tensor, no list of shards), "constant" (no gradient reaches it) ..
    """
    if entry.status in (ApiStatus.SAME, ApiStatus.RENAMED):
        return _unchanged(entry, arguments, positional)
    for rewrite in entry.rewrites:
        if _holds(entry, rewrite, arguments, facts):
            return _written(rewrite, arguments, positional)
    return None


def _unchanged(entry: ApiEntry, arguments: Mapping[str, str], positional: Collection[str]) -> NativeCall | None:
    target = entry.target
    if target is None:
        return None
    after = parameters_of_tf2(target)
    if after is None or not entry.bound:
        written = tuple(
            NativeArgument(text, None if name in positional or _INDEXED.fullmatch(name) else name)
            for name, text in arguments.items()
        )
        return _call(target, written, "{call}", arguments)
    names = [name for name, _ in after]
    takes_any = any(name.startswith("**") for name in names)
    if not all(name in names or takes_any or _INDEXED.fullmatch(name) for name in arguments):
        return None
    passes = tuple(Passing(name, (name,)) for name in arguments)
    return _written(Rewrite(target, passes), arguments, positional)


def _holds(entry: ApiEntry, rewrite: Rewrite, arguments: Mapping[str, str], facts: Facts | None) -> bool:
    used = {source for passing in rewrite.passes for source in passing.sources} | set(rewrite.dropped)
    used |= set(_HOLE.findall(rewrite.wrap)) | set(_HOLE.findall(rewrite.target))
    used |= {name for parameters, _ in rewrite.conditions for name in parameters.split("|")}
    if not set(arguments) <= used:
        return False
    defaults = dict(entry.parameters)
    return all(
        _condition_holds(parameters, literal, arguments, defaults, facts) for parameters, literal in rewrite.conditions
    )


def _condition_holds(
    parameters: str, literal: str, arguments: Mapping[str, str], defaults: Mapping[str, str | None], facts: Facts | None
) -> bool:
    names = parameters.split("|")
    given = next((name for name in names if name in arguments), None)
    if literal == "absent":
        return given is None
    if literal == "given":
        return given is not None
    if literal.endswith(" given"):
        return given is not None and arguments[given] == literal.removesuffix(" given")
    if literal in DEMANDS or literal.startswith(_FACT_PREFIXES):
        return given is None or _demand_holds(given, literal, arguments[given], facts)
    text = arguments[given] if given is not None else defaults.get(names[0])
    return text is not None and _same_literal(text, literal)


def _same_literal(text: str, literal: str) -> bool:
    if text == literal:
        return True
    try:
        return bool(ast.literal_eval(text) == ast.literal_eval(literal))
    except (ValueError, SyntaxError):
        return False


def _demand_holds(parameter: str, demand: str, text: str, facts: Facts | None) -> bool:
    answer = facts(parameter, demand) if facts is not None else None
    return _textually(demand, text) if answer is None else answer


def _textually(demand: str, text: str) -> bool:
    """Return what the text of an argument alone says of a demand; what it cannot say is no."""
    if demand == "atom":
        return _ATOM.fullmatch(text) is not None
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return False
    match demand:
        case "literal" | "dtype=floating":
            return isinstance(tree, ast.Constant) and isinstance(tree.value, float)
        case "boolean":
            return not (isinstance(tree, ast.Constant) and not isinstance(tree.value, bool))
        case "not singleton":
            return not (isinstance(tree, ast.Lambda) and _length(tree.body) == 1)
        case "several":
            return (_length(tree) or 0) > 1
        case "one" | "single":
            return _length(tree) == 1
        case _:
            return False


def _length(tree: ast.expr) -> int | None:
    """Return the number of elements of a list or tuple display; None for anything else."""
    if not isinstance(tree, (ast.List, ast.Tuple)) or any(isinstance(item, ast.Starred) for item in tree.elts):
        return None
    return len(tree.elts)


def _written(rewrite: Rewrite, arguments: Mapping[str, str], positional: Collection[str]) -> NativeCall:
    target = _fill(rewrite.target, arguments)
    order = [name for name, _ in parameters_of_tf2(rewrite.target) or ()]
    written: list[NativeArgument] = []
    in_place = True
    for passing in rewrite.passes:
        source = next((name for name in passing.sources if name in arguments), None)
        if source is None and passing.default is None:
            continue
        text = passing.default or "" if source is None else _fill(passing.template, arguments, arguments[source])
        if source is not None and _INDEXED.fullmatch(source):
            written.append(NativeArgument(text))
            continue
        index = len(written)
        in_place = in_place and source in positional and index < len(order) and order[index] == passing.name
        written.append(NativeArgument(text, None if in_place else passing.name))
    return _call(target, tuple(written), rewrite.wrap, arguments)


def _call(target: str, written: tuple[NativeArgument, ...], wrap: str, arguments: Mapping[str, str]) -> NativeCall:
    ordered = (*(a for a in written if a.keyword is None), *(a for a in written if a.keyword is not None))
    call = f"{target}({', '.join(argument.render() for argument in ordered)})"
    return NativeCall(target, ordered, _fill(wrap, {**arguments, "call": call}, plain=("call",)))


def _fill(template: str, arguments: Mapping[str, str], own: str = "", plain: tuple[str, ...] = ()) -> str:
    """Return a template with its holes filled: `{}` and `{0}` by the own text, `{x}` by the argument of `x`."""
    alone = template in ("{}", "{call}")

    def text_of(match: re.Match[str]) -> str:
        name = match.group(1)
        text = own if name in ("", "0") else arguments[name]
        enclosed = alone or name in plain or _is_enclosed(template, match)
        return text if enclosed or _ATOM.fullmatch(text) else f"({text})"

    return _HOLE.sub(text_of, template)


def _is_enclosed(template: str, match: re.Match[str]) -> bool:
    """Say whether a hole is a whole argument, list element or lambda body, where any expression may stand."""
    before, after = template[: match.start()].rstrip(), template[match.end() :].lstrip()
    return before.endswith(("(", "[", ",", "=", ":")) and after.startswith((")", "]", ","))
