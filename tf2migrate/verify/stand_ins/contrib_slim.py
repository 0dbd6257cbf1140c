# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.slim`: the package that it became."""

import importlib

importlib.import_module("tensorflow.contrib.layers")  # puts names back that TF-Slim looks for

from tf_slim import *  # noqa: E402, F403
