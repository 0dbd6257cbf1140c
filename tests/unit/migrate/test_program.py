"""A program of several files: each file has its result, and one refusal holds all of them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult, Status

ENTRY = """\
import tensorflow as tf

import layers

x = tf.placeholder(tf.float32, [None, 2])
y = layers.squash(x)

with tf.Session() as sess:
    print(sess.run(y, {x: [[1.0, 2.0]]}))
"""
LAYERS = """\
import tensorflow as tf


def squash(v):
    return tf.log(v)
"""


@pytest.fixture
def migrate(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Return a function that writes some files and migrates the first."""

    def run(**files: str) -> dict[str, FileResult]:
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        entry = tmp_path / f"{next(iter(files))}.py"
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        results = {Path(result.path).stem: result for result in migrate_program(entry, tmp_path)}
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
        return results

    return run


def test_a_module_that_computes_is_migrated_with_the_program(migrate) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main=ENTRY, layers=LAYERS)
    assert {name: result.status for name, result in results.items()} == {
        "main": Status.NATIVE,
        "layers": Status.NATIVE,
    }
    assert results["layers"].text == LAYERS.replace("tf.log", "tf.math.log")
    assert "    y = layers.squash(x)\n" in results["main"].text


def test_a_module_that_is_native_stays(migrate) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main=ENTRY, layers=LAYERS.replace("tf.log", "tf.square"))
    assert results["layers"].status is Status.UNCHANGED
    assert results["layers"].text is None


@pytest.mark.parametrize(
    "module",
    [
        LAYERS.replace("tf.log(v)", "tf.contrib.layers.flatten(tf.contrib.crf.crf_decode(v))"),
        LAYERS + "\n\nstate = tf.train.import_meta_graph('model.meta')\n",
    ],
    ids=["no native form", "not evaluated"],
)
def test_one_refusal_holds_all_files_back(migrate, module: str) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main=ENTRY, layers=module)
    assert {result.status for result in results.values()} == {Status.REFUSED}
    assert all(result.text is None and result.map is None for result in results.values())
    assert len({result.refusals for result in results.values()}) == 1
    assert {Path(refusal.path).stem for refusal in results["main"].refusals} == {"layers"}


def test_planning_is_repeatable(migrate, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    first = migrate(main=ENTRY, layers=LAYERS)
    assert migrate_program(tmp_path / "main.py", tmp_path) == tuple(first.values())


def test_emitted_functions_name_their_original_lines(migrate) -> None:  # type: ignore[no-untyped-def]
    result = migrate(main=ENTRY, layers=LAYERS)["main"]
    (function,) = result.functions
    assert (function.name, function.kind, function.original_lines) == ("compute_y", "step", (6,))


def test_a_run_that_is_never_reached_is_named(migrate) -> None:  # type: ignore[no-untyped-def]
    text = ENTRY + "    if False:\n        print(sess.run(y))\n"
    result = migrate(main=text, layers=LAYERS)["main"]
    assert [(refusal.row, refusal.code) for refusal in result.refusals] == [(11, "TFM977")]


AGENT = """\
import tensorflow as tf


class Agent:
    def __init__(self):
        self.x = tf.placeholder(tf.float32, [None, 2])
        self.w = tf.Variable([[1.0], [2.0]])
        self.y = tf.matmul(self.x, self.w)
        self.sess = tf.Session()
        self.sess.run(tf.global_variables_initializer())

    def act(self, x):
        return self.sess.run(self.y, {self.x: x})
"""


def test_an_object_of_a_module_owns_its_graph(migrate) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main="from brain import Agent\n\nprint(Agent().act([[1.0, 2.0]]))\n", brain=AGENT)
    assert results["main"].status is Status.UNCHANGED
    assert results["brain"].status is Status.NATIVE
    assert "        return self.compute_y(x).numpy()\n" in results["brain"].text
    assert [site.original.line for site in results["brain"].map.sites] == [10, 13]


def test_a_graph_of_an_object_is_run_by_another_module(migrate) -> None:  # type: ignore[no-untyped-def]
    main = "from brain import Agent\n\na = Agent()\nprint(a.sess.run(a.y, {a.x: [[1.0, 2.0]]}))\n"
    results = migrate(main=main, brain=AGENT)
    assert {result.status for result in results.values()} == {Status.NATIVE}
    assert results["main"].text.endswith("print(a.compute_y([[1.0, 2.0]]).numpy())\n")
    assert [site.original.line for site in results["main"].map.sites] == [4]


def test_a_graph_of_a_function_that_another_module_runs_is_refused(migrate) -> None:  # type: ignore[no-untyped-def]
    build = "def build():\n    x = tf.placeholder(tf.float32, [])\n    return x, x * tf.Variable(2.0)\n"
    main = "import tensorflow as tf\nfrom brain import build\n\nx, y = build()\nprint(tf.Session().run(y, {x: 1.0}))\n"
    results = migrate(main=main, brain="import tensorflow as tf\n\n\n" + build)
    assert {result.status for result in results.values()} == {Status.REFUSED}


def test_each_file_has_its_own_graphs(migrate) -> None:  # type: ignore[no-untyped-def]
    module = (
        LAYERS
        + "\n\nv = tf.Variable(2.0)\nwith tf.Session() as sess:\n    sess.run(v.initializer)\n    print(sess.run(v * 2.0))\n"
    )
    results = migrate(main=ENTRY, layers=module)
    assert {result.status for result in results.values()} == {Status.NATIVE}
    assert "print((v * 2.0).numpy())" in results["layers"].text


FUNCTION = """\
import tensorflow as tf


def dense(v, name):
    with tf.variable_scope(name):
        return tf.matmul(v, tf.get_variable("w", [2, 2]))
"""
USES = """\
import tensorflow as tf

{imports}

x = tf.placeholder(tf.float32, [None, 2])
y = {call}

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(y, {{x: [[1.0, 2.0]]}}))
"""


@pytest.mark.parametrize(
    ("imports", "call", "written"),
    [
        ("from layers import dense", 'dense(x, "a")', ("from layers import Dense", "dense = Dense()")),
        ("from layers import dense as fc", 'fc(x, "a")', ("from layers import Dense", "fc = Dense()")),
        ("from layers import *", 'dense(x, "a")', ("from layers import *", "dense = Dense()")),
        ("import layers", 'layers.dense(x, "a")', ("import layers", "dense = layers.Dense()")),
        ("import layers\n\nDense = 1", 'layers.dense(x, "a")', ("import layers", "dense = layers.DenseModule()")),
    ],
)
def test_a_class_is_named_as_its_function_was(migrate, imports: str, call: str, written: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main=USES.format(imports=imports, call=call), layers=FUNCTION)
    assert all(result.status is Status.NATIVE for result in results.values()), results["main"].refusals
    assert all(line in results["main"].text.splitlines() for line in written)


@pytest.mark.parametrize(
    ("imports", "call", "more"),
    [
        ("from layers import dense\n\nprint(dense.__name__)", 'dense(x, "a")', ""),
        ("import layers\n\nmakers = [layers.dense]", 'makers[0](x, "a")', ""),
        ("from layers import dense", 'dense(x, "a")', '\n\nif __name__ == "__main__":\n    print(dense(1, "b"))\n'),
        ("try:\n    from layers import dense\nexcept ImportError:\n    from net import dense", 'dense(x, "a")', ""),
    ],
    ids=["a value", "in a list", "not evaluated", "not imported"],
)
def test_a_function_that_is_named_otherwise_is_refused(migrate, imports: str, call: str, more: str) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main=USES.format(imports=imports, call=call), layers=FUNCTION + more)
    assert {result.status for result in results.values()} == {Status.REFUSED}
    assert all(refusal.code == "TFM973" for refusal in results["main"].refusals)


def test_what_a_file_takes_from_another_must_still_be_there(migrate) -> None:  # type: ignore[no-untyped-def]
    entry = ENTRY.replace("import layers", "import layers\nfrom layers import flatten")
    results = migrate(main=entry, layers="from tensorflow.contrib.layers import flatten\n" + LAYERS)
    assert {refusal.reason for refusal in results["main"].refusals} == {
        "`flatten` would no longer exist where it is used"
    }


def test_an_import_that_fails_under_tensorflow_2_does_not_stay(migrate) -> None:  # type: ignore[no-untyped-def]
    results = migrate(main=ENTRY, layers="from tensorflow.contrib.layers import flatten\n" + LAYERS)
    assert results["layers"].text == LAYERS.replace("tf.log", "tf.math.log")


@pytest.mark.parametrize(
    "more", ["a.compute_y = 3\n", "class Other(Agent):\n    def compute_y(self):\n        pass\n\n\n"]
)
def test_a_step_has_no_name_that_another_file_gives_to_the_object(migrate, more: str) -> None:  # type: ignore[no-untyped-def]
    main = f"from brain import Agent\n\na = Agent()\n{more}print(a.act([[1.0, 2.0]]))\n"
    text = migrate(main=main, brain=AGENT)["brain"].text
    assert "        return self.predict_y(x).numpy()\n" in text
