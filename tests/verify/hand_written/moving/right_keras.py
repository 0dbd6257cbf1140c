"""The same with Keras layers; the averages are variables of its own."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(7)
data = rng.randn(10, 3).astype(np.float32) * 2 + 1
goal = data[:, :1] * 0.5
hidden = tf.keras.layers.Dense(4, activation="relu", kernel_regularizer=tf.keras.regularizers.L2(0.01), name="hidden")
norm = tf.keras.layers.BatchNormalization(momentum=0.9, name="norm")
out = tf.keras.layers.Dense(1, use_bias=False, name="out")
hidden.build([None, 3])
norm.build([None, 4])
out.build([None, 4])
trained = [*hidden.trainable_weights, *norm.trainable_weights, *out.trainable_weights]
averages = [tf.Variable(weight.value, trainable=False) for weight in trained]
optimizer = tf.keras.optimizers.SGD(0.05, momentum=0.9)
step = tf.Variable(0, dtype=tf.int64)


def compute_loss(x, y, training):
    result = out(norm(hidden(x), training=training))
    return tf.reduce_mean(tf.square(y - result)) + tf.add_n(hidden.losses)


@tf.function
def train(x, y):
    with tf.GradientTape() as tape:
        loss = compute_loss(x, y, True)
    optimizer.apply_gradients(zip(tape.gradient(loss, trained), trained))
    step.assign_add(1)
    for average, weight in zip(averages, trained):
        average.assign_sub(0.1 * (average - weight))


for epoch in range(4):
    train(data[:6], goal[:6])
    print("%.5f" % compute_loss(data[6:], goal[6:], False))
print(step.numpy())
