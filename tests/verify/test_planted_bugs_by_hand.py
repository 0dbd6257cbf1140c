"""Bugs that people make when they migrate by hand what `fix` leaves to them; the right migration is equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tf2migrate.model.verdict import Verdict, VerdictKind

Texts = Callable[..., Verdict]

HEAD = "import numpy as np\nimport tensorflow as tf\nrng = np.random.RandomState(3)\n"
START = "sess = tf.Session()\nsess.run(tf.global_variables_initializer())\n"

LSTM = (
    HEAD
    + """\
data = rng.randn(2, 5, 3).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 5, 3])
outputs, state = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(4), x, dtype=tf.float32)
"""
    + START
    + "print(sess.run(state.h, {x: data}))\n",
    HEAD
    + """\
data = rng.randn(2, 5, 3).astype(np.float32)
kernel = tf.Variable(tf.keras.initializers.GlorotUniform()([7, 16]), name="rnn/basic_lstm_cell/kernel")
bias = tf.Variable(tf.zeros([16]), name="rnn/basic_lstm_cell/bias")


@tf.function
def last_output(x):
    c = h = tf.zeros([tf.shape(x)[0], 4])
    for step in tf.unstack(x, axis=1):
        i, j, f, o = tf.split(tf.matmul(tf.concat([step, h], 1), kernel) + bias, 4, axis=1)
        c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
    return h


print(last_output(data).numpy())
""",
)

NORM = (
    HEAD
    + """\
data = (3.0 + 2.0 * rng.randn(8, 4)).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 4])
y = tf.layers.batch_normalization(x, training=True)
loss = tf.reduce_mean(tf.square(y - 1.0))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
"""
    + START
    + "for _ in range(5):\n    print(sess.run([train, loss], {x: data})[1])\n",
    HEAD
    + """\
data = (3.0 + 2.0 * rng.randn(8, 4)).astype(np.float32)
norm = tf.keras.layers.BatchNormalization(momentum=0.99, epsilon=0.001)
norm.build([None, 4])
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def train_step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(norm(x, training=True) - 1.0))
    weights = norm.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss


for _ in range(5):
    print(train_step(data).numpy())
""",
)

EMBEDDING = (
    HEAD
    + """\
ids = tf.constant([1, 3, 1, 2])
table = tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2) / 10, name="table")
loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, ids)))
train = tf.train.AdagradOptimizer(0.1).minimize(loss)
"""
    + START
    + "for _ in range(4):\n    print(sess.run([train, loss])[1])\n",
    HEAD
    + """\
ids = tf.constant([1, 3, 1, 2])
table = tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2) / 10, name="table")
optimizer = tf.keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.1, epsilon=0.0)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(tf.nn.embedding_lookup(table, ids)))
    gradient = tf.convert_to_tensor(tape.gradient(loss, table))
    optimizer.apply_gradients([(gradient, table)])
    return loss


for _ in range(4):
    print(train_step().numpy())
""",
)

MOMENTUM = (
    HEAD
    + """\
w = tf.Variable([1.0, -2.0], name="w")
step = tf.train.get_or_create_global_step()
rate = tf.train.exponential_decay(0.1, step, 1, 0.5)
loss = tf.reduce_sum(tf.square(w))
train = tf.train.MomentumOptimizer(rate, 0.9).minimize(loss, global_step=step)
"""
    + START
    + "for _ in range(6):\n    print(sess.run([train, loss])[1])\n",
    HEAD
    + """\
w = tf.Variable([1.0, -2.0], name="w")
accumulated = tf.Variable([0.0, 0.0], trainable=False)
step = tf.Variable(0, dtype=tf.int64, trainable=False)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(w))
    rate = 0.1 * tf.pow(0.5, tf.cast(step, tf.float32))
    tf.raw_ops.ResourceApplyMomentum(
        var=w.handle, accum=accumulated.handle, lr=rate, grad=tape.gradient(loss, w), momentum=0.9)
    step.assign_add(1)
    return loss


for _ in range(6):
    print(train_step().numpy())
""",
)

TARGET = (
    HEAD
    + """\
w = tf.Variable(2.0, name="w")
v = tf.Variable(1.0, name="v")
goal = tf.stop_gradient(0.9 * w * 3.0 + 1.0)
loss = tf.square(goal - w * 2.0) + tf.square(v - w)
optimizer = tf.train.AdamOptimizer(0.01)
pairs = optimizer.compute_gradients(loss)
train = optimizer.apply_gradients([(tf.clip_by_norm(g, 1.0), x) for g, x in pairs])
"""
    + START
    + "for _ in range(6):\n    print(sess.run([train, loss])[1])\n",
    HEAD
    + """\
w = tf.Variable(2.0, name="w")
v = tf.Variable(1.0, name="v")
optimizer = tf.keras.optimizers.Adam(0.01, epsilon=1e-08)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        goal = tf.stop_gradient(0.9 * w * 3.0 + 1.0)
        loss = tf.square(goal - w * 2.0) + tf.square(v - w)
    gradients = tape.gradient(loss, [w, v])
    optimizer.apply_gradients([(tf.clip_by_norm(g, 1.0), x) for g, x in zip(gradients, [w, v])])
    return loss


for _ in range(6):
    print(train_step().numpy())
""",
)

BUFFER = (
    HEAD
    + """\
buffer = np.zeros([4, 2], np.float32)
x = tf.placeholder(tf.float32, [4, 2])
w = tf.get_variable("w", [2, 1], initializer=tf.ones_initializer())
loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
"""
    + START
    + """\
for number in range(5):
    buffer[number % 4] = rng.randn(2)
    print(sess.run([loss, train], {x: buffer})[0])
""",
    HEAD
    + """\
buffer = np.zeros([4, 2], np.float32)
w = tf.Variable(tf.ones([2, 1]), name="w")
optimizer = tf.keras.optimizers.SGD(0.1)


@tf.function
def train_step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w)))
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
    return loss


for number in range(5):
    buffer[number % 4] = rng.randn(2)
    print(train_step(buffer).numpy())
""",
)

PAIRS = {"lstm": LSTM, "norm": NORM, "embedding": EMBEDDING, "momentum": MOMENTUM, "target": TARGET, "buffer": BUFFER}

BUGS = {
    "gates swapped": ("lstm", "i, j, f, o = tf.split", "i, f, j, o = tf.split"),
    "no forget bias": ("lstm", "f + 1.0", "f"),
    "another kernel": ("lstm", "GlorotUniform()([7, 16])", "GlorotNormal()([7, 16])"),
    "one time step fewer": ("lstm", "tf.unstack(x, axis=1)", "tf.unstack(x, axis=1)[:-1]"),
    "batch norm never updated": ("norm", "norm(x, training=True)", "norm(x, training=False)"),
    "Keras's momentum of averages": ("norm", "momentum=0.99", "momentum=0.9"),
    "Keras's rows of batch norm": ("norm", "epsilon=0.001", "epsilon=0.01"),
    "sparse rows not summed": (
        "embedding",
        "tf.convert_to_tensor(tape.gradient(loss, table))",
        "tf.tensor_scatter_nd_update(tf.zeros_like(table), ids[:, None], tape.gradient(loss, table).values)",
    ),
    "Keras's accumulators": ("embedding", "initial_accumulator_value=0.1", "initial_accumulator_value=0.0"),
    "Keras's epsilon": ("embedding", "epsilon=0.0", "epsilon=1e-2"),
    "Keras's momentum under a decaying rate": (
        "momentum",
        "lr=rate, grad=tape.gradient(loss, w), momentum=0.9)",
        "lr=1.0, grad=rate * tape.gradient(loss, w), momentum=0.9)",
    ),
    "a rate that decays too late": ("momentum", "tf.cast(step, tf.float32)", "tf.cast(step - 1, tf.float32)"),
    "no step counted": ("momentum", "    step.assign_add(1)\n", ""),
    "no stop_gradient": ("target", "tf.stop_gradient(0.9 * w * 3.0 + 1.0)", "0.9 * w * 3.0 + 1.0"),
    "an array as it was at the first feed": ("buffer", "tf.matmul(x, w)", "tf.matmul(buffer, w)"),
    "an array fed before it changes": (
        "buffer",
        "    buffer[number % 4] = rng.randn(2)\n    print(train_step(buffer).numpy())\n",
        "    print(train_step(buffer).numpy())\n    buffer[number % 4] = rng.randn(2)\n",
    ),
    "not clipped": ("target", "tf.clip_by_norm(g, 1.0)", "g"),
    "one variable left out": ("target", "zip(gradients, [w, v])", "list(zip(gradients, [w, v]))[:1]"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_right_migration_is_equal(texts: Texts, name: str) -> None:
    verdict = texts(*PAIRS[name])
    assert (verdict.verdict, verdict.reason) == (VerdictKind.EQUAL, "")
    assert verdict.compared.printed > 3
    assert verdict.compared.variables > 0
    assert verdict.paired_by.startswith("what both print and write")


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_a_bug_is_caught(texts: Texts, bug: tuple[str, str, str]) -> None:
    name, old, new = bug
    before, after = PAIRS[name]
    assert after.count(old) == 1
    verdict = texts(before, after.replace(old, new))
    assert verdict.verdict is VerdictKind.DIFFERS
    assert verdict.first_difference is not None
