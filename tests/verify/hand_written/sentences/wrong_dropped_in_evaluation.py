"""Wrong: evaluation drops, too."""

import numpy as np
import tensorflow as tf

rng = np.random.RandomState(4)
sequences = rng.randint(0, 6, [32, 7])
targets = np.roll(sequences, -1, axis=1)
uniform = tf.keras.initializers.RandomUniform


class LanguageModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embed = tf.keras.layers.Embedding(6, 5, embeddings_initializer=uniform(-0.5, 0.5))
        self.kernel = self.add_weight(shape=[13, 32], initializer=uniform(-0.2, 0.2), name="kernel")
        self.bias = self.add_weight(shape=[32], initializer="zeros", name="bias")
        self.vocab = tf.keras.layers.Dense(6)

    def call(self, ids, rate=0.0):
        x = self.embed(ids)
        c = h = tf.zeros([tf.shape(ids)[0], 8])
        outputs = []
        for t in range(7):
            i, j, f, o = tf.split(tf.concat([x[:, t], h], 1) @ self.kernel + self.bias, 4, axis=1)
            c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(j)
            h = tf.sigmoid(o) * tf.tanh(c)
            outputs.append(h)
        outputs = tf.stack(outputs, axis=1)
        if rate > 0.0:
            outputs = tf.nn.dropout(outputs, rate)
        return self.vocab(outputs), h


model = LanguageModel()
model(sequences[:1])
optimizer = tf.keras.optimizers.SGD(0.5, momentum=0.9)


def loss_of(ids, labels, rate):
    logits, _ = model(ids, rate=rate)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))


@tf.function
def train(ids, labels):
    with tf.GradientTape() as tape:
        loss = loss_of(ids, labels, 0.2)
    grads, norm = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 0.25)
    grads = [tf.convert_to_tensor(g) for g in grads]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return norm


for step in range(8):
    rows = slice(step % 4 * 8, step % 4 * 8 + 8)
    n = train(sequences[rows], targets[rows])
    if step % 2 == 1:
        perplexity = np.exp(loss_of(sequences[rows], targets[rows], 0.2))
        print("step %d norm %.5f perplexity %.5f" % (step, n, perplexity))
print(model(sequences[:2])[1].numpy())
