"""Names older than TensorFlow 1.0, and the tutorials' package."""

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
    "tf.examples.tutorials.mnist.input_data": "tf.keras.datasets.mnist has the images",
    "tf.examples.tutorials.mnist": "tf.keras.datasets.mnist has the images",
}


def verdicts() -> dict[str, Verdict]:
    """Return the verdicts of this family."""
    found = {path: renamed(target, _BEFORE_1) for path, target in _RENAMED.items()}
    return found | {path: gone(advice) for path, advice in _GONE.items()}
