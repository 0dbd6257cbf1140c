"""Programs older than TensorFlow 1.0 in the words of TensorFlow 1, which is what everything else reads."""

from __future__ import annotations

from tf2migrate.lint import LintedFile, lint_text
from tf2migrate.model.source import Edit, Span
from tf2migrate.names import Use
from tf2migrate.source import apply_edits

_ORDER = "TFM016"
_NAMES = {
    "tf.select": "where",
    "tf.listdiff": "setdiff1d",
    "tf.nn.rnn": "nn.static_rnn",
    "tf.nn.bidirectional_rnn": "nn.static_bidirectional_rnn",
    **{
        f"tf.nn.seq2seq.{name}": f"contrib.legacy_seq2seq.{name}"
        for name in ("sequence_loss", "sequence_loss_by_example", "rnn_decoder")
    },
}
"""The same law and arguments under the name of TensorFlow 1.15."""
_KEYWORDS = {"tf.select": {"t": "x", "e": "y"}}


def with_names_of_1(text: str, path: str) -> str:
    """Return the text with the names and the order of arguments of TensorFlow 1, in the same lines."""
    file = LintedFile(text, path)
    edits = [edit for found in lint_text(text, path, {_ORDER}) if found.fix is not None for edit in found.fix.edits]
    for use in file.uses:
        if use.path in _NAMES:
            edits.extend(_renamed(file, use))
    return apply_edits(text, edits) if edits else text


def _renamed(file: LintedFile, use: Use) -> list[Edit]:
    tensorflow = file.names.tensorflow_name(use.node)
    if tensorflow is None:
        return []
    edits = [Edit(file.lines.node_span(use.node), f"{tensorflow}.{_NAMES[use.path]}")]
    call = next((one for one in file.calls if one.func is use.node), None)
    for item in call.keywords if call is not None else ():
        new = _KEYWORDS.get(use.path, {}).get(item.arg or "")
        if new is not None:
            span = file.lines.node_span(item)
            edits.append(Edit(Span(span.start, span.start + len(item.arg or "")), new))
    return edits
