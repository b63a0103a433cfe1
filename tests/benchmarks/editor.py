"""How long an editor waits for ``archspec lsp``, on Inception-ResNet-v2.

An edit is timed from its being sent to the arrival of its diagnostics, and is followed by a plain
``check`` of the same text, in this process; every question is asked right after an edit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TextIO

from lsprotocol import types

from archspec.checked import check
from archspec.location import of_text
from tests.editor.client import Client, client

SPEC = Path("specs/inception_resnet_v2.yaml").resolve()
ROUNDS = 40
MODULE, LINE, COLUMN = 16, 28, 16
"""Where the questions are asked: at a module, and at a step inside it."""

Question = Callable[[], object]


def edits(text: str) -> list[str]:
    """Return texts that differ in a width, an unknown word and an unfinished line."""
    return [
        text.replace("conv 1x1 32", "conv 1x1 48", 1),
        text.replace("conv 1x1 in_channels linear", "conv 1x1 1154 linear", 1),
        text.replace("- conv 1x1 in_channels", "- cnov 1x1 in_channels", 1),
        f"{text}  - {{conv: ",
        text,
    ]


def questions(editor: Client) -> dict[str, Question]:
    """Return what an editor asks, by name."""
    lsp, document = editor.lsp, types.TextDocumentIdentifier(SPEC.as_uri())
    step, module = editor.at(SPEC, LINE, COLUMN), editor.at(SPEC, MODULE, 3)
    whole = types.Range(types.Position(0, 0), types.Position(999, 0))
    context = types.ReferenceContext(include_declaration=True)
    return {
        "hover": lambda: editor.wait(lsp.text_document_hover_async(types.HoverParams(**step))),
        "completion": lambda: editor.wait(
            lsp.text_document_completion_async(types.CompletionParams(**step))
        ),
        "inlay hints": lambda: editor.wait(
            lsp.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
        ),
        "definition": lambda: editor.wait(
            lsp.text_document_definition_async(types.DefinitionParams(**module))
        ),
        "references": lambda: editor.wait(
            lsp.text_document_references_async(types.ReferenceParams(context, **module))
        ),
        "rename": lambda: editor.wait(
            lsp.text_document_rename_async(types.RenameParams(new_name="block_a", **module))
        ),
        "outline": lambda: editor.wait(
            lsp.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        ),
        "highlights": lambda: editor.wait(
            lsp.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
        ),
    }


def main(out: TextIO) -> None:
    """Measure and print the best and worst times, medians, and their ratios to a plain check."""
    text = SPEC.read_text()
    with client(SPEC.parent) as editor:
        editor.open(SPEC, text)
        checks, changes = [], []
        for number in range(ROUNDS):
            edited = edits(text)[number % len(edits(text))]
            changes.append(_seconds(partial(editor.change, SPEC, edited)))
            checks.append(_seconds(partial(check, of_text(edited.encode()))))
        peer = median(checks)
        out.write(f"{'':22} {'best ms':>9} {'median ms':>9} {'worst ms':>9} {'of a check':>10}\n")
        out.write(_row("check", checks, peer) + _row("edit to diagnostics", changes, peer))
        editor.change(SPEC, text)
        for name, ask in questions(editor).items():
            seconds = [_after_an_edit(editor, text, ask) for _ in range(ROUNDS)]
            out.writelines([_row(name, seconds, peer)])


def _after_an_edit(editor: Client, text: str, ask: Question) -> float:
    """Ask for the first time since a text has changed, before its diagnostics have come."""
    version = editor.versions[SPEC.as_uri()]
    editor.type(SPEC, f"{text}# {version}\n")
    return _seconds(ask)


def _seconds(action: Question) -> float:
    start = perf_counter()
    action()
    return perf_counter() - start


def _row(name: str, seconds: list[float], peer: float) -> str:
    middle = median(seconds)
    times = "".join(f"{each * 1e3:10.1f}" for each in (min(seconds), middle, max(seconds)))
    return f"{name:22}{times} {middle / peer:10.2f}\n"


if __name__ == "__main__":
    main(sys.stdout)
