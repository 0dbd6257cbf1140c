# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""Keeps optimizers from moving some variables: those along whose directions a program has nothing but rounding."""

import importlib


class _Held(object):
    """Stands for a variable that an optimizer of TensorFlow 1 would move; it is read as before."""

    def __init__(self, processor, no_op):
        self._processor = processor
        self._no_op = no_op

    def target(self):
        """Return what gradients are taken of."""
        return self._processor.target()

    def update_op(self, optimizer, gradient):
        """Return what applies the gradient: nothing."""
        return self._no_op()


def hold_in_graphs(names):
    """Keep the optimizers of TensorFlow 1 from moving the variables of these names."""
    optimizers = importlib.import_module("tensorflow.python.training.optimizer")
    no_op = importlib.import_module("tensorflow.python.ops.control_flow_ops").no_op
    processor_of = optimizers._get_processor

    def observed(variable):
        processor = processor_of(variable)
        held = getattr(getattr(variable, "op", None), "name", None) in names
        return _Held(processor, no_op) if held else processor

    optimizers._get_processor = observed


def hold_in_keras(is_held):
    """Keep Keras's optimizers from moving the variables of which `is_held` says so."""
    base = importlib.import_module("keras").optimizers.Optimizer
    update = base._backend_update_step

    def observed(optimizer, gradients, variables, learning_rate):
        moved = [pair for pair in zip(gradients, variables) if not is_held(pair[1])]
        update(optimizer, [gradient for gradient, _ in moved], [variable for _, variable in moved], learning_rate)

    base._backend_update_step = observed
