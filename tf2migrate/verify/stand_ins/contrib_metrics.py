# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.metrics`: TF-Slim keeps its functions."""

from tf_slim.metrics import *  # noqa: F403
