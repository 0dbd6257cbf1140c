"""Draws of the host and of the graph: noise of each batch, dropout while training, a shuffle, classes drawn by odds."""

import random

import numpy as np
import tensorflow as tf

np.random.seed(1)
random.seed(1)
data = np.random.rand(8, 6).astype(np.float32)
x = tf.placeholder(tf.float32, [None, 6])
keep = tf.placeholder_with_default(1.0, [])
w = tf.get_variable("w", [6, 3], initializer=tf.glorot_uniform_initializer())
noisy = x + tf.random_normal(tf.shape(x), stddev=0.1)
logits = tf.matmul(tf.nn.dropout(noisy, keep), w)
drawn = tf.multinomial(logits, 20)
loss = tf.reduce_mean(tf.square(logits))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(3):
        rows = np.random.permutation(8)[:4]
        if random.random() < 0.9:
            print(sess.run([loss, train], {x: data[rows], keep: 0.8})[0])
    print(sess.run(logits, {x: data}))
    print(sess.run(drawn, {x: data}))
print(np.random.rand(), random.random())
