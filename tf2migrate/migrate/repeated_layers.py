"""`repeat` and `stack` of contrib: the calls that they make, one inside of the other.

It is text before planning: the functions do no more, as long as their scopes are written.
"""

from __future__ import annotations

import ast

from tf2migrate.migrate.inlining import Inlined
from tf2migrate.migrate.render import Rendered, Renderer, concat, join
from tf2migrate.migrate.syntax import Syntax, argument
from tf2migrate.migrate.texts import Texts
from tf2migrate.model.facts import Program
from tf2migrate.model.source import Span
from tf2migrate.names import Names as Symbols

_FUNCTIONS = {f"tf.contrib.{module}.{name}": name for module in ("layers", "slim") for name in ("repeat", "stack")}
_MOST = 16


def write_repeated(texts: Texts, program: Program) -> Texts | None:
    """Return the texts with such calls written out, None where there are none."""
    changed = texts
    for path in program.files:
        text = changed.source(path).text
        if ".repeat" not in text and "stack" not in text and "repeat(" not in text:
            continue
        syntax, found = Syntax.parse(path, text), False
        renderer, symbols = Renderer(text, syntax.index), Symbols(syntax.tree)
        for call in ast.walk(syntax.tree):
            name = _FUNCTIONS.get(symbols.path(call.func) or "") if isinstance(call, ast.Call) else None
            if name is not None and isinstance(call, ast.Call):
                found = _write(syntax, renderer, call, name) or found
        if found:
            rendered = renderer.render(Span(0, len(text)))
            changed = changed.then(path, Inlined(rendered.text, rendered.lines))
    return None if changed is texts else changed


def _write(syntax: Syntax, renderer: Renderer, call: ast.Call, name: str) -> bool:
    """Register the calls that one of the functions makes; False where they do not follow from its text."""
    scope = argument(call, "scope")
    starred = any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords)
    if starred or len(call.args) < 3 or not (isinstance(scope, ast.Constant) and isinstance(scope.value, str)):
        return False
    name_of_scope = scope.value
    inputs, *rest = call.args
    first, second, *others = rest
    layer, rounds = (second, _repetitions(first, others)) if name == "repeat" else (first, _arguments(second, others))
    if rounds is None:
        return False
    keywords = [one for one in call.keywords if one.arg != "scope"]

    def rendered(node: ast.expr | ast.keyword) -> Rendered:
        return renderer.render(syntax.span(node))

    def build() -> Rendered:
        text = rendered(inputs)
        for number, given in enumerate(rounds, 1):
            inner = Rendered.new(f'scope="{name_of_scope}/{name_of_scope}_{number}"')
            parts = [text, *map(rendered, given), *map(rendered, keywords), inner]
            text = concat([rendered(layer), "(", join(", ", parts), ")"])
        return text

    renderer.add(syntax.span(call), build)
    return True


def _repetitions(count: ast.expr, given: list[ast.expr]) -> list[list[ast.expr]] | None:
    known = isinstance(count, ast.Constant) and isinstance(count.value, int) and 0 < count.value <= _MOST
    return [given] * count.value if known and isinstance(count, ast.Constant) else None  # type: ignore[operator]


def _arguments(given: ast.expr, others: list[ast.expr]) -> list[list[ast.expr]] | None:
    if others or not isinstance(given, (ast.List, ast.Tuple)):
        return None
    return [list(one.elts) if isinstance(one, (ast.List, ast.Tuple)) else [one] for one in given.elts]
