"""The tutorial's MNIST reader in every way to import and call it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tf2migrate.migrate import migrate_program
from tf2migrate.model.plan import FileResult

PACKAGE = "tensorflow.examples.tutorials.mnist"
CONTRIB = "tensorflow.contrib.learn.python.learn.datasets"
RUN = """x = tf.placeholder(tf.float32, [None, 784])
y = tf.reduce_sum(x)
with tf.Session() as sess:
    print(sess.run(y, {x: mnist.train.next_batch(5)[0]}))
"""


def migrated(tmp_path: Path, text: str, **modules: str) -> list[FileResult]:
    for name, content in modules.items():
        (tmp_path / f"{name}.py").write_text(content)
    (tmp_path / "entry.py").write_text(text)
    return list(migrate_program(tmp_path / "entry.py"))


def text_of(result: FileResult) -> str:
    assert result.text is not None, result.refusals
    assert "tutorials" not in result.text
    assert "contrib" not in result.text
    ast.parse(result.text)
    return result.text


@pytest.mark.parametrize(
    ("imported", "call"),
    [
        (f"from {PACKAGE} import input_data", "input_data.read_data_sets('d', one_hot=True)"),
        (f"from {PACKAGE} import input_data as source", "source.read_data_sets('d', one_hot=True)"),
        (f"import {PACKAGE}.input_data as input_data", "input_data.read_data_sets('d', one_hot=True)"),
        (f"import {PACKAGE}.input_data", f"{PACKAGE}.input_data.read_data_sets('d', one_hot=True)"),
        (f"import {PACKAGE}.input_data", "tf.examples.tutorials.mnist.input_data.read_data_sets('d', one_hot=True)"),
        ("from tensorflow.examples.tutorials import mnist as m", "m.input_data.read_data_sets('d', one_hot=True)"),
        (f"from {PACKAGE}.input_data import read_data_sets", "read_data_sets('d', one_hot=True)"),
        (f"from {PACKAGE}.input_data import read_data_sets as load", "load('d', one_hot=True)"),
        ("", "tf.contrib.learn.datasets.mnist.read_data_sets('d', one_hot=True)"),
        (f"from {CONTRIB}.mnist import read_data_sets", "read_data_sets('d', one_hot=True)"),
        (f"from {CONTRIB} import mnist as m", "m.read_data_sets('d', one_hot=True)"),
        (
            f"try:\n    from {PACKAGE} import input_data\nexcept ImportError:\n    import input_data",
            "input_data.read_data_sets('d', one_hot=True)",
        ),
        (f"from {PACKAGE} import input_data", "input_data.read_data_sets('d', False, True)"),
        (f"from {PACKAGE} import input_data", "input_data.read_data_sets(source_url='u', one_hot=True, train_dir='d')"),
    ],
)
def test_styles_of_imports_and_calls(tmp_path: Path, imported: str, call: str) -> None:
    (result,) = migrated(tmp_path, f"import tensorflow as tf\n{imported}\nmnist = {call}\n{RUN}")
    text = text_of(result)
    assert "\nmnist = read_data_sets(one_hot=True)\n" in text.replace("(True)", "(one_hot=True)")
    assert text.count("class DataSet") == 1
    assert "fake_data" not in text


@pytest.mark.parametrize(
    "call",
    [
        "tf.contrib.learn.datasets.load_dataset('mnist')",
        "tf.contrib.learn.datasets.mnist.load_mnist()",
        "tf.contrib.learn.datasets.mnist.load_mnist('folder')",
    ],
)
def test_other_functions_that_read(tmp_path: Path, call: str) -> None:
    (result,) = migrated(tmp_path, f"import tensorflow as tf\nmnist = {call}\n{RUN}")
    assert "\nmnist = read_data_sets()\n" in text_of(result)


def test_an_import_inside_of_a_function(tmp_path: Path) -> None:
    body = f"from {PACKAGE} import input_data\nmnist = input_data.read_data_sets('d')\n{RUN}"
    inner = "".join(f"    {line}\n" for line in body.splitlines())
    (result,) = migrated(tmp_path, f"import tensorflow as tf\n\n\ndef main():\n{inner}\n\nmain()\n")
    text = text_of(result)
    assert text.index("def read_data_sets(") < text.index("def main()")


def test_a_class_that_reads(tmp_path: Path) -> None:
    data = f"class Data(object):\n    from {PACKAGE} import input_data\n    mnist = input_data.read_data_sets('d')\n"
    (result,) = migrated(tmp_path, f"import tensorflow as tf\n\n\n{data}\n\nmnist = Data.mnist\n{RUN}")
    assert "    mnist = read_data_sets()\n" in text_of(result)


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("tf.set_random_seed(7)\nmnist = input_data.read_data_sets('d')\n", "read_data_sets(seed=7)"),
        ("SEED = 7\ntf.set_random_seed(SEED)\nmnist = input_data.read_data_sets('d')\n", "read_data_sets(seed=SEED)"),
        ("mnist = input_data.read_data_sets('d')\ntf.set_random_seed(7)\n", "read_data_sets()"),
        (
            "tf.set_random_seed(7)\ntf.reset_default_graph()\nmnist = input_data.read_data_sets('d')\n",
            "read_data_sets()",
        ),
        ("tf.set_random_seed(7)\nmnist = input_data.read_data_sets('d', seed=2)\n", "read_data_sets(seed=2)"),
        (
            "def begin():\n    seed = 7\n    tf.set_random_seed(seed)\n\nbegin()\n"
            "mnist = input_data.read_data_sets('d', one_hot=False)\n",
            "read_data_sets(one_hot=False, seed=7)",
        ),
    ],
)
def test_the_seed_is_the_one_that_the_graph_has_at_the_call(tmp_path: Path, read: str, written: str) -> None:
    text = f"import tensorflow as tf\nfrom {PACKAGE} import input_data\n{read}{RUN}"
    assert f"mnist = {written}\n" in text_of(migrated(tmp_path, text)[0])


def test_a_file_of_its_own_that_reads(tmp_path: Path) -> None:
    data = f"from {PACKAGE} import input_data\n\n\ndef load():\n    return input_data.read_data_sets('d')\n"
    first, second = migrated(tmp_path, f"import tensorflow as tf\nimport data\nmnist = data.load()\n{RUN}", data=data)
    assert "class DataSet" not in text_of(first)
    assert "import tensorflow as tf\n" in text_of(second)
    assert "import numpy as np\n" in text_of(second)


def test_made_up_images(tmp_path: Path) -> None:
    text = f"import tensorflow as tf\nfrom {PACKAGE} import input_data\nmnist = input_data.read_data_sets('d')\n{RUN}"
    text = text.replace("next_batch(5)", "next_batch(5, False)")
    assert "def next_batch(self, batch_size, fake_data=False, shuffle=True):" in text_of(migrated(tmp_path, text)[0])


@pytest.mark.parametrize(
    "read",
    [
        "mnist = input_data.read_data_sets('d')\nprint(mnist.train._images)\n",
        "mnist = input_data.read_data_sets(*['d'])\n",
        "mnist = input_data.read_data_sets(download())\n",
        "mnist = tf.contrib.learn.datasets.load_dataset('iris')\n",
        "read = input_data.extract_images\nmnist = input_data.read_data_sets('d')\n",
    ],
)
def test_what_is_refused(tmp_path: Path, read: str) -> None:
    head = f"import tensorflow as tf\nfrom {PACKAGE} import input_data\n\n\ndef download():\n    return 'd'\n\n\n"
    (result,) = migrated(tmp_path, f"{head}{read}{RUN}")
    assert result.text is None
    assert result.refusals
