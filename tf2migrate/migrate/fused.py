"""Classes over TensorFlow's fused update operations, for the laws of TF1 that no Keras optimizer has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FusedForm:
    """A TF1 optimizer as one fused operation.

    `parameters` are (TF1 name, position, TF1 default), `slots` (the operation's name, where it starts: a number or a
    parameter), `inputs` (the operation's name, what goes there). A parameter in `inputs` is cast to the variable's
    dtype, as TF1 does; `flags` are given as they are. `powers` are inputs that hold the powers of a parameter: they
    start at it, and every update multiplies them by it.
    """

    operation: str
    label: str
    about: str
    parameters: tuple[tuple[str, int, str | None], ...]
    slots: tuple[tuple[str, str], ...]
    inputs: tuple[tuple[str, str], ...]
    flags: tuple[str, ...] = ()
    gradient: str = "grad"  # of the dense operation; the sparse one's is always `grad`
    powers: tuple[tuple[str, str], ...] = ()
    has_sparse: bool = True  # else TF1 moves all rows by a sparse gradient

    is_keras = False

    @property
    def has_slots(self) -> bool:
        return bool(self.slots)


LONGEST = 100
_RATE = ("learning_rate", 0, None)
_L1_L2 = (("l1", "l1_regularization_strength"), ("l2", "l2_regularization_strength"))
FUSED = {
    "tf.train.AdamOptimizer": FusedForm(
        "Adam",
        "Adam",
        "its own fused operation",
        (
            ("learning_rate", 0, "0.001"),
            ("beta1", 1, "0.9"),
            ("beta2", 2, "0.999"),
            ("epsilon", 3, "1e-08"),
        ),
        (("m", "0.0"), ("v", "0.0")),
        (("lr", "learning_rate"), ("beta1", "beta1"), ("beta2", "beta2"), ("epsilon", "epsilon")),
        powers=(("beta1_power", "beta1"), ("beta2_power", "beta2")),
        has_sparse=False,
    ),
    "tf.train.AdagradOptimizer": FusedForm(
        "Adagrad",
        "Adagrad",
        "its own fused operation",
        (_RATE, ("initial_accumulator_value", 1, "0.1")),
        (("accum", "initial_accumulator_value"),),
        (("lr", "learning_rate"),),
    ),
    "tf.train.MomentumOptimizer": FusedForm(
        "Momentum",
        "Momentum",
        "the rate of each step multiplies what was accumulated before",
        (_RATE, ("momentum", 1, None), ("use_nesterov", 4, "False")),
        (("accum", "0.0"),),
        (("lr", "learning_rate"), ("momentum", "momentum")),
        ("use_nesterov",),
    ),
    "tf.train.RMSPropOptimizer": FusedForm(
        "RMSProp",
        "RMSProp",
        "only the rows that a sparse gradient names move",
        (_RATE, ("decay", 1, "0.9"), ("momentum", 2, "0.0"), ("epsilon", 3, "1e-10")),
        (("ms", "1.0"), ("mom", "0.0")),
        (("lr", "learning_rate"), ("rho", "decay"), ("momentum", "momentum"), ("epsilon", "epsilon")),
    ),
    "tf.train.AdadeltaOptimizer": FusedForm(
        "Adadelta",
        "Adadelta",
        "only the rows that a sparse gradient names move",
        (("learning_rate", 0, "0.001"), ("rho", 1, "0.95"), ("epsilon", 2, "1e-08")),
        (("accum", "0.0"), ("accum_update", "0.0")),
        (("lr", "learning_rate"), ("rho", "rho"), ("epsilon", "epsilon")),
    ),
    "tf.train.FtrlOptimizer": FusedForm(
        "Ftrl",
        "Ftrl",
        "only the rows that a sparse gradient names move",
        (
            _RATE,
            ("learning_rate_power", 1, "-0.5"),
            ("initial_accumulator_value", 2, "0.1"),
            ("l1_regularization_strength", 3, "0.0"),
            ("l2_regularization_strength", 4, "0.0"),
        ),
        (("accum", "initial_accumulator_value"), ("linear", "0.0")),
        (("lr", "learning_rate"), *_L1_L2, ("lr_power", "learning_rate_power")),
    ),
    "tf.train.ProximalGradientDescentOptimizer": FusedForm(
        "ProximalGradientDescent",
        "ProximalGradientDescent",
        "it shrinks the weights after each step",
        (_RATE, ("l1_regularization_strength", 1, "0.0"), ("l2_regularization_strength", 2, "0.0")),
        (),
        (("alpha", "learning_rate"), *_L1_L2),
        gradient="delta",
    ),
    "tf.train.ProximalAdagradOptimizer": FusedForm(
        "ProximalAdagrad",
        "ProximalAdagrad",
        "it shrinks the weights after each step",
        (
            _RATE,
            ("initial_accumulator_value", 1, "0.1"),
            ("l1_regularization_strength", 2, "0.0"),
            ("l2_regularization_strength", 3, "0.0"),
        ),
        (("accum", "initial_accumulator_value"),),
        (("lr", "learning_rate"), *_L1_L2),
    ),
    "tf.train.AdagradDAOptimizer": FusedForm(
        "AdagradDA",
        "AdagradDA",
        "it sums the gradients, and shrinks by the number of steps",
        (
            _RATE,
            ("global_step", 1, None),
            ("initial_gradient_squared_accumulator_value", 2, "0.1"),
            ("l1_regularization_strength", 3, "0.0"),
            ("l2_regularization_strength", 4, "0.0"),
        ),
        (
            ("gradient_accumulator", "0.0"),
            ("gradient_squared_accumulator", "initial_gradient_squared_accumulator_value"),
        ),
        (("lr", "learning_rate"), *_L1_L2),
    ),
}


def class_text(form: FusedForm, name: str, tf: str, indent: str, sparse: bool, saved: bool) -> str:
    """Return the definition of the class that stands for an optimizer; a `saved` one's slots are kept in files."""
    saved = saved and form.has_slots
    blocks = [_constructor(form, tf, saved)]
    if form.slots:
        blocks.append(_slot_method(form, tf, saved))
    if saved:
        blocks.append(_build_method(form))
    blocks.append(_apply_method(form, tf, sparse))
    base = f"({tf}.Module)" if saved else ""
    lines = [f"class {name}{base}:", f'\t"""TensorFlow 1\'s {form.label}: {form.about}."""']
    for block in blocks:
        lines.extend(["", *("\t" + line for line in block)])
    return "\n".join(lines).replace("\t", indent)


def _constructor(form: FusedForm, tf: str, saved: bool) -> list[str]:
    given = [name if default is None else f"{name}={default}" for name, _, default in form.parameters]
    given = ["self", *given, f'name="{form.label}"']
    lines = [f"def __init__({', '.join(given)}):"]
    if len(lines[0]) > LONGEST:
        lines = ["def __init__(", *(f"\t{one}," for one in given), "):"]
    if saved:
        lines.append("\tsuper().__init__(name=name)")
    lines.append(f"\tself.learning_rate = {tf}.Variable(learning_rate, trainable=False, dtype={tf}.float32)")
    lines.extend(f"\tself.{name} = {name}" for name, *_ in form.parameters if name != "learning_rate")
    for power, parameter in form.powers:
        lines.append(
            f'\tself.{power} = {tf}.Variable({parameter}, trainable=False, dtype={tf}.float32, name="{power}")'
        )
    if saved:
        powers = ", ".join(f"self.{power}" for power, _ in form.powers)
        return [*lines, f"\tself.numbers, self.slots = {{}}, [{powers}]"]
    lines.append("\tself.name = name")
    if form.slots:
        lines.append("\tself.slots = {}")
    return lines


def _build_method(form: FusedForm) -> list[str]:
    """Return what makes the slots ahead: a checkpoint knows them by their order."""
    lines = ["def build(self, variables):", "\tfor variable in variables:"]
    return [*lines, *(f"\t\tself.slot({_slot_arguments(form, number)})" for number in range(len(form.slots)))]


def _slot_arguments(form: FusedForm, number: int) -> str:
    label = "self.name" if not number else f'f"{{self.name}}_{number}"'
    start = form.slots[number][1]
    return f"variable, {label}, {start if start[0].isdigit() else f'self.{start}'}"


def _slot_method(form: FusedForm, tf: str, saved: bool) -> list[str]:
    kept = [
        f"\t\t\tself.slots[key] = {tf}.Variable(value, trainable=False, name=name)",
        "\treturn self.slots[key].handle",
    ]
    if saved:
        kept = [
            "\t\t\tself.numbers[key] = len(self.slots)",
            f"\t\t\tself.slots.append({tf}.Variable(value, trainable=False, name=name))",
            "\treturn self.slots[self.numbers[key]].handle",
        ]
    return [
        "def slot(self, variable, name, start):",
        "\tkey = (variable.ref(), name)",
        f"\tif key not in self.{'numbers' if saved else 'slots'}:",
        f"\t\twith {tf}.init_scope():  # made once, outside of the step that is traced",
        f"\t\t\tvalue = {tf}.fill(variable.shape, {tf}.cast(start, variable.dtype))",
        "\t\t\tname = f\"{variable.name.partition(':')[0]}/{name}\"",
        *kept,
    ]


def _apply_method(form: FusedForm, tf: str, sparse: bool) -> list[str]:
    lines = [
        "def apply_gradients(self, grads_and_vars):",
        "\tfor gradient, variable in grads_and_vars:",
        "\t\tif gradient is None:",
        "\t\t\tcontinue",
    ]
    lines.append("\t\targuments = dict(")
    lines.append("\t\t\tvar=variable.handle,")
    for number, (slot, _) in enumerate(form.slots):
        given = _slot_arguments(form, number)
        whole = f"\t\t\t{slot}=self.slot({given}),"
        lines.extend([whole] if len(whole) < LONGEST else [f"\t\t\t{slot}=self.slot(", f"\t\t\t\t{given}", "\t\t\t),"])
    for name, parameter in form.inputs:
        lines.append(f"\t\t\t{name}={tf}.cast(self.{parameter}, variable.dtype),")
    for name, _ in form.powers:
        lines.append(f"\t\t\t{name}={tf}.cast(self.{name}, variable.dtype),")
    if form.operation == "AdagradDA":
        lines.append(f"\t\t\tglobal_step={tf}.cast(self.global_step + 1, {tf}.int64),")
    lines.extend(f"\t\t\t{flag}=self.{flag}," for flag in form.flags)
    lines.append("\t\t)")
    return [*lines, *_operation(form, tf, sparse), *(f"\tself.{n}.assign(self.{n} * self.{p})" for n, p in form.powers)]


def _operation(form: FusedForm, tf: str, sparse: bool) -> list[str]:
    if not sparse:
        return [f"\t\t{tf}.raw_ops.ResourceApply{form.operation}({form.gradient}=gradient, **arguments)"]
    if not form.has_sparse:
        dense = f"{tf}.convert_to_tensor(gradient)"
        return [f"\t\t{tf}.raw_ops.ResourceApply{form.operation}({form.gradient}={dense}, **arguments)"]
    return [
        f"\t\tif isinstance(gradient, {tf}.IndexedSlices):",
        f"\t\t\trows, segments = {tf}.unique(gradient.indices)",
        f"\t\t\tvalues = {tf}.math.unsorted_segment_sum(gradient.values, segments, {tf}.size(rows))",
        f"\t\t\t{tf}.raw_ops.ResourceSparseApply{form.operation}(grad=values, indices=rows, **arguments)",
        "\t\telse:",
        f"\t\t\t{tf}.raw_ops.ResourceApply{form.operation}({form.gradient}=gradient, **arguments)",
    ]
