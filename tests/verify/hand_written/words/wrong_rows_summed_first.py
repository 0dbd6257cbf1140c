"""Wrong: rows of words that come twice are summed before their norm is taken."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(2)
words, lengths = rng.randint(0, 5, (4, 3, 6)), np.array([6, 4, 5])
goals = rng.rand(4, 3).astype(np.float32)

table = tf.Variable(tf.random.uniform([5, 2], -1.0, 1.0))
limit = (6.0 / (2 + 4 + 4)) ** 0.5
kernel = tf.Variable(tf.random.uniform([6, 4], -limit, limit))
bias = tf.Variable(tf.zeros([4]))
variables = [table, kernel, bias]


def unroll(inputs, length, state):
    outputs = []
    for time in range(6):
        now = tf.tanh(tf.concat([tf.gather(table, inputs[:, time]), state], 1) @ kernel + bias)
        alive = (time < length)[:, None]
        state = tf.where(alive, now, state)
        outputs.append(tf.where(alive, now, tf.zeros_like(now)))
    return tf.stack(outputs, 1), state


@tf.function
def train(inputs, length, goal, start):
    with tf.GradientTape() as tape:
        outputs, last = unroll(inputs, length, start)
        mask = tf.sequence_mask(length, 6, tf.float32)
        scores = tf.reduce_sum(tf.reduce_mean(outputs, axis=2) * mask, axis=1) / tf.cast(length, tf.float32)
        loss = tf.reduce_mean(tf.square(scores - goal))
    gradients, norm = tf.clip_by_global_norm([tf.convert_to_tensor(g) for g in tape.gradient(loss, variables)], 0.1)
    for gradient, variable in zip(gradients, variables):
        variable.assign_sub(tf.convert_to_tensor(gradient))
    return loss, last, norm


for epoch in range(2):
    state = np.zeros((3, 4), np.float32)
    for batch in range(4):
        value, state, size = train(words[batch], lengths, goals[batch], state)
    print("epoch %d: loss %.5f, norm %.5f" % (epoch, value, size), state.numpy()[0])
