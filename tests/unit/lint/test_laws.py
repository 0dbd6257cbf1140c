"""Fixes keep the law: safe ones in TensorFlow 1, all of them in a native program, by running both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tf2migrate.lint import lint_text, local_edits
from tf2migrate.model.diagnostics import Applicability
from tf2migrate.source import apply_edits

HEADER = "import tensorflow as tf\nx = tf.constant([[1.0, 2.0], [3.0, 5.0]])\nkind = tf.Session\n"
IMAGE = "tf.reshape(tf.range(16.0), [1, 4, 4, 1])"
CALLS = [
    "tf.log(x)",
    "tf.to_int32(x * 1.5, 'name')",
    "tf.reduce_sum(x, reduction_indices=[1], keep_dims=True)",
    "tf.argmax(x, dimension=1)",
    "tf.squeeze(tf.expand_dims(x, dim=0), squeeze_dims=[0])",
    "tf.div(x, 2.0)",
    "tf.div(7, 2)",
    "tf.count_nonzero(x, axis=0)",
    "tf.arg_min(x, 0)",
    "tf.nn.in_top_k(x, [0, 1], 1)",
    "tf.transpose(x, [1, 0], 'name')",
    "tf.pad(x, [[1, 1], [0, 0]], 'CONSTANT', 'name')",
    "tf.gather(x, [0], None, 'name')",
    "tf.where([True, False], x, x * 2)",
    "tf.where(x > 1, x, x * 2)",
    f"tf.image.resize_bilinear({IMAGE}, [7, 7])",
    f"tf.image.resize_nearest_neighbor({IMAGE}, [7, 7])",
    "tf.nn.xw_plus_b(x, tf.transpose(x), [1.0, 2.0])",
    "tf.sparse_to_dense([0, 2], [4], [1, 2])",
    "tf.while_loop(lambda i: i < 5, lambda i: i + 1, [tf.constant(0)])",
    "tf.while_loop(lambda i: i < 5, lambda i: [i + 1], (tf.constant(0),))",
    "tf.cond(tf.constant(True), lambda: [x], lambda: [x * 2])",
    "tf.cond(tf.constant(True), fn1=lambda: x, fn2=lambda: x * 2)",
    "tf.unsorted_segment_sum(x, [0, 0], 1)",
    "tf.confusion_matrix([0, 1], [1, 1], 2)",
    "tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=x)",
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=x, dim=0)",
    "tf.nn.dropout(x, 1.0)",
    "tf.nn.dropout(x, keep_prob=1.0)",
    "tf.losses.mean_squared_error(x, x * 2)",
    "tf.assert_equal(x, x, [x])",
    f"tf.nn.conv2d({IMAGE}, filter=tf.ones([2, 2, 1, 1]), strides=[1, 1, 1, 1], padding='SAME')",
    f"tf.nn.max_pool(value={IMAGE}, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding='SAME')",
    f"tf.extract_image_patches({IMAGE}, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'VALID')",
    "tf.batch_gather(x, [[0], [1]])",
    "tf.nn.embedding_lookup(tf.add(x, 1.0), [0])",
    "tf.reverse_sequence(x, [1, 2], seq_dim=1, batch_dim=0)",
    "tf.layers.flatten(tf.reshape(x, [1, 2, 2]))",
    "tf.nn.weighted_cross_entropy_with_logits(targets=x, logits=x, pos_weight=2.0)",
    "tf.floor_div(7, 2)",
]
GRAPH = """
import json, os, sys
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
results = []
for text in json.load(sys.stdin):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
        value = sess.run(eval(text))
        results.append(None if value is None else [str(np.asarray(value).dtype), np.asarray(value).tolist()])
print("RESULT" + json.dumps(results))
"""
NATIVE = """
import json, sys
import numpy as np
import tensorflow as tf
results = []
for text in json.load(sys.stdin):
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
    value = eval(text)
    results.append(None if value is None else [str(np.asarray(value).dtype), np.asarray(value).tolist()])
print("RESULT" + json.dumps(results))
"""


def run(program: str, calls: list[str]) -> list[Any]:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(calls),
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert "RESULT" in done.stdout, done.stderr[-2000:]
    results: list[Any] = json.loads(done.stdout.rpartition("RESULT")[2])
    return results


def last_line(text: str) -> str:
    return text.split("y = ", 1)[1].strip()


def safely_fixed(call: str) -> str:
    text = f"{HEADER}y = {call}\n"
    fixes = [one.fix for one in lint_text(text, "a.py") if one.fix and one.fix.applicability is Applicability.SAFE]
    return last_line(apply_edits(text, [edit for fix in fixes for edit in fix.edits]))


def fully_fixed(call: str) -> str:
    text = f"{HEADER}y = {call}\n"
    return last_line(apply_edits(text, local_edits(text, "a.py")))


def assert_equal(calls: list[str], before: list[Any], after: list[Any]) -> None:
    for call, expected, found in zip(calls, before, after, strict=True):
        if expected is None:
            assert found is None, call
            continue
        assert expected[0] == found[0], call
        np.testing.assert_allclose(found[1], expected[1], rtol=1e-6, err_msg=call)


@pytest.mark.tensorflow
def test_fixes_keep_the_law() -> None:
    safe, native = [safely_fixed(call) for call in CALLS], [fully_fixed(call) for call in CALLS]
    changed = [before != after for before, after in zip(CALLS, native, strict=True)]
    assert sum(changed) > len(CALLS) * 3 / 4
    in_graph = run(GRAPH, CALLS + safe)
    assert_equal(CALLS, in_graph[: len(CALLS)], in_graph[len(CALLS) :])
    assert_equal(CALLS, in_graph[: len(CALLS)], run(NATIVE, native))
