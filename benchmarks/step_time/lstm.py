"""An LSTM of 64 units over the 28 rows of an image."""

import sys
import time

import numpy as np
import tensorflow as tf
from tensorflow.contrib import rnn

rng = np.random.RandomState(0)
images = rng.rand(128, 28, 28).astype(np.float32)
labels = np.eye(10, dtype=np.float32)[rng.randint(10, size=128)]

x = tf.placeholder(tf.float32, [None, 28, 28])
y = tf.placeholder(tf.float32, [None, 10])
w = tf.Variable(tf.random_normal([64, 10]))
b = tf.Variable(tf.random_normal([10]))
rows = tf.unstack(x, 28, 1)
cell = rnn.BasicLSTMCell(64, forget_bias=1.0)
outputs, states = rnn.static_rnn(cell, rows, dtype=tf.float32)
logits = tf.matmul(outputs[-1], w) + b
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
train_op = tf.train.GradientDescentOptimizer(0.001).minimize(loss)

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        _, value = sess.run([train_op, loss], feed_dict={x: images, y: labels})
        times.append(time.perf_counter() - start)
print("loss", value)
print("times", *times)
