"""State on both sides of the graph: a counter, a decaying average, a list of the host, metrics reset in each round."""

import numpy as np
import tensorflow as tf

values = np.random.RandomState(2).rand(12).astype(np.float32)
x = tf.placeholder(tf.float32, [None])
count = tf.Variable(0, trainable=False, name="count")
mean = tf.Variable(0.0, trainable=False, name="mean")
silent = tf.Variable(1.0, trainable=False, name="silent")
with tf.control_dependencies([tf.assign_add(count, 1), tf.assign(silent, silent * 0.5)]):
    step = tf.assign(mean, 0.9 * mean + 0.1 * tf.reduce_mean(x))
total, update_total = tf.metrics.mean(x)

sess = tf.Session()
sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
seen = []
for round_ in range(2):
    sess.run(tf.local_variables_initializer())
    for start in range(0, 12, 4):
        part = values[start : start + 4] * (1 + round_)
        sess.run([step, update_total], {x: part})
        seen.append(sess.run(mean))
    print("round", round_, "mean", sess.run(total))
print("last", seen[-2:], "of", len(seen))
