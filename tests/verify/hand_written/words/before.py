"""A recurrent network over words, whose state goes from one batch to the next; gradients clipped by their global norm."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(2)
words, lengths = rng.randint(0, 5, (4, 3, 6)), np.array([6, 4, 5])
goals = rng.rand(4, 3).astype(np.float32)

inputs = tf.placeholder(tf.int32, [3, 6])
length = tf.placeholder(tf.int32, [3])
goal = tf.placeholder(tf.float32, [3])
table = tf.get_variable("table", [5, 2], initializer=tf.random_uniform_initializer(-1.0, 1.0))
cell = tf.nn.rnn_cell.BasicRNNCell(4)
start = tf.placeholder(tf.float32, [3, 4])
outputs, last = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(table, inputs), length, initial_state=start)
mask = tf.sequence_mask(length, 6, tf.float32)
scores = tf.reduce_sum(tf.reduce_mean(outputs, axis=2) * mask, axis=1) / tf.cast(length, tf.float32)
loss = tf.reduce_mean(tf.square(scores - goal))
variables = tf.trainable_variables()
gradients, norm = tf.clip_by_global_norm(tf.gradients(loss, variables), 0.1)
train = tf.train.GradientDescentOptimizer(1.0).apply_gradients(zip(gradients, variables))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(2):
        state = np.zeros((3, 4), np.float32)
        for batch in range(4):
            feed = {inputs: words[batch], length: lengths, goal: goals[batch], start: state}
            value, state, size, _ = sess.run([loss, last, norm, train], feed)
        print("epoch %d: loss %.5f, norm %.5f" % (epoch, value, size), state[0])
