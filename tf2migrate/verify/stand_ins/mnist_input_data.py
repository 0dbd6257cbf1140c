# ruff: noqa: PLR0913, PLR0917 - the signatures of TensorFlow 1.15
# mypy: ignore-errors
"""Stands in for `tensorflow.examples.tutorials.mnist.input_data`: the law of its DataSet over synthetic digits.

Sizes, dtypes, scaling, the split and the order of batches are those of TensorFlow 1.15; the pictures are made up, the
same ones each time, and can be learnt. Nothing is downloaded or written.
"""

from __future__ import annotations

import collections
from typing import Any

import numpy
from tensorflow.python.framework import dtypes, random_seed

TRAIN_SIZE = 60000
TEST_SIZE = 10000
SIDE = 28
CLASSES = 10
DISTINCT = 3000  # pictures that are drawn; the sets repeat them in a random order

Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


def _synthetic_digits() -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the images (70000, 28, 28, 1) and labels (70000,) of both sets, uint8; numpy's own generator is kept."""
    rng = numpy.random.RandomState(20151106)
    coarse = rng.uniform(0.0, 1.0, (CLASSES, 7, 7))
    shapes = numpy.kron(coarse > 0.6, numpy.ones((4, 4)))
    shapes[:, :4, :] = shapes[:, -4:, :] = shapes[:, :, :4] = shapes[:, :, -4:] = 0.0
    kinds = rng.randint(0, CLASSES, DISTINCT)
    ink = rng.uniform(0.5, 1.0, (DISTINCT, SIDE, SIDE)) * (rng.uniform(size=(DISTINCT, SIDE, SIDE)) > 0.15)
    pictures = (shapes[kinds] * ink * 255.0).astype(numpy.uint8)
    chosen = rng.randint(0, DISTINCT, TRAIN_SIZE + TEST_SIZE)
    return pictures[chosen][..., numpy.newaxis], kinds[chosen].astype(numpy.uint8)


def keras_arrays() -> tuple[Any, Any]:
    """Return the same digits as `keras.datasets.mnist.load_data` does: (images, labels) to train and to test, uint8."""
    images, labels = _synthetic_digits()
    images = images[..., 0]
    return (images[:TRAIN_SIZE], labels[:TRAIN_SIZE]), (images[TRAIN_SIZE:], labels[TRAIN_SIZE:])


class DataSet:
    """Images and labels in batches; `images` are float32 in [0, 1] or uint8 in [0, 255]."""

    def __init__(
        self,
        images: numpy.ndarray,
        labels: numpy.ndarray,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = dtypes.float32,
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        _seed_numpy(seed)
        dtype = dtypes.as_dtype(dtype).base_dtype
        if dtype not in (dtypes.uint8, dtypes.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self.one_hot = one_hot
        self._num_examples = 10000 if fake_data else images.shape[0]
        if not fake_data and reshape:
            images = images.reshape(images.shape[0], images.shape[1] * images.shape[2])
        if not fake_data and dtype == dtypes.float32:
            images = numpy.multiply(images, 1.0 / 255.0, dtype=numpy.float32)
        self._fake_data = fake_data
        self._images = images
        self._labels = labels
        self._epochs_completed = 0
        self._index_in_epoch = 0

    @property
    def images(self) -> numpy.ndarray:
        return self._images

    @property
    def labels(self) -> numpy.ndarray:
        return self._labels

    @property
    def num_examples(self) -> int:
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        return self._epochs_completed

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple[Any, Any]:
        """Return the next `batch_size` images and labels; a batch that crosses the end of an epoch takes from both."""
        if fake_data:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._index_in_epoch
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self._num_examples:
            self._index_in_epoch = start + batch_size
            return self._images[start : start + batch_size], self._labels[start : start + batch_size]
        self._epochs_completed += 1
        rest_images, rest_labels = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        end = batch_size - len(rest_images)
        self._index_in_epoch = end
        images = numpy.concatenate((rest_images, self._images[:end]), axis=0)
        return images, numpy.concatenate((rest_labels, self._labels[:end]), axis=0)

    def _shuffle(self) -> None:
        order = numpy.arange(self._num_examples)
        numpy.random.shuffle(order)
        self._images = self._images[order]
        self._labels = self._labels[order]


def _seed_numpy(seed: int | None) -> None:
    """Seed numpy's global generator as TensorFlow 1.15 does: by the graph's seed or the argument.

    With neither, 1.15 takes entropy; here the generator stays as it is, so that two runs can be compared.
    """
    graph_seed, operation_seed = random_seed.get_seed(seed)
    chosen = graph_seed if seed is None else operation_seed
    if chosen is not None:
        numpy.random.seed(chosen)


def dense_to_one_hot(labels_dense: numpy.ndarray, num_classes: int) -> numpy.ndarray:
    """Return the labels as rows of zeros with a one, float64."""
    return numpy.eye(num_classes)[labels_dense]


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = dtypes.float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = "",
) -> Datasets:
    """Return train, validation and test sets of synthetic digits; `train_dir` and `source_url` are not used."""
    if fake_data:
        empty = numpy.array([])
        fakes = [
            DataSet(empty, empty, fake_data=True, one_hot=one_hot, dtype=dtype, seed=seed) for _ in Datasets._fields
        ]
        return Datasets(*fakes)
    if not 0 <= validation_size <= TRAIN_SIZE:
        raise ValueError(f"Validation size should be between 0 and {TRAIN_SIZE}. Received: {validation_size}.")
    images, labels = _synthetic_digits()
    if one_hot:
        labels = dense_to_one_hot(labels, CLASSES)
    bounds = {"train": (validation_size, TRAIN_SIZE), "validation": (0, validation_size), "test": (TRAIN_SIZE, None)}
    return Datasets(
        **{
            name: DataSet(images[start:end], labels[start:end], dtype=dtype, reshape=reshape, seed=seed)
            for name, (start, end) in bounds.items()
        }
    )


def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """Return the three sets; the folder is not used."""
    return read_data_sets(train_dir)
