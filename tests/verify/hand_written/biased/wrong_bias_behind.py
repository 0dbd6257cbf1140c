"""Wrong: the bias is added behind the normalization."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(0)
points = rng.randn(64, 6).astype(np.float32)
labels = (points[:, 0] * points[:, 1] > 0).astype(np.int64)


class Layer(tf.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = tf.Variable(tf.keras.initializers.GlorotUniform()([inputs, outputs]))
        self.bias = tf.Variable(tf.zeros([outputs]))
        self.gamma = tf.Variable(tf.ones([outputs]))
        self.beta = tf.Variable(tf.zeros([outputs]))
        self.mean = tf.Variable(tf.zeros([outputs]), trainable=False)
        self.variance = tf.Variable(tf.ones([outputs]), trainable=False)

    def __call__(self, x, training):
        h = tf.matmul(x, self.kernel)
        mean, variance = self.mean, self.variance
        if training:
            mean = tf.reduce_mean(h, 0)
            variance = tf.reduce_mean(tf.square(h - mean), 0)
            self.mean.assign(self.mean * 0.9 + mean * 0.1)
            self.variance.assign(self.variance * 0.9 + variance * 0.1)
        return tf.nn.relu((h - mean) / tf.sqrt(variance + 1e-3) * self.gamma + self.beta + self.bias)


first, second = Layer(6, 16), Layer(16, 16)
kernel = tf.Variable(tf.keras.initializers.GlorotUniform()([16, 2]))
bias = tf.Variable(tf.zeros([2]))
weights = [*first.trainable_variables, *second.trainable_variables, kernel, bias]
optimizer = tf.keras.optimizers.Adam(0.03, epsilon=1e-8)


def network(x, training):
    return tf.matmul(second(first(x, training), training), kernel) + bias


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=network(x, True))
        loss = tf.reduce_mean(losses)
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss


@tf.function
def evaluate(x, y):
    return tf.reduce_mean(tf.cast(tf.equal(tf.argmax(network(x, False), 1), y), tf.float32))


for step in range(24):
    batch = slice(step % 4 * 16, step % 4 * 16 + 16)
    value = train_step(points[batch], labels[batch]).numpy()
    print("step", step, "loss", value, "right", evaluate(points, labels).numpy())
