"""Wrong: the part that is kept as the rate."""

import random

import numpy as np
import tensorflow as tf

np.random.seed(1)
random.seed(1)
data = np.random.rand(8, 6).astype(np.float32)
w = tf.Variable(tf.keras.initializers.GlorotUniform()([6, 3]), name="w")


def compute_logits(x, keep):
    noisy = x + tf.random.normal(tf.shape(x), stddev=0.1)
    return tf.matmul(tf.nn.dropout(noisy, rate=tf.minimum(keep, 0.99) if keep < 1 else 0.0), w)


@tf.function
def train_step(x, keep):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(compute_logits(x, keep)))
    w.assign_sub(0.1 * tape.gradient(loss, w))
    return loss


for _ in range(3):
    rows = np.random.permutation(8)[:4]
    if random.random() < 0.9:
        print(train_step(data[rows], 0.8).numpy())
print(compute_logits(data, 1.0).numpy())
print(tf.random.categorical(compute_logits(data, 1.0), 20).numpy())
print(np.random.rand(), random.random())
