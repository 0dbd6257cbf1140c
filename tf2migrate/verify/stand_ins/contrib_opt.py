# mypy: ignore-errors
"""Stands in for `tensorflow.contrib.opt`: the optimizer that hands loss and gradient to SciPy."""

import numpy
import scipy.optimize
import tensorflow.compat.v1 as tf


class ScipyOptimizerInterface:
    """Minimizes `loss` over variables with `scipy.optimize.minimize`, L-BFGS-B unless `method` says otherwise."""

    def __init__(
        self,
        loss,
        var_list=None,
        equalities=None,
        inequalities=None,
        var_to_bounds=None,
        **optimizer_kwargs,
    ):
        if equalities or inequalities or var_to_bounds:
            raise NotImplementedError("constraints and bounds are not stood in for")
        self._loss = loss
        self._vars = list(var_list) if var_list is not None else tf.trainable_variables()
        self._options = optimizer_kwargs
        gradients = tf.gradients(loss, self._vars)
        self._gradients = [
            tf.zeros_like(variable) if gradient is None else tf.convert_to_tensor(gradient)
            for variable, gradient in zip(self._vars, gradients, strict=True)
        ]
        self._new_values = [tf.placeholder(variable.dtype.base_dtype, variable.shape) for variable in self._vars]
        self._assigns = [variable.assign(value) for variable, value in zip(self._vars, self._new_values, strict=True)]

    def minimize(
        self, session=None, feed_dict=None, fetches=None, step_callback=None, loss_callback=None, **run_kwargs
    ):
        """Run SciPy's minimizer in `session` and assign the best values to the variables."""
        session = session or tf.get_default_session()
        feeds = dict(feed_dict or {})
        watched = list(fetches or [])

        begin = session.run(self._vars)

        def loss_and_gradient(flat):
            self._assign(session, self._unpack(flat))
            loss, gradients, extra = session.run([self._loss, self._gradients, watched], feeds)
            self._assign(session, begin)  # TensorFlow 1 feeds what is tried: only the best values are assigned
            if loss_callback is not None:
                loss_callback(*extra)
            packed = numpy.concatenate([numpy.ravel(gradient) for gradient in gradients]).astype(numpy.float64)
            return numpy.float64(loss), packed

        start = numpy.concatenate([numpy.ravel(value) for value in begin]).astype(numpy.float64)
        options = {"method": "L-BFGS-B", **self._options}
        result = scipy.optimize.minimize(loss_and_gradient, start, jac=True, callback=step_callback, **options)
        self._assign(session, self._unpack(result.x))

    def _unpack(self, flat):
        values, start = [], 0
        for variable in self._vars:
            size = variable.shape.num_elements()
            piece = flat[start : start + size].reshape(variable.shape.as_list())
            values.append(piece.astype(variable.dtype.base_dtype.as_numpy_dtype))
            start += size
        return values

    def _assign(self, session, values):
        session.run(self._assigns, dict(zip(self._new_values, values, strict=True)))
