"""A recurrent network with dropout that evaluation leaves out, on batches of one shape; gradients clipped by their norm."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(4)
sequences = rng.randint(0, 6, [32, 7])
targets = np.roll(sequences, -1, axis=1)

inputs = tf.placeholder(tf.int32, [None, 7])
labels = tf.placeholder(tf.int32, [None, 7])
keep_prob = tf.placeholder(tf.float32)
table = tf.get_variable("table", [6, 5], initializer=tf.random_uniform_initializer(-0.5, 0.5))
cell = tf.nn.rnn_cell.LSTMCell(8, initializer=tf.random_uniform_initializer(-0.2, 0.2))
outputs, state = tf.nn.dynamic_rnn(cell, tf.nn.embedding_lookup(table, inputs), dtype=tf.float32)
outputs = tf.nn.dropout(outputs, keep_prob)
logits = tf.layers.dense(outputs, 6, name="vocab")
loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
variables = tf.trainable_variables()
gradients, norm = tf.clip_by_global_norm(tf.gradients(loss, variables), 0.25)
train = tf.train.MomentumOptimizer(0.5, 0.9).apply_gradients(zip(gradients, variables))
perplexity = tf.exp(loss)
saver = tf.train.Saver()

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(8):
        rows = slice(step % 4 * 8, step % 4 * 8 + 8)
        feed = {inputs: sequences[rows], labels: targets[rows], keep_prob: 0.8}
        _, n = sess.run([train, norm], feed)
        if step % 2 == 1:
            feed[keep_prob] = 1.0
            print("step %d norm %.5f perplexity %.5f" % (step, n, sess.run(perplexity, feed)))
    last = sess.run(state, {inputs: sequences[:2]})
    print(last.h)
