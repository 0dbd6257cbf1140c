"""The same as a class with methods, its optimizer written out by hand."""

import numpy as np
import tensorflow as tf


class Classifier:
    def __init__(self, inputs, outputs):
        self.weights = [tf.Variable(tf.random.normal([inputs, outputs]) / 10), tf.Variable(tf.zeros([outputs]))]
        self.first = [tf.Variable(tf.zeros_like(one), trainable=False) for one in self.weights]
        self.second = [tf.Variable(tf.zeros_like(one), trainable=False) for one in self.weights]
        self.steps = 0

    def __call__(self, points):
        return points @ self.weights[0] + self.weights[1]

    def fit(self, points, classes, rate):
        self.steps += 1
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(classes, self(points))
            loss = tf.reduce_mean(losses)
        scaled = rate * (1 - 0.999**self.steps) ** 0.5 / (1 - 0.9**self.steps)
        for weight, m, v, grad in zip(self.weights, self.first, self.second, tape.gradient(loss, self.weights)):
            m.assign(0.9 * m + 0.1 * grad)
            v.assign(0.999 * v + 0.001 * grad**2)
            weight.assign_sub(scaled * m / (v**0.5 + 1e-8))
        return float(tf.reduce_sum(losses))


rng = np.random.RandomState(5)
points = rng.randn(24, 4).astype(np.float32)
classes = (points.sum(axis=1) + 2 * rng.randn(24) > 0).astype(np.int64)
model = Classifier(4, 2)
for epoch in range(3):
    order = rng.permutation(24)
    losses = [model.fit(points[b], classes[b], 0.1 / (1 + epoch)) for b in (order[:8], order[8:16], order[16:])]
    print(f"epoch {epoch} loss {sum(losses) / 24:.4f}")
print("accuracy", np.float32((np.argmax(model(points), axis=1) == classes).mean()))
