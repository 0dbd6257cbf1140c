"""Wrong: the loss that counts is that of after the last update."""

import numpy as np
import tensorflow as tf

data = np.random.RandomState(9).rand(5).astype(np.float32)
w, slope = tf.Variable(4.0), tf.Variable(0.0, trainable=False)


def compute_loss():
    return tf.reduce_mean(tf.square(w * data - 1.0))


@tf.function
def train(rate):
    with tf.GradientTape() as tape:
        loss = compute_loss()
    grad = tape.gradient(loss, w)
    w.assign_sub(rate * grad)
    slope.assign(grad)


def trial(rate):
    w.assign(4.0)
    slope.assign(0.0)
    last, patience, steps = np.inf, 0, 0
    while patience < 2 and steps < 12:
        now = compute_loss().numpy()
        patience = patience + 1 if now > 0.95 * last else 0
        last = now
        train(rate)
        steps += 1
    try:
        tf.debugging.check_numerics(tf.math.log(w - 2.5), "log of w")
    except tf.errors.InvalidArgumentError:
        print("w is small")
    last = compute_loss().numpy()
    print("rate %.1f: %d steps, loss %.5f" % (rate, steps, last))
    return last


results = {rate: trial(rate) for rate in [0.5, 4.0, 1.0]}
best = min(results, key=results.get)
print("best rate", best, "w", w.numpy())
