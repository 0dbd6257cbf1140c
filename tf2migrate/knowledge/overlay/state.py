"""Sessions, variables, collections, savers, data: what the migration itself rewrites."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, compat, form, rewritten, same

_MIGRATION = "the migration"

_DRIVE = (
    "Session InteractiveSession placeholder placeholder_with_default global_variables_initializer "
    "local_variables_initializer initialize_all_variables variables_initializer initialize_variables "
    "initialize_local_variables tables_initializer initializers.global_variables initializers.local_variables "
    "initializers.variables get_default_session reset_default_graph ConfigProto GPUOptions RunOptions RunMetadata "
    "get_variable variable_scope get_variable_scope AUTO_REUSE VariableScope trainable_variables global_variables "
    "local_variables get_collection add_to_collection GraphKeys get_default_graph train.Saver train.Optimizer "
    "train.get_or_create_global_step train.create_global_step train.get_global_step train.global_step "
    "summary.FileWriter summary.merge_all summary.merge summary.scalar summary.histogram summary.image summary.audio "
    "summary.text disable_v2_behavior disable_eager_execution enable_eager_execution enable_v2_behavior "
    "enable_resource_variables disable_resource_variables disable_v2_tensorshape enable_v2_tensorshape "
    "disable_control_flow_v2 enable_control_flow_v2 disable_tensor_equality enable_tensor_equality "
    "data.make_one_shot_iterator data.make_initializable_iterator train.Coordinator train.start_queue_runners"
)

_CELLS = "BasicRNNCell BasicLSTMCell LSTMCell GRUCell MultiRNNCell DropoutWrapper RNNCell LSTMStateTuple"
_UNROLLED = "dynamic_rnn static_rnn bidirectional_dynamic_rnn static_bidirectional_rnn"
_DATASETS = "the same dataset; TensorFlow 1's class only adds iterators"


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {f"tf.{name}": rewritten(None, _MIGRATION) for name in _DRIVE.split()}
    for module in ("tf.nn.rnn_cell", "tf.contrib.rnn"):
        found |= {f"{module}.{name}": rewritten(None, "a small cell class") for name in _CELLS.split()}
    for module in ("tf.nn", "tf.contrib.rnn"):
        found |= {f"{module}.{name}": rewritten(None, "a loop over a small cell class") for name in _UNROLLED.split()}
    for module in ("tf.distributions", "tf.contrib.distributions"):
        for name in ("Normal", "Categorical", "Bernoulli", "Uniform"):
            found[f"{module}.{name}"] = rewritten(None, "a small class with the formulas")
        found[f"{module}.kl_divergence"] = rewritten(None, "a small function with the formula for normal distributions")
    found |= {path: same(_DATASETS) for path in _DATASET_CLASSES}
    return found | _variables() | _assignments() | _outside()


_DATASET_CLASSES = tuple(
    f"tf.data.{name}"
    for name in (
        "Dataset TFRecordDataset TextLineDataset FixedLengthRecordDataset experimental.Counter "
        "experimental.CsvDataset experimental.RandomDataset experimental.SqlDataset experimental.choose_from_datasets "
        "experimental.make_batched_features_dataset experimental.make_csv_dataset "
        "experimental.sample_from_datasets"
    ).split()
)
_SAME = (
    "DeviceSpec VariableAggregation feature_column.make_parse_example_spec saved_model.contains_saved_model "
    "variable_creator_scope train.Checkpoint version.VERSION version.GIT_VERSION version.COMPILER_VERSION "
    "version.GRAPH_DEF_VERSION sysconfig.CXX11_ABI_FLAG"
)


def _variables() -> dict[str, Verdict]:
    arguments = (
        "initial_value; trainable; validate_shape; caching_device; name; dtype; constraint; synchronization; "
        "aggregation; shape"
    )
    return {
        "tf.Variable": rewritten(
            "tf.Variable",
            "TensorFlow 2's reads itself where TensorFlow 1's is a reference",
            form("tf.Variable", arguments, {"collections": "None"}, "use_resource"),
        ),
        **{f"tf.{name}": same("asks or does the same") for name in _SAME.split()},
        **{
            f"tf.lookup.{name}": rewritten(f"tf.lookup.{name}", "filled when it is made, with no initializer to run")
            for name in ("StaticHashTable", "StaticVocabularyTable")
        },
    }


def _assignments() -> dict[str, Verdict]:
    reason = "a method of the variable"
    atom = {"ref": "atom"}
    found = {
        f"tf.{name}": rewritten(None, reason, form(f"{{ref}}.{name}", "value; name", atom, "ref use_locking"))
        for name in ("assign_add", "assign_sub")
    }
    unchanged_shape = (
        form("{ref}.assign", "value; name", atom | {"validate_shape": literal}, "ref use_locking")
        for literal in ("absent", "None", "True")
    )
    found["tf.assign"] = rewritten(None, reason, *unchanged_shape)
    for name in ("add", "sub", "mul", "div", "max", "min", "update"):
        found[f"tf.scatter_{name}"] = rewritten(
            None,
            reason,
            form(
                "tf.IndexedSlices",
                "values=updates; indices",
                atom,
                "ref use_locking name",
                f"{{ref}}.scatter_{name}({{call}})",
            ),
        )
    for name in ("add", "sub", "update"):
        found[f"tf.scatter_nd_{name}"] = rewritten(
            None, reason, form(f"{{ref}}.scatter_nd_{name}", "indices; updates; name", atom, "ref use_locking")
        )
    return found


def _outside() -> dict[str, Verdict]:
    probability = "the package tensorflow_probability has it"
    found = {
        f"tf.distributions.{name}": compat(probability)
        for name in (
            "Beta Dirichlet DirichletMultinomial Distribution Exponential Gamma Laplace Multinomial StudentT"
        ).split()
    }
    queues = "queues feed a running session: tf.data takes their place"
    for name in (
        "batch batch_join shuffle_batch shuffle_batch_join slice_input_producer string_input_producer input_producer "
        "range_input_producer limit_epochs maybe_batch maybe_shuffle_batch QueueRunner add_queue_runner"
    ).split():
        found[f"tf.train.{name}"] = compat(queues)
    for name in "TextLineReader WholeFileReader TFRecordReader FixedLengthRecordReader IdentityReader".split():
        found[f"tf.{name}"] = compat(queues)
    for name in "MonitoredTrainingSession MonitoredSession SingularMonitoredSession Supervisor Scaffold".split():
        found[f"tf.train.{name}"] = compat("drives a session: write the loop, tf.train.CheckpointManager saves")
    return found
