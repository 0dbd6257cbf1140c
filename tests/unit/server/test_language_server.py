"""The language server, spoken to by a real client over stdin and stdout."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

pytest.importorskip("pygls")

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

TF1 = "import tensorflow as tf\n\nx = tf.to_float('é😀', name='a')\nsess = tf.Session()\n"
SECONDS = 60


class Editor:
    """A client that keeps the latest diagnostics of each document."""

    def __init__(self) -> None:
        self.client = LanguageClient("editor", "1")
        self.published: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: asyncio.Queue[str] = asyncio.Queue()

        @self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

        @self.client.feature(lsp.WINDOW_SHOW_MESSAGE)
        def told(params: lsp.ShowMessageParams) -> None:
            self.messages.put_nowait(params.message)

    async def start(self, folder: Path) -> lsp.InitializeResult:
        await self.client.start_io(sys.executable, "-m", "tf2migrate", "server")
        result = await self.client.initialize_async(
            lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), root_uri=folder.as_uri())
        )
        self.client.initialized(lsp.InitializedParams())
        return result

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    async def open(self, path: Path, text: str) -> list[lsp.Diagnostic]:
        item = lsp.TextDocumentItem(path.as_uri(), "python", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return list((await self.published.get()).diagnostics)

    async def change(
        self, path: Path, version: int, change: lsp.TextDocumentContentChangeEvent
    ) -> list[lsp.Diagnostic]:
        document = lsp.VersionedTextDocumentIdentifier(version, path.as_uri())
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))
        published = await self.published.get()
        assert published.version == version
        return list(published.diagnostics)

    async def actions(self, path: Path, place: lsp.Range, only: list[str] | None = None) -> list[lsp.CodeAction]:
        context = lsp.CodeActionContext([], only)
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(path.as_uri()), place, context)
        found = await self.client.text_document_code_action_async(params)
        return [one for one in found or () if isinstance(one, lsp.CodeAction)]


def session(folder: Path, work: Callable[[Editor], Awaitable[None]]) -> None:
    async def run() -> None:
        editor = Editor()
        await editor.start(folder)
        try:
            await work(editor)
        finally:
            await editor.stop()

    asyncio.run(asyncio.wait_for(run(), SECONDS))


def whole(text: str) -> lsp.TextDocumentContentChangeEvent:
    return lsp.TextDocumentContentChangeWholeDocument(text)


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    """Apply edits as an editor does, in UTF-16 units."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        head = lines[start.line].encode("utf-16-le")[: 2 * start.character].decode("utf-16-le")
        last = lines[end.line] if end.line < len(lines) else ""
        tail = last.encode("utf-16-le")[2 * end.character :].decode("utf-16-le")
        lines[start.line : end.line + 1] = (head + edit.new_text + tail).split("\n")
    return "\n".join(lines)


def test_findings_come_as_one_types(tmp_path: Path) -> None:
    path = tmp_path / "a.py"

    async def work(editor: Editor) -> None:
        found = await editor.open(path, TF1)
        assert [(one.code, one.source) for one in found] == [("TFM003", "tf2migrate"), ("TFM101", "tf2migrate")]
        assert found[0].code_description is not None
        assert found[0].code_description.href.endswith("/TFM003.md")
        insertion = lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(3, 0), lsp.Position(3, 0)), "# ")
        assert [one.code for one in await editor.change(path, 2, insertion)] == ["TFM003"]
        (broken,) = await editor.change(path, 3, whole("def f(:\n"))
        assert (broken.code, broken.severity) == ("TFM000", lsp.DiagnosticSeverity.Error)
        assert await editor.change(path, 4, whole("x = 1\n")) == []
        editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(path.as_uri())))
        assert not (await editor.published.get()).diagnostics

    session(tmp_path, work)


def test_places_count_utf_16_units(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    text = "import tensorflow as tf\nx = '😀', tf.Session()\n"

    async def work(editor: Editor) -> None:
        (found,) = await editor.open(path, text)
        assert (found.range.start.character, found.range.end.character) == (10, 20)

    session(tmp_path, work)


def test_quick_fixes_mend_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.py"

    async def work(editor: Editor) -> None:
        found = await editor.open(path, TF1)
        fix, silence = await editor.actions(path, found[0].range, [lsp.CodeActionKind.QuickFix])
        assert fix.is_preferred and fix.edit is not None and fix.edit.changes is not None
        text = applied(TF1, list(fix.edit.changes[path.as_uri()]))
        assert (
            "x = tf.cast('é😀', name='a', dtype=tf.float32)\n" in text
            or "tf.cast('é😀', tf.float32, name='a')\n" in text
        )
        assert silence.edit is not None and silence.edit.changes is not None
        text = applied(TF1, list(silence.edit.changes[path.as_uri()]))
        assert "x = tf.to_float('é😀', name='a')  # noqa: TFM003\n" in text
        assert [one.code for one in await editor.change(path, 2, whole(text))] == ["TFM101"]

    session(tmp_path, work)


def test_what_is_valid_only_in_a_native_program_is_not_offered(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    text = "import tensorflow as tf\n\nv = tf.Variable(1.0)\nw = v.initialized_value()\n"

    async def work(editor: Editor) -> None:
        found = await editor.open(path, text)
        titles = [one.title for one in await editor.actions(path, found[0].range, [lsp.CodeActionKind.QuickFix])]
        assert titles == ["TFM305: Silence with a comment"]

    session(tmp_path, work)


def test_all_safe_fixes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    text = "import tensorflow as tf\nx = tf.to_float(1)\ny = tf.to_float(2)\n"

    async def work(editor: Editor) -> None:
        await editor.open(path, text)
        (action,) = await editor.actions(path, lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)), ["source.fixAll"])
        assert action.edit is not None and action.edit.changes is not None
        assert "to_float" not in applied(text, list(action.edit.changes[path.as_uri()]))

    session(tmp_path, work)


def test_hovering_shows_the_page(tmp_path: Path) -> None:
    path = tmp_path / "a.py"

    async def work(editor: Editor) -> None:
        await editor.open(path, TF1)
        document = lsp.TextDocumentIdentifier(path.as_uri())
        hover = await editor.client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(3, 9)))
        assert hover is not None and isinstance(hover.contents, lsp.MarkupContent)
        assert hover.contents.value.startswith("# TFM101 session\n")
        assert await editor.client.text_document_hover_async(lsp.HoverParams(document, lsp.Position(0, 1))) is None

    session(tmp_path, work)


def test_a_wrong_configuration_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    (tmp_path / "pyproject.toml").write_text("[tool.tf2migrate]\nselct = []\n", encoding="utf-8")

    async def work(editor: Editor) -> None:
        item = lsp.TextDocumentItem(path.as_uri(), "python", 1, TF1)
        editor.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        assert "did you mean 'select'?" in await editor.messages.get()

    session(tmp_path, work)


def test_tensorflow_through_another_module_is_found_after_it_is_saved(tmp_path: Path) -> None:
    path, wrapper = tmp_path / "a.py", tmp_path / "wrap.py"

    async def work(editor: Editor) -> None:
        assert await editor.open(path, "from wrap import tf\ntf.Session()\n") == []
        wrapper.write_text("import tensorflow as tf\n", encoding="utf-8")
        document = lsp.TextDocumentIdentifier(path.as_uri())
        editor.client.text_document_did_save(lsp.DidSaveTextDocumentParams(document))
        assert [one.code for one in (await editor.published.get()).diagnostics] == ["TFM101"]

    session(tmp_path, work)
