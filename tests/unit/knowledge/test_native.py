"""`native_call`: what it writes, what it refuses, and that both laws are one."""

from __future__ import annotations

import ast
import os
from typing import Any

import pytest

from tf2migrate.knowledge import bind, lookup, native_call
from tf2migrate.knowledge.native import NativeCall

from .law_cases import CASES, REFUSED


def translate(source: str, facts: dict[str, set[str]] | None = None) -> NativeCall | None:
    """Return the native form of a call given as text."""
    call = ast.parse(source, mode="eval").body
    assert isinstance(call, ast.Call)
    entry = lookup(ast.unparse(call.func))
    assert entry is not None, source
    texts = {keyword.arg or "": ast.unparse(keyword.value) for keyword in call.keywords}
    bound = bind(entry, len(call.args), list(texts))
    assert bound is not None, source
    arguments = {name: ast.unparse(call.args[at]) if isinstance(at, int) else texts[at] for name, at in bound.items()}
    positional = [name for name, at in bound.items() if isinstance(at, int)]
    known = facts or {}
    return native_call(entry, arguments, positional, lambda name, demand: demand in known.get(name, ()) or None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tf.log(x)", "tf.math.log(x)"),
        ("tf.reduce_mean(x, reduction_indices=1)", "tf.reduce_mean(x, axis=1)"),
        ("tf.reduce_mean(x, 1)", "tf.reduce_mean(x, 1)"),
        ("tf.nn.dropout(x, keep)", "tf.nn.dropout(x, 1 - keep)"),
        ("tf.nn.dropout(x, a + b)", "tf.nn.dropout(x, 1 - (a + b))"),
        ("tf.nn.max_pool(value=v, ksize=k, strides=s, padding=p)", None),
        ("tf.to_float(a == b)", "tf.cast(a == b, dtype=tf.float32)"),
        ("tf.pad(x, p, 'CONSTANT', None, 3.0)", "tf.pad(x, p, 'CONSTANT', 3.0, None)"),
        ("tf.random_poisson(lam, shape)", "tf.random.poisson(shape, lam)"),
        ("tf.random_normal_initializer()", "tf.random_normal_initializer(stddev=1.0)"),
        ("tf.random_normal_initializer(0.0, 0.3)", "tf.random_normal_initializer(0.0, 0.3)"),
        ("tf.contrib.layers.l2_regularizer(s)", "tf.keras.regularizers.L2(0.5 * s)"),
        ("tf.assign(v, v + 1)", "v.assign(value=v + 1)"),
        ("tf.scatter_update(v, i, u)", "v.scatter_update(tf.IndexedSlices(u, i))"),
    ],
)
def test_forms_as_written(before: str, after: str | None) -> None:
    call = translate(before)
    assert call is not None
    assert after is None or call.text == after


def test_facts_decide() -> None:
    several = "tf.nn.embedding_lookup(params, ids)"
    assert translate(several) is None
    single = translate(several, {"params": {"single"}})
    assert single is not None and single.text == "tf.nn.embedding_lookup(params, ids)"
    equal_rank = translate("tf.where(c, a, b)", {"condition": {"rank=x"}})
    assert equal_rank is not None and equal_rank.target == "tf.where"
    other_rank = translate("tf.where(c, a, b)")
    assert other_rank is not None and other_rank.target == "tf.raw_ops.Select"


@pytest.mark.parametrize("source", REFUSED)
def test_no_form_where_the_law_is_not_certain(source: str) -> None:
    assert translate(source) is None


def values(tf: Any) -> dict[str, Any]:
    """Return the operands of the cases as constants of one TensorFlow namespace."""
    image = tf.constant([(7 * i) % 11 / 3.0 for i in range(16)], shape=[1, 4, 4, 1])
    return {
        "tf": tf,
        "x": tf.constant([[1.5, -2.0, 0.5], [0.25, 3.0, -1.0], [2.0, 0.0, -0.75]]),
        "y": tf.constant([[-1.0, 0.5, 2.0], [1.0, -0.5, 0.25], [3.0, 1.0, -2.0]]),
        "labels": tf.constant([2, 0, 1]),
        "one_hot": tf.one_hot([2, 0, 1], 3),
        "image": image,
        "kernel": tf.constant([(5 * i) % 7 / 4.0 for i in range(18)], shape=[3, 3, 1, 2]),
        "kernel_back": tf.constant([(5 * i) % 7 / 4.0 for i in range(18)], shape=[3, 3, 2, 1]),
        "sparse": tf.SparseTensor([[0, 1], [1, 0]], tf.constant([2, 3], tf.int64), [2, 2]),
    }


def _flat(tf: Any, text: str) -> Any:
    """Return a function that evaluates a native form, as the body of a step would, and flattens its value."""
    return lambda: tf.nest.flatten(eval(text, values(tf)), expand_composites=True)


FACTS = {"images": {"rank=4", "dtype=floating"}}


@pytest.mark.tensorflow
def test_both_laws_are_one() -> None:
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    tf = pytest.importorskip("tensorflow")
    numpy = pytest.importorskip("numpy")
    v1 = tf.compat.v1
    wrong: list[str] = []
    for source in CASES:
        call = translate(source, FACTS)
        if call is None:
            wrong.append(f"{source}: no native form")
            continue
        try:
            with tf.Graph().as_default(), v1.Session() as session:
                fetched = eval(source, values(v1))
                before = tf.nest.flatten(session.run(fetched), expand_composites=True)
            after = tf.function(_flat(tf, call.text))()
            assert len(before) == len(after), f"{len(before)} values became {len(after)}"
            for one, other in zip(map(numpy.asarray, before), map(numpy.asarray, after), strict=True):
                assert one.dtype == other.dtype or "S" in one.dtype.str or "O" in one.dtype.str, (
                    one.dtype,
                    other.dtype,
                )
                assert one.shape == other.shape
                same = numpy.allclose(one, other, 1e-6, 1e-6) if one.dtype.kind in "fc" else (one == other).all()
                assert same, (one, other)
        except Exception as error:
            wrong.append(f"{source} -> {call.text}: {type(error).__name__} {str(error)[:300]}")
    assert not wrong, "\n".join(wrong)
