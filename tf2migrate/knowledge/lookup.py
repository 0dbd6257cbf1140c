"""Questions about TensorFlow symbols by their path."""

from __future__ import annotations

from collections.abc import Iterator

from tf2migrate.knowledge import tables
from tf2migrate.model.api import ApiEntry, ApiStatus, Effect

_COMPAT = "tf.compat.v1"
_CONTRIB_INTERNALS = ".python."
_ACTING = tuple(
    "add apply assign batch_scatter_ close count_up_to dequeue enqueue export flush import_ increase insert load "
    "log maybe minimize observe partial_run prepare read remove reopen request restore run save scatter_ sparse_read "
    "start stop take test_session update wait write".split()
)
"""How the names of methods begin that do more than compute."""


def canonical(path: str) -> str:
    """Return the path by which the tables know a symbol: without `compat.v1`, and contrib's files folded away."""
    while path.startswith(_COMPAT) and path[len(_COMPAT) :][:1] in ("", "."):
        path = "tf" + path[len(_COMPAT) :]
    if path.startswith("tf.contrib.keras"):
        path = "tf.keras" + path[len("tf.contrib.keras") :]
    if path.startswith("tf.contrib.") and _CONTRIB_INTERNALS in path and path not in tables.rows(tables.TF1):
        module, _, rest = path.partition(_CONTRIB_INTERNALS)
        return f"{module}.{rest.rpartition('.')[2]}"
    return path


def lookup(path: str) -> ApiEntry | None:
    """Return what is known of a TF1 symbol or of a public member of a TF1 class; None for what TF1 never had.

    `tf.raw_ops` and what only TensorFlow 2 has are returned too, as SAME.
    """
    path = canonical(path)
    found = tables.entry(path)
    if found is not None:
        return found
    return _member(path) or _of_tensorflow_2(path)


def entries() -> Iterator[ApiEntry]:
    """Yield what is known of every symbol of TensorFlow 1, by path."""
    for path in sorted(tables.rows(tables.TF1)):
        found = tables.entry(path)
        assert found is not None
        yield found


def _member(path: str) -> ApiEntry | None:
    owner, _, name = path.rpartition(".")
    of_owner = tables.entry(owner)
    if of_owner is None or of_owner.kind != "class":
        return None
    member = tables.members(tables.TF1, tables.class_key(tables.TF1, owner)).get(name)
    if member is None:
        return None
    kind, parameters = member
    status, target, reason = of_owner.status, None, of_owner.reason
    if of_owner.target is not None:
        target = f"{of_owner.target}.{name}"
        if status in (ApiStatus.SAME, ApiStatus.RENAMED) and not resolves_in_tf2(target):
            status, target, reason = ApiStatus.COMPAT, None, f"{of_owner.target} has no {name} in TensorFlow 2"
    return ApiEntry(
        path=path,
        status=status,
        target=target,
        reason=reason,
        kind="constant" if kind == "attribute" else "method",
        parameters=parameters or (),
        effect=Effect.STATEFUL if name.startswith(_ACTING) and name != "read_value" else Effect.PURE,
        results="object",
        bound=parameters is not None,
        compat=None if of_owner.compat is None else f"{of_owner.compat}.{name}",
        legacy_keras=of_owner.legacy_keras,
    )


def _of_tensorflow_2(path: str) -> ApiEntry | None:
    row = tables.symbol(path)
    if row is None:
        return None
    listed = row.get("p", [])
    return ApiEntry(
        path=path,
        status=ApiStatus.SAME,
        target=path,
        reason="",
        kind=row["k"],
        parameters=tables.parameters_of(listed or []),
        effect=Effect(row.get("e", "pure")),
        bound=listed is not None,
        compat=f"tf.compat.v2{path.removeprefix('tf')}",
    )


def resolves_in_tf2(path: str) -> bool:
    """Say whether a dotted path exists in TensorFlow 2's public interface, `tf.compat.v1` not counted."""
    if tables.symbol(path) is not None or path in ("tf", "tf.keras"):
        return True
    owner, _, name = path.rpartition(".")
    row = tables.symbol(owner)
    if row is None:
        return False
    if row["k"] == "class":
        return name in tables.members(tables.TF2, row.get("x", ""))
    return row["k"] == "constant" and name in tables.members(tables.TF2, row.get("x", ""))


def keywords_of_tf2(path: str) -> tuple[str, ...] | None:
    """Return the parameter names that a TF2 callable accepts by keyword; None where it accepts any or is not known."""
    parameters = parameters_of_tf2(path)
    if parameters is None or any(name.startswith("**") for name, _ in parameters):
        return None
    return tuple(name for name, _ in parameters if not name.startswith("*"))


def parameters_of_tf2(path: str) -> tables.Parameters | None:
    """Return the parameters of a TF2 callable in order; None where they are not known."""
    row = tables.symbol(path)
    if row is not None:
        listed = row.get("p")
        return None if listed is None else tables.parameters_of(listed)
    owner, _, name = path.rpartition(".")
    row = tables.symbol(owner)
    if row is None or row["k"] != "class":
        return None
    member = tables.members(tables.TF2, row.get("x", "")).get(name)
    return None if member is None else member[1]


def is_tf_module(path: str) -> bool:
    """Say whether a path names a module of TensorFlow 1 or 2."""
    path = canonical(path)
    if path in ("tf", "tf.contrib", "tf.compat", "tf.compat.v2"):
        return True
    for row in (tables.entry(path), tables.symbol(path)):
        if (isinstance(row, ApiEntry) and row.kind == "module") or (isinstance(row, dict) and row["k"] == "module"):
            return True
    return False
