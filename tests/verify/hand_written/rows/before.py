import numpy as np
import tensorflow as tf

data = np.arange(20.0).reshape(10, 2)
labels = (data.sum(1) > 18).astype(np.float32)

size = tf.placeholder(tf.int64, [])
rows = tf.data.Dataset.from_tensor_slices({"x": data, "y": labels})
rows = rows.shuffle(size).batch(4).repeat(2)
iterator = rows.make_initializable_iterator()
element = iterator.get_next()
seeded = tf.data.Dataset.range(6).shuffle(6, seed=5).batch(6).repeat(2).make_initializable_iterator()
order = seeded.get_next()

w = tf.get_variable("w", [2, 1], tf.float64)
logits = tf.matmul(element["x"] / 10.0, w)[:, 0]
loss = tf.reduce_mean(tf.square(logits - tf.cast(element["y"], tf.float64)))
train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(2):
        sess.run(iterator.initializer, {size: 5})
        losses = []
        while True:
            try:
                losses.append(sess.run([loss, train_op])[0])
            except tf.errors.OutOfRangeError:
                break
        print(epoch, " ".join("%.5f" % value for value in losses))
        sess.run(seeded.initializer)
        print(sess.run(order), sess.run(order))
