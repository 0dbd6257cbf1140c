"""Wrong: an epsilon of another size."""

import numpy as np
import tensorflow as tf

generator = np.random.RandomState(5)
inputs = generator.randn(24, 4).astype(np.float32)
targets = (inputs.sum(axis=1) + 2 * generator.randn(24) > 0).astype(np.int64)
kernel = tf.Variable(0.1 * tf.random.normal([4, 2]))
offset = tf.Variable(tf.zeros([2]))
adam = tf.keras.optimizers.Adam(epsilon=1e-5)


def score(batch):
    return tf.matmul(batch, kernel) + offset


@tf.function
def update(batch, labels):
    with tf.GradientTape() as tape:
        value = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, score(batch)))
    adam.apply_gradients(zip(tape.gradient(value, [kernel, offset]), [kernel, offset]))
    return value


for epoch in range(3):
    adam.learning_rate.assign(0.1 / (1 + epoch))
    order = generator.permutation(24)
    total = 0.0
    for rows in np.split(order, 3):
        total += update(inputs[rows], targets[rows]).numpy() * 8
    print("epoch %d loss %.4f" % (epoch, total / 24))
print("accuracy", np.float32(np.mean(np.argmax(score(inputs), 1) == targets)))
