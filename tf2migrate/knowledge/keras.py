"""What Keras was beside TensorFlow 1, as far as the tables of symbols do not say it."""

from __future__ import annotations

_NAMES = ("Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD")
OPTIMIZERS = frozenset(f"tf.keras.optimizers.{name}" for name in _NAMES)
