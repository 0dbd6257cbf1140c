"""Effects that the registered ops of a function do not show: names, or prefixes that end in a star."""

from __future__ import annotations

RANDOM_OPS = frozenset({
    "AllCandidateSampler", "FixedUnigramCandidateSampler", "LearnedUnigramCandidateSampler",
    "LogUniformCandidateSampler", "Multinomial", "RandomGamma", "RandomPoissonV2", "RandomShuffle",
    "RandomStandardNormal", "RandomUniform", "RandomUniformInt", "SampleDistortedBoundingBoxV2",
    "TruncatedNormal", "UniformCandidateSampler",
})  # fmt: skip
"""Stateful ops whose state is a stream of random numbers."""

READING_OPS = frozenset({"GuaranteeConst", "Timestamp"})
"""Ops registered as stateful that change nothing."""

RANDOM = (
    "tf.nn.dropout tf.nn.nce_loss tf.nn.sampled_softmax_loss tf.nn.compute_accidental_hits "
    "tf.nn.fractional_max_pool tf.nn.fractional_avg_pool tf.image.random_* tf.image.sample_distorted_bounding_box "
    "tf.image.extract_glimpse tf.random_crop tf.image.random_crop tf.layers.dropout tf.contrib.layers.dropout "
    "tf.contrib.slim.dropout tf.contrib.nn.alpha_dropout tf.contrib.nn.rank_sampled_softmax_loss "
    "tf.contrib.nn.sampled_sparse_softmax_loss tf.contrib.training.stratified_sample "
    "tf.contrib.training.rejection_sample tf.contrib.image.sparse_image_warp tf.random.experimental.*"
)

STATEFUL = (
    "tf.assign tf.assign_add tf.assign_sub tf.scatter_* tf.batch_scatter_update tf.count_up_to tf.Assert tf.Print "
    "tf.print tf.py_func tf.py_function tf.numpy_function tf.contrib.eager.py_func tf.assert_* tf.debugging.* "
    "tf.check_numerics tf.verify_tensor_all_finite tf.add_check_numerics_ops tf.read_file tf.write_file "
    "tf.io.read_file tf.io.write_file tf.matching_files tf.io.matching_files tf.gfile.* tf.io.gfile.* "
    "tf.global_variables_initializer tf.local_variables_initializer tf.variables_initializer tf.initialize_* "
    "tf.initializers.global_variables tf.initializers.local_variables tf.initializers.variables "
    "tf.tables_initializer tf.initializers.tables_initializer tf.summary.scalar tf.summary.histogram "
    "tf.summary.image tf.summary.audio tf.summary.text tf.summary.merge tf.summary.merge_all "
    "tf.summary.tensor_summary tf.contrib.summary.* tf.train.update_checkpoint_state tf.train.init_from_checkpoint "
    "tf.train.warm_start tf.train.start_queue_runners tf.train.add_queue_runner tf.train.queue_runner.* "
    "tf.train.export_meta_graph tf.train.import_meta_graph tf.train.write_graph tf.train.remove_checkpoint "
    "tf.add_to_collection tf.add_to_collections tf.set_random_seed tf.random.set_random_seed tf.reset_default_graph "
    "tf.import_graph_def tf.contrib.framework.assign_from_* tf.contrib.framework.add_model_variable "
    "tf.contrib.slim.assign_from_* tf.compat.v1.* tf.saved_model.simple_save tf.saved_model.load "
    "tf.saved_model.save tf.saved_model.loader.load tf.app.run tf.logging.* tf.flags.* tf.app.flags.* tf.enable_* "
    "tf.disable_* tf.io.write_graph tf.app.parse_flags* tf.delete_session_tensor tf.get_session_handle "
    "tf.train.basic_train_loop tf.contrib.training.train tf.contrib.slim.learning.train "
    "tf.contrib.slim.learning.create_train_op tf.contrib.training.create_train_op tf.contrib.layers.optimize_loss "
    "tf.contrib.layers.summarize_* tf.contrib.metrics.streaming_* tf.contrib.slim.metrics.*"
)

STATE = (
    "tf.Variable tf.get_variable tf.get_local_variable tf.variable_scope tf.placeholder* tf.sparse_placeholder "
    "tf.layers.* tf.metrics.* tf.create_partitioned_variables tf.Session tf.InteractiveSession tf.TensorArray "
    "tf.train.create_global_step tf.train.get_or_create_global_step tf.data.make_* tf.compat.v1.data.make_* "
    "tf.lookup.* tf.contrib.lookup.* tf.contrib.layers.fully_connected tf.contrib.layers.conv* "
    "tf.contrib.layers.convolution* tf.contrib.layers.separable_* tf.contrib.layers.batch_norm "
    "tf.contrib.layers.layer_norm tf.contrib.layers.instance_norm tf.contrib.layers.group_norm "
    "tf.contrib.layers.linear tf.contrib.layers.relu tf.contrib.layers.relu6 tf.contrib.layers.stack "
    "tf.contrib.layers.repeat tf.contrib.layers.bias_add tf.contrib.layers.embed_sequence "
    "tf.contrib.layers.embedding_lookup_unique tf.contrib.layers.sequence_to_images tf.contrib.layers.legacy_* "
    "tf.contrib.layers.legacy_fully_connected tf.contrib.layers.input_from_feature_columns "
    "tf.contrib.layers.scale_gradient tf.contrib.layers.maxout tf.contrib.slim.conv* tf.contrib.slim.convolution* "
    "tf.contrib.slim.fully_connected tf.contrib.slim.batch_norm tf.contrib.slim.layer_norm "
    "tf.contrib.slim.separable_* tf.contrib.slim.linear tf.contrib.slim.stack tf.contrib.slim.repeat "
    "tf.contrib.slim.variable tf.contrib.slim.model_variable tf.contrib.slim.bias_add tf.contrib.slim.nets.* "
    "tf.contrib.framework.variable tf.contrib.framework.model_variable tf.contrib.framework.local_variable "
    "tf.contrib.framework.*global_step tf.contrib.rnn.* tf.nn.rnn_cell.* tf.nn.dynamic_rnn "
    "tf.nn.bidirectional_dynamic_rnn tf.nn.static_rnn tf.nn.static_bidirectional_rnn tf.nn.static_state_saving_rnn "
    "tf.nn.raw_rnn tf.contrib.legacy_seq2seq.* tf.nn.seq2seq.* tf.contrib.seq2seq.* tf.contrib.cudnn_rnn.* "
    "tf.contrib.crf.crf_log_likelihood tf.train.* tf.contrib.opt.* tf.summary.FileWriter* tf.contrib.tensorboard.* "
    "tf.queue.* tf.FIFOQueue tf.RandomShuffleQueue tf.PaddingFIFOQueue tf.PriorityQueue tf.QueueBase tf.*Reader "
    "tf.ConditionalAccumulator* tf.SparseConditionalAccumulator tf.contrib.learn.* tf.contrib.staging.* "
    "tf.estimator.* tf.contrib.layers.optimize_loss tf.make_template tf.keras.layers.* tf.keras.models.* "
    "tf.keras.Model tf.keras.Sequential tf.keras.Input tf.keras.optimizers.* tf.keras.metrics.* "
    "tf.saved_model.Builder tf.saved_model.builder.* tf.contrib.metrics.* tf.contrib.factorization.*"
)

PURE = (
    "tf.train.latest_checkpoint tf.train.get_checkpoint_state tf.train.checkpoint_exists tf.train.get_global_step "
    "tf.train.list_variables tf.train.load_* tf.train.exponential_decay tf.train.*_decay tf.train.*_constant "
    "tf.train.*_decay_restarts tf.train.piecewise_constant_decay tf.train.global_step tf.train.Example "
    "tf.train.Feature tf.train.Features tf.train.FeatureList tf.train.FeatureLists tf.train.BytesList "
    "tf.train.FloatList tf.train.Int64List tf.train.SequenceExample tf.train.ClusterSpec tf.train.ClusterDef "
    "tf.train.ServerDef tf.train.JobDef tf.train.Coordinator tf.train.checkpoints_iterator "
    "tf.train.replica_device_setter tf.train.summary_iterator tf.train.SaverDef tf.train.get_checkpoint_mtimes "
    "tf.train.assert_global_step tf.contrib.rnn.transpose_batch_time tf.contrib.rnn.best_effort_input_batch_size "
    "tf.contrib.seq2seq.tile_batch tf.contrib.seq2seq.sequence_loss tf.contrib.seq2seq.hardmax "
    "tf.contrib.seq2seq.safe_cumprod tf.contrib.legacy_seq2seq.sequence_loss "
    "tf.contrib.legacy_seq2seq.sequence_loss_by_example tf.nn.seq2seq.sequence_loss "
    "tf.nn.seq2seq.sequence_loss_by_example tf.layers.flatten tf.layers.max_pooling* tf.layers.average_pooling* "
    "tf.contrib.learn.preprocessing.* tf.contrib.learn.ModeKeys tf.estimator.ModeKeys tf.estimator.EstimatorSpec "
    "tf.contrib.slim.flatten tf.contrib.layers.flatten tf.contrib.opt.clip_gradients_by_global_norm "
    "tf.logging.DEBUG tf.logging.INFO tf.logging.WARN tf.logging.ERROR tf.logging.FATAL "
    "tf.nn.rnn_cell.LSTMStateTuple tf.contrib.rnn.LSTMStateTuple tf.gfile.Exists tf.gfile.Glob tf.gfile.IsDirectory "
    "tf.gfile.ListDirectory tf.gfile.Stat tf.gfile.Walk tf.io.gfile.exists tf.io.gfile.glob tf.io.gfile.isdir "
    "tf.io.gfile.listdir tf.io.gfile.walk tf.logging.get_verbosity tf.executing_eagerly "
    "tf.executing_eagerly_outside_functions tf.control_flow_v2_enabled tf.contrib.metrics.accuracy "
    "tf.contrib.slim.metrics.accuracy"
)
