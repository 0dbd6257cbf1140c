"""Calls of TF1 symbols: a model where one is needed, else a tensor made from the arguments."""

from __future__ import annotations

import ast

from tf2migrate.analysis.graph import (
    datasets,
    hidden,
    layers,
    recurrent,
    scope_calls,
    sessions,
    statistics,
    summaries,
    training,
    variables,
)
from tf2migrate.analysis.graph.argument_scopes import ARGUMENT_SCOPES, make_argument_scope, with_scope_arguments
from tf2migrate.analysis.graph.defaults import default_call
from tf2migrate.analysis.graph.laws import CELLS, WRAPPERS, layer_law, layer_path
from tf2migrate.analysis.graph.op_names import take_names
from tf2migrate.analysis.graph.repetitions import REPETITIONS, repeated_layer
from tf2migrate.analysis.graph.request import Model, Request, request
from tf2migrate.analysis.graph.scopes import unique_name
from tf2migrate.analysis.machine import Machine
from tf2migrate.analysis.nodes import make_node
from tf2migrate.analysis.values import NONE, Arguments, GraphValue, Host, V, plain
from tf2migrate.model.facts import Kind


def call_symbol(machine: Machine, path: str, arguments: Arguments, node: ast.expr) -> V:
    """Return what calling a TF1 symbol gives."""
    path = layer_path(path)
    arguments = with_scope_arguments(machine, path, arguments)
    asked = request(machine, path, arguments, node)
    if asked.value("name") == NONE:
        take_names(machine, path)
    model = MODELS.get(path)
    if model is not None:
        return model(asked)
    law = layer_law(path)
    if law is not None:
        return layers.make_layer(asked) if path.rsplit(".", 1)[1][:1].isupper() else layers.call_layer(asked, law)
    family = _family(path)
    return default_call(asked) if family is None else family(asked)


def _family(path: str) -> Model | None:
    """Return the model of a symbol that is one of many of its kind."""
    if path.endswith(("Optimizer", "OptimizerInterface")):
        return training.make_optimizer
    if path.startswith(("tf.losses.", "tf.contrib.losses.")):
        return statistics.loss
    if path in REGULARIZERS:
        return statistics.make_regularizer
    if path.startswith("tf.metrics."):
        return statistics.metric
    if datasets.is_data(path):
        return datasets.make_dataset
    if path.startswith(CELL_MODULES):
        return _recurrent(path.rsplit(".", 1)[1])
    return None


def _recurrent(short: str) -> Model | None:
    if short in CELLS or short in WRAPPERS or short == "MultiRNNCell":
        return recurrent.make_cell
    return {
        "LSTMStateTuple": recurrent.state_tuple,
        "dynamic_rnn": recurrent.dynamic_rnn,
        "static_rnn": recurrent.static_rnn,
        "rnn": recurrent.static_rnn,
        "rnn_decoder": recurrent.static_rnn,
        "bidirectional_dynamic_rnn": recurrent.bidirectional,
        "static_bidirectional_rnn": recurrent.bidirectional,
        "bidirectional_rnn": recurrent.bidirectional,
    }.get(short)


CELL_MODULES = ("tf.nn.", "tf.contrib.rnn.", "tf.contrib.legacy_seq2seq.", "tf.contrib.seq2seq.")


def _placeholder(asked: Request) -> V:
    text = asked.machine.known_text(asked.value("name"))
    default = "PlaceholderWithDefault" if asked.path.endswith("with_default") else "Placeholder"
    name = unique_name(asked.machine, text or default)
    kind = Kind.TENSOR if asked.path.endswith("with_default") else Kind.PLACEHOLDER
    return make_node(asked.machine, asked.node, kind, asked.path, asked.inputs(), asked.given, name)


def _group(asked: Request) -> V:
    return make_node(
        asked.machine, asked.node, Kind.OPERATION, asked.path, asked.inputs(), asked.given, asked.explicit_name()
    )


def _default_session(asked: Request) -> V:
    session = sessions.default_session(asked.machine)
    make_node(asked.machine, asked.node, Kind.OBJECT, asked.path, () if session is None else (session,))
    return NONE if session is None else GraphValue(session)


def _app_run(asked: Request) -> V:
    machine = asked.machine
    make_node(machine, asked.node, Kind.OBJECT, asked.path, (), asked.given)
    from tf2migrate.analysis.names import find_name

    main = asked.value("main", asked.value("0"))
    if main == NONE:
        found = find_name(machine, "main")
        main = NONE if found is None else found[1]
    return machine.call(machine, main, plain(Host("argv")), asked.node) if main != NONE else NONE


def _eager(asked: Request) -> V:
    make_node(asked.machine, asked.node, Kind.OBJECT, asked.path, (), asked.given)
    asked.machine.find("eager", asked.node)
    return NONE


def _imported_graph(asked: Request) -> V:
    make_node(asked.machine, asked.node, Kind.OBJECT, asked.path, asked.inputs(), asked.given)
    asked.machine.find("imported_graph", asked.node, asked.path)
    return asked.machine.unknown("part of a graph read from a file", asked.node)


_REFUSED_BY_NAME = {
    "operation_library": ("tf.load_op_library", "tf.load_library"),
    "gradient_registry": ("tf.RegisterGradient", "tf.NotDifferentiable", "tf.NoGradient"),
    "parameter_server": ("tf.train.replica_device_setter", "tf.train.ClusterSpec", "tf.train.Server"),
}
_FINDING_OF = {path: finding for finding, paths in _REFUSED_BY_NAME.items() for path in paths}


def _found(asked: Request) -> V:
    """Model what is refused by its name."""
    asked.machine.find(_FINDING_OF[asked.path], asked.node, asked.path)
    return default_call(asked)


def _identity_scope(asked: Request) -> V:
    return make_node(asked.machine, asked.node, Kind.SCOPE, asked.path, asked.inputs(), asked.given)


def _tensor_array(asked: Request) -> V:
    """Model an array that operations fill: a value of the graph, as what its methods give."""
    return make_node(asked.machine, asked.node, Kind.TENSOR, asked.path, asked.inputs(), asked.given)


def _writer(asked: Request) -> V:
    return make_node(asked.machine, asked.node, Kind.WRITER, asked.path, asked.inputs(), asked.given, stateful=True)


REGULARIZERS = frozenset(
    [
        f"tf.contrib.{module}.{name}_regularizer"
        for module in ("layers", "slim")
        for name in ("l1", "l2", "l1_l2", "sum")
    ]
    + [f"tf.keras.regularizers.{name}" for name in ("l1", "l2", "l1_l2", "L1", "L2", "L1L2")]
)
MODELS: dict[str, Model] = {
    "tf.placeholder": _placeholder,
    "tf.sparse_placeholder": _placeholder,
    "tf.placeholder_with_default": _placeholder,
    "tf.Variable": variables.make_variable,
    "tf.get_variable": variables.get_variable,
    "tf.TensorArray": _tensor_array,
    "tf.assign": variables.assign,
    "tf.assign_add": variables.assign,
    "tf.assign_sub": variables.assign,
    "tf.scatter_update": variables.assign,
    "tf.scatter_add": variables.assign,
    "tf.scatter_sub": variables.assign,
    "tf.global_variables_initializer": variables.initializer,
    "tf.initialize_all_variables": variables.initializer,
    "tf.local_variables_initializer": variables.initializer,
    "tf.initialize_local_variables": variables.initializer,
    "tf.variables_initializer": variables.initializer,
    "tf.initialize_variables": variables.initializer,
    "tf.initializers.global_variables": variables.initializer,
    "tf.tables_initializer": variables.initializer,
    "tf.initialize_all_tables": variables.initializer,
    "tf.global_variables": variables.collection_list,
    "tf.all_variables": variables.collection_list,
    "tf.local_variables": variables.collection_list,
    "tf.trainable_variables": variables.collection_list,
    "tf.moving_average_variables": variables.collection_list,
    "tf.get_collection": variables.collection_list,
    "tf.get_collection_ref": variables.collection_list,
    "tf.losses.get_losses": variables.collection_list,
    "tf.losses.get_regularization_losses": variables.collection_list,
    "tf.add_to_collection": variables.add_to_collection,
    "tf.train.get_global_step": variables.get_global_step,
    "tf.train.get_or_create_global_step": variables.get_global_step,
    "tf.train.create_global_step": variables.get_global_step,
    "tf.contrib.framework.get_or_create_global_step": variables.get_global_step,
    "tf.gradients": training.gradients,
    "tf.contrib.layers.apply_regularization": statistics.apply_regularization,
    "tf.contrib.slim.apply_regularization": statistics.apply_regularization,
    "tf.losses.get_total_loss": statistics.total_loss,
    "tf.losses.get_regularization_loss": statistics.total_loss,
    "tf.data.make_one_shot_iterator": datasets.make_iterator,
    "tf.data.make_initializable_iterator": datasets.make_iterator,
    "tf.data.Iterator.from_structure": datasets.make_iterator,
    "tf.contrib.data.Iterator.from_structure": datasets.make_iterator,
    "tf.group": _group,
    "tf.no_op": _group,
    "tf.variable_scope": scope_calls.make_variable_scope,
    "tf.variable_op_scope": scope_calls.make_variable_scope,
    "tf.name_scope": scope_calls.make_name_scope,
    "tf.get_variable_scope": scope_calls.get_variable_scope,
    "tf.control_dependencies": scope_calls.control_dependencies,
    "tf.device": _identity_scope,
    "tf.Graph": scope_calls.make_graph,
    "tf.get_default_graph": scope_calls.default_graph,
    "tf.reset_default_graph": scope_calls.reset_default_graph,
    "tf.Session": sessions.make_session,
    "tf.InteractiveSession": sessions.make_session,
    "tf.get_default_session": _default_session,
    "tf.train.Saver": hidden.make_saver,
    "tf.train.global_step": hidden.global_step_value,
    "tf.train.start_queue_runners": hidden.start_queue_runners,
    "tf.keras.backend.get_session": sessions.make_session,
    "tf.app.run": _app_run,
    "tf.enable_eager_execution": _eager,
    "tf.contrib.eager.enable_eager_execution": _eager,
    "tf.import_graph_def": _imported_graph,
    "tf.train.import_meta_graph": _imported_graph,
    "tf.summary.scalar": summaries.summary,
    "tf.summary.histogram": summaries.summary,
    "tf.summary.image": summaries.summary,
    "tf.summary.audio": summaries.summary,
    "tf.summary.text": summaries.summary,
    "tf.scalar_summary": summaries.summary,
    "tf.histogram_summary": summaries.summary,
    "tf.image_summary": summaries.summary,
    "tf.summary.merge": summaries.merged,
    "tf.summary.merge_all": summaries.merged,
    "tf.merge_summary": summaries.merged,
    "tf.merge_all_summaries": summaries.merged,
    "tf.summary.FileWriter": _writer,
    "tf.train.SummaryWriter": _writer,
    **dict.fromkeys(_FINDING_OF, _found),
    **dict.fromkeys(ARGUMENT_SCOPES, make_argument_scope),
    **dict.fromkeys(REPETITIONS, repeated_layer),
}
