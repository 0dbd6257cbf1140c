# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Stands in for what `tf.summary` takes from TensorBoard's package, which TensorFlow does not install.

The values are written as they are, with the tag and the step: a program that records them runs to its end.
"""

import importlib

NAMES = ("audio", "histogram", "image", "scalar", "text")


def install(tensorflow):
    """Replace the functions of `tf.summary` that raise an error where TensorBoard is not installed."""
    if importlib.import_module("importlib.util").find_spec("tensorboard") is not None:
        return

    def writes(name):
        def stand_in(name, data, *_, **options):
            value = data if isinstance(data, str) else tensorflow.convert_to_tensor(data)
            return tensorflow.summary.write(name, value, step=options.get("step"))

        stand_in.__name__ = name
        return stand_in

    for name in NAMES:
        setattr(tensorflow.summary, name, writes(name))
