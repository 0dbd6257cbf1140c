"""The gate finds names that a body reads above all that binds them; the MNIST reader comes behind its imports."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.migrate.gate import early_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("print(a)\na = 1\n", ["a"]),
        ("def f(x=a):\n    return x\na = 1\n", ["a"]),
        ("@a\ndef f():\n    pass\ndef a(g):\n    return g\n", ["a"]),
        ("def f():\n    print(a)\n    a = 1\n", ["a"]),
        ("def f():\n    return a\na = 1\n", []),
        ("def f(a):\n    print(a)\n    a = 1\n", []),
        ("for i in range(2):\n    if i:\n        print(a)\n    a = i\n", []),
        ("def g():\n    global a\n    a = 1\ng()\nprint(a)\na = 2\n", []),
        ("print([a for a in (1, 2)])\na = 1\n", []),
        ("print(max(1, 2))\nmax = 3\n", []),
    ],
)
def test_names_that_are_read_early(text: str, names: list[str]) -> None:
    assert [name for name, _ in early_names(ast.parse(text))] == names


@pytest.mark.parametrize(
    "imports",
    [
        "from tensorflow.examples.tutorials.mnist import input_data\nmnist = input_data.read_data_sets('d')\n"
        "import tensorflow as tf\nimport numpy as np\n",
        "from tensorflow.examples.tutorials.mnist import input_data\nimport tensorflow as tf, numpy\n"
        "mnist = input_data.read_data_sets('d')\n",
        "import tensorflow as T\nimport numpy as n\nfrom tensorflow.examples.tutorials.mnist import input_data\n"
        "mnist = input_data.read_data_sets('d')\n",
    ],
)
def test_the_reader_stands_behind_what_it_imports(tmp_path: Path, imports: str) -> None:
    tf = "T" if " as T" in imports else "tf"
    entry = tmp_path / "entry.py"
    entry.write_text(
        f"{imports}x = {tf}.placeholder({tf}.float32)\ny = x * 2\n"
        f"with {tf}.Session() as s:\n    print(s.run(y, {{x: mnist.train.images}}))\n"
    )
    (result,) = migrate_program(entry)
    assert result.text is not None, result.refusals
    assert early_names(ast.parse(result.text)) == []
    assert f"{tf}.keras.datasets" in result.text
