# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.layers`: the layers, initializers and regularizers that tf-slim took over."""

from tf_slim.layers import *  # noqa: F403
