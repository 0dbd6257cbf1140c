# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Methods that models of Keras had in TensorFlow 1, put back where the reference is a later version."""

import sys

SEQUENTIAL = "tf_keras.src.engine.sequential"


def restore():
    """Give sequential models the methods that tell classes, by TensorFlow 1's law."""
    module = sys.modules.get(SEQUENTIAL)
    if module is None or hasattr(module.Sequential, "predict_classes"):
        return
    module.Sequential.predict_proba = _predict_proba
    module.Sequential.predict_classes = _predict_classes


def _predict_proba(self, x, batch_size=32, verbose=0):
    return self.predict(x, batch_size, verbose)


def _predict_classes(self, x, batch_size=32, verbose=0):
    values = self.predict(x, batch_size, verbose)
    return values.argmax(axis=-1) if values.shape[-1] > 1 else (values > 0.5).astype("int32")
