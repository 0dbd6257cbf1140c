"""What a run leaves behind: a checkpoint, a table, a log, an exit status, and words on the error stream."""

import json
import os
import sys

import numpy as np
import tensorflow as tf

x = tf.placeholder(tf.float32, [None, 2])
w = tf.get_variable("w", [2, 1], initializer=tf.zeros_initializer())
v = tf.get_variable("v", [2, 1], initializer=tf.ones_initializer())
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + tf.matmul(x * x, v) - 1.0))
train = tf.train.GradientDescentOptimizer(0.05).minimize(loss)
saver = tf.train.Saver()
data = np.random.RandomState(4).rand(6, 2).astype(np.float32)

os.makedirs("out")
losses = []
with tf.Session() as sess, open("out/log.txt", "w") as log:
    sess.run(tf.global_variables_initializer())
    for step in range(4):
        losses.append(float(sess.run([train, loss], {x: data})[1]))
        log.write("step %d\n" % step)
        if step == 2:
            sys.stderr.write("almost there: %.5f\n" % losses[-1])
    saver.save(sess, "out/model.ckpt", write_meta_graph=False)
    np.savetxt("out/weights.csv", sess.run(w), delimiter=",")
    np.save("out/both.npy", sess.run(tf.concat([w, v], 1)))
with open("out/losses.json", "w") as stream:
    json.dump({"losses": losses, "steps": len(losses)}, stream)
if losses[-1] > 0.1:
    sys.exit(3)
print("good enough")
