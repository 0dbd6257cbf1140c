import numpy as np
import tensorflow as tf

layers = tf.keras.layers
generator = tf.keras.Sequential([layers.Input([2]), layers.Dense(4, "relu"), layers.Dense(2)])
critic = tf.keras.Sequential(
    [layers.Input([2]), layers.Dense(4, lambda v: tf.nn.leaky_relu(v, 0.2)), layers.Dense(1)]
)


class RMSProp:
    def __init__(self, variables):
        self.variables = variables
        self.means = [tf.Variable(tf.ones_like(v)) for v in variables]

    def apply(self, grads):
        for g, v, m in zip(grads, self.variables, self.means):
            m.assign(0.9 * m + 0.1 * g * g)
            v.assign_sub(0.01 * g / tf.sqrt(m + 1e-10))


d_optimizer = RMSProp(critic.trainable_variables)
g_optimizer = RMSProp(generator.trainable_variables)


@tf.function
def d_step(real):
    z = tf.random.normal([8, 2])
    alpha = tf.random.uniform([8, 1])
    with tf.GradientTape() as tape:
        fake = generator(z)
        mixed = alpha * real + (1.0 - alpha) * fake
        with tf.GradientTape() as inner:
            inner.watch(mixed)
            judged = critic(mixed)
        slope = tf.sqrt(tf.reduce_sum(tf.square(inner.gradient(judged, mixed)), 1))
        loss = tf.reduce_mean(critic(fake)) - tf.reduce_mean(critic(real))
        loss += 10.0 * tf.reduce_mean(tf.square(slope - 1.0))
    d_optimizer.apply(tape.gradient(loss, d_optimizer.variables))
    return loss


@tf.function
def g_step():
    z = tf.random.normal([8, 2])
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(critic(generator(z)))
    g_optimizer.apply(tape.gradient(loss, g_optimizer.variables))
    return loss


rng = np.random.RandomState(3)
for i in range(6):
    for _ in range(2):
        dl = d_step(tf.cast(rng.randn(8, 2) + 2, tf.float32)).numpy()
    gl = g_step().numpy()
    print(i, dl, gl)
print(generator(tf.random.normal([8, 2])).numpy()[:2])
