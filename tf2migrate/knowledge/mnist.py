"""The reader of MNIST that takes the place of `tensorflow.examples.tutorials.mnist`, as text to be emitted."""

from __future__ import annotations

import re

from tf2migrate.knowledge.tables import DATA

READER_IMPORTS = ("collections", "numpy", "tensorflow")
READER_NAMES = ("DataSet", "Datasets", "read_data_sets")
WITHOUT_EFFECT = frozenset({"train_dir", "source_url", "fake_data"})
"""What it no longer takes: where the files lay, and images that nobody wants."""
READER_PARAMETERS = ("one_hot", "dtype", "reshape", "validation_size", "seed")
"""What of TensorFlow 1's `read_data_sets` the emitted one takes, by keyword; the folder and the address are gone.

`seed` is what TensorFlow 1 gave numpy's global generator: the argument, else the graph's seed at the time of the call.
"""


def reader_text(numpy: str = "np", tensorflow: str = "tf") -> str:
    """Return the definitions, by the law of TensorFlow 1.15, with the names that the program has for its modules.

    With neither a seed argument nor a graph seed TensorFlow 1 seeded numpy from entropy; the emitted text leaves the
    generator as it is, so that what the program draws can be repeated.
    """
    text = (DATA / "mnist_reader.py.txt").read_text(encoding="utf-8")
    text = re.sub(r"\bnp\.", f"{numpy}.", text)
    return re.sub(r"\btf\.", f"{tensorflow}.", text)
