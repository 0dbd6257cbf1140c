"""Two networks trained by two optimizers against a target that is copied now and then; twins share their weights."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
first, second = rng.randn(6, 3).astype(np.float32), rng.randn(6, 3).astype(np.float32)

a = tf.placeholder(tf.float32, [None, 3])
c = tf.placeholder(tf.float32, [None, 3])


def encode(x, reuse=False):
    with tf.variable_scope("encoder", reuse=reuse):
        return tf.layers.dense(x, 2, tf.tanh, kernel_initializer=tf.random_uniform_initializer(-0.5, 0.5), name="d")


def judge(x, scope):
    with tf.variable_scope(scope):
        w = tf.get_variable("w", [2, 1], initializer=tf.random_normal_initializer(stddev=0.4))
        return tf.matmul(x, w)


one, other = encode(a), encode(c, reuse=True)
now = judge(one, "critic")
then = judge(other, "target")
critic_loss = tf.reduce_mean(tf.square(now - 1.0 - 0.9 * tf.stop_gradient(then)))
actor_loss = -tf.reduce_mean(now) + tf.reduce_mean(tf.square(one - other))
of_encoder = tf.trainable_variables("encoder")
of_critic = tf.trainable_variables("critic")
train_critic = tf.train.AdamOptimizer(0.05).minimize(critic_loss, var_list=of_critic)
train_actor = tf.train.AdamOptimizer(0.02).minimize(actor_loss, var_list=of_encoder)
copy = [t.assign(v) for t, v in zip(tf.global_variables("target"), of_critic)]

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(8):
        feed = {a: first, c: second}
        sess.run(train_critic, feed)
        sess.run(train_actor, feed)
        if step % 3 == 0:
            sess.run(copy)
        print(step, "%.5f %.5f" % tuple(sess.run([critic_loss, actor_loss], feed)))
