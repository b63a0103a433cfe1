"""The server, asked through the protocol by pygls' client."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from archspec.editor.workspace import Workspace
from tests.commands.running import ROOT
from tests.editor.client import Client, client
from tests.editor.opened import NET
from tests.editor.random_edits import edits
from tests.editor.test_names import PARTS, USER

PRINTED = ROOT / "specs/as_printed/inception_resnet_v2.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace").resolve()


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Client]:
    with client(folder) as started:
        yield started


def test_a_diagnostic_has_both_ends(editor: Client) -> None:
    """The figure prints 1154 channels where 1152 arrive."""
    first, second = editor.open(PRINTED, PRINTED.read_text())
    assert first.code == "residual/channels"
    assert "help: write 1152" in first.message
    assert first.range.start.line == 42
    (other,) = first.related_information or ()
    assert other.location.range.start.line == 70
    assert (
        other.message == "the shortcut arrives as 17x17x1152 = 384 (pool) + 384 (conv) + 384 (deep)"
    )
    assert second.range.start.line == 55


def test_a_fix_can_be_chosen(editor: Client) -> None:
    editor.open(PRINTED, PRINTED.read_text())
    place = types.Range(types.Position(42, 24), types.Position(42, 24))
    actions = editor.wait(
        editor.lsp.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(PRINTED.as_uri()), place, types.CodeActionContext([])
            )
        )
    )
    assert [each.title for each in actions or ()] == [
        "Write `1152` in place of `1154`",
        "Write `in_channels` in place of `1154`",
    ]


def test_a_document_that_is_edited_is_checked_again(editor: Client, folder: Path) -> None:
    path = folder / "edited.yaml"
    assert editor.open(path, NET) == []
    assert [each.code for each in editor.change(path, NET.replace("relu", "rleu"))] == [
        "word/unknown"
    ]
    assert editor.change(path, NET) == []


def test_columns_are_counted_as_the_editor_counts_them(editor: Client, folder: Path) -> None:
    """A letter beyond the basic plane counts as two in UTF-16."""
    text = 'archspec: 1\nname: net\ninput: 8x8x3\nnetwork: ["\U0001f600", cnov 3x3 4]\n'
    found = editor.open(folder / "wide.yaml", text)
    wrong = next(each for each in found if each.code == "word/unknown")
    assert (wrong.range.start.character, wrong.range.end.character) == (16, 20)


def test_a_mistake_in_an_imported_file_is_shown_there(editor: Client, folder: Path) -> None:
    parts, user = folder / "parts.yaml", folder / "user.yaml"
    parts.write_text(PARTS.replace("relu", "rleu"))
    assert editor.open(user, USER) == []
    assert editor.comes_to(parts, ["word/unknown"])
    assert editor.open(parts, PARTS) == []
    assert editor.comes_to(user, [])


def test_an_importer_is_checked_when_what_it_imports_is_edited(
    editor: Client, folder: Path
) -> None:
    parts, user = folder / "parts2.yaml", folder / "user2.yaml"
    parts.write_text(PARTS)
    assert editor.open(user, USER.replace("parts", "parts2")) == []
    editor.open(parts, PARTS)
    editor.type(parts, PARTS.replace("  pair:", "  couple:"))
    assert editor.comes_to(user, ["import/unknown"])


def test_questions_are_answered_while_a_line_is_half_written(editor: Client, folder: Path) -> None:
    path = folder / "half.yaml"
    editor.open(path, NET)
    editor.change(path, NET + "  - {conv: ")
    lines = NET.count("\n")
    found = editor.wait(
        editor.lsp.text_document_completion_async(
            types.CompletionParams(**editor.at(path, lines, len("  - {conv: ")))
        )
    )
    assert isinstance(found, list)
    assert "kernel" in [each.label for each in found]


def test_what_was_known_stays_while_a_text_cannot_be_read(editor: Client, folder: Path) -> None:
    path = folder / "broken.yaml"
    editor.open(path, NET)
    editor.change(
        path, NET.replace("network:", "network:\n  - [{").replace("name: net", "#\nname: net")
    )
    asked = types.HoverParams(**editor.at(path, 13, 5))
    hovered = editor.wait(editor.lsp.text_document_hover_async(asked))
    assert hovered is not None
    assert isinstance(hovered.contents, types.MarkupContent)
    assert "108 parameters" in hovered.contents.value
    assert "before the text could no longer be read" in hovered.contents.value
    assert hovered.range is not None
    assert hovered.range.start.line == 13


def test_only_the_last_of_many_edits_counts(editor: Client, folder: Path) -> None:
    path, random = folder / "typed.yaml", Random(0)  # noqa: S311  # the same edits each time
    editor.open(path, NET)
    for _ in range(10):
        for text in islice(edits(NET, random), 8):
            editor.type(path, text)
        expected = [each.code for each in Workspace((), {path: text}).reading(path).diagnostics]
        assert [each.code for each in editor.diagnostics(path)] == expected


def test_hover_hints_outline_and_definition_are_answered(editor: Client, folder: Path) -> None:
    path = folder / "asked.yaml"
    editor.open(path, NET)
    lsp, document = editor.lsp, types.TextDocumentIdentifier(path.as_uri())
    hovered = editor.wait(
        lsp.text_document_hover_async(types.HoverParams(**editor.at(path, 11, 5)))
    )
    assert hovered is not None
    assert isinstance(hovered.contents, types.MarkupContent)
    assert "108 parameters" in hovered.contents.value
    whole = types.Range(types.Position(0, 0), types.Position(99, 0))
    hints = editor.wait(lsp.text_document_inlay_hint_async(types.InlayHintParams(document, whole)))
    assert "-> 8x8x4" in [each.label for each in hints or ()]
    symbols = editor.wait(
        lsp.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    )
    assert "network" in [each.name for each in symbols or ()]
    defined = editor.wait(
        lsp.text_document_definition_async(types.DefinitionParams(**editor.at(path, 11, 5)))
    )
    assert isinstance(defined, types.Location)
    assert defined.range.start == types.Position(5, 2)
    tokens = editor.wait(
        lsp.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    )
    assert tokens is not None
    assert list(tokens.data[:5]) == [3, 9, 5, 2, 1]  # `width`, a variable, declared in line 4


def test_a_rename_that_clashes_is_refused_in_words(editor: Client, folder: Path) -> None:
    path = folder / "renamed.yaml"
    editor.open(path, NET)
    asked = types.RenameParams(**editor.at(path, 5, 3), new_name="conv")
    with pytest.raises(JsonRpcException, match="`conv` is a word of the language"):
        editor.wait(editor.lsp.text_document_rename_async(asked))
    edit = editor.wait(
        editor.lsp.text_document_rename_async(
            types.RenameParams(**editor.at(path, 5, 3), new_name="couple")
        )
    )
    assert edit is not None
    assert len((edit.changes or {})[path.as_uri()]) == 3


def test_a_document_is_formatted_as_fmt_does(editor: Client, folder: Path) -> None:
    path = folder / "long.yaml"
    text = "archspec: 1\nname: net\ninput: 8x8x3\nnetwork:\n  - conv: {kernel: 3x3, filters: 4}\n"
    editor.open(path, text)
    asked = types.DocumentFormattingParams(
        types.TextDocumentIdentifier(path.as_uri()), types.FormattingOptions(2, True)
    )
    (edit,) = editor.wait(editor.lsp.text_document_formatting_async(asked)) or ()
    assert edit.new_text == text.replace("conv: {kernel: 3x3, filters: 4}", "conv 3x3 4")


def test_a_recipe_is_checked(editor: Client, folder: Path) -> None:
    found = editor.open(folder / "recipe.yaml", "recipe: 1\nepoch: 3\n")
    assert "recipe/key" in [each.code for each in found]


def test_a_document_that_is_closed_is_forgotten(editor: Client, folder: Path) -> None:
    path = folder / "closed.yaml"
    editor.open(path, "archspec: 1\n")
    assert editor.told[path.as_uri()].diagnostics
    document = types.TextDocumentIdentifier(path.as_uri())
    editor.lsp.text_document_did_close(types.DidCloseTextDocumentParams(document))
    editor.open(folder / "another.yaml", NET)
    assert editor.comes_to(path, [])
