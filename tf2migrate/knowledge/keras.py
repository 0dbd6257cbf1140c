"""What Keras was beside TensorFlow 1, as far as the tables of symbols do not say it."""

from __future__ import annotations

_NAMES = ("Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD")
OPTIMIZERS = frozenset(f"tf.keras.optimizers.{name}" for name in _NAMES)
EMBEDDING = "tf.keras.layers.Embedding"

# Layers of `tf.keras.layers` that hold no weights, beside those whose names say so.
_WEIGHTLESS = frozenset(
    "Activation ActivityRegularization Add AlphaDropout Average Concatenate Dot Flatten GaussianDropout GaussianNoise "
    "ELU Input InputLayer InputSpec Lambda LeakyReLU Masking Maximum Minimum Multiply Permute ReLU RepeatVector "
    "Reshape Softmax Subtract ThresholdedReLU".split()
)
KEEP_SHAPE = frozenset(f"tf.keras.layers.{name}" for name in ("Activation", "BatchNormalization", "Dropout", "Softmax"))
_WEIGHTLESS_PARTS = ("Pool", "Dropout", "Padding", "Cropping", "UpSampling")
SEEDED = frozenset(
    f"tf.keras.layers.{name}"
    for name in (
        *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
        *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
    )
)  # those of them that Keras 3 gives a variable for their seed
SEQUENTIAL = frozenset({"tf.keras.Sequential", "tf.keras.models.Sequential"})
MODELS = SEQUENTIAL | {"tf.keras.Model", "tf.keras.models.Model"}


def may_hold_weights(path: str) -> bool:
    """Say whether an object of Keras, by the symbol that made it, may have weights."""
    if path in MODELS:
        return True
    module, _, name = path.rpartition(".")
    plain = name in _WEIGHTLESS or any(part in name for part in _WEIGHTLESS_PARTS)
    return module == "tf.keras.layers" and name[:1].isupper() and not plain
