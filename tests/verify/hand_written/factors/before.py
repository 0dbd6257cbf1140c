"""Matrix factorization: rows of two tables under Adam, a step that is read beside its update, a file."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(9)
users, items = rng.randint(0, 12, 60), rng.randint(0, 9, 60)
stars = rng.randint(1, 6, 60).astype(np.float32)

u = tf.placeholder(tf.int32, [None])
i = tf.placeholder(tf.int32, [None])
r = tf.placeholder(tf.float32, [None])
with tf.variable_scope("factors"):
    user_table = tf.get_variable("users", [12, 4], initializer=tf.truncated_normal_initializer(stddev=0.02))
    item_table = tf.get_variable("items", [9, 4], initializer=tf.truncated_normal_initializer(stddev=0.02))
    user_bias = tf.get_variable("user_bias", [12], initializer=tf.zeros_initializer())
    item_bias = tf.get_variable("item_bias", [9], initializer=tf.zeros_initializer())
    mean = tf.get_variable("mean", [], initializer=tf.constant_initializer(3.0), trainable=False)
pu, qi = tf.nn.embedding_lookup(user_table, u), tf.nn.embedding_lookup(item_table, i)
pred = tf.reduce_sum(pu * qi, 1) + tf.gather(user_bias, u) + tf.gather(item_bias, i) + mean
penalty = 0.02 * (tf.nn.l2_loss(pu) + tf.nn.l2_loss(qi))
loss = tf.nn.l2_loss(pred - r) + penalty
rmse = tf.sqrt(tf.reduce_mean(tf.square(pred - r)))
global_step = tf.Variable(0, trainable=False, name="global_step")
train = tf.train.AdamOptimizer(0.05).minimize(loss, global_step=global_step)

sess = tf.Session()
sess.run(tf.global_variables_initializer())
for epoch in range(3):
    for start in range(0, 60, 12):
        part = slice(start, start + 12)
        _, value, step = sess.run([train, loss, global_step], {u: users[part], i: items[part], r: stars[part]})
    print("step", step, "loss", value)
    print("rmse", sess.run(rmse, {u: users, i: items, r: stars}))
np.save("users.npy", sess.run(user_table))
