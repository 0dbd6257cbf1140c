"""The same with a while loop, arrays of tensors, and weights split in two."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(2)
words, lengths = rng.randint(0, 5, (4, 3, 6)), np.array([6, 4, 5])
goals = rng.rand(4, 3).astype(np.float32)


class Network(tf.Module):
    def __init__(self):
        self.table = tf.Variable(tf.keras.initializers.RandomUniform(-1.0, 1.0)([5, 2]))
        self.kernel = tf.Variable(tf.keras.initializers.GlorotUniform()([6, 4]))
        self.bias = tf.Variable(tf.zeros([4]))

    def __call__(self, inputs, length, state):
        embedded = tf.transpose(tf.nn.embedding_lookup(self.table, inputs), [1, 0, 2])
        total = tf.zeros([3])
        for time in tf.range(6):
            alive = tf.cast(time < length, tf.float32)[:, tf.newaxis]
            now = tf.tanh(embedded[time] @ self.kernel[:2] + state @ self.kernel[2:] + self.bias)
            state = alive * now + (1 - alive) * state
            total += tf.reduce_mean(alive * now, 1)
        return total / tf.cast(length, tf.float32), state


network = Network()
variables = [network.table, network.kernel, network.bias]
optimizer = tf.keras.optimizers.SGD(1.0)


for epoch in range(2):
    state = tf.zeros((3, 4))
    for batch in range(4):
        with tf.GradientTape() as tape:
            scores, last = network(words[batch], lengths, state)
            loss = tf.reduce_mean((scores - goals[batch]) ** 2)
        gradients = tape.gradient(loss, variables)
        norm = tf.linalg.global_norm(gradients)
        size = norm.numpy()
        optimizer.apply_gradients((tf.convert_to_tensor(g) * min(1.0, 0.1 / size), v) for g, v in zip(gradients, variables))
        state = last
    print("epoch %d: loss %.5f, norm %.5f" % (epoch, loss, size), state.numpy()[0])
