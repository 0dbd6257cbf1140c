"""A layer with a bias before batch normalization: its gradient is rounding alone, and Adam makes full steps of it."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
points = rng.randn(64, 6).astype(np.float32)
labels = (points[:, 0] * points[:, 1] > 0).astype(np.int64)

x = tf.placeholder(tf.float32, [None, 6])
y = tf.placeholder(tf.int64, [None])
training = tf.placeholder(tf.bool)
hidden = tf.layers.dense(x, 16)
hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=training, momentum=0.9))
hidden = tf.layers.dense(hidden, 16)
hidden = tf.nn.relu(tf.layers.batch_normalization(hidden, training=training, momentum=0.9))
logits = tf.layers.dense(hidden, 2)
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits, 1), y), tf.float32))
with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
    train_op = tf.train.AdamOptimizer(0.03).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(24):
        batch = slice(step % 4 * 16, step % 4 * 16 + 16)
        _, value = sess.run([train_op, loss], {x: points[batch], y: labels[batch], training: True})
        print("step", step, "loss", value, "right", sess.run(accuracy, {x: points, y: labels, training: False}))
