from __future__ import annotations

import pytest

from tf2migrate.knowledge import canonical, is_tf_module, keywords_of_tf2, lookup, resolves_in_tf2
from tf2migrate.model.api import ApiStatus, Effect


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tf.compat.v1.Session", "tf.Session"),
        ("tf.compat.v1", "tf"),
        ("tf.compat.v1.compat.v1.log", "tf.log"),
        ("tf.compat.v10.log", "tf.compat.v10.log"),
        ("tf.contrib.rnn.python.ops.core_rnn_cell.GRUCell", "tf.contrib.rnn.GRUCell"),
        ("tf.contrib.keras.layers.Dense", "tf.keras.layers.Dense"),
        ("tf.nn.relu", "tf.nn.relu"),
    ],
)
def test_a_symbol_has_one_path(path: str, expected: str) -> None:
    assert canonical(path) == expected


@pytest.mark.parametrize(
    ("path", "status", "target"),
    [
        ("tf.matmul", ApiStatus.SAME, "tf.matmul"),
        ("tf.log", ApiStatus.RENAMED, "tf.math.log"),
        ("tf.random_normal", ApiStatus.RENAMED, "tf.random.normal"),
        ("tf.ConfigProto", ApiStatus.REWRITTEN, None),
        ("tf.NodeDef", ApiStatus.COMPAT, None),
        ("tf.contrib.rnn.NASCell", ApiStatus.GONE, None),
        ("tf.float32", ApiStatus.SAME, "tf.float32"),
    ],
)
def test_status_and_target(path: str, status: ApiStatus, target: str | None) -> None:
    entry = lookup(path)
    assert entry is not None
    assert (entry.status, entry.target) == (status, target)


def test_what_tensorflow_never_had_has_no_entry() -> None:
    assert lookup("tf.no_such_symbol") is None
    assert lookup("tf.Session.no_such_method") is None
    assert lookup("numpy.log") is None


@pytest.mark.parametrize(
    ("path", "effect"),
    [
        ("tf.matmul", Effect.PURE),
        ("tf.nn.embedding_lookup", Effect.PURE),
        ("tf.image.resize_images", Effect.PURE),
        ("tf.random_uniform", Effect.RANDOM),
        ("tf.nn.dropout", Effect.RANDOM),
        ("tf.random.shuffle", Effect.RANDOM),
        ("tf.multinomial", Effect.RANDOM),
        ("tf.image.random_flip_left_right", Effect.RANDOM),
        ("tf.assign", Effect.STATEFUL),
        ("tf.scatter_update", Effect.STATEFUL),
        ("tf.Print", Effect.STATEFUL),
        ("tf.py_func", Effect.STATEFUL),
        ("tf.assert_equal", Effect.STATEFUL),
        ("tf.get_variable", Effect.STATE),
        ("tf.train.AdamOptimizer", Effect.STATE),
        ("tf.layers.dense", Effect.STATE),
        ("tf.layers.flatten", Effect.PURE),
        ("tf.train.exponential_decay", Effect.PURE),
        ("tf.Variable.assign_add", Effect.STATEFUL),
        ("tf.Variable.read_value", Effect.PURE),
    ],
)
def test_effects(path: str, effect: Effect) -> None:
    entry = lookup(path)
    assert entry is not None
    assert entry.effect is effect


def test_members_of_classes_are_known() -> None:
    minimize = lookup("tf.train.AdamOptimizer.minimize")
    assert minimize is not None
    assert minimize.kind == "method"
    assert [name for name, _ in minimize.parameters][:3] == ["loss", "global_step", "var_list"]


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("tf.matmul", True),
        ("tf.data.Dataset.from_tensor_slices", True),
        ("tf.float32.as_numpy_dtype", True),
        ("tf.keras.layers.Dense", True),
        ("tf.raw_ops.Select", True),
        ("tf.Session", False),
        ("tf.compat.v1.Session", False),
        ("tf.data.Dataset.make_one_shot_iterator", False),
        ("tf.contrib.layers", False),
        ("tf.matmul.nothing", False),
    ],
)
def test_what_tensorflow_2_has(path: str, there: bool) -> None:
    assert resolves_in_tf2(path) is there


def test_keywords_of_tf2() -> None:
    assert keywords_of_tf2("tf.reduce_sum") == ("input_tensor", "axis", "keepdims", "name")
    assert keywords_of_tf2("tf.keras.layers.Dense") is None
    assert keywords_of_tf2("tf.no_such_symbol") is None


def test_modules() -> None:
    assert all(is_tf_module(path) for path in ("tf", "tf.nn", "tf.contrib", "tf.contrib.slim", "tf.compat.v1.layers"))
    assert not any(is_tf_module(path) for path in ("tf.matmul", "tf.Session", "tf.none_such"))
