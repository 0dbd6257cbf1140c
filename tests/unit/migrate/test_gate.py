"""The last gate: what does not parse, is not native or reads what is gone never leaves."""

from __future__ import annotations

import pytest

from tf2migrate.migrate.gate import missing_names, native_refusals
from tf2migrate.migrate.render import Rendered


def refused(text: str, lines: tuple[int, ...] | None = None) -> list[tuple[str, int]]:
    rendered = Rendered(text, lines or tuple(range(1, text.count("\n") + 2)))
    return [(one.code, one.row) for one in native_refusals("p.py", rendered, "")]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\nprint(x, __file__, __name__, len)",
        "def f():\n    return later\nlater = 1",
        "def f():\n    global made\n    made = 1\nf()\nprint(made)",
        "def f(a, *b, c=1, **d):\n    return [a for a in b], c, d",
        "class A:\n    x = 1\n    y = x",
        "class A:\n    def f(self):\n        return __class__, super()",
        "from numpy import *\nprint(array)",
        "try:\n    pass\nexcept ValueError as error:\n    print(error)",
        "import os.path\nprint(os)",
        "for i in range(3):\n    pass\nprint(i)",
        "with open('f') as f, open('g') as (a, b):\n    print(f, a, b)",
        "if (n := 3) > 2:\n    print(n)",
        "[k for k in range(3)]\nx = lambda y: y",
        "def outer():\n    v = 1\n    def inner():\n        nonlocal v\n        v = v + 1\n    return inner",
        "print(f'{1 + 1}', __doc__)",
        "match 3:\n    case [a, *b]:\n        print(a, b)\n    case {'k': c, **d}:\n        print(c, d)",
        "def f(x: 'int') -> None: ...",
        "del_me = 1\ndel del_me",
    ],
)
def test_names_that_are_there(text: str) -> None:
    assert missing_names(text) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("print(x)", [("x", 1)]),
        ("def f():\n    return x", [("x", 2)]),
        ("def f():\n    x = 1\nprint(x)", [("x", 3)]),
        ("class A:\n    x = 1\n    def f(self):\n        return x", [("x", 4)]),
        ("def f(a=b):\n    pass", [("b", 1)]),
        ("@gone\ndef f():\n    pass", [("gone", 1)]),
        ("x = 1\nprint(f'{x} {y!r:>{z}}')", [("y", 2), ("z", 2)]),
        ("x += 1", []),
        ("print(a)\nprint(a, c)", [("a", 1), ("c", 2)]),
    ],
)
def test_names_that_are_gone(text: str, missing: list[tuple[str, int]]) -> None:
    assert missing_names(text) == missing


def test_clean_text_passes() -> None:
    assert refused("import tensorflow as tf\nprint(tf.square(2.0))\n") == []


def test_text_that_does_not_parse_is_refused_at_its_original_line() -> None:
    assert refused("x = 1\ny = = 2\n", (4, 9, 10)) == [("TFM971", 9)]


def test_an_unknown_name_is_refused_at_the_line_above_it() -> None:
    assert refused("x = 1\nmade = gone\n", (7, 0, 8)) == [("TFM976", 7)]


@pytest.mark.parametrize(
    "use",
    ["tf.Session()", "tf.placeholder(tf.float32)", "tf.compat.v1.Session()", "tf.global_variables_initializer()"],
)
def test_what_tensorflow_2_lacks_is_refused(use: str) -> None:
    assert ("TFM971", 2) in refused(f"import tensorflow as tf\nx = {use}\n")


def test_nothing_is_told_twice() -> None:
    found = refused("print(gone)\nprint(gone)\n")
    assert found == [("TFM976", 1)]
