# mypy: allow-untyped-defs, allow-untyped-calls, no-check-untyped-defs
"""TensorFlow 1's optimizer laws, bit by bit, in the place of Keras's updates.

The hyper-parameters and the slots (with the values that they start with) are those of the program's Keras optimizer, so
a wrong one stays visible; only the arithmetic is TensorFlow 1's.
"""

import importlib

LAWLESS_EPSILON = 1e-7  # Keras's default for Adagrad, whose law in TensorFlow 1 has none


def observe(note, note_slot, swap):
    """Call `note` with the class name of every Keras optimizer that is built, and `note_slot` with each variable that
    one keeps, the optimizer, the variable that it is for and its kind; with `swap`, replace the updates."""
    optimizers = importlib.import_module("keras").optimizers
    tensorflow = importlib.import_module("tensorflow")
    base = optimizers.Optimizer
    build = base.build

    def observed(optimizer, variables):
        note(type(optimizer).__name__)
        build(optimizer, variables)

    base.build = observed
    add = base.add_variable_from_reference

    def added(optimizer, reference_variable, name=None, *args, **kwargs):
        made = add(optimizer, reference_variable, name, *args, **kwargs)
        note_slot(raw(made), optimizer, raw(reference_variable), name)
        return made

    base.add_variable_from_reference = added
    if not swap:
        return
    for law in LAWS:
        law(tensorflow).install(getattr(optimizers, law.name))


class _Law:
    name = ""

    def __init__(self, tensorflow):
        self.tf = tensorflow
        self.ops = tensorflow.raw_ops

    def install(self, keras_class):
        """Replace the update of `keras_class`; variables are raw ones or Keras's around them."""

        def update_step(optimizer, gradient, variable, learning_rate):
            index = optimizer._get_variable_index(variable)
            self.step(optimizer, index, raw(variable), learning_rate, gradient)

        keras_class.update_step = update_step

    def step(self, optimizer, index, variable, learning_rate, gradient):
        """Apply one gradient, which may be of rows, to one variable that is not Keras's."""
        rate = self.tf.cast(learning_rate, variable.dtype)
        gradient = self.tf.cast(self.tf.convert_to_tensor(gradient), variable.dtype)
        self.update(optimizer, index, variable, rate, gradient)

    def update(self, optimizer, index, variable, rate, gradient):
        """Apply one gradient to one variable."""
        raise NotImplementedError

    def own(self, optimizer, name, index, variable, start):
        """Return a slot that Keras does not have, made once, outside of every trace."""
        slots = optimizer.__dict__.setdefault("_tf2migrate_slots", {})
        if (name, index) not in slots:
            with self.tf.init_scope():
                value = self.tf.fill(variable.shape, self.tf.cast(start, variable.dtype))
                slots[name, index] = self.tf.Variable(value, trainable=False, dtype=variable.dtype)
        return slots[name, index]


def raw(variable):
    """Return TensorFlow's variable, which Keras's holds."""
    inner = variable.value  # a method of TensorFlow's variables, the variable itself in Keras's
    return variable if callable(inner) else inner


def _slot(slots, index):
    return raw(slots[index]).handle


class _Sgd(_Law):
    name = "SGD"

    def update(self, optimizer, index, variable, rate, gradient):
        """Follow GradientDescent, or Momentum where there is one."""
        if not optimizer.momentum:
            self.ops.ResourceApplyGradientDescent(var=variable.handle, alpha=rate, delta=gradient)
            return
        self.ops.ResourceApplyMomentum(
            var=variable.handle,
            accum=_slot(optimizer.momentums, index),
            lr=rate,
            grad=gradient,
            momentum=self.tf.constant(optimizer.momentum, variable.dtype),
            use_nesterov=bool(optimizer.nesterov),
        )


class _Adam(_Law):
    name = "Adam"

    def update(self, optimizer, index, variable, rate, gradient):
        """Follow Adam; the powers of the betas are multiplied up in the variable's precision, as TensorFlow 1 does."""
        beta1 = self.tf.constant(optimizer.beta_1, variable.dtype)
        beta2 = self.tf.constant(optimizer.beta_2, variable.dtype)
        self.ops.ResourceApplyAdam(
            var=variable.handle,
            m=_slot(optimizer._momentums, index),
            v=_slot(optimizer._velocities, index),
            beta1_power=self._power(optimizer, beta1),
            beta2_power=self._power(optimizer, beta2),
            lr=rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=self.tf.constant(optimizer.epsilon, variable.dtype),
            grad=gradient,
        )

    def _power(self, optimizer, beta):
        """Return `beta` to the number of this update, which all variables of an optimizer count together."""
        start = (self.tf.constant(0, optimizer.iterations.dtype), beta)
        return self.tf.while_loop(lambda i, _: i < optimizer.iterations, lambda i, p: (i + 1, p * beta), start)[1]


class _RmsProp(_Law):
    name = "RMSprop"

    def update(self, optimizer, index, variable, rate, gradient):
        """Follow RMSProp, centered or not."""
        momentum = (
            _slot(optimizer._momentums, index)
            if optimizer.momentum > 0
            else self.own(optimizer, "momentum", index, variable, 0).handle
        )
        arguments = dict(
            var=variable.handle,
            ms=_slot(optimizer._velocities, index),
            mom=momentum,
            lr=rate,
            rho=self.tf.constant(optimizer.rho, variable.dtype),
            momentum=self.tf.constant(optimizer.momentum, variable.dtype),
            epsilon=self.tf.constant(optimizer.epsilon, variable.dtype),
            grad=gradient,
        )
        if optimizer.centered:
            self.ops.ResourceApplyCenteredRMSProp(mg=_slot(optimizer._average_gradients, index), **arguments)
        else:
            self.ops.ResourceApplyRMSProp(**arguments)


class _Adagrad(_Law):
    name = "Adagrad"

    def update(self, optimizer, index, variable, rate, gradient):
        """Follow Adagrad; an epsilon other than Keras's default is kept."""
        arguments = dict(var=variable.handle, accum=_slot(optimizer._accumulators, index), lr=rate, grad=gradient)
        if optimizer.epsilon == LAWLESS_EPSILON:
            self.ops.ResourceApplyAdagrad(**arguments)
            return
        epsilon = self.tf.constant(optimizer.epsilon, variable.dtype)
        self.ops.ResourceApplyAdagradV2(epsilon=epsilon, **arguments)


class _Adadelta(_Law):
    name = "Adadelta"

    def update(self, optimizer, index, variable, rate, gradient):
        """Follow Adadelta."""
        self.ops.ResourceApplyAdadelta(
            var=variable.handle,
            accum=_slot(optimizer._accumulated_grads, index),
            accum_update=_slot(optimizer._accumulated_delta_vars, index),
            lr=rate,
            rho=self.tf.constant(optimizer.rho, variable.dtype),
            epsilon=self.tf.constant(optimizer.epsilon, variable.dtype),
            grad=gradient,
        )


class _Ftrl(_Law):
    name = "Ftrl"

    def update(self, optimizer, index, variable, rate, gradient):
        """Follow Ftrl; Keras's beta of zero is TensorFlow 1's law."""
        constant = self.tf.constant
        self.ops.ResourceApplyFtrlV2(
            var=variable.handle,
            accum=_slot(optimizer._accumulators, index),
            linear=_slot(optimizer._linears, index),
            grad=gradient,
            lr=rate,
            l1=constant(optimizer.l1_regularization_strength, variable.dtype),
            l2=constant(optimizer.l2_regularization_strength, variable.dtype),
            l2_shrinkage=constant(optimizer.l2_shrinkage_regularization_strength, variable.dtype),
            lr_power=constant(optimizer.learning_rate_power, variable.dtype),
        )


LAWS = (_Sgd, _Adam, _RmsProp, _Adagrad, _Adadelta, _Ftrl)
