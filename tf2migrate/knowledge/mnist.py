"""The reader of MNIST that takes the place of `tensorflow.examples.tutorials.mnist`: what it takes of its calls.

The emitted one keeps the law of TensorFlow 1.15 but for two things. Its `seed` is what TensorFlow 1 gave numpy's global
generator: the argument, else the graph's seed at the time of the call. With neither, TensorFlow 1 seeded numpy from
entropy; the emitted text leaves the generator as it is, so that what the program draws can be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping

from tf2migrate.knowledge.emitted import ANY, Emitted

ADVICE = "read the data with tf.keras.datasets.mnist"
READER = "read_data_sets"
SEEDS = frozenset({"tf.set_random_seed", "tf.random.set_random_seed"})
"""What sets the graph's seed."""
FAKE = "fake"
"""The feature of a reader whose images may be made up."""
SHARED = "shared"
"""The feature of a reader that other files call, with all of TensorFlow 1's arguments."""

_SIGNATURE = "train_dir fake_data one_hot dtype reshape validation_size seed source_url"
_PLACE = {"train_dir": ANY, "source_url": ANY}
_FEATURES = {"fake_data": FAKE}
_PRIVATE = frozenset(
    {"_images", "_labels", "_num_examples", "_epochs_completed"}
)  # called otherwise in what is emitted


def _reader(signature: str, ignored: Mapping[str, tuple[str, ...]]) -> Emitted:
    return Emitted(
        READER,
        ("fake_data", "one_hot", "dtype", "reshape", "validation_size", "seed"),
        ignored,
        _FEATURES,
        signature=tuple(signature.split()),
        defaults={"fake_data": "False"},
        lacking=_PRIVATE,
        advice=ADVICE,
    )


READERS: Mapping[str, Emitted] = {
    **{
        f"tf.{module}.read_data_sets": _reader(_SIGNATURE, _PLACE)
        for module in (
            "examples.tutorials.mnist.input_data",
            "contrib.learn.datasets.mnist",
            "contrib.learn.python.learn.datasets.mnist",
        )
    },
    **{
        f"tf.contrib.learn.{module}.load_mnist": _reader("train_dir", _PLACE)
        for module in ("datasets.mnist", "python.learn.datasets.mnist")
    },
    "tf.contrib.learn.datasets.load_dataset": _reader("name size", {"name": ("'mnist'",), "size": ("'small'",)}),
}
"""The functions of TensorFlow 1 that read MNIST, by path."""
