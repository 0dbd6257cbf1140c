"""Names older than TensorFlow 1.0, and what contrib offered that lives elsewhere."""

from __future__ import annotations

from tf2migrate.knowledge.overlay.forms import Verdict, gone, renamed

_BEFORE_1 = "a name older than TensorFlow 1.0"

_RENAMED = {
    "tf.mul": "tf.multiply",
    "tf.sub": "tf.subtract",
    "tf.neg": "tf.negative",
    "tf.pack": "tf.stack",
    "tf.unpack": "tf.unstack",
    "tf.inv": "tf.math.reciprocal",
    "tf.complex_abs": "tf.abs",
    "tf.batch_matmul": "tf.matmul",
    "tf.batch_cholesky": "tf.linalg.cholesky",
    "tf.batch_matrix_inverse": "tf.linalg.inv",
    "tf.batch_matrix_determinant": "tf.linalg.det",
    "tf.batch_matrix_transpose": "tf.linalg.matrix_transpose",
    "tf.batch_fft": "tf.signal.fft",
    "tf.batch_ifft": "tf.signal.ifft",
    "tf.image.per_image_whitening": "tf.image.per_image_standardization",
}
_GONE = {
    "tf.select": "tf.where took its place",
    "tf.listdiff": "tf.raw_ops.ListDiff took its place",
    "tf.merge_summary": "tf.summary took its place",
    "tf.merge_all_summaries": "tf.summary took its place",
    "tf.scalar_summary": "tf.summary took its place",
    "tf.histogram_summary": "tf.summary took its place",
    "tf.image_summary": "tf.summary took its place",
    "tf.train.SummaryWriter": "tf.summary took its place",
    "tf.nn.rnn": "a loop over the cell took its place",
    "tf.nn.bidirectional_rnn": "two loops over cells took its place",
    "tf.nn.state_saving_rnn": "a loop over the cell took its place",
    "tf.nn.seq2seq.sequence_loss": "write the formula",
    "tf.nn.seq2seq.sequence_loss_by_example": "write the formula",
    "tf.nn.seq2seq.basic_rnn_seq2seq": "loops over cells take its place",
    "tf.nn.seq2seq.rnn_decoder": "loops over cells take its place",
    "tf.nn.seq2seq.embedding_attention_seq2seq": "loops over cells take its place",
    "tf.nn.seq2seq.model_with_buckets": "loops over cells take its place",
    "tf.examples.tutorials.mnist.input_data.read_data_sets": "tf.keras.datasets.mnist has the images",
    "tf.examples.tutorials.mnist.input_data": "tf.keras.datasets.mnist has the images",
    "tf.examples.tutorials.mnist": "tf.keras.datasets.mnist has the images",
}
_OF_CONTRIB = {
    "tf.contrib.eager.enable_eager_execution": "eager execution is the default",
    "tf.contrib.eager.Variable": "tf.Variable took its place",
    "tf.contrib.eager.GradientTape": "tf.GradientTape took its place",
    "tf.contrib.learn.ModeKeys": "tf.estimator was removed: write the training loop",
    "tf.contrib.learn.preprocessing.VocabularyProcessor": "tf.keras.layers.TextVectorization or a few lines of Python",
    "tf.contrib.training.HParams": "a dataclass took its place",
    "tf.contrib.framework.arg_scope": "pass the arguments",
    "tf.contrib.slim.arg_scope": "pass the arguments",
    "tf.contrib.opt.ScipyOptimizerInterface": "scipy.optimize.minimize with a loss-and-gradients function",
    "tf.contrib.legacy_seq2seq.sequence_loss_by_example": "write the formula",
    "tf.contrib.legacy_seq2seq.rnn_decoder": "a loop over the cell",
    "tf.contrib.seq2seq.sequence_loss": "write the formula",
    "tf.contrib.distributions.Normal": "the package tensorflow_probability has it",
    "tf.contrib.lookup.HashTable": "tf.lookup.StaticHashTable",
    "tf.contrib.layers.optimize_loss": "write the gradient step",
    "tf.contrib.cudnn_rnn.CudnnLSTM": "tf.keras.layers.LSTM",
}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {path: renamed(target, _BEFORE_1) for path, target in _RENAMED.items()}
    found |= {path: gone(advice) for path, advice in _GONE.items()}
    return found | {path: gone(f"tf.contrib was removed: {advice}") for path, advice in _OF_CONTRIB.items()}
