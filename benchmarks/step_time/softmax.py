"""Softmax regression on images of 28x28, as the tutorial had it."""

import sys
import time

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
images = rng.rand(100, 784).astype(np.float32)
labels = np.eye(10, dtype=np.float32)[rng.randint(10, size=100)]

x = tf.placeholder(tf.float32, [None, 784])
y = tf.placeholder(tf.float32, [None, 10])
w = tf.Variable(tf.zeros([784, 10]))
b = tf.Variable(tf.zeros([10]))
logits = tf.matmul(x, w) + b
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
train_op = tf.train.GradientDescentOptimizer(0.01).minimize(loss)

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        _, value = sess.run([train_op, loss], feed_dict={x: images, y: labels})
        times.append(time.perf_counter() - start)
print("loss", value)
print("times", *times)
