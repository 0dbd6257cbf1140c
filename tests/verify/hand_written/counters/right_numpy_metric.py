"""The same with the metric on the host and variables of the module."""

import numpy as np
import tensorflow as tf

values = np.random.RandomState(2).rand(12).astype(np.float32)
mean, silent, count = tf.Variable(0.0), tf.Variable(1.0), tf.Variable(0)
seen = []
for round_ in range(2):
    parts = np.split(values * (1 + round_), 3)
    for part in parts:
        count.assign_add(1)
        silent.assign(silent / 2)
        mean.assign(mean - 0.1 * (mean - part.mean()))
        seen.append(mean.numpy())
    print("round", round_, "mean", np.float32(np.concatenate(parts).mean()))
print("last", seen[-2:], "of", len(seen))
