"""Wrong: a file that the original does not write."""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

w, v = tf.Variable(tf.zeros([2, 1]), name="w"), tf.Variable(tf.ones([2, 1]), name="v")
optimizer = tf.keras.optimizers.SGD(0.05)
data = np.random.RandomState(4).rand(6, 2).astype(np.float32)
out = Path("out")
out.mkdir()
losses, lines = [], []
for step in range(4):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.matmul(data, w) + tf.matmul(data * data, v) - 1.0))
    optimizer.apply_gradients(zip(tape.gradient(loss, [w, v]), [w, v]))
    losses.append(float(loss))
    lines.append("step %d\n" % step)
    if step == 2:
        print("almost there: %.5f" % losses[-1], file=sys.stderr)
(out / "log.txt").write_text("".join(lines))
tf.train.Checkpoint(w=w, v=v).write("out/model.ckpt")
np.savetxt(out / "weights.csv", w.numpy(), delimiter=",")
np.save(out / "both.npy", np.hstack([w.numpy(), v.numpy()]))
(out / "losses.json").write_text(json.dumps({"losses": losses, "steps": 4}))
np.save(out / "debug.npy", data)
if losses[-1] > 0.1:
    raise SystemExit(3)
print("good enough")
