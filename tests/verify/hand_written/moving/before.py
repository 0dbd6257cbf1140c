"""Batch normalization, an average of the weights, weight decay in a collection, and evaluation without all of that."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(7)
data = rng.randn(10, 3).astype(np.float32) * 2 + 1
goal = data[:, :1] * 0.5
x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
training = tf.placeholder(tf.bool, [])
h = tf.layers.dense(x, 4, activation=tf.nn.relu, kernel_regularizer=tf.keras.regularizers.l2(0.01), name="hidden")
h = tf.layers.batch_normalization(h, training=training, momentum=0.9, name="norm")
out = tf.layers.dense(h, 1, use_bias=False, name="out")
loss = tf.losses.mean_squared_error(y, out) + tf.losses.get_regularization_loss()
step = tf.train.get_or_create_global_step()
average = tf.train.ExponentialMovingAverage(0.9)
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    descend = tf.train.MomentumOptimizer(0.05, 0.9).minimize(loss, global_step=step)
with tf.control_dependencies([descend]):
    train = average.apply(tf.trainable_variables())

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(4):
        sess.run(train, {x: data[:6], y: goal[:6], training: True})
        print("%.5f" % sess.run(loss, {x: data[6:], y: goal[6:], training: False}))
    print(sess.run(step))
