"""Two convolutions and two dense layers on images of 28x28, trained with Adam."""

import sys
import time

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
images = rng.rand(64, 784).astype(np.float32)
labels = np.eye(10, dtype=np.float32)[rng.randint(10, size=64)]

x = tf.placeholder(tf.float32, [None, 784])
y = tf.placeholder(tf.float32, [None, 10])
w1 = tf.Variable(tf.random_normal([5, 5, 1, 16], stddev=0.1))
w2 = tf.Variable(tf.random_normal([5, 5, 16, 32], stddev=0.1))
w3 = tf.Variable(tf.random_normal([7 * 7 * 32, 128], stddev=0.1))
w4 = tf.Variable(tf.random_normal([128, 10], stddev=0.1))
b4 = tf.Variable(tf.zeros([10]))
h = tf.nn.relu(tf.nn.conv2d(tf.reshape(x, [-1, 28, 28, 1]), w1, strides=[1, 1, 1, 1], padding="SAME"))
h = tf.nn.max_pool(h, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
h = tf.nn.relu(tf.nn.conv2d(h, w2, strides=[1, 1, 1, 1], padding="SAME"))
h = tf.nn.max_pool(h, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="SAME")
h = tf.nn.relu(tf.matmul(tf.reshape(h, [-1, 7 * 7 * 32]), w3))
logits = tf.matmul(h, w4) + b4
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
train_op = tf.train.AdamOptimizer(0.001).minimize(loss)

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        _, value = sess.run([train_op, loss], feed_dict={x: images, y: labels})
        times.append(time.perf_counter() - start)
print("loss", value)
print("times", *times)
