from __future__ import annotations

import ast

import pytest

from tf2migrate.names import Names
from tf2migrate.names.scopes import NOTED
from tf2migrate.source import LineIndex


def used(text: str) -> list[str]:
    return sorted(use.path for use in Names(ast.parse(text)).uses())


def last_expression(text: str) -> tuple[Names, ast.expr]:
    tree = ast.parse(text)
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return Names(tree), max(nodes, key=lambda node: node.lineno).value


@pytest.mark.parametrize(
    "text",
    [
        "import tensorflow as tf\ntf.placeholder(1)",
        "import tensorflow as T\nT.placeholder(1)",
        "import tensorflow\ntensorflow.placeholder(1)",
        "import tensorflow.compat.v1 as tf\ntf.placeholder(1)",
        "import tensorflow.compat.v1\ntensorflow.compat.v1.placeholder(1)",
        "import tensorflow as tf\ntf.compat.v1.placeholder(1)",
        "from tensorflow.compat import v1\nv1.placeholder(1)",
        "from tensorflow import placeholder\nplaceholder(1)",
        "from tensorflow import placeholder as ph\nph(1)",
        "from tensorflow.compat.v1 import placeholder as ph\nph(1)",
        "from tensorflow.python.ops import array_ops\narray_ops.placeholder(1)",
        "try:\n    import tensorflow.compat.v1 as tf\nexcept ImportError:\n    import tensorflow as tf\ntf.placeholder",
        "try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\ntf.placeholder(1)",
        "tf = None\ndef load():\n    global tf\n    import tensorflow as tf\ndef f():\n    return tf.placeholder(1)",
        "def f():\n    import tensorflow as tf\n    return tf.placeholder(1)",
        "def f():\n    return tf.placeholder(1)\nimport tensorflow as tf",
        "class A:\n    def f(self):\n        return [tf.placeholder(i) for i in x]\nimport tensorflow as tf",
        "import tensorflow as tf\ndef f(a=tf.placeholder):\n    pass",
        "from tensorflow import *\nplaceholder(1)",
        "from tensorflow.compat.v1 import *\ndef f():\n    return placeholder(1)",
    ],
)
def test_every_import_style_is_found(text: str) -> None:
    assert used(text) == ["tf.placeholder"]


@pytest.mark.parametrize(
    "rebound",
    [
        "tf = tf.compat.v1",
        "if tf.__version__ >= '2':\n    tf = tf.compat.v1",
        "if new:\n    tf = tf.compat.v1\n    tf.disable_v2_behavior()",
        "tf = tf.compat.v1 if hasattr(tf, 'compat') else tf",
        "try:\n    tf.Session\nexcept AttributeError:\n    tf = tf.compat.v1",
        "del tf\nimport tensorflow.compat.v1 as tf",
        "tf = tf.compat.v1\ntf = tf.compat.v1",
    ],
)
def test_a_name_that_is_bound_anew_to_a_part_of_itself_is_found(rebound: str) -> None:
    assert "tf.placeholder" in used(f"import tensorflow as tf\n{rebound}\ntf.placeholder(1)")


@pytest.mark.parametrize("rebound", ["tf = tf.nn", "tf = tf.compat.v1 if new else None", "tf = tf.compat.v1\ntf = f()"])
def test_a_name_that_is_bound_to_something_else_as_well_is_not_found(rebound: str) -> None:
    assert "tf.placeholder" not in used(f"import tensorflow as tf\n{rebound}\ntf.placeholder(1)")


@pytest.mark.parametrize(
    ("annotation", "paths"),
    [
        ("'tf.Session'", ["tf.Session"]),
        ("Optional['tf.Session']", ["tf.Session"]),
        ("'Optional[tf.Session]'", ["tf.Session"]),
        ("'tf.Session | None'", ["tf.Session"]),
        ("Annotated['tf.Session', 'tf.Graph']", ["tf.Session"]),
        ("Literal['tf.Session']", []),
        ("typing.Literal['tf.Session']", []),
        ("'tf.Ses' 'sion'", []),
        (r"'tf.Ses\x73ion'", []),
        ("'tf.é'", []),
        ("'see tf.Session'", []),
        ("'''\ntf.Session'''", []),
    ],
)
@pytest.mark.parametrize(
    "form", ["def f(x: {}): pass", "async def f() -> {}: pass", "x: {} = y", "x: {}", "class A:\n    x: {}"]
)
def test_annotations_that_are_texts_are_read(form: str, annotation: str, paths: list[str]) -> None:
    text = f"import tensorflow as tf\n{form.format(annotation)}\n"
    uses = list(Names(ast.parse(text)).uses())
    assert [use.path for use in uses] == paths
    lines = LineIndex(text)
    for use in uses:
        span = lines.node_span(use.node)
        assert text[span.start : span.end] == "tf.Session"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("import tensorflow as tf\nlayers = tf.layers\nlayers.dense(x)", ["tf.layers", "tf.layers.dense"]),
        ("import tensorflow as tf\na, b = tf.add, tf.log\nb(x)", ["tf.add", "tf.log", "tf.log"]),
        ("from tensorflow.contrib import slim\nslim.conv2d(x)", ["tf.contrib.slim.conv2d"]),
        ("import tensorflow.contrib.slim as slim\nslim.conv2d(x)", ["tf.contrib.slim.conv2d"]),
        ("import tensorflow.contrib.slim\ntensorflow.contrib.slim.conv2d(x)", ["tf.contrib.slim.conv2d"]),
        ("from tensorflow.python.framework import ops\nops.reset_default_graph()", ["tf.reset_default_graph"]),
        ("import tensorflow as tf\ntf.placeholder(tf.float32).shape", ["tf.float32", "tf.placeholder"]),
        (
            "import tensorflow as tf\ntry:\n    c = tf.nn.rnn_cell\nexcept NameError:\n    c = tf.contrib.rnn\nc.LSTM",
            ["tf.contrib.rnn", "tf.nn.rnn_cell", "tf.nn.rnn_cell.LSTM"],
        ),
    ],
)
def test_aliases_are_followed(text: str, paths: list[str]) -> None:
    assert used(text) == sorted(paths)


@pytest.mark.parametrize(
    "text",
    [
        "tf.placeholder(1)",
        "import numpy as tf\ntf.placeholder(1)",
        "import tensorflow as tf\ndef f(tf):\n    tf.placeholder(1)",
        "import tensorflow as tf\ndef f():\n    tf = g()\n    tf.placeholder(1)",
        "import tensorflow as tf\n[tf.placeholder(1) for tf in x]",
        "import tensorflow as tf\nlambda tf: tf.placeholder(1)",
        "import tensorflow as tf\nfor tf in x:\n    tf.placeholder(1)",
        "import tensorflow as tf\nwith open(x) as tf:\n    tf.placeholder(1)",
        "class A:\n    import tensorflow as tf\n    def f(self):\n        tf.placeholder(1)",
        "def f():\n    import tensorflow as tf\ntf.placeholder(1)",
        "from .tensorflow import placeholder\nplaceholder(1)",
        "import tensorflow_probability as tf\ntf.placeholder(1)",
        "from tensorflow import *\ndef placeholder(x):\n    return x\nplaceholder(1)",
        "from tensorflow import *\nno_such_name(1)",
        "from numpy import *\nplaceholder(1)",
        "if x:\n    from tensorflow import log\nelse:\n    from math import log\nlog(1)",
        "a = b\nb = a\na.placeholder(1)",
        "'import tensorflow as tf; tf.placeholder(1)'",
    ],
)
def test_what_is_not_surely_tensorflow_is_left(text: str) -> None:
    assert used(text) == []


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        ("sess = tf.Session()\nsess", "tf.Session"),
        ("with tf.Session() as sess:\n    sess", "tf.Session"),
        ("sess = None\nsess = tf.Session()\nsess", "tf.Session"),
        ("class A:\n    def a(self):\n        self.s = tf.Session()\n    def b(self):\n        self.s", "tf.Session"),
        ("o = tf.train.AdamOptimizer(1)\nt = o.minimize(l)\nt", "tf.train.AdamOptimizer.minimize"),
        ("tf.train.AdamOptimizer(1).minimize(l)", "tf.train.AdamOptimizer.minimize"),
        ("a = b = tf.Session()\nc = a\nc", "tf.Session"),
        ("sess = tf.Session()\nsess = g()\nsess", None),
        ("def f(sess):\n    sess", None),
        ("for sess in x:\n    sess", None),
        ("a = a\na", None),
    ],
)
def test_the_maker_of_a_value(text: str, maker: str | None) -> None:
    names, node = last_expression("import tensorflow as tf\n" + text)
    assert names.made_by(node) == maker


def test_parameters_are_told_from_other_names() -> None:
    names, node = last_expression("def f(sess):\n    sess")
    assert names.is_parameter(node)
    names, node = last_expression("def f(sess):\n    sess = 1\n    sess")
    assert not names.is_parameter(node)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import tensorflow as T\nx", "T"),
        ("import tensorflow\nx", "tensorflow"),
        ("def f():\n    import tensorflow as inner\n    x", "inner"),
        ("import tensorflow as tf\ndef f(tf):\n    x", None),
        ("from tensorflow import log\nx", None),
    ],
)
def test_the_name_of_tensorflow_at_a_place(text: str, name: str | None) -> None:
    names, node = last_expression(text)
    assert names.tensorflow_name(node) == name


EVERY_KIND = """
@decorate(a.b if c else d)
def f(x: p.q = r.s, *, y=not t):
    assert x == y and {x, y}
    while -x:
        x.y = [f(i) for i in j if i > 1 for k in l]
        x, z.w = 1, 2
    return lambda v=g(): [h(v), {k: v for k, v in {m.n: o()}.items()}]
class A(B(), key=C.D):
    e: f.g = h()
    for i in j:
        match i:
            case K.L if m():
                n = {1: o.p, **q()}
try:
    async def g():
        async with a() as b.c, d.e as f:
            if (x := y.z()):
                yield u[v():w.x], f"{y!r:{z()}}"
except a.b() as c:
    del d.e
"""


@pytest.mark.parametrize("kind", sorted(NOTED, key=lambda kind: kind.__name__))
def test_all_nodes_of_the_noted_kinds_are_known(kind: type[ast.AST]) -> None:
    tree = ast.parse(EVERY_KIND)
    expected = {node for node in ast.walk(tree) if type(node) is kind}
    found = Names(tree).nodes_of(kind)
    assert expected and set(found) == expected and len(found) == len(expected)
