"""Wrong: the state starts anew in each round."""

import numpy as np
import tensorflow as tf

values = np.random.RandomState(2).rand(12).astype(np.float32)


class State(tf.Module):
    def __init__(self):
        super().__init__()
        self.count = tf.Variable(0, trainable=False, name="count")
        self.mean = tf.Variable(0.0, trainable=False, name="mean")
        self.silent = tf.Variable(1.0, trainable=False, name="silent")

    @tf.function
    def step(self, x):
        self.count.assign_add(1)
        self.silent.assign(self.silent * 0.5)
        self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(x))


state = State()
total = tf.keras.metrics.Mean()
seen = []
for round_ in range(2):
    total.reset_state()
    state = State()
    for start in range(0, 12, 4):
        part = values[start : start + 4] * (1 + round_)
        state.step(part)
        total.update_state(part)
        seen.append(state.mean.numpy())
    print("round", round_, "mean", total.result().numpy())
print("last", seen[-2:], "of", len(seen))
