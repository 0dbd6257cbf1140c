"""Source text: reading, places, edits, writing."""

from tf2migrate.source.edits import EditConflict, apply_edits, compose_edits, render
from tf2migrate.source.file import (
    SourceError,
    SourceFile,
    decode_source,
    parse_text,
    read_source,
    replacing,
    write_source,
)
from tf2migrate.source.imports import add_import, remove_import
from tf2migrate.source.indent import reindent
from tf2migrate.source.lines import LineIndex, node_ref

__all__ = [
    "EditConflict",
    "LineIndex",
    "SourceError",
    "SourceFile",
    "add_import",
    "apply_edits",
    "compose_edits",
    "decode_source",
    "node_ref",
    "parse_text",
    "read_source",
    "reindent",
    "remove_import",
    "render",
    "replacing",
    "write_source",
]
