"""A language server: findings as one types, quick fixes, and the page of a finding on hover."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

from tf2migrate import __version__
from tf2migrate.config import load_config
from tf2migrate.lint import silencing_edits
from tf2migrate.model.diagnostics import Applicability, Diagnostic
from tf2migrate.model.errors import UserError
from tf2migrate.model.links import page_url
from tf2migrate.model.results import CheckedFile
from tf2migrate.model.source import Edit
from tf2migrate.source import LineIndex
from tf2migrate.workflow.check import CheckOptions, check_source
from tf2migrate.workflow.pages import find_page

_SOURCE = "tf2migrate"
_FIX_ALL = f"{lsp.CodeActionKind.SourceFixAll.value}.{_SOURCE}"


class _Checked:
    """What was found in one version of a document, and where that is for the client."""

    def __init__(self, document: TextDocument, file: CheckedFile, published: str) -> None:
        self.file = file
        self.published = published  # where the pages of the rules are, if not with this tool
        self._lines = document.lines
        self._codec = document.position_codec
        self._index = LineIndex(file.text)

    def range(self, one: Diagnostic) -> lsp.Range:
        """Return where a finding is, in the units of the client."""
        start = lsp.Position(one.start.row - 1, one.start.column - 1)
        end = lsp.Position(one.end.row - 1, one.end.column - 1)
        return self._codec.range_to_client_units(self._lines, lsp.Range(start, end))

    def edits(self, edits: Iterator[Edit] | tuple[Edit, ...] | list[Edit]) -> list[lsp.TextEdit]:
        """Return edits in the units of the client."""
        made = []
        for edit in edits:
            start, end = self._index.location(edit.span.start), self._index.location(edit.span.end)
            places = lsp.Range(lsp.Position(start.row - 1, start.column - 1), lsp.Position(end.row - 1, end.column - 1))
            made.append(lsp.TextEdit(self._codec.range_to_client_units(self._lines, places), edit.text))
        return made

    def at(self, wanted: lsp.Range) -> Iterator[tuple[Diagnostic, lsp.Range]]:
        """Yield the findings that touch a range."""
        for one in self.file.diagnostics:
            place = self.range(one)
            if place.start <= wanted.end and wanted.start <= place.end:
                yield one, place


def make_server() -> LanguageServer:
    """Return the server, which `start_io` runs."""
    server = LanguageServer("tf2migrate", __version__)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        _publish(server, params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        _publish(server, params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        for uri in list(server.workspace.text_documents):  # another file may take its TensorFlow from this one
            _publish(server, uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(params.text_document.uri, []))

    kinds = [lsp.CodeActionKind.QuickFix, _FIX_ALL]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds))
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        checked = _check(server, params.text_document.uri)
        return [] if checked is None else list(_actions(checked, params))

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        checked = _check(server, params.text_document.uri)
        found = () if checked is None else checked.at(lsp.Range(params.position, params.position))
        for one, place in found:
            text = find_page(one.code).markdown
            return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), place)
        return None

    return server


def _publish(server: LanguageServer, uri: str) -> None:
    checked = _check(server, uri)
    if checked is None:
        return
    found = [
        lsp.Diagnostic(
            checked.range(one),
            one.message,
            lsp.DiagnosticSeverity.Error if checked.file.failed else lsp.DiagnosticSeverity.Warning,
            one.code,
            lsp.CodeDescription(page_url(one.code, checked.published)),
            _SOURCE,
        )
        for one in checked.file.diagnostics
    ]
    version = server.workspace.get_text_document(uri).version
    server.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found, version))


def _check(server: LanguageServer, uri: str) -> _Checked | None:
    """Return what is found in an open document; None, and a message for the user, where it cannot be checked."""
    document = server.workspace.get_text_document(uri)
    name = to_fs_path(uri) or document.path
    if not name.endswith((".py", ".pyw")) and document.language_id != "python":
        return None
    try:
        config = load_config(Path(name))
        (file,) = check_source(document.source.encode("utf-8", "surrogatepass"), name, config, CheckOptions()).files
    except UserError as error:
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, f"tf2migrate: {error}"))
        return None
    return _Checked(document, file, config.docs_url)


def _actions(checked: _Checked, params: lsp.CodeActionParams) -> Iterator[lsp.CodeAction]:
    """Yield the fixes of the findings in a range, and for each a comment that silences it.

    Fixes that are valid only in a native program are not offered: the program would no longer run.
    """
    uri, only = params.text_document.uri, params.context.only
    if only is None or lsp.CodeActionKind.QuickFix in only:
        for one, place in checked.at(params.range):
            shown = [known for known in params.context.diagnostics if known.range == place and known.code == one.code]
            if one.fix is not None and one.fix.applicability is not Applicability.DISPLAY:
                safe = one.fix.applicability is Applicability.SAFE
                title = one.fix.message if safe else f"{one.fix.message} (may change behaviour)"
                yield _action(f"{one.code}: {title}", uri, checked.edits(one.fix.edits), shown, preferred=safe)
            if not checked.file.failed:
                comment = checked.edits(silencing_edits(checked.file.text, [one]))
                yield _action(f"{one.code}: Silence with a comment", uri, comment, shown, preferred=False)
    if only is None or any(_FIX_ALL.startswith(str(getattr(kind, "value", kind))) for kind in only):
        yield from _fix_all(checked, uri)


def _fix_all(checked: _Checked, uri: str) -> Iterator[lsp.CodeAction]:
    name = to_fs_path(uri) or uri
    options = CheckOptions(fix=True)
    data = checked.file.text.encode("utf-8", "surrogatepass")
    (fixed,) = check_source(data, name, load_config(Path(name)), options).files
    if fixed.original is not None:
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(LineIndex(checked.file.text).rows, 0))
        changes = {uri: [lsp.TextEdit(whole, fixed.text)]}
        yield lsp.CodeAction("tf2migrate: Apply all safe fixes", _FIX_ALL, edit=lsp.WorkspaceEdit(changes))


def _action(
    title: str, uri: str, edits: list[lsp.TextEdit], shown: list[lsp.Diagnostic], *, preferred: bool
) -> lsp.CodeAction:
    edit = lsp.WorkspaceEdit({uri: edits})
    return lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, shown, is_preferred=preferred or None, edit=edit)
