"""A generative adversarial network on images of 28x28: two optimizers, each with the variables of one network."""

import sys
import time

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
images = rng.rand(128, 784).astype(np.float32)

noise = tf.placeholder(tf.float32, [None, 100])
real = tf.placeholder(tf.float32, [None, 784])
g_w1 = tf.Variable(tf.random_normal([100, 256], stddev=0.1))
g_b1 = tf.Variable(tf.zeros([256]))
g_w2 = tf.Variable(tf.random_normal([256, 784], stddev=0.1))
g_b2 = tf.Variable(tf.zeros([784]))
d_w1 = tf.Variable(tf.random_normal([784, 256], stddev=0.1))
d_b1 = tf.Variable(tf.zeros([256]))
d_w2 = tf.Variable(tf.random_normal([256, 1], stddev=0.1))
d_b2 = tf.Variable(tf.zeros([1]))


def discriminator(image):
    return tf.nn.sigmoid(tf.matmul(tf.nn.relu(tf.matmul(image, d_w1) + d_b1), d_w2) + d_b2)


sample = tf.nn.sigmoid(tf.matmul(tf.nn.relu(tf.matmul(noise, g_w1) + g_b1), g_w2) + g_b2)
disc_real = discriminator(real)
disc_fake = discriminator(sample)
g_loss = -tf.reduce_mean(tf.log(disc_fake))
d_loss = -tf.reduce_mean(tf.log(disc_real) + tf.log(1.0 - disc_fake))
g_train = tf.train.AdamOptimizer(0.0002).minimize(g_loss, var_list=[g_w1, g_b1, g_w2, g_b2])
d_train = tf.train.AdamOptimizer(0.0002).minimize(d_loss, var_list=[d_w1, d_b1, d_w2, d_b2])

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        z = rng.uniform(-1.0, 1.0, size=[128, 100])
        start = time.perf_counter()
        _, _, gl, dl = sess.run([g_train, d_train, g_loss, d_loss], feed_dict={real: images, noise: z})
        times.append(time.perf_counter() - start)
print("losses", gl, dl)
print("times", *times)
