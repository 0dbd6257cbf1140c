"""Wrong: the rate is folded into the momentum."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
data = rng.randn(22, 3).astype(np.float32)
target = (data[:, :1] - 0.5 * data[:, 1:2] ** 2).astype(np.float32)

step = tf.Variable(0, trainable=False, name="step")
init = tf.keras.initializers.GlorotUniform
w1 = tf.Variable(init()([3, 8]), name="w1")
b1 = tf.Variable(0.1 * tf.ones([8]), name="b1")
w2 = tf.Variable(init()([8, 1]), name="w2")
b2 = tf.Variable(0.2 * tf.ones([1]), name="b2")
variables = [w1, b1, w2, b2]
moments = [tf.Variable(tf.zeros_like(v)) for v in variables]
averaged = [tf.Variable(v) for v in variables]


def rate():
    return 0.1 * 0.7 ** tf.cast(step // 3, tf.float32)


def compute_loss(x, y):
    out = tf.matmul(tf.nn.tanh(tf.matmul(x, w1) + b1), w2) + b2
    return tf.reduce_mean(tf.square(out - y))


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = compute_loss(x, y)
        total = loss + 0.01 * (tf.nn.l2_loss(w1) + tf.nn.l2_loss(w2))
    grads, norm = tf.clip_by_global_norm(tape.gradient(total, variables), 0.5)
    lr = rate()
    for g, v, m in zip(grads, variables, moments):
        m.assign(0.9 * m + lr * g)
        v.assign_sub(m)
    step.assign_add(1)
    n = tf.cast(step, tf.float32)
    decay = tf.minimum(0.9, (1.0 + n) / (10.0 + n))
    for v, a in zip(variables, averaged):
        a.assign_sub((1.0 - decay) * (a - v))
    return loss, norm


for epoch in range(3):
    order = np.random.permutation(len(data))
    total, seen = 0.0, 0
    for start in range(0, len(data), 5):
        rows = order[start : start + 5]
        value, size = train_step(data[rows], target[rows])
        total += value * len(rows)
        seen += len(rows)
    print("epoch %d: loss %.4f, norm %.3f, rate %.4f" % (epoch, total / seen, size, rate()))
print("after", step.numpy(), compute_loss(data, target).numpy())
np.savez("averaged.npz", *[a.numpy() for a in averaged])
