"""Two layers of LSTM over 50 characters, the norm of each gradient clipped."""

import sys
import time

import numpy as np
import tensorflow as tf

batch, length, vocabulary, units = 50, 50, 65, 128
rng = np.random.RandomState(0)
text = rng.randint(vocabulary, size=(batch, length + 1)).astype(np.int32)

characters = tf.placeholder(tf.int32, [batch, length])
targets = tf.placeholder(tf.int32, [batch, length])
lower, upper = tf.nn.rnn_cell.BasicLSTMCell(units), tf.nn.rnn_cell.BasicLSTMCell(units)
cell = tf.nn.rnn_cell.MultiRNNCell([lower, upper])
embedding = tf.get_variable("embedding", [vocabulary, units])
w = tf.get_variable("softmax_w", [units, vocabulary])
b = tf.get_variable("softmax_b", [vocabulary])
inputs = tf.nn.embedding_lookup(embedding, characters)
outputs, _ = tf.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
logits = tf.matmul(tf.reshape(outputs, [-1, units]), w) + b
losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tf.reshape(targets, [-1]), logits=logits)
cost = tf.reduce_mean(losses)
optimizer = tf.train.AdamOptimizer(0.002)
pairs = optimizer.compute_gradients(cost)
train_op = optimizer.apply_gradients([(tf.clip_by_norm(gradient, 5.0), variable) for gradient, variable in pairs])

times = []
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        value, _ = sess.run([cost, train_op], feed_dict={characters: text[:, :-1], targets: text[:, 1:]})
        times.append(time.perf_counter() - start)
print("loss", value)
print("times", *times)
