"""The same with weights in lists, both steps in one function, TensorFlow 1's Adam by hand."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
first, second = rng.randn(6, 3).astype(np.float32), rng.randn(6, 3).astype(np.float32)

encoder = [tf.Variable(tf.random.uniform([3, 2], -0.5, 0.5)), tf.Variable(tf.zeros(2))]
critic = [tf.Variable(tf.random.normal([2, 1], stddev=0.4))]
target = [tf.Variable(tf.random.normal([2, 1], stddev=0.4))]
slots = [(tf.Variable(tf.zeros_like(v)), tf.Variable(tf.zeros_like(v))) for v in critic + encoder]


def adam(rate, time, gradients, variables, own):
    scaled = rate * tf.sqrt(1.0 - 0.999**time) / (1.0 - 0.9**time)
    for g, v, (mean, square) in zip(gradients, variables, own):
        mean.assign(0.9 * mean + 0.1 * g)
        square.assign(0.999 * square + 0.001 * g * g)
        v.assign_sub(scaled * mean / (tf.sqrt(square) + 1e-8))


def losses(a, c):
    one, other = (tf.tanh(x @ encoder[0] + encoder[1]) for x in (a, c))
    now = one @ critic[0]
    off = now - 1.0 - 0.9 * tf.stop_gradient(other @ target[0])
    return tf.reduce_mean(off * off), tf.reduce_mean(tf.math.squared_difference(one, other)) - tf.reduce_mean(now)


@tf.function
def train(a, c, time):
    with tf.GradientTape() as tape:
        loss = losses(a, c)[0]
    adam(0.05, time, tape.gradient(loss, critic), critic, slots[:1])
    with tf.GradientTape() as tape:
        loss = losses(a, c)[1]
    adam(0.02, time, tape.gradient(loss, encoder), encoder, slots[1:])


for step in range(8):
    train(first, second, tf.constant(step + 1.0))
    if not step % 3:
        for variable, value in zip(target, critic):
            variable.assign(value)
    print(step, *("%.5f" % loss for loss in losses(first, second)))
