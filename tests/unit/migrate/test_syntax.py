"""The tree of one file by references, arguments of calls, free names."""

from __future__ import annotations

import ast

import pytest

from tf2migrate.migrate.syntax import Names, Syntax, argument, is_atom, snake
from tf2migrate.source import node_ref

TEXT = 'é = "ä"; value = f(1, *rest, key=é)\nclass C:\n    def m(self, p): pass\n'


def call(text: str) -> ast.Call:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    return node


def test_nodes_are_found_by_their_references() -> None:
    syntax = Syntax.parse("p.py", TEXT)
    node = next(n for n in ast.walk(syntax.tree) if isinstance(n, ast.Call))
    assert syntax.nodes[node_ref("p.py", node)] is node
    assert syntax.call(node_ref("p.py", node)) is node
    assert syntax.source(node) == "f(1, *rest, key=é)"
    assert syntax.source(syntax.statement_of(node.args[0])) == "value = f(1, *rest, key=é)"
    assert syntax.call(node_ref("p.py", node.func)) is None


@pytest.mark.parametrize(
    ("text", "position", "found"),
    [
        ("f(1, 2)", 1, "2"),
        ("f(1, key=2)", 1, "2"),
        ("f(1)", 1, None),
        ("f(1)", None, None),
        ("f(1, 2)", None, None),
        ("f(1, *rest)", 1, None),
        ("f(**rest)", 0, None),
    ],
)
def test_arguments_by_keyword_or_position(text: str, position: int | None, found: str | None) -> None:
    node = argument(call(text), "key", position)
    assert (ast.unparse(node) if node is not None else None) == found


@pytest.mark.parametrize(
    ("text", "atom"),
    [("x", True), ("x.y", True), ("f()", True), ("x[0]", True), ("a + b", False), ("-x", False), ("lambda: x", False)],
)
def test_what_needs_parentheses_before_a_dot(text: str, atom: bool) -> None:
    assert is_atom(ast.parse(text, mode="eval").body) is atom


def names(text: str) -> Names:
    return Names(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "step = 1",
        "def step(): pass",
        "class step: pass",
        "def f(step): pass",
        "lambda *step: 0",
        "import step",
        "import step.inner",
        "import a as step",
        "from a import step",
        "for step in x: pass",
        "with a as step: pass",
        "(step := 1)",
        "def f():\n    global step\n    step = 1",
        "print(step)",
    ],
)
def test_names_of_the_file_are_taken(text: str) -> None:
    assert names(text).fresh("step") == "step_2"


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    pass\nexcept ValueError as step:\n    pass",
        "def f():\n    global step",
        "match x:\n    case [step]:\n        pass",
        "match x:\n    case {**step}:\n        pass",
        "async def step(): pass",
    ],
)
def test_names_bound_in_rare_ways_are_taken(text: str) -> None:
    assert names(text).fresh("step") == "step_2"


@pytest.mark.parametrize("text", ["x.step", "f(step=1)", "'step'", "# step"])
def test_what_is_no_name_of_the_file_is_free(text: str) -> None:
    assert names(text).fresh("step") == "step"


def test_fresh_names_are_taken_from_then_on() -> None:
    found = names("a_2 = 1")
    assert [found.fresh("a") for _ in range(3)] == ["a", "a_3", "a_4"]
    assert found.fresh("a", "b") == "b"
    assert found.fresh("class") == "class_2"


def test_released_names_are_free_again() -> None:
    found = names("step = 1")
    found.release("step")
    found.release("never")
    assert found.fresh("step") == "step"


def test_local_names_do_not_show_outside() -> None:
    outer = names("x = 1")
    inner = outer.local()
    assert (inner.fresh("x"), inner.fresh("tape")) == ("x_2", "tape")
    assert (outer.fresh("x"), outer.fresh("tape")) == ("x_2", "tape")


@pytest.mark.parametrize(
    ("name", "snaked"),
    [
        ("NextLoss", "next_loss"),
        ("RMSE", "rmse"),
        ("lossD", "loss_d"),
        ("D_loss", "d_loss"),
        ("dW1", "d_w1"),
        ("x", "x"),
        ("_hidden_", "hidden"),
        ("__", "value"),
        ("HTTPServer2", "http_server2"),
        ("a.b", "a_b"),
    ],
)
def test_names_of_functions_are_written_with_underscores(name: str, snaked: str) -> None:
    assert snake(name) == snaked
    assert snake(snake(name)) == snaked
