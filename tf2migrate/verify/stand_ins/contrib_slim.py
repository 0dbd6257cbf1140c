# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.slim`: the package that it became."""

from tf_slim import *  # noqa: F403
