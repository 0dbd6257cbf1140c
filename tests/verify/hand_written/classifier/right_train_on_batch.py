"""The same with `train_on_batch` and a schedule that knows the step."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(5)
points = rng.randn(24, 4).astype(np.float32)
classes = (points.sum(axis=1) + 2 * rng.randn(24) > 0).astype(np.int64)
rates = tf.keras.optimizers.schedules.PiecewiseConstantDecay([2, 5], [0.1, 0.05, 0.1 / 3])
model = tf.keras.Sequential([tf.keras.layers.Dense(2, kernel_initializer=tf.keras.initializers.RandomNormal(stddev=0.1))])
model.compile(tf.keras.optimizers.Adam(rates, epsilon=1e-8), tf.keras.losses.SparseCategoricalCrossentropy(True))
for epoch in range(3):
    order = rng.permutation(24).reshape(3, 8)
    total = 0.0
    for rows in order:
        model.reset_metrics()
        total += model.train_on_batch(points[rows], classes[rows])
    print("epoch", epoch, "loss", "%.4f" % (total / 3))
print("accuracy", (model.predict(points, verbose=0).argmax(1) == classes).astype(np.float32).mean())
