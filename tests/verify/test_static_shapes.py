"""Laws of static shapes against TensorFlow's own inference, over thousands of calls."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from shape_calls import Case
from shape_calls_of_networks import GENERATORS as of_networks
from shape_calls_of_tensors import GENERATORS as of_tensors

from tf2migrate.analysis.graph.cell_sizes import cell_of
from tf2migrate.analysis.graph.inference.dims import UNSURE, Shape
from tf2migrate.analysis.graph.inference.operands import Cell, Name, Operands, Tensor
from tf2migrate.analysis.graph.inference.table import LAWS, inferred, law_of
from tf2migrate.knowledge.op_names import names_of_call

HERE = Path(__file__).resolve().parent
MOST = 8  # calls of each operation
# How many results of these calls TensorFlow knows more of.
LESS_KNOWN: dict[str, int] = {
    "tf.where": 1,
    "tf.argmax": 1,
    "tf.argmin": 2,
    "tf.nn.softmax_cross_entropy_with_logits_v2": 1,
    "tf.losses.absolute_difference": 2,
    "tf.losses.hinge_loss": 1,
    "tf.losses.huber_loss": 2,
    "tf.losses.log_loss": 4,
    "tf.losses.mean_squared_error": 6,
    "tf.pad": 1,
    "tf.broadcast_to": 1,
    "tf.diag_part": 1,
    "tf.split": 1,
    "tf.slice": 2,
    "tf.nn.depthwise_conv2d": 1,
    "tf.nn.depthwise_conv2d_native": 1,
    "tf.nn.conv2d_transpose": 4,
    "tf.layers.flatten": 1,
    "tf.contrib.layers.flatten": 1,
    "tf.contrib.layers.softmax": 3,
    "tf.layers.conv2d": 2,
    "tf.contrib.layers.conv2d": 1,
    "tf.contrib.layers.convolution": 1,
    "tf.image.resize_images": 4,
    "tf.image.resize": 1,
    "tf.image.resize_image_with_crop_or_pad": 1,
    "tf.image.resize_with_crop_or_pad": 1,
    "tf.image.resize_image_with_pad": 1,
    "tf.image.crop_to_bounding_box": 1,
    "tf.image.pad_to_bounding_box": 1,
    "tf.space_to_depth": 1,
    "tf.depth_to_space": 1,
    "tf.extract_image_patches": 2,
    "tf.image.extract_image_patches": 2,
    "cell.__call__": 22,
}
# Names that this TensorFlow or TF-Slim lacks, and layers that the functions of the same law stand for.
UNCHECKED = """
    operator.div operator.pos tf.Print tf.batch_matmul tf.check_numerics tf.concat_v2
    tf.contrib.framework.model_variable tf.contrib.framework.variable tf.contrib.layers.batch_norm
    tf.contrib.layers.group_norm tf.contrib.layers.instance_norm tf.contrib.legacy_seq2seq.rnn_decoder
    tf.contrib.rnn.static_rnn tf.debugging.check_numerics tf.get_local_variable tf.image.per_image_whitening
    tf.inv tf.layers.Activation tf.layers.AveragePooling1D tf.layers.AveragePooling2D
    tf.layers.AveragePooling3D tf.layers.BatchNormalization tf.layers.Dropout tf.layers.Flatten
    tf.layers.GlobalAveragePooling1D tf.layers.GlobalAveragePooling2D tf.layers.GlobalAveragePooling3D
    tf.layers.GlobalMaxPooling1D tf.layers.GlobalMaxPooling2D tf.layers.GlobalMaxPooling3D
    tf.layers.LayerNormalization tf.layers.LeakyReLU tf.layers.MaxPooling1D tf.layers.MaxPooling2D
    tf.layers.MaxPooling3D tf.layers.ReLU tf.layers.separable_conv3d tf.mul tf.neg
    tf.nn.atrous_conv2d_transpose tf.nn.avg_pool2d tf.nn.bidirectional_dynamic_rnn tf.nn.conv1d_transpose
    tf.nn.rnn_cell.static_rnn tf.pack tf.reduce_euclidean_norm tf.reduce_std tf.reduce_variance
    tf.saturate_cast tf.select tf.sub tf.unpack
"""


def argument(found: Any) -> object:
    """Return an argument as laws read it."""
    if isinstance(found, list):
        return [argument(item) for item in found]
    if not isinstance(found, dict):
        return found
    [(kind, content)] = found.items()
    match kind:
        case "tuple":
            return tuple(argument(item) for item in content)
        case "slice":
            return slice(*(argument(bound) for bound in content))
        case "ellipsis":
            return ...
        case "cell":
            arguments = {name: argument(one) for name, one in content[1].items()}
            return cell_of(content[0], arguments, lambda held: held if isinstance(held, Cell) else None)
        case "dtype":
            return Name(f"tf.{content}")
        case "size":
            return Tensor((), content[0][content[1]])
        case "sizes":
            return Tensor((len(content),), tuple(content))
    return Tensor(None if content is None else tuple(content))


def ours(case: Case, output: int) -> Shape | None:
    path, given = case
    arguments = {name: argument(one) for name, one in given.items()}
    return inferred(path, Operands(arguments.get, output)).shape


def compare(mine: Shape | None, theirs: list[int | None] | None) -> str:
    """Say whether a shape of ours is TensorFlow's, knows less, or contradicts it."""
    if mine is None:
        return "equal" if theirs is None else "less"
    if theirs is None or len(mine) != len(theirs):
        return "different"
    pairs = list(zip(mine, theirs, strict=True))
    if any(dim is not UNSURE and dim != other for dim, other in pairs):
        return "different"
    return "less" if any(dim is UNSURE and other is not None for dim, other in pairs) else "equal"


def calls(most: int) -> list[Case]:
    """Return calls of all operations, at most so many of each, the same ones every time."""
    by_path: dict[str, list[Case]] = {}
    for generator in [*of_tensors, *of_networks]:
        for case in generator(Random(5)):
            by_path.setdefault(case[0], []).append(case)
    for path, found in by_path.items():
        Random(path).shuffle(found)
    return [case for found in by_path.values() for case in found[:most]]


def asked(*options: str) -> list[tuple[Case, list[Any]]]:
    """Return what TensorFlow says of each call that it takes."""
    cases = calls(MOST)
    command = [sys.executable, str(HERE / "shape_oracle.py"), *options]
    done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=False, timeout=300)
    assert "ANSWERS " in done.stdout, done.stderr[-2000:]
    found = json.loads(done.stdout.split("ANSWERS ", 1)[1])
    return [(case, answer) for case, answer in zip(cases, found, strict=True) if isinstance(answer, list)]


@pytest.fixture(scope="module")
def answers() -> list[tuple[Case, list[Any]]]:
    return asked()


# Their names are those of what they make: variables, layers and placeholders have a law of their own.
NAMED = ("cell.", "tf.layers.", "tf.contrib.", "tf.Variable", "tf.get_variable", "tf.placeholder")


def test_calls_take_the_names_of_the_table() -> None:
    wrong = []
    for (path, given), names in asked("names"):
        certain, possible = names_of_call(path)
        found = {re.sub(r"_\d+$", "", name) if name not in certain else name for name in names}
        if not path.startswith(NAMED) and not set(certain) <= found <= {*certain, *possible}:
            wrong.append((path, given, names))
    assert wrong == []


def test_no_law_contradicts_tensorflow(answers: list[tuple[Case, list[Any]]]) -> None:
    wrong = [
        (case, output, ours(case, output), theirs)
        for case, answer in answers
        for output, theirs in enumerate(answer)
        if compare(ours(case, output), theirs) == "different"
    ]
    assert wrong == []


def test_where_less_is_known_is_listed(answers: list[tuple[Case, list[Any]]]) -> None:
    less = Counter(
        case[0]
        for case, answer in answers
        for output, theirs in enumerate(answer)
        if compare(ours(case, output), theirs) == "less"
    )
    assert dict(less) == LESS_KNOWN


def test_every_law_has_calls_that_tensorflow_takes(answers: list[tuple[Case, list[Any]]]) -> None:
    assert set(LAWS) - {case[0] for case, _ in answers} == set(UNCHECKED.split())


def test_a_law_that_guesses_is_found(answers: list[tuple[Case, list[Any]]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LAWS, "tf.nn.moments", LAWS["tf.tanh"])
    law_of.cache_clear()
    try:
        with pytest.raises(AssertionError):
            test_no_law_contradicts_tensorflow(answers)
    finally:
        monkeypatch.undo()
        law_of.cache_clear()
