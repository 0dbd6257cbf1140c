"""Several trainings of one graph, each stopped early; the best is kept, an error of the graph is met on the way."""

import numpy as np
import tensorflow as tf

data = np.random.RandomState(9).rand(5).astype(np.float32)
x = tf.placeholder(tf.float32, [None])
rate = tf.placeholder(tf.float32, [])
w = tf.Variable(4.0)
slope = tf.Variable(0.0, trainable=False)
loss = tf.reduce_mean(tf.square(w * x - 1.0))
grad = tf.gradients(loss, [w])[0]
train = tf.group(w.assign_sub(rate * grad), slope.assign(grad))
checked = tf.check_numerics(tf.log(w - 2.5), "log of w")
init = tf.global_variables_initializer()

best = (None, np.inf)
with tf.Session() as sess:
    for value in [0.5, 4.0, 1.0]:
        sess.run(init)
        last, patience, steps = np.inf, 0, 0
        while patience < 2 and steps < 12:
            now = sess.run(loss, {x: data})
            patience = patience + 1 if now > 0.95 * last else 0
            last = now
            sess.run(train, {x: data, rate: value})
            steps += 1
        try:
            sess.run(checked)
        except tf.errors.InvalidArgumentError:
            print("w is small")
        if last < best[1]:
            best = (value, last)
        print("rate %.1f: %d steps, loss %.5f" % (value, steps, last))
    print("best rate", best[0], "w", sess.run(w))
