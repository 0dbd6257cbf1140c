"""Softmax regression in epochs of shuffled batches, with a mean loss per epoch and a rate that falls."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
points = rng.randn(24, 4).astype(np.float32)
classes = (points.sum(axis=1) + 2 * rng.randn(24) > 0).astype(np.int64)

x = tf.placeholder(tf.float32, [None, 4])
y = tf.placeholder(tf.int64, [None])
rate = tf.placeholder(tf.float32, [])
w = tf.get_variable("w", [4, 2], initializer=tf.random_normal_initializer(stddev=0.1))
b = tf.get_variable("b", [2], initializer=tf.zeros_initializer())
logits = tf.matmul(x, w) + b
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
train = tf.train.AdamOptimizer(rate).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(3):
        order = rng.permutation(24)
        total = 0.0
        for start in range(0, 24, 8):
            batch = order[start : start + 8]
            _, value = sess.run([train, loss], {x: points[batch], y: classes[batch], rate: 0.1 / (1 + epoch)})
            total += value * len(batch)
        print("epoch %d loss %.4f" % (epoch, total / 24))
    print("accuracy", sess.run(accuracy, {x: points, y: classes}))
