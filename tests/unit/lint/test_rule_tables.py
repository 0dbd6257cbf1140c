"""The tables in rules agree with the signatures of TensorFlow 1.15 and of TensorFlow 2."""

from __future__ import annotations

import importlib

import pytest

from tf2migrate.knowledge import keywords_of_tf2, lookup, parameters_of_tf2, resolves_in_tf2

RENAMED = importlib.import_module("tf2migrate.rules.api.renamed_keyword")
KEYWORDS, NATIVE, GONE = RENAMED._KEYWORDS, RENAMED._NATIVE_KEYWORDS, RENAMED._GONE
ORDERS = importlib.import_module("tf2migrate.rules.api.positional_order")._ORDERS
LAWS = importlib.import_module("tf2migrate.rules.variables.initializer_default")._LAWS
TYPES = importlib.import_module("tf2migrate.rules.api.typed_cast")._TYPES


def names_in_tf1(path: str) -> list[str]:
    entry = lookup(path)
    assert entry is not None, path
    return [name for name, _ in entry.parameters]


@pytest.mark.parametrize("path", sorted(KEYWORDS))
def test_both_versions_accept_the_new_keyword(path: str) -> None:
    known = names_in_tf1(path)
    renamed = {old: new for old, new in KEYWORDS[path].items() if old in known}
    after = keywords_of_tf2(path)
    assert all(new in known for new in renamed.values())
    assert after is None or all(new in after and old not in after for old, new in renamed.items())


@pytest.mark.parametrize("path", sorted(NATIVE))
def test_only_tensorflow_2_accepts_the_native_keyword(path: str) -> None:
    known, after = names_in_tf1(path), keywords_of_tf2(path) or ()
    assert all(old in known and new not in known for old, new in NATIVE[path].items())
    assert all(new in after and old not in after for old, new in NATIVE[path].items())


@pytest.mark.parametrize("path", sorted(GONE))
def test_what_is_left_out_has_a_default_and_is_gone(path: str) -> None:
    entry = lookup(path)
    assert entry is not None and dict(entry.parameters)[GONE[path]] is not None
    assert GONE[path] not in (keywords_of_tf2(path) or ())


@pytest.mark.parametrize("path", sorted(ORDERS))
def test_the_orders_are_those_of_the_signatures(path: str) -> None:
    common, parameters = ORDERS[path]
    before, after = names_in_tf1(path), [name for name, _ in parameters_of_tf2(path) or ()]
    assert [one_name(name) for name in before[: len(parameters)]] == [one_name(name) for name in parameters]
    same = [one_name(name) for name in before[:common]] == [one_name(name) for name in after[:common]]
    assert same or path in ("tf.ones_like", "tf.zeros_like")
    assert before[: common + 1] != after[: common + 1]


def one_name(name: str) -> str:
    """Return the name that stands for a parameter in both versions, where it was renamed in its place."""
    renamed = {"value": "input", "filter": "filters", "keep_dims": "keepdims", "dilation_rate": "dilations"} | {
        "rate": "dilations",
        "preferred_dtype": "dtype_hint",
    }
    return renamed.get(name, name)


@pytest.mark.parametrize("path", sorted(LAWS))
def test_the_initializers_have_the_parameters(path: str) -> None:
    target, defaults = LAWS[path]
    names = [name for name, _ in defaults]
    assert names_in_tf1(path)[:2] == names
    assert [name for name, _ in parameters_of_tf2(target) or ()][:2] == names


@pytest.mark.parametrize("path", sorted(TYPES))
def test_the_casts_name_types(path: str) -> None:
    assert names_in_tf1(path) == ["x", "name"]
    assert resolves_in_tf2(f"tf.{TYPES[path]}")
