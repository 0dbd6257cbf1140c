"""The action of a small policy for one state, and its update: what agents run thousands of times."""

import sys
import time

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
states = rng.rand(1, 4).astype(np.float32)

s = tf.placeholder(tf.float32, [None, 4])
a = tf.placeholder(tf.int32, [None])
w1 = tf.Variable(tf.random_normal([4, 20], stddev=0.1))
w2 = tf.Variable(tf.random_normal([20, 2], stddev=0.1))
logits = tf.matmul(tf.nn.relu(tf.matmul(s, w1)), w2)
chances = tf.nn.softmax(logits)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=a, logits=logits))
train_op = tf.train.AdamOptimizer(0.01).minimize(loss)

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        chance = sess.run(chances, feed_dict={s: states})
        sess.run(train_op, feed_dict={s: states, a: [0]})
        times.append(time.perf_counter() - start)
print("chances", chance)
print("times", *times)
