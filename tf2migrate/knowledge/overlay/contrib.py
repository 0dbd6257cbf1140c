"""What to use in place of contrib where no form of a call is certain: advice by family, the longest pattern wins."""

from __future__ import annotations

from tf2migrate.knowledge.host_classes import HOST_CLASSES
from tf2migrate.knowledge.mnist import READERS
from tf2migrate.knowledge.overlay.forms import Verdict, form, gone, renamed, rewritten
from tf2migrate.knowledge.overlay.patterns import Patterns, closest
from tf2migrate.knowledge.rnn import EMITTED

_PROBABILITY = "the package tensorflow-probability has it"
_TRAINING_LOOP = "tf.estimator went as well: write the training loop, or a Keras model"
_COLUMNS = "Keras preprocessing layers take its place, such as tf.keras.layers.Hashing"
_ADVICE = {
    "tf.contrib": "what each of its modules has lives elsewhere or went: see the symbols",
    "keras*": "tf.keras has it",
    "proto.*": "tf.raw_ops.DecodeProtoV2 and tf.raw_ops.EncodeProto",
    "quantization.*": "tf.quantization has it",
    "reduce_slice_ops.*": "tf.math.segment_sum and its kin",
    "signal.*": "tf.signal has it",
    "stateless.*": "tf.random has stateless draws, such as tf.random.stateless_normal",
    "autograph.*": "tf.autograph has it",
    "batching.*": "tf.nondifferentiable_batch_function has it",
    "bayesflow.*": _PROBABILITY,
    "bigtable.*": "the package tensorflow-io has it",
    "boosted_trees.*": "the package tensorflow-decision-forests takes its place",
    "checkpoint.*": "tf.train.Checkpoint tracks lists and dicts that are attributes of a tf.Module",
    "cloud.*": "the package tensorflow-io has most of it",
    "receptive_field.*": "there are no graphs to read: compute it from the sizes of the layers",
    "remote_fused_graph.*": "nothing takes its place",
    "resampler.*": "gather by the coordinates with tf.gather_nd and interpolate",
    "rpc.*": "call the service in Python, outside of the computation",
    "staging.*": "tf.data.Dataset.prefetch takes its place",
    "cluster_resolver.*": "tf.distribute.cluster_resolver has it",
    "compiler.*": "tf.function(jit_compile=True) takes its place",
    "constrained_optimization.*": "the package tensorflow-constrained-optimization takes its place",
    "copy_graph.*": "there are no graphs to copy: call the function",
    "crf.*": "write the forward algorithm as a loop, no package of TensorFlow has it",
    "cudnn_rnn.*": "tf.keras.layers.LSTM and tf.keras.layers.GRU use cuDNN where they can",
    "data.*": "a method of tf.data.Dataset or tf.data.experimental takes its place",
    "data.batch_and_drop_remainder": "tf.data.Dataset.batch(drop_remainder=True)",
    "data.bucket_by_sequence_length": "tf.data.Dataset.bucket_by_sequence_length",
    "data.enumerate_dataset": "tf.data.Dataset.enumerate",
    "data.group_by_window": "tf.data.Dataset.group_by_window",
    "data.ignore_errors": "tf.data.Dataset.ignore_errors",
    "data.map_and_batch": "tf.data.Dataset.map, then tf.data.Dataset.batch",
    "data.parallel_interleave": "tf.data.Dataset.interleave(num_parallel_calls=..)",
    "data.scan": "tf.data.Dataset.scan",
    "data.shuffle_and_repeat": "tf.data.Dataset.shuffle, then tf.data.Dataset.repeat",
    "data.unbatch": "tf.data.Dataset.unbatch",
    "data.unique": "tf.data.Dataset.unique",
    "deprecated.*": "tf.summary took its place",
    "distribute.*": "tf.distribute has strategies for the same devices",
    "distributions.*": _PROBABILITY,
    "eager.*": "eager execution is the default in TensorFlow 2",
    "eager.Checkpointable": "tf.Module takes its place",
    "eager.Iterator": "iterate over the dataset with for",
    "eager.Network": "tf.keras.Model takes its place",
    "eager.Saver": "tf.train.Checkpoint takes its place",
    "eager.Sequential": "tf.keras.Sequential takes its place",
    "eager.Variable": "tf.Variable takes its place",
    "eager.defun": "tf.function takes its place",
    "eager.*gradients*": "tf.GradientTape takes its place",
    "eager.*run*": "call the program's main function",
    "eager.num_gpus": "tf.config.list_physical_devices takes its place",
    "eager.list_devices": "tf.config.list_logical_devices takes its place",
    "estimator.*": _TRAINING_LOOP,
    "factorization.*": "write the steps of the algorithm, or use scikit-learn",
    "feature_column.*": _COLUMNS,
    "ffmpeg.*": "tf.audio.decode_wav, or the package tensorflow-io",
    "framework.*": "there is no such helper: write what it does in place",
    "framework.*arg_scope*": "pass the arguments in every call",
    "framework.*variable*": "keep the variables as attributes of a tf.Module",
    "framework.*global_step": "keep a tf.Variable that counts the steps",
    "framework.py_func": "tf.numpy_function or tf.py_function",
    "framework.smart_cond": "a Python if where the condition is known, else tf.cond",
    "framework.sort": "tf.sort",
    "gan.*": "the package tensorflow-gan has it",
    "graph_editor.*": "there are no graphs to edit: change the function that computes",
    "grid_rnn.*": "write the cell as a small class",
    "image.*": "tf.image or Keras preprocessing layers have most of it",
    "image.rotate": "tf.raw_ops.ImageProjectiveTransformV3 with the transform of the angle",
    "image.transform": "tf.raw_ops.ImageProjectiveTransformV3",
    "image.dense_image_warp": "gather by the flow with tf.gather_nd and interpolate",
    "input_pipeline.*": "tf.data takes its place",
    "integrate.*": "scipy.integrate.solve_ivp, or the package tensorflow-probability",
    "kernel_methods.*": "write the random features: a product with fixed weights and tf.cos",
    "labeled_tensor.*": "keep the names of axes in comments",
    "layers.*": "a Keras layer or the formula takes its place",
    "layers.*column*": _COLUMNS,
    "layers.*features*": _COLUMNS,
    "layers.apply_regularization": "sum the regularizer's values over the weights",
    "layers.sum_regularizer": "add the values of the regularizers",
    "layers.batch_norm": "tf.keras.layers.BatchNormalization(momentum=0.999, scale=False)",
    "layers.bias_add": "tf.nn.bias_add with a tf.Variable",
    "layers.*conv2d_transpose": "tf.keras.layers.Conv2DTranspose(padding='same', activation='relu')",
    "layers.*conv3d": "tf.keras.layers.Conv3D(padding='same', activation='relu')",
    "layers.*separable_conv*": "tf.keras.layers.SeparableConv2D(padding='same', activation='relu')",
    "layers.embed_sequence": "tf.nn.embedding_lookup with a tf.Variable",
    "layers.group_norm": "tf.keras.layers.GroupNormalization(epsilon=1e-6)",
    "layers.instance_norm": "tf.keras.layers.GroupNormalization(groups=-1, epsilon=1e-6)",
    "layers.layer_norm": "tf.keras.layers.LayerNormalization(epsilon=1e-12) for inputs of two dimensions",
    "layers.optimize_loss": "compute the gradients with tf.GradientTape and apply them",
    "layers.recompute_grad": "tf.recompute_grad",
    "layers.repeat": "a loop over the layers",
    "layers.stack": "a loop over the layers",
    "layers.summarize*": "tf.summary",
    "layers.unit_norm": "tf.math.l2_normalize",
    "learn.*": _TRAINING_LOOP,
    "learn.datasets*": "tf.keras.datasets, scikit-learn, or read the files",
    "learn.preprocessing.*": "tf.keras.layers.TextVectorization, or a few lines of Python that number the words",
    "legacy_seq2seq.*": "a loop over the cell takes its place",
    "legacy_seq2seq.*loss*": "write the formula: a weighted sum of tf.nn.sparse_softmax_cross_entropy_with_logits",
    "linear_optimizer.*": "write the training step, or use scikit-learn",
    "lite.*": "tf.lite has it",
    "lookup.*": "tf.lookup has tables",
    "lookup.*HashTable": "tf.lookup.StaticHashTable",
    "lookup.index_table*": "tf.lookup.StaticVocabularyTable, or tf.keras.layers.StringLookup",
    "lookup.index_to_string*": "tf.gather from a tensor of the strings",
    "losses.*": "tf.keras.losses, or the formula: its losses joined a collection",
    "losses.metric_learning.*": "write the formula",
    "memory_stats.*": "tf.config.experimental.get_memory_info",
    "metrics.*": "tf.keras.metrics",
    "mixed_precision.*": "tf.keras.mixed_precision.LossScaleOptimizer",
    "model_pruning.*": "the package tensorflow-model-optimization takes its place",
    "nn.*": "the formula over tf.nn takes its place",
    "opt.*": "a Keras optimizer takes its place, or the formula in a class of its own",
    "opt.AdaMaxOptimizer": "tf.keras.optimizers.Adamax(epsilon=1e-8)",
    "opt.AdamWOptimizer": "tf.keras.optimizers.AdamW(epsilon=1e-8)",
    "opt.NadamOptimizer": "tf.keras.optimizers.Nadam(epsilon=1e-8)",
    "opt.ScipyOptimizerInterface": "scipy.optimize.minimize with a function that gives loss and gradients",
    "optimizer_v2.*": "tf.keras.optimizers",
    "periodic_resample.*": "tf.nn.depth_to_space has the common case",
    "predictor.*": "tf.saved_model.load",
    "quantize.*": "the package tensorflow-model-optimization takes its place",
    "recurrent.*": "a loop over the cell takes its place",
    "rnn.*": "write the cell as a small class, by the formula in TensorFlow 1.15's source",
    "rnn.*bidirectional*": "two loops over cells take its place",
    "rnn.LayerNormBasicLSTMCell": "write the cell as a small class that normalizes its gates",
    "rnn.LSTMBlock*": "tf.keras.layers.LSTM, or a small class: gates i, c, f, o",
    "rnn.GRUBlock*": "tf.keras.layers.GRU(reset_after=False), or a small class",
    "rnn.transpose_batch_time": "tf.transpose with axes 0 and 1 exchanged",
    "saved_model.*": "tf.saved_model",
    "seq2seq.*": "a loop over the cell takes its place; tf.keras.layers.Attention has the scores",
    "seq2seq.*Decoder*": "a loop over the cell whose next input is the target, or the output that was chosen",
    "seq2seq.*Helper*": "the loop over the cell chooses its next input: the target, or the output that was chosen",
    "seq2seq.dynamic_decode": "tf.while_loop over the cell until every sequence has ended",
    "seq2seq.BeamSearch*": "a loop over the cell that keeps the best sequences by tf.math.top_k",
    "seq2seq.tile_batch": "tf.repeat with axis=0",
    "seq2seq.hardmax": "tf.one_hot of tf.argmax",
    "seq2seq.*Attention*": "tf.keras.layers.Attention or tf.keras.layers.AdditiveAttention",
    "seq2seq.sequence_loss": "write the formula: a weighted mean of tf.nn.sparse_softmax_cross_entropy_with_logits",
    "slim.*": "a Keras layer or the formula takes its place",
    "slim.*arg_scope*": "pass the arguments in every call",
    "slim.learning.*": "write the training loop",
    "slim.losses.*": "tf.keras.losses, or the formula: its losses joined a collection",
    "slim.*data*": "tf.data takes its place",
    "solvers.*": "tf.linalg.lstsq and its kin, or scipy.sparse.linalg",
    "sparsemax.*": "write the projection with tf.sort and tf.cumsum",
    "specs.*": "write the layers out",
    "stat_summarizer.*": "tf.profiler",
    "summary.*": "tf.summary with a writer as default",
    "tensor_forest.*": "the package tensorflow-decision-forests takes its place",
    "tensorboard.*": "the package tensorboard has it: tensorboard.plugins.projector",
    "testing.*": "tf.test",
    "tfprof.*": "tf.profiler",
    "timeseries.*": "write the model in Keras",
    "tpu.*": "tf.distribute.TPUStrategy takes its place",
    "training.*": "tf.data or a loop takes its place",
    "training.HParams": "a dataclass takes its place",
    "training.*bucket*": "tf.data.Dataset.bucket_by_sequence_length",
    "training.*checkpoint*": "tf.train.latest_checkpoint in a loop",
    "training.evaluat*": "write the loop of the evaluation",
    "util.*": "tf.make_tensor_proto and tf.make_ndarray are public",
}
_PATTERNS = {advice: Patterns(" ".join(k for k, v in _ADVICE.items() if v == advice)) for advice in _ADVICE.values()}

_NOT_OFFERED = ("tf.contrib.learn.preprocessing.ByteProcessor",)  # by the namespaces of 1.15 that can be walked
_NEST = "assert_same_structure flatten is_nested map_structure pack_sequence_as".split()


def advice_of(path: str) -> str:
    """Return what to use in place of a symbol or module of contrib, or nothing."""
    below = path.removeprefix("tf.contrib.")
    return closest(below, _PATTERNS) or closest(f"{below}.", _PATTERNS) or ""


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family: what has a native form after all."""
    found = {f"tf.contrib.framework.nest.{name}": renamed(f"tf.nest.{name}") for name in _NEST}
    for name in ("list_variables", "load_checkpoint", "load_variable"):
        found[f"tf.contrib.framework.{name}"] = renamed(f"tf.train.{name}")
    for name in _NOT_OFFERED:
        found[name] = gone(f"tf.contrib was removed: {advice_of(name)}")
    for name in (*HOST_CLASSES, *READERS, *(path for path in EMITTED if "seq2seq." in path)):
        found[name] = rewritten(None, "a small definition in the program keeps its law")
    found["tf.contrib.eager.GradientTape"] = renamed("tf.GradientTape")
    for module in ("layers", "slim"):
        one_hot = form("tf.one_hot", "indices=labels; depth=num_classes; on_value; off_value", _PLAIN, "scope")
        found[f"tf.contrib.{module}.one_hot_encoding"] = rewritten("tf.one_hot", "the same law", one_hot)
        both = form("tf.keras.regularizers.L1L2", "l1=scale_l1!1.0; l2=scale_l2!0.5:0.5 * {}", dropped="scope")
        reason = "TensorFlow 1 halves the sum of squares"
        found[f"tf.contrib.{module}.l1_l2_regularizer"] = rewritten("tf.keras.regularizers.L1L2", reason, both)
        softmax = form("tf.nn.softmax", "logits", dropped="scope")
        found[f"tf.contrib.{module}.softmax"] = rewritten("tf.nn.softmax", "the same law", softmax)
    equal = form(
        "tf.equal",
        "x=predictions; y=labels",
        {"weights": "None"},
        "name",
        "tf.reduce_mean(tf.cast({call}, tf.float32))",
    )
    found["tf.contrib.metrics.accuracy"] = rewritten("tf.equal", "the share of equal elements", equal)
    return found


_PLAIN = {"outputs_collections": "None"}
