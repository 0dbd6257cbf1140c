import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
data = rng.randn(22, 3).astype(np.float32)
target = (data[:, :1] - 0.5 * data[:, 1:2] ** 2).astype(np.float32)

x = tf.placeholder(tf.float32, [None, 3])
y = tf.placeholder(tf.float32, [None, 1])
step = tf.Variable(0, trainable=False, name="step")
w1 = tf.get_variable("w1", [3, 8])
b1 = tf.get_variable("b1", [8], initializer=tf.constant_initializer(0.1))
w2 = tf.get_variable("w2", [8, 1])
b2 = tf.get_variable("b2", [1], initializer=tf.constant_initializer(0.2))
out = tf.matmul(tf.nn.tanh(tf.matmul(x, w1) + b1), w2) + b2
loss = tf.reduce_mean(tf.square(out - y))
penalty = 0.01 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables() if "w" in v.op.name])
rate = tf.train.exponential_decay(0.1, step, 3, 0.7, staircase=True)
optimizer = tf.train.MomentumOptimizer(rate, 0.9)
grads, variables = zip(*optimizer.compute_gradients(loss + penalty))
grads, norm = tf.clip_by_global_norm(grads, 0.5)
apply = optimizer.apply_gradients(zip(grads, variables), global_step=step)
ema = tf.train.ExponentialMovingAverage(0.9, step)
with tf.control_dependencies([apply]):
    train_op = ema.apply(tf.trainable_variables())
averaged = [ema.average(v) for v in tf.trainable_variables()]

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(3):
        order = np.random.permutation(len(data))
        total, seen = 0.0, 0
        for start in range(0, len(data), 5):
            rows = order[start : start + 5]
            _, value, size = sess.run([train_op, loss, norm], {x: data[rows], y: target[rows]})
            total += value * len(rows)
            seen += len(rows)
        print("epoch %d: loss %.4f, norm %.3f, rate %.4f" % (epoch, total / seen, size, sess.run(rate)))
    print("after", sess.run(step), sess.run(loss, {x: data, y: target}))
    np.savez("averaged.npz", *sess.run(averaged))
