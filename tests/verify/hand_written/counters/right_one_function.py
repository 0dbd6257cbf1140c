"""The same with a loop of the graph over all parts of a round."""

import numpy as np
import tensorflow as tf

values = np.random.RandomState(2).rand(3, 4).astype(np.float32)
count = tf.Variable(0, trainable=False)
mean, silent = (tf.Variable(start, trainable=False) for start in (0.0, 1.0))


@tf.function
def whole_round(parts):
    means = tf.TensorArray(tf.float32, size=3)
    for index in tf.range(3):
        count.assign_add(1)
        silent.assign(silent * 0.5)
        mean.assign(0.9 * mean + 0.1 * tf.reduce_mean(parts[index]))
        means = means.write(index, mean)
    return means.stack(), tf.reduce_mean(parts)


seen = []
for round_ in range(2):
    means, total = whole_round(values * (1 + round_))
    seen.extend(means.numpy())
    print("round", round_, "mean", total.numpy())
print("last", seen[-2:], "of", len(seen))
