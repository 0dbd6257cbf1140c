"""What kind of TensorFlow 1 value an expression holds, as far as one file shows it."""

from __future__ import annotations

import ast

from tf2migrate.knowledge import lookup
from tf2migrate.lint.file import LintedFile

SESSION_MAKERS = frozenset(
    {
        "tf.Session",
        "tf.InteractiveSession",
        "tf.get_default_session",
        "tf.train.MonitoredSession",
        "tf.train.MonitoredTrainingSession",
        "tf.train.SingularMonitoredSession",
        "tf.train.Supervisor.managed_session",
        "tf.train.Supervisor.prepare_or_wait_for_session",
    }
)
_SESSION_NAMES = frozenset({"sess", "session", "_sess", "_session", "tf_session", "tf_sess", "default_session"})
_OPERATIONS = frozenset({"op", "initializer"})  # that graph values have as attributes
_OTHER_OBJECTS = ("tf.keras.", "tf.distribute.", "tf.estimator.", "tf.compat.v2.")
_OTHER_FRAMEWORKS = frozenset({"torch", "mxnet", "paddle", "chainer", "theano"})


def holds_session(file: LintedFile, node: ast.expr) -> bool:
    """Say whether the expression holds a session: by its maker, or by its name where the maker is not known."""
    maker = file.made_by(node)
    if maker is not None:
        return maker in SESSION_MAKERS
    if not file.legacy and file.names.made_elsewhere(node):
        return False  # a session of a data base or another runtime, in a file without TensorFlow 1
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower() in _SESSION_NAMES
        case _:
            return False


def holds_graph_value(file: LintedFile, node: ast.expr) -> bool:
    """Say whether the expression holds a variable, what a function of TensorFlow returned, or its operation."""
    if isinstance(node, ast.Attribute) and node.attr in _OPERATIONS:
        return holds_graph_value(file, node.value)
    maker = file.made_by(node)
    if maker is None or maker in SESSION_MAKERS or maker.startswith(_OTHER_OBJECTS):
        return False
    entry = lookup(maker)
    return maker == "tf.Variable" or (entry is not None and entry.kind in ("function", "method"))


def mixes_frameworks(file: LintedFile) -> bool:
    """Say whether the file imports another framework whose methods have the same names."""
    return any(
        (alias.name if prefix is None else prefix).partition(".")[0] in _OTHER_FRAMEWORKS
        for statement in file.names.imports
        for alias in statement.names
        for prefix in [getattr(statement, "module", None)]
    )
