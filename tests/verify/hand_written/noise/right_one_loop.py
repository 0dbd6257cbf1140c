"""The same, eagerly and with the noise made by hand."""

import random as dice

import numpy as np
import tensorflow as tf

dice.seed(1)
np.random.seed(1)
data = np.random.rand(8, 6).astype(np.float32)
w = tf.Variable(tf.keras.initializers.VarianceScaling(1.0, "fan_avg", "uniform")([6, 3]))


def forward(x, rate=0.0):
    x = x + 0.1 * tf.random.normal(x.shape)
    return tf.matmul(tf.nn.dropout(x, rate) if rate else x, w)


for turn in range(3):
    chosen = data[np.random.permutation(8)[:4]]
    if dice.random() >= 0.9:
        continue
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(forward(chosen, 0.2) ** 2)
    print(loss.numpy())
    tf.keras.optimizers.SGD(0.1).apply_gradients([(tape.gradient(loss, w), w)])
print(forward(data).numpy())
print(tf.random.categorical(forward(data), 20).numpy())
print(np.random.rand(), dice.random())
