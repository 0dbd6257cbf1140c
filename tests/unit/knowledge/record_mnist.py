"""Runs TensorFlow 1.15's own MNIST reader over made-up files and prints what `test_mnist` compares: JSON, last line.

Usage: `python record_mnist.py FOLDER`, with an interpreter that has TensorFlow 1.15; syntax of Python 3.7.
"""

import gzip
import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy
from tensorflow.contrib.learn.python.learn.datasets import mnist
from tensorflow.python.framework import dtypes

BATCHES = (16, 16, 40, 3, 60, 5, 60)
CASES = [{"seed": 3}, {"seed": 3, "one_hot": True}, {"seed": 0, "reshape": False}, {"seed": 5, "dtype": dtypes.uint8}]


def pictures(count, start):
    images = (numpy.arange(count * 784, dtype=numpy.int64) * 31 + start) % 251
    labels = (numpy.arange(count) * 7 + start) % 10
    return images.reshape(count, 28, 28).astype(numpy.uint8), labels.astype(numpy.uint8)


def write(folder):
    for name, (images, labels) in (("train", pictures(70, 1)), ("t10k", pictures(11, 2))):
        with gzip.open(str(Path(folder) / (name + "-images-idx3-ubyte.gz")), "wb") as file:
            file.write(struct.pack(">IIII", 2051, len(images), 28, 28) + images.tobytes())
        with gzip.open(str(Path(folder) / (name + "-labels-idx1-ubyte.gz")), "wb") as file:
            file.write(struct.pack(">II", 2049, len(labels)) + labels.tobytes())


def observed(sets):
    seen = []
    for data in (sets.train, sets.validation, sets.test):
        seen.append([data.num_examples, str(data.images.dtype), list(data.images.shape)])
    for data in (sets.train, sets.test):
        for size in BATCHES if data is sets.train else (4, 8, 8):
            images, labels = data.next_batch(size, shuffle=size != 5)
            digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
            seen.append([str(labels.dtype), list(labels.shape), data.epochs_completed, digest])
    return seen


if __name__ == "__main__":
    write(sys.argv[1])
    print(json.dumps([observed(mnist.read_data_sets(sys.argv[1], validation_size=10, **case)) for case in CASES]))
