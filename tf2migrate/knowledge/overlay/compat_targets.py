"""Where contrib and names older than TensorFlow 1.0 run today, as TensorFlow 1: what no generator can conclude."""

from __future__ import annotations

_OF_SLIM = (
    "learning evaluation losses metrics queues model_analyzer summaries dataset data_provider dataset_data_provider "
    "data_decoder tfexample_decoder parallel_reader prefetch_queue"
).split()

MODULES = {
    **{f"tf.contrib.slim.{name}": f"tf_slim.{name}" for name in _OF_SLIM},
    "tf.contrib.layers": "tf_slim",
    "tf.contrib.slim": "tf_slim",
    "tf.contrib.framework": "tf_slim",
    "tf.contrib.losses": "tf_slim.losses",
    "tf.contrib.metrics": "tf_slim.metrics",
    "tf.contrib.training": "tf_slim.training",
    "tf.contrib.rnn": "tf.nn.rnn_cell",
    "tf.contrib.distributions": "tf.distributions",
    "tf.contrib.data": "tf.data.experimental",
    "tf.contrib.autograph": "tf.autograph",
    "tf.contrib.lite": "tf.lite",
    "tf.contrib.framework.nest": "tf.nest",
}
"""The module that took over most of a module of contrib; a name is taken from it only where both signatures agree."""

FAILING = frozenset({"batch_norm", "optimize_loss", "recompute_grad", "rev_block", "RevBlock"})
"""What TF-Slim 1.1 has and TensorFlow 2.16 and later cannot run: it uses names of TensorFlow that are gone."""

TARGETS = {
    "tf.contrib.framework.init_from_checkpoint": "tf.train.init_from_checkpoint",
    "tf.contrib.framework.list_variables": "tf.train.list_variables",
    "tf.contrib.framework.load_checkpoint": "tf.train.load_checkpoint",
    "tf.contrib.framework.load_variable": "tf.train.load_variable",
    "tf.contrib.framework.nest.assert_same_structure": "tf.nest.assert_same_structure",
    "tf.contrib.framework.nest.flatten": "tf.nest.flatten",
    "tf.contrib.framework.nest.is_nested": "tf.nest.is_nested",
    "tf.contrib.framework.nest.map_structure": "tf.nest.map_structure",
    "tf.contrib.framework.nest.pack_sequence_as": "tf.nest.pack_sequence_as",
    "tf.contrib.layers.scale_gradient": "tf_slim.scale_gradient",
    "tf.contrib.slim.scale_gradient": "tf_slim.scale_gradient",
    "tf.contrib.metrics.confusion_matrix": "tf.confusion_matrix",
    "tf.contrib.training.checkpoints_iterator": "tf.train.checkpoints_iterator",
    # Names older than TensorFlow 1.0, gone before 1.15: the same arguments.
    "tf.mul": "tf.multiply",
    "tf.sub": "tf.subtract",
    "tf.neg": "tf.negative",
    "tf.pack": "tf.stack",
    "tf.unpack": "tf.unstack",
    "tf.inv": "tf.reciprocal",
    "tf.complex_abs": "tf.abs",
    "tf.batch_cholesky": "tf.cholesky",
    "tf.batch_fft": "tf.fft",
    "tf.batch_ifft": "tf.ifft",
    "tf.batch_matmul": "tf.matmul",
    "tf.batch_matrix_determinant": "tf.matrix_determinant",
    "tf.batch_matrix_inverse": "tf.matrix_inverse",
    "tf.batch_matrix_transpose": "tf.matrix_transpose",
    "tf.image.per_image_whitening": "tf.image.per_image_standardization",
    "tf.listdiff": "tf.setdiff1d",
    "tf.select": "tf.where",
    "tf.scalar_summary": "tf.summary.scalar",
    "tf.histogram_summary": "tf.summary.histogram",
    "tf.image_summary": "tf.summary.image",
    "tf.merge_summary": "tf.summary.merge",
    "tf.merge_all_summaries": "tf.summary.merge_all",
    "tf.train.SummaryWriter": "tf.summary.FileWriter",
    "tf.nn.rnn": "tf.nn.static_rnn",
    "tf.nn.bidirectional_rnn": "tf.nn.static_bidirectional_rnn",
    "tf.nn.state_saving_rnn": "tf.nn.static_state_saving_rnn",
}
"""Single names. Targets lie below `tf.compat.v1`, written `tf`, or in TF-Slim."""
