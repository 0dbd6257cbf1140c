"""The same in one loop, with gradients written by hand and the error looked for."""

import numpy as np
import tensorflow as tf

data = tf.constant(np.random.RandomState(9).rand(5).astype(np.float32))
w = tf.Variable(4.0)
slope = tf.Variable(0.0, trainable=False)
scores = {}
for rate in (0.5, 4.0, 1.0):
    w.assign(4.0), slope.assign(0.0)
    history, worse = [np.inf], 0
    for steps in range(1, 13):
        history.append(tf.reduce_mean((w * data - 1) ** 2).numpy())
        worse = worse + 1 if history[-1] > 0.95 * history[-2] else 0
        slope.assign(2 * tf.reduce_mean((w * data - 1) * data))
        w.assign_sub(rate * slope)
        if worse == 2:
            break
    if not np.isfinite(np.log(w.numpy() - np.float32(2.5))):
        print("w is small")
    scores.setdefault(history[-1], rate)
    print("rate {:.1f}: {} steps, loss {:.5f}".format(rate, steps, history[-1]))
print("best rate", scores[min(scores)], "w", w.numpy())
