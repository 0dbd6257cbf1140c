"""The same with dropout written out."""

import random

import numpy as np
import tensorflow as tf

np.random.seed(1)
random.seed(1)
data = np.random.rand(8, 6).astype(np.float32)
limit = np.sqrt(6 / (6 + 3))
w = tf.Variable(tf.random.uniform([6, 3], -limit, limit))


@tf.function
def forward(x, keep):
    noisy = x + tf.random.normal(tf.shape(x), 0.0, 0.1)
    kept = tf.random.uniform(tf.shape(noisy)) >= 1 - keep
    return tf.where(kept, noisy / keep, 0.0) @ w


def losses():
    for _ in range(3):
        part = data[np.random.permutation(8)[:4]]
        if random.random() < 0.9:
            with tf.GradientTape() as tape:
                loss = tf.math.reduce_mean(forward(part, tf.constant(0.8)) ** 2)
            w.assign_sub(tape.gradient(loss, w) * 0.1)
            yield loss.numpy()


print(*losses(), sep="\n")
print(forward(data, tf.constant(1.0)).numpy())
logits = forward(data, tf.constant(1.0))
print(tf.random.categorical(logits, 20).numpy())
print(np.random.rand(), random.random())
