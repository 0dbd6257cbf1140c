# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""What Keras itself displays, in one form for all its versions: progress without times, and no tables of layers.

Progress bars show how long a step took and redraw themselves as fast as the machine allows; what is kept of them are
the losses and metrics of each epoch, in a line of their own.
"""

import sys

PROGRESS_BARS = (
    "keras.src.utils.progbar",
    "tf_keras.src.utils.generic_utils",
    "tensorflow.python.keras.utils.generic_utils",
)
TABLES = (
    "keras.src.utils.summary_utils",
    "tf_keras.src.utils.layer_utils",
    "tensorflow.python.keras.utils.layer_utils",
)
ANNOUNCERS = (
    "tf_keras.src.engine.training_arrays_v1",
    "tensorflow.python.keras.engine.training_arrays_v1",
    "tensorflow.python.keras.engine.training_arrays",
)
CALLBACKS = ("keras.src.callbacks.callback_list", "tf_keras.src.callbacks", "tensorflow.python.keras.callbacks")
COUNTS = frozenset(["batch", "size", "num_steps"])
LOSS = "loss"
VALIDATION = "val_"


def make_plain():
    """Patch every Keras that is imported."""
    for module in imported(PROGRESS_BARS):
        module.Progbar.update = _show_nothing
    for module in imported(TABLES):
        module.print_summary = _printed_where_asked(module.print_summary)
    for module in imported(ANNOUNCERS):
        module._print_train_info = _show_nothing
    for module in imported(CALLBACKS):
        _show_epochs(module.CallbackList)


def imported(names):
    """Return the modules of these names that are imported."""
    return [sys.modules[name] for name in names if name in sys.modules]


def _show_epochs(callbacks):
    real = callbacks.on_epoch_end

    def on_epoch_end(these, epoch, logs=None):
        if (getattr(these, "params", None) or {}).get("verbose"):
            shown = [entry for entry in (logs or {}).items() if entry[0] not in COUNTS]
            line = "  ".join("%s: %.8g" % (_kind(name), value) for name, value in sorted(shown, key=_rank))
            sys.stdout.write(line + "\n")
        return real(these, epoch, logs)

    callbacks.on_epoch_end = on_epoch_end


def _rank(entry):
    name = entry[0]
    return name.startswith(VALIDATION), not name.endswith(LOSS), name


def _kind(name):
    """Return what a name stands for: versions of Keras call one metric acc or accuracy."""
    prefix = VALIDATION if name.startswith(VALIDATION) else ""
    return prefix + (LOSS if name == prefix + LOSS else "metric")


def _printed_where_asked(print_summary):
    def observed(*args, **kwargs):
        if kwargs.get("print_fn") is not None:
            print_summary(*args, **kwargs)

    return observed


def _show_nothing(*args, **kwargs):
    """Stand for what is drawn on a terminal."""
