"""What calls give besides one tensor, and which of their arguments are called."""

from __future__ import annotations

RESULTS: dict[str, str] = {
    "list": (
        "tf.split tf.unstack tf.unpack tf.meshgrid tf.gradients tf.hessians tf.dynamic_partition tf.train.batch "
        "tf.train.batch_join tf.train.shuffle_batch tf.train.shuffle_batch_join tf.train.maybe_batch "
        "tf.train.maybe_shuffle_batch tf.train.slice_input_producer tf.decode_csv tf.io.decode_csv tf.tuple "
        "tf.global_variables tf.local_variables tf.trainable_variables tf.model_variables "
        "tf.moving_average_variables tf.all_variables tf.get_collection tf.losses.get_losses "
        "tf.losses.get_regularization_losses tf.contrib.framework.get_variables "
        "tf.contrib.framework.get_trainable_variables tf.shape_n tf.contrib.framework.get_variables_to_restore "
        "tf.contrib.framework.get_model_variables tf.sparse_split tf.sparse.split tf.contrib.slim.get_variables "
        "tf.contrib.slim.get_model_variables tf.contrib.slim.get_variables_to_restore tf.train.list_variables "
        "tf.create_partitioned_variables"
    ),
    "tuple:2": (
        "tf.nn.moments tf.nn.weighted_moments tf.nn.top_k tf.math.top_k tf.unique tf.setdiff1d tf.linalg.qr tf.qr "
        "tf.self_adjoint_eig tf.linalg.eigh tf.linalg.eig tf.linalg.slogdet tf.nn.dynamic_rnn "
        "tf.nn.bidirectional_dynamic_rnn tf.nn.static_rnn tf.contrib.rnn.static_rnn tf.nn.rnn "
        "tf.clip_by_global_norm tf.nn.normalize_moments tf.nn.max_pool_with_argmax tf.nn.ctc_beam_search_decoder "
        "tf.nn.ctc_greedy_decoder tf.nn.ctc_beam_search_decoder_v2 tf.io.parse_single_sequence_example "
        "tf.parse_single_sequence_example tf.contrib.crf.crf_log_likelihood tf.contrib.crf.crf_decode tf.listdiff "
        "tf.sparse_fill_empty_rows tf.contrib.legacy_seq2seq.rnn_decoder "
        "tf.contrib.legacy_seq2seq.basic_rnn_seq2seq tf.contrib.legacy_seq2seq.tied_rnn_seq2seq "
        "tf.contrib.legacy_seq2seq.embedding_rnn_decoder tf.contrib.legacy_seq2seq.embedding_rnn_seq2seq "
        "tf.contrib.legacy_seq2seq.embedding_attention_seq2seq tf.contrib.legacy_seq2seq.attention_decoder "
        "tf.contrib.legacy_seq2seq.embedding_attention_decoder tf.contrib.legacy_seq2seq.model_with_buckets "
        "tf.nn.seq2seq.rnn_decoder tf.nn.seq2seq.embedding_attention_seq2seq tf.nn.seq2seq.model_with_buckets "
        "tf.metrics.accuracy tf.metrics.auc tf.metrics.mean tf.metrics.mean_* tf.metrics.root_mean_squared_error "
        "tf.metrics.precision tf.metrics.recall tf.metrics.precision_* tf.metrics.recall_* tf.metrics.true_* "
        "tf.metrics.false_* tf.metrics.percentage_below tf.metrics.average_precision_at_k tf.metrics.sparse_* "
        "tf.metrics.sensitivity_at_specificity tf.metrics.specificity_at_sensitivity tf.contrib.metrics.streaming_* "
        "tf.contrib.rnn.static_state_saving_rnn tf.nn.static_state_saving_rnn"
    ),
    "tuple:3": (
        "tf.svd tf.linalg.svd tf.unique_with_counts tf.nn.fused_batch_norm tf.nn.log_uniform_candidate_sampler "
        "tf.nn.uniform_candidate_sampler tf.nn.learned_unigram_candidate_sampler "
        "tf.nn.fixed_unigram_candidate_sampler tf.nn.static_bidirectional_rnn "
        "tf.contrib.rnn.static_bidirectional_rnn tf.nn.raw_rnn tf.nn.fractional_max_pool tf.nn.fractional_avg_pool "
        "tf.image.sample_distorted_bounding_box tf.contrib.rnn.stack_bidirectional_rnn "
        "tf.contrib.rnn.stack_bidirectional_dynamic_rnn tf.nn.bidirectional_rnn tf.contrib.seq2seq.dynamic_decode"
    ),
    "tuple:4": "tf.nn.sufficient_statistics",
    "operation": (
        "tf.group tf.no_op tf.print tf.Assert tf.assert_* tf.debugging.assert_* tf.global_variables_initializer "
        "tf.local_variables_initializer tf.variables_initializer tf.initialize_all_variables "
        "tf.initialize_variables tf.initialize_local_variables tf.tables_initializer tf.initialize_all_tables "
        "tf.initializers.global_variables tf.initializers.local_variables tf.initializers.variables "
        "tf.initializers.tables_initializer tf.write_file tf.io.write_file tf.add_check_numerics_ops "
        "tf.contrib.framework.assign_from_checkpoint tf.debugging.Assert"
    ),
    "none": (
        "tf.set_random_seed tf.random.set_random_seed tf.reset_default_graph tf.add_to_collection "
        "tf.add_to_collections tf.app.run tf.logging.set_verbosity tf.logging.info tf.logging.warn "
        "tf.logging.warning tf.logging.error tf.logging.debug tf.logging.log tf.logging.fatal tf.enable_* "
        "tf.disable_* tf.gfile.MakeDirs tf.gfile.MkDir tf.gfile.Remove tf.gfile.DeleteRecursively tf.gfile.Copy "
        "tf.gfile.Rename tf.flags.DEFINE_* tf.app.flags.DEFINE_* tf.train.init_from_checkpoint tf.losses.add_loss "
        "tf.debugging.enable_* tf.train.update_checkpoint_state tf.train.warm_start tf.train.add_queue_runner "
        "tf.test.main"
    ),
    "callback": "tf.cond tf.case tf.while_loop tf.map_fn tf.scan tf.foldl tf.foldr tf.contrib.framework.smart_cond",
    "object": (
        "tf.variable_scope tf.name_scope tf.device tf.control_dependencies tf.variable_op_scope tf.op_scope "
        "tf.get_variable_scope tf.get_default_graph tf.get_default_session tf.train.get_checkpoint_state "
        "tf.train.latest_checkpoint tf.make_template tf.data.make_* tf.contrib.layers.xavier_initializer* "
        "tf.contrib.layers.variance_scaling_initializer tf.contrib.layers.l1_regularizer "
        "tf.contrib.layers.l2_regularizer tf.contrib.layers.l1_l2_regularizer tf.contrib.layers.sum_regularizer "
        "tf.contrib.slim.l1_regularizer tf.contrib.slim.l2_regularizer tf.contrib.slim.l1_l2_regularizer "
        "tf.contrib.slim.sum_regularizer tf.contrib.slim.xavier_initializer* "
        "tf.glorot_*_initializer tf.initializers.he_* tf.initializers.lecun_* tf.keras.initializers.he_* "
        "tf.keras.initializers.lecun_* tf.fixed_size_partitioner tf.min_max_variable_partitioner "
        "tf.variable_axis_size_partitioner tf.train.start_queue_runners tf.train.replica_device_setter "
        "tf.contrib.slim.arg_scope tf.contrib.framework.arg_scope tf.train.MonitoredTrainingSession tf.gfile.* "
        "tf.train.global_step tf.executing_eagerly tf.summary.FileWriter tf.import_graph_def "
        "tf.train.import_meta_graph tf.saved_model.* tf.graph_util.* tf.feature_column.* tf.container "
        "tf.colocate_with tf.train.list_variables tf.train.load_checkpoint tf.estimator.* tf.contrib.learn.* "
        "tf.logging.* tf.flags.* tf.app.flags.* tf.test.* tf.contrib.framework.list_variables tf.get_static_value "
        "tf.get_logger tf.config.* tf.autograph.* tf.function tf.wrap_function tf.keras.applications.* "
        "tf.keras.datasets.* tf.as_dtype tf.dtypes.as_dtype tf.broadcast_static_shape "
        "tf.register_tensor_conversion_function tf.get_seed tf.random.get_seed tf.python_io.* tf.sysconfig.* "
        "tf.resource_loader.* tf.nest.* tf.compat.*"
    ),
}  # fmt: skip

CALLBACKS: dict[str, tuple[str, ...]] = {
    "tf.cond": ("true_fn", "false_fn", "fn1", "fn2"),
    "tf.case": ("pred_fn_pairs", "default"),
    "tf.while_loop": ("cond", "body"),
    "tf.map_fn": ("fn",),
    "tf.scan": ("fn",),
    "tf.foldl": ("fn",),
    "tf.foldr": ("fn",),
    "tf.vectorized_map": ("fn",),
    "tf.py_func": ("func",),
    "tf.py_function": ("func",),
    "tf.numpy_function": ("func",),
    "tf.contrib.eager.py_func": ("func",),
    "tf.contrib.framework.smart_cond": ("true_fn", "false_fn"),
    "tf.custom_gradient": ("f",),
    "tf.recompute_grad": ("f",),
    "tf.make_template": ("func_",),
    "tf.contrib.layers.stack": ("layer",),
    "tf.contrib.layers.repeat": ("layer",),
    "tf.contrib.slim.stack": ("layer",),
    "tf.contrib.slim.repeat": ("layer",),
    "tf.nn.raw_rnn": ("loop_fn",),
    "tf.contrib.legacy_seq2seq.rnn_decoder": ("loop_function",),
    "tf.contrib.legacy_seq2seq.attention_decoder": ("loop_function",),
    "tf.contrib.layers.optimize_loss": ("learning_rate_decay_fn",),
    "tf.function": ("func",),
    "tf.app.run": ("main",),
}
"""The parameters that take a function and call it, `pred_fn_pairs` being pairs of a predicate and a function."""
