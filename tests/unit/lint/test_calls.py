from __future__ import annotations

import pytest

from tf2migrate.lint import CallSite, LintedFile


def call_in(text: str) -> tuple[LintedFile, CallSite]:
    file = LintedFile(text, "a.py")
    return file, file.call_site(min(file.calls, key=lambda call: file.span(call).start))


@pytest.mark.parametrize(
    ("text", "outer"),
    [
        ("f(a)", ["a"]),
        ("f((a), b)", ["(a)", "b"]),
        ("f(((a)) , (b))", ["((a))", "(b)"]),
        ("(f)(a)", ["a"]),
        ("f  (  # (\n  (  # )\n a  # ),\n )  # (\n , b\n)", ["(  # )\n a  # ),\n )", "b"]),
        ("f((a, b))", ["(a, b)"]),
        ("f(x for x in y)", ["x for x in y"]),
        ("f((x for x in y))", ["(x for x in y)"]),
        ("f((a)(b))", ["(a)(b)"]),
        ("f((a) + (b), (c))", ["(a) + (b)", "(c)"]),
        ("f(k=(a), *(b), **(c))", ["(a)", "(b)", "(c)"]),
        ("f(k = (  # (\n(a)), j=b)", ["(  # (\n(a))", "b"]),
        ("f('(', (')'))", ["'('", "(')')"]),
        ("f(é, (ü))", ["é", "(ü)"]),
        ("f(a\\\n , b)", ["a", "b"]),
    ],
)
def test_arguments_with_their_parentheses(text: str, outer: list[str]) -> None:
    file, call = call_in(text)
    assert [file.source(argument.outer) for argument in call.arguments] == outer


def test_the_parts_of_an_argument() -> None:
    file, call = call_in("f(a, *b, k=(1), **c)")
    spans = [file.source(one.span) for one in call.arguments]
    assert spans == ["a", "*b", "k=(1)", "**c"]
    assert [one.name for one in call.arguments] == [None, None, "k", None]
    keyword = call.keyword("k")
    assert keyword is not None and keyword.keyword is not None
    assert (file.source(keyword.keyword), file.source(keyword.value)) == ("k", "1")
    assert keyword.is_number and keyword.is_integer
    assert call.starred


def test_a_sign_or_a_truth_value_makes_no_number() -> None:
    _, call = call_in("f(-1, True, 2.0, 1j)")
    assert [one.is_number for one in call.arguments] == [False, False, True, False]
    assert not any(one.is_integer for one in call.arguments)


def test_method_and_receiver() -> None:
    file, call = call_in("(a.b)\\\n .run(x)")
    assert call.method == "run"
    assert call.receiver is not None and file.source(file.span(call.receiver)) == "a.b"
    assert file.source(call.close) == ")"


def test_a_receiver_in_parentheses_keeps_them_when_the_method_goes() -> None:
    from tf2migrate.lint import local_edits
    from tf2migrate.source import apply_edits

    text = "import tensorflow as tf\n\nv = tf.Variable(1.0)\nw = (v).initialized_value()\n"
    assert apply_edits(text, local_edits(text, "a.py")).endswith("w = (v)\n")
