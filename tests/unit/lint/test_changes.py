from __future__ import annotations

import pytest

from tf2migrate.lint import CallSite, LintedFile
from tf2migrate.lint.changes import append_argument, name_argument, remove_arguments, remove_statement, wrap
from tf2migrate.model.source import Span
from tf2migrate.source import apply_edits


def call_in(text: str) -> tuple[LintedFile, CallSite]:
    file = LintedFile(text, "a.py")
    return file, file.call_site(min(file.calls, key=lambda call: file.span(call).start))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(n=1)"),
        ("f(a)", "f(a, n=1)"),
        ("f(a, )", "f(a, n=1, )"),
        ("f(\n    a\n)", "f(\n    a, n=1\n)"),
        ("f(\n    a,  # c\n)", "f(\n    a, n=1,  # c\n)"),
        ("f(g(a))", "f(g(a), n=1)"),
    ],
)
def test_an_argument_is_appended(before: str, after: str) -> None:
    file, call = call_in(before)
    assert apply_edits(before, append_argument(file, call, "n=1")) == after


@pytest.mark.parametrize(
    ("before", "removed", "after"),
    [
        ("f(a, b, c)", [0], "f(b, c)"),
        ("f(a, b, c)", [1], "f(a, c)"),
        ("f(a, b, c)", [2], "f(a, b)"),
        ("f(a, b, c)", [0, 1], "f(c)"),
        ("f(a, b, c)", [1, 2], "f(a)"),
        ("f(a, b, c)", [0, 2], "f(b)"),
        ("f(a=1, b=(2), c=3)", [0, 1, 2], "f()"),
        ("f(a)", [0], "f()"),
        ("f(a, b)", [], "f(a, b)"),
    ],
)
def test_arguments_are_removed(before: str, removed: list[int], after: str) -> None:
    _, call = call_in(before)
    assert apply_edits(before, remove_arguments(call, [call.arguments[index] for index in removed])) == after


@pytest.mark.parametrize(("before", "after"), [("f((a))", "f(n=(a))"), ("f(m=a)", "f(n=a)"), ("f(n=a)", "f(n=a)")])
def test_an_argument_gets_a_keyword(before: str, after: str) -> None:
    _, call = call_in(before)
    assert apply_edits(before, name_argument(call.arguments[0], "n")) == after


def test_wrapping_leaves_the_parentheses_of_the_value_alone() -> None:
    _, call = call_in("f(n = ( a + b ))")
    assert apply_edits("f(n = ( a + b ))", wrap(call.arguments[0].outer, "g(", ")")) == "f(n = g(( a + b )))"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x\nf()\ny\n", "x\ny\n"),
        ("x\nf()  # why\ny\n", "x\ny\n"),
        ("f(); x\n", "x\n"),
        ("x; f()\n", "x; pass\n"),
        ("if x:\n    f()\n", "if x:\n    pass\n"),
        ("if x: f()\n", "if x: pass\n"),
        ("def g():\n    f(\n        1,\n    )\n    return\n", "def g():\n    return\n"),
        ("f()", ""),
        ("if x:\n    y\nelif z:\n    f()\n", "if x:\n    y\nelif z:\n    pass\n"),
        (
            "try:\n    x\nexcept E:\n    y\nelse:\n    f()\nfinally:\n    z\n",
            "try:\n    x\nexcept E:\n    y\nelse:\n    pass\nfinally:\n    z\n",
        ),
        ("try:\n    x\nexcept E:\n    f()\n    y\n", "try:\n    x\nexcept E:\n    y\n"),
        (
            "match x:\n    case 1:\n        y\n    case 2:\n        f()\n",
            "match x:\n    case 1:\n        y\n    case 2:\n        pass\n",
        ),
        ("@d\nclass A:\n    def g(self): x; f()\n", "@d\nclass A:\n    def g(self): x; pass\n"),
    ],
)
def test_a_statement_is_removed(before: str, after: str) -> None:
    file = LintedFile(before, "a.py")
    start = before.index("f(")
    call = next(call for call in map(file.call_site, file.calls) if call.span.start == start)
    assert apply_edits(before, remove_statement(file, call.span)) == after


@pytest.mark.parametrize(
    "text",
    ["x = f()\n", "f() + 1\n", "if f():\n    pass\n", "(f())\n", "@f()\ndef g(): pass\n", "@d\n@f()\ndef g(): pass\n"],
)
def test_a_call_within_a_statement_is_none(text: str) -> None:
    file = LintedFile(text, "a.py")
    start = text.index("f()")
    assert file.statement(Span(start, start + 3)) is None
