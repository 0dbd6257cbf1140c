"""The same as a Keras model that `fit` trains, an epoch of batches at a time."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
points = rng.randn(24, 4).astype(np.float32)
classes = (points.sum(axis=1) + 2 * rng.randn(24) > 0).astype(np.int64)
initializer = tf.keras.initializers.RandomNormal(stddev=0.1)
model = tf.keras.Sequential([tf.keras.Input([4]), tf.keras.layers.Dense(2, kernel_initializer=initializer)])
loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(tf.keras.optimizers.Adam(epsilon=1e-8), loss)
for epoch in range(3):
    model.optimizer.learning_rate.assign(0.1 / (1 + epoch))
    order = rng.permutation(24)
    history = model.fit(points[order], classes[order], batch_size=8, shuffle=False, verbose=0)
    print("epoch %d loss %.4f" % (epoch, history.history["loss"][0]))
print("accuracy", np.float32(np.mean(np.argmax(model(points), 1) == classes)))
