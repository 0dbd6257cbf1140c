"""Wrong: the last batch is dropped."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
points = rng.randn(24, 4).astype(np.float32)
classes = (points.sum(axis=1) + 2 * rng.randn(24) > 0).astype(np.int64)
w = tf.Variable(tf.random.normal([4, 2], stddev=0.1))
b = tf.Variable(tf.zeros([2]))
optimizer = tf.keras.optimizers.Adam(epsilon=1e-8)
for epoch in range(3):
    optimizer.learning_rate.assign(0.1 / (1 + epoch))
    order = rng.permutation(24)
    total = 0.0
    for features, labels in tf.data.Dataset.from_tensor_slices((points[order], classes[order])).batch(9, drop_remainder=True):
        with tf.GradientTape() as tape:
            logits = tf.matmul(features, w) + b
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        optimizer.apply_gradients(zip(tape.gradient(loss, [w, b]), [w, b]))
        total += loss.numpy() * len(labels)
    print("epoch %d loss %.4f" % (epoch, total / 24))
print("accuracy", np.float32(np.mean(np.argmax(tf.matmul(points, w) + b, 1) == classes)))
