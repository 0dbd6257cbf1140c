# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.learn.datasets`: MNIST by its name, and the module that reads it."""

from __future__ import annotations

from typing import Any

from tensorflow.contrib.learn.datasets import mnist


def load_dataset(name: str, size: str = "small", test_with_fake_data: bool = False) -> Any:
    """Return the data set of that name."""
    if name != "mnist":
        raise ValueError(f"Name of dataset is not found: {name}")
    return mnist.load_mnist("MNIST-data")
