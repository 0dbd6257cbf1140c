"""A line through points: a step that is hardly more than the call."""

import sys
import time

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
points = rng.rand(20).astype(np.float32)

x = tf.placeholder(tf.float32)
y = tf.placeholder(tf.float32)
w = tf.Variable(0.5)
b = tf.Variable(0.0)
loss = tf.reduce_mean(tf.square(w * x + b - y))
train_op = tf.train.GradientDescentOptimizer(0.01).minimize(loss)

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        _, value = sess.run([train_op, loss], feed_dict={x: points, y: 3 * points})
        times.append(time.perf_counter() - start)
print("loss", value)
print("times", *times)
