# mypy: ignore-errors
"""Stands in for the data sets that Keras would download: the same sizes and types, made-up contents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

DISTINCT = 1000  # pictures that are drawn; the sets repeat them in a random order
WORDS = 10000
FEATURES = 13


def _pictures(shape: tuple[int, ...], classes: int, sizes: tuple[int, int], column: bool) -> Any:
    rng = numpy.random.RandomState(sum(shape) + classes)
    kinds = rng.randint(0, classes, DISTINCT)
    centers = rng.uniform(0, 255, (classes, *shape))
    pictures = numpy.clip(centers[kinds] + rng.normal(0, 40, (DISTINCT, *shape)), 0, 255).astype(numpy.uint8)
    chosen = rng.randint(0, DISTINCT, sum(sizes))
    labels = kinds[chosen].astype(numpy.int64 if column else numpy.uint8)
    labels = labels[:, numpy.newaxis] if column else labels
    images = pictures[chosen]
    return (images[: sizes[0]], labels[: sizes[0]]), (images[sizes[0] :], labels[sizes[0] :])


def fashion_mnist() -> Any:
    """Return (images, labels) to train and to test, 28 by 28."""
    return _pictures((28, 28), 10, (60000, 10000), column=False)


def cifar10() -> Any:
    """Return (images, labels) to train and to test, 32 by 32 by 3."""
    return _pictures((32, 32, 3), 10, (50000, 10000), column=True)


def cifar100(label_mode: str = "fine") -> Any:
    """Return (images, labels) to train and to test, of 100 classes or of 20."""
    return _pictures((32, 32, 3), 100 if label_mode == "fine" else 20, (50000, 10000), column=True)


def boston_housing(path: str = "", test_split: float = 0.2, seed: int = 113) -> Any:
    """Return (features, prices) to train and to test."""
    rng = numpy.random.RandomState(seed)
    features = rng.gamma(2.0, 5.0, (506, FEATURES))
    prices = 5.0 + features.dot(rng.uniform(0.0, 0.3, FEATURES)) + rng.normal(0, 1, 506)
    size = int(506 * (1 - test_split))
    return (features[:size], prices[:size]), (features[size:], prices[size:])


def _texts(classes: int, sizes: tuple[int, int], num_words: int | None, maxlen: int | None) -> Any:
    rng = numpy.random.RandomState(classes)
    words = min(num_words or WORDS, WORDS)
    labels = rng.randint(0, classes, sum(sizes))
    lengths = rng.randint(20, min(maxlen or 120, 120) + 1, sum(sizes))
    texts = numpy.empty(sum(sizes), dtype=object)
    for index, (label, length) in enumerate(zip(labels, lengths, strict=True)):
        drawn = rng.randint(4, words, length) if words > 4 else numpy.full(length, 2)
        texts[index] = [1, *(int(word) if word % classes else 4 + int(label) % max(words - 4, 1) for word in drawn[1:])]
    return (texts[: sizes[0]], labels[: sizes[0]]), (texts[sizes[0] :], labels[sizes[0] :])


def imdb(path: str = "", num_words: int | None = None, skip_top: int = 0, maxlen: int | None = None, **_: Any) -> Any:
    """Return (lists of words' numbers, labels) to train and to test, of two classes."""
    return _texts(2, (25000, 25000), num_words, maxlen)


def reuters(
    path: str = "", num_words: int | None = None, skip_top: int = 0, maxlen: int | None = None, **_: Any
) -> Any:
    """Return (lists of words' numbers, labels) to train and to test, of 46 classes."""
    return _texts(46, (8982, 2246), num_words, maxlen)


def word_index(path: str = "") -> dict[str, int]:
    """Return a number for each word."""
    return {f"word{number}": number for number in range(1, WORDS)}


LOADERS: dict[str, Callable[..., Any]] = {
    "fashion_mnist": fashion_mnist,
    "cifar10": cifar10,
    "cifar100": cifar100,
    "boston_housing": boston_housing,
    "imdb": imdb,
    "reuters": reuters,
}
