import numpy as np
import tensorflow as tf

tf.set_random_seed(1)
z = tf.random_normal([8, 2])
real = tf.placeholder(tf.float32, [8, 2])


def generator(z):
    with tf.variable_scope("g"):
        return tf.layers.dense(tf.layers.dense(z, 4, tf.nn.relu), 2)


def critic(v, reuse):
    with tf.variable_scope("d", reuse=reuse):
        return tf.layers.dense(tf.layers.dense(v, 4, tf.nn.leaky_relu), 1)


fake = generator(z)
d_real, d_fake = critic(real, False), critic(fake, True)
d_loss = tf.reduce_mean(d_fake) - tf.reduce_mean(d_real)
g_loss = -tf.reduce_mean(d_fake)
alpha = tf.random_uniform([8, 1])
mixed = alpha * real + (1.0 - alpha) * fake
slope = tf.sqrt(tf.reduce_sum(tf.square(tf.gradients(critic(mixed, True), mixed)[0]), 1))
d_loss += 10.0 * tf.reduce_mean(tf.square(slope - 1.0))
d_vars = tf.trainable_variables("d")
g_vars = tf.trainable_variables("g")
optimizer = tf.train.RMSPropOptimizer(0.01)
d_train = optimizer.minimize(d_loss, var_list=d_vars)
g_train = optimizer.minimize(g_loss, var_list=g_vars)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    rng = np.random.RandomState(3)
    for i in range(6):
        for _ in range(2):
            _, dl = sess.run([d_train, d_loss], {real: rng.randn(8, 2) + 2})
        _, gl = sess.run([g_train, g_loss])
        print(i, dl, gl)
    print(sess.run(fake)[:2])
