"""The emitted MNIST reader against the law of TensorFlow 1.15, whose class made the digests below."""

from __future__ import annotations

import collections
import hashlib
import json
import os
import subprocess
import types
from pathlib import Path
from typing import Any

import pytest

from tf2migrate.knowledge.mnist import FAKE, READER
from tf2migrate.knowledge.rnn import definitions

numpy = pytest.importorskip("numpy")

TRAIN, TEST = 70, 11
VALIDATION = 10
BATCHES = (16, 16, 40, 3, 60, 5, 60)
CASES: list[dict[str, Any]] = [
    {"seed": 3},
    {"seed": 3, "one_hot": True},
    {"seed": 0, "reshape": False},
    {"seed": 5, "dtype": "uint8"},
]


def reader_text(numpy_name: str = "np", tensorflow: str = "tf", features: frozenset[str] = frozenset()) -> str:
    return "\n\n\n".join(definitions({READER: features}, tensorflow, numpy=numpy_name))


def pictures(count: int, start: int) -> tuple[Any, Any]:
    """Return made-up images (count, 28, 28) and labels (count,)."""
    images = (numpy.arange(count * 784, dtype=numpy.int64) * 31 + start) % 251
    labels = (numpy.arange(count) * 7 + start) % 10
    return images.reshape(count, 28, 28).astype(numpy.uint8), labels.astype(numpy.uint8)


def observed(sets: Any) -> list[Any]:
    """Return what a program sees of the three sets: sizes, dtypes, shapes and digests of batches."""
    seen: list[Any] = []
    for data in (sets.train, sets.validation, sets.test):
        seen.append([data.num_examples, str(data.images.dtype), list(data.images.shape)])
    for data in (sets.train, sets.test):
        for size in BATCHES if data is sets.train else (4, 8, 8):
            images, labels = data.next_batch(size, shuffle=size != 5)
            digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
            seen.append([str(labels.dtype), list(labels.shape), data.epochs_completed, digest])
    return seen


def emitted(case: dict[str, Any]) -> list[Any]:
    """Return what a program sees of the emitted reader."""
    load = types.SimpleNamespace(load_data=lambda: (pictures(TRAIN, 1), pictures(TEST, 2)))
    keras = types.SimpleNamespace(datasets=types.SimpleNamespace(mnist=load))
    tensorflow = types.SimpleNamespace(float32="float32", as_dtype=str, keras=keras)
    names: dict[str, Any] = {"np": numpy, "tf": tensorflow, "collections": collections}
    exec(reader_text(), names)
    return observed(names["read_data_sets"](validation_size=VALIDATION, **case))


def test_the_text_has_the_names_of_the_program() -> None:
    text = reader_text("numpy", "T")
    assert "np." not in text.replace("numpy.", "") and "tf." not in text
    compiled: dict[str, Any] = {"numpy": numpy, "collections": collections}
    compiled["T"] = types.SimpleNamespace(float32="float32")
    exec(text, compiled)
    assert all(name in compiled for name in ("DataSet", "Datasets", "read_data_sets"))


def test_fake_data_is_not_taken_for_shuffling() -> None:
    names: dict[str, Any] = {"np": numpy, "tf": types.SimpleNamespace(float32=None), "collections": collections}
    exec(reader_text(), names)
    with pytest.raises(TypeError):
        names["DataSet"](numpy.zeros((4, 2)), numpy.zeros(4)).next_batch(2, True)


def test_made_up_images_where_the_program_asks_for_them() -> None:
    names: dict[str, Any] = {"np": numpy, "tf": types.SimpleNamespace(float32=None), "collections": collections}
    exec(reader_text(features=frozenset({FAKE})), names)
    data = names["DataSet"](numpy.zeros((4, 2)), numpy.zeros((4, 10)))
    images, labels = data.next_batch(2, True)
    assert [len(images), len(images[0]), labels] == [2, 784, [[1] + [0] * 9] * 2]
    images, labels = data.next_batch(2, False, False)
    assert images.shape == (2, 2)
    sets = names["read_data_sets"](fake_data=True)
    assert [one.num_examples for one in sets] == [10000] * 3
    assert sets.train.next_batch(3, True)[1] == [0] * 3


def test_a_batch_larger_than_the_set() -> None:
    names: dict[str, Any] = {"np": numpy, "tf": types.SimpleNamespace(float32=None), "collections": collections}
    exec(reader_text(), names)
    images, labels = names["DataSet"](numpy.arange(4), numpy.arange(4), 1).next_batch(7)
    assert len(images) == len(labels) == 7
    assert sorted(images[:4]) == [0, 1, 2, 3]


@pytest.mark.parametrize("index", range(len(CASES)))
def test_the_law_is_that_of_tensorflow_1_15(index: int) -> None:
    recorded = json.loads((Path(__file__).parent / "mnist_1.15.json").read_text())
    assert json.loads(json.dumps(emitted(CASES[index]))) == recorded[index]


@pytest.mark.tensorflow
def test_the_record_is_current(tmp_path: Path) -> None:
    python = os.environ.get("TF2MIGRATE_TENSORFLOW_1_PYTHON")
    if not python:
        pytest.skip("TF2MIGRATE_TENSORFLOW_1_PYTHON names no interpreter with TensorFlow 1.15")
    done = subprocess.run(
        [python, str(Path(__file__).parent / "record_mnist.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    recorded = json.loads((Path(__file__).parent / "mnist_1.15.json").read_text())
    assert json.loads(done.stdout.splitlines()[-1]) == recorded
