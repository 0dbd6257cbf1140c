"""Sixty one-line idioms of TensorFlow 1 in five import styles each: a finding on every one, none on their TF2 forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf2migrate.lint import lint_text
from tf2migrate.names import ProjectModules
from tf2migrate.source import apply_edits

# TensorFlow 1 -> TensorFlow 2. `x`, `y`, `v`, `sess`, `optimizer` and `loss` are defined by SETUP.
IDIOMS = {
    "tf.Session()": "None",
    "tf.InteractiveSession()": "None",
    "sess.run(x)": "x.numpy()",
    "sess.run([x, y], feed_dict={x: 1.0})": "step(1.0)",
    "x.eval(session=sess)": "x.numpy()",
    "tf.global_variables_initializer()": "None",
    "tf.initialize_all_variables()": "None",
    "tf.local_variables_initializer()": "None",
    "tf.placeholder(tf.float32, [None, 2])": "tf.TensorSpec([None, 2], tf.float32)",
    "tf.placeholder_with_default(1.0, [])": "tf.constant(1.0)",
    "tf.sparse_placeholder(tf.float32)": "tf.SparseTensorSpec([None], tf.float32)",
    "tf.get_variable('v', [2])": "tf.Variable(tf.zeros([2]), name='v')",
    "tf.variable_scope('a')": "tf.name_scope('a')",
    "tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES)": "[v]",
    "tf.trainable_variables()": "[v]",
    "tf.global_variables()": "[v]",
    "tf.add_to_collection('a', x)": "[].append(x)",
    "tf.assign(v, 1.0)": "v.assign(1.0)",
    "tf.assign_add(v, 1.0)": "v.assign_add(1.0)",
    "v.initialized_value()": "v",
    "tf.train.AdamOptimizer(0.1)": "tf.keras.optimizers.Adam(0.1, epsilon=1e-08)",
    "tf.train.GradientDescentOptimizer(0.1).minimize(x)": "tf.keras.optimizers.SGD(0.1)",
    "tf.train.MomentumOptimizer(0.1, 0.9)": "tf.keras.optimizers.SGD(0.1, momentum=0.9)",
    "tf.train.RMSPropOptimizer(0.1)": "tf.keras.optimizers.RMSprop(0.1)",
    "tf.train.exponential_decay(0.1, 0, 10, 0.5)": "tf.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)",
    "tf.train.get_or_create_global_step()": "tf.Variable(0, dtype=tf.int64)",
    "tf.train.Saver()": "tf.train.Checkpoint(v=v)",
    "tf.train.Supervisor()": "None",
    "tf.train.MonitoredTrainingSession()": "None",
    "tf.train.start_queue_runners()": "None",
    "tf.train.Coordinator()": "tf.train.Coordinator()",
    "tf.summary.merge_all()": "None",
    "tf.summary.FileWriter('logs')": "tf.summary.create_file_writer('logs')",
    "tf.layers.dense(x, 10)": "tf.keras.layers.Dense(10)(x)",
    "tf.layers.conv2d(x, 3, 3)": "tf.keras.layers.Conv2D(3, 3)(x)",
    "tf.contrib.layers.xavier_initializer()": "tf.keras.initializers.GlorotUniform()",
    "tf.nn.rnn_cell.BasicLSTMCell(4)": "tf.keras.layers.LSTMCell(4)",
    "tf.nn.dynamic_rnn(cell, x)": "tf.keras.layers.RNN(cell)(x)",
    "tf.nn.static_rnn(cell, [x])": "tf.keras.layers.RNN(cell, unroll=True)(x)",
    "tf.losses.mean_squared_error(x, y)": "tf.reduce_mean(tf.square(x - y))",
    "tf.metrics.accuracy(x, y)": "tf.keras.metrics.Accuracy()(x, y)",
    "tf.nn.dropout(x, keep_prob=0.5)": "tf.nn.dropout(x, rate=0.5)",
    "tf.nn.softmax_cross_entropy_with_logits_v2(labels=x, logits=y)": "tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=y)",
    "tf.to_float(x)": "tf.cast(x, tf.float32)",
    "tf.to_int32(x)": "tf.cast(x, tf.int32)",
    "tf.log(x)": "tf.math.log(x)",
    "tf.div(x, y)": "tf.divide(x, y)",
    "tf.random_normal([2])": "tf.random.normal([2])",
    "tf.truncated_normal([2])": "tf.random.truncated_normal([2])",
    "tf.random_uniform([2])": "tf.random.uniform([2])",
    "tf.set_random_seed(1)": "tf.random.set_seed(1)",
    "tf.reduce_sum(x, reduction_indices=0)": "tf.reduce_sum(x, axis=0)",
    "tf.reduce_mean(x, keep_dims=True)": "tf.reduce_mean(x, keepdims=True)",
    "tf.argmax(x, dimension=1)": "tf.argmax(x, axis=1)",
    "tf.multinomial(x, 1)": "tf.random.categorical(x, 1)",
    "tf.Print(x, [x])": "tf.print(x)",
    "tf.py_func(abs, [x], tf.float32)": "tf.numpy_function(abs, [x], tf.float32)",
    "tf.reset_default_graph()": "None",
    "tf.get_default_graph()": "None",
    "tf.ConfigProto(allow_soft_placement=True)": "tf.config.set_soft_device_placement(True)",
    "tf.app.run()": "None",
    "tf.app.flags.DEFINE_string('a', 'b', 'c')": "None",
    "tf.logging.info('a')": "tf.get_logger().info('a')",
    "tf.gfile.Exists('a')": "tf.io.gfile.exists('a')",
    "tf.python_io.TFRecordWriter('a')": "tf.io.TFRecordWriter('a')",
    "tf.nn.embedding_lookup(v, x, partition_strategy='mod')": "tf.nn.embedding_lookup(v, x)",
    "tf.name_scope('a', values=[x])": "tf.name_scope('a')",
    "tf.constant([1.0], verify_shape=True)": "tf.constant([1.0])",
    "tf.split(split_dim=0, num_split=2, value=x)": "tf.split(x, 2, axis=0)",
    "tf.parse_single_example(x, {})": "tf.io.parse_single_example(x, {})",
    "tf.data.Dataset.range(3).make_one_shot_iterator()": "iter(tf.data.Dataset.range(3))",
    "tf.TFRecordReader()": "tf.data.TFRecordDataset(['a'])",
    "tf.image.resize_images(x, [2, 2])": "tf.image.resize(x, [2, 2])",
    "tf.estimator.Estimator(model_fn=abs)": "None",
}  # fmt: skip
UNCHANGED = {"tf.train.Coordinator()"}  # the same in both versions: silence is right

SETUP = """\
x = tf.constant(1.0)
y = x + 1.0
v = tf.Variable(1.0)
"""
SESSION = "def use(sess, cell, step):\n    return {}\n"


def styles(line: str, folder: Path) -> dict[str, str]:
    """Return programs with the line, by how they import TensorFlow."""
    body = SETUP + SESSION.format(line)
    by_name = sorted({name for name in ("constant", "Variable") if f"tf.{name}(" in body})
    first = line.removeprefix("tf.").split("(")[0].split(".")[0] if line.startswith("tf.") else ""
    names = ", ".join(dict.fromkeys([*by_name, *([first] if first else [])]))
    bare = SETUP.replace("tf.", "") + SESSION.format(line.replace(f"tf.{first}", first, 1) if first else line)
    (folder / "common.py").write_text("import tensorflow as tf\n", encoding="utf-8")
    return {
        "as tf": f"import tensorflow as tf\n{body}",
        "whole": f"import tensorflow\n{body.replace('tf.', 'tensorflow.')}",
        "compat": f"import tensorflow.compat.v1 as tf\n{body}",
        "names": f"import tensorflow as tf\nfrom tensorflow import {names}\n{bare}",
        "wrapper": f"from common import tf\n{body}",
    }


def codes(text: str, folder: Path) -> set[str]:
    """Return the codes found on the line with the idiom."""
    path = folder / "program.py"
    follow = ProjectModules(str(folder)).follower(str(path))
    last = len(text.splitlines())
    return {one.code for one in lint_text(text, str(path), None, follow) if one.start.row == last}


REACHED = {
    "by all names of a module": ("from common import *", "tf.to_float(1)", "tf.cast(1, tf.float32)"),
    "through a module": ("import common", "common.tf.log(1.0)", "common.tf.math.log(1.0)"),
    "in an internal module": ("from tensorflow.python.ops import math_ops", "math_ops.log(1.0)", None),
    "with another internal module beside": (
        "from tensorflow.python.framework import dtypes\nfrom tensorflow.python.ops import math_ops",
        "math_ops.to_float(1)",
        None,
    ),
}


@pytest.mark.parametrize(("imports", "line", "fixed"), REACHED.values(), ids=REACHED)
def test_a_fix_names_tensorflow_as_the_file_does_or_there_is_none(
    imports: str, line: str, fixed: str | None, tmp_path: Path
) -> None:
    (tmp_path / "common.py").write_text("import tensorflow as tf\n", encoding="utf-8")
    path, text = tmp_path / "program.py", f"{imports}\n{line}\n"
    follow = ProjectModules(str(tmp_path)).follower(str(path))
    found = [one for one in lint_text(text, str(path), None, follow) if one.code in ("TFM002", "TFM003")]
    assert len(found) == 1
    fix = found[0].fix
    assert (None if fix is None else apply_edits(text, list(fix.edits)).splitlines()[-1]) == fixed


def test_there_are_sixty() -> None:
    assert len(IDIOMS.keys() - UNCHANGED) >= 60


@pytest.mark.parametrize("style", ["as tf", "whole", "compat", "names", "wrapper"])
@pytest.mark.parametrize("line", [line for line in IDIOMS if line not in UNCHANGED])
def test_every_idiom_is_found(line: str, style: str, tmp_path: Path) -> None:
    text = styles(line, tmp_path)[style]
    assert codes(text, tmp_path), text


@pytest.mark.parametrize("style", ["as tf", "whole", "names", "wrapper"])
@pytest.mark.parametrize("line", IDIOMS.values())
def test_its_native_form_is_silent(line: str, style: str, tmp_path: Path) -> None:
    text = styles(line, tmp_path)[style]
    assert not codes(text, tmp_path), text
