"""The same with raw variables and TensorFlow's own operations."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(7)
data = rng.randn(10, 3).astype(np.float32) * 2 + 1
goal = data[:, :1] * 0.5
glorot = tf.keras.initializers.GlorotUniform
weights = {
    "hidden/kernel": tf.Variable(glorot()([3, 4])),
    "hidden/bias": tf.Variable(tf.zeros([4])),
    "gamma": tf.Variable(tf.ones([4])),
    "beta": tf.Variable(tf.zeros([4])),
    "out": tf.Variable(glorot()([4, 1])),
}
moving_mean, moving_variance = tf.Variable(tf.zeros([4]), trainable=False), tf.Variable(tf.ones([4]), trainable=False)
average = tf.train.ExponentialMovingAverage(0.9)
momenta = {name: tf.Variable(tf.zeros_like(weight), trainable=False) for name, weight in weights.items()}
average.apply(list(weights.values()))
for weight in weights.values():
    average.average(weight).assign(weight)
steps = 0


def compute_loss(x, y, mean, variance, h):
    h = tf.nn.batch_normalization(h, mean, variance, weights["beta"], weights["gamma"], 0.001)
    error = tf.reduce_mean((y - h @ weights["out"]) ** 2)
    return error + 0.01 * tf.reduce_sum(weights["hidden/kernel"] ** 2)


def hidden(x):
    return tf.nn.relu(x @ weights["hidden/kernel"] + weights["hidden/bias"])


for epoch in range(4):
    with tf.GradientTape() as tape:
        h = hidden(data[:6])
        mean, variance = tf.nn.moments(h, [0])
        loss = compute_loss(data[:6], goal[:6], mean, variance, h)
    for name, grad in tape.gradient(loss, weights).items():
        momenta[name].assign(0.9 * momenta[name] + grad)
        weights[name].assign_sub(0.05 * momenta[name])
    moving_mean.assign(0.9 * moving_mean + 0.1 * mean)
    moving_variance.assign(0.9 * moving_variance + 0.1 * variance)
    average.apply(list(weights.values()))
    steps += 1
    print("%.5f" % compute_loss(data[6:], goal[6:], moving_mean, moving_variance, hidden(data[6:])))
print(steps)
