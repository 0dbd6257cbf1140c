"""TF1 parameter names, and arguments bound to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tf2migrate.analysis.nodes import Given
from tf2migrate.analysis.values import NONE, Argument, Arguments, V
from tf2migrate.model.source import NodeRef

FEW: dict[str, str] = {
    "tf.placeholder": "dtype shape name",
    "tf.sparse_placeholder": "dtype shape name",
    "tf.placeholder_with_default": "input shape name",
    "tf.Variable": "initial_value trainable collections validate_shape caching_device name variable_def dtype "
    "expected_shape import_scope constraint use_resource synchronization aggregation shape",
    "tf.get_variable": "name shape dtype initializer regularizer trainable collections caching_device partitioner "
    "validate_shape use_resource custom_getter constraint synchronization aggregation",
    "tf.assign": "ref value validate_shape use_locking name",
    "tf.assign_add": "ref value use_locking name",
    "tf.assign_sub": "ref value use_locking name",
    "tf.Session": "target graph config",
    "tf.InteractiveSession": "target graph config",
    "tf.Session.run": "fetches feed_dict options run_metadata",
    "tf.Tensor.eval": "feed_dict session",
    "tf.Variable.eval": "session",
    "tf.Variable.load": "value session",
    "tf.Operation.run": "feed_dict session",
    "tf.gradients": "ys xs grad_ys name colocate_gradients_with_ops gate_gradients aggregation_method stop_gradients",
    "tf.train.Optimizer.minimize": "loss global_step var_list gate_gradients aggregation_method "
    "colocate_gradients_with_ops name grad_loss",
    "tf.train.Optimizer.compute_gradients": "loss var_list gate_gradients aggregation_method "
    "colocate_gradients_with_ops grad_loss",
    "tf.train.Optimizer.apply_gradients": "grads_and_vars global_step name",
    "tf.train.GradientDescentOptimizer": "learning_rate use_locking name",
    "tf.train.AdamOptimizer": "learning_rate beta1 beta2 epsilon use_locking name",
    "tf.train.RMSPropOptimizer": "learning_rate decay momentum epsilon use_locking centered name",
    "tf.train.MomentumOptimizer": "learning_rate momentum use_locking name use_nesterov",
    "tf.train.AdagradOptimizer": "learning_rate initial_accumulator_value use_locking name",
    "tf.train.AdadeltaOptimizer": "learning_rate rho epsilon use_locking name",
    "tf.train.FtrlOptimizer": "learning_rate learning_rate_power initial_accumulator_value "
    "l1_regularization_strength l2_regularization_strength use_locking name accum_name linear_name "
    "l2_shrinkage_regularization_strength",
    "tf.train.Saver": "var_list reshape sharded max_to_keep keep_checkpoint_every_n_hours name restore_sequentially "
    "saver_def builder defer_build allow_empty write_version pad_step_number save_relative_paths filename",
    "tf.train.Saver.save": "sess save_path global_step latest_filename meta_graph_suffix write_meta_graph write_state",
    "tf.train.Saver.restore": "sess save_path",
    "tf.variable_scope": "name_or_scope default_name values initializer regularizer caching_device partitioner "
    "custom_getter reuse dtype use_resource constraint auxiliary_name_scope",
    "tf.name_scope": "name default_name values",
    "tf.control_dependencies": "control_inputs",
    "tf.device": "device_name_or_function",
    "tf.get_collection": "key scope",
    "tf.add_to_collection": "name value",
    "tf.global_variables": "scope",
    "tf.trainable_variables": "scope",
    "tf.cond": "pred true_fn false_fn strict name fn1 fn2",
    "tf.while_loop": "cond body loop_vars shape_invariants parallel_iterations back_prop swap_memory name "
    "maximum_iterations return_same_structure",
    "tf.split": "value num_or_size_splits axis num name",
    "tf.unstack": "value num axis name",
    "tf.variables_initializer": "var_list name",
    "tf.summary.merge": "inputs collections name",
    "tf.summary.merge_all": "key scope",
    "tf.summary.FileWriter": "logdir graph max_queue flush_secs graph_def filename_suffix session",
    "tf.map_fn": "fn elems dtype parallel_iterations back_prop swap_memory infer_shape name",
    "tf.scan": "fn elems initializer parallel_iterations back_prop swap_memory infer_shape reverse name",
    "tf.py_func": "func inp Tout stateful name",
}


def parameters(path: str) -> tuple[str, ...] | None:
    """Return the TF1 parameter names of a symbol, None where it is not known."""
    few = FEW.get(path)
    return tuple(few.split()) if few is not None else None


@dataclass(frozen=True, slots=True)
class Bindings:
    """Arguments of a call by parameter name; positional ones without a known name are called "0", "1", .."""

    by_name: dict[str, Argument] = field(default_factory=dict)
    open: V | None = None

    def value(self, name: str, default: V = NONE) -> V:
        """Return the value given for a parameter."""
        argument = self.by_name.get(name)
        return default if argument is None else argument.value

    def argument(self, name: str) -> Argument | None:
        """Return what was given for a parameter."""
        return self.by_name.get(name)

    def given(self) -> Given:
        """Return the arguments as a node keeps them."""
        at: dict[str, NodeRef] = {name: one.at for name, one in self.by_name.items() if one.at is not None}
        return Given({name: one.value for name, one in self.by_name.items()}, at)


def bind(path: str, arguments: Arguments) -> Bindings:
    """Return the arguments of a call by TF1 parameter name."""
    names = parameters(path) or ()
    bound: dict[str, Argument] = {}
    for index, argument in enumerate(arguments.positional):
        bound[names[index] if index < len(names) else str(index)] = argument
    for name, argument in arguments.keywords:
        bound[name] = argument
    return Bindings(bound, arguments.open)
