"""The formatter of documents, which writes each step in its short form if it has one."""

from __future__ import annotations

from archspec.diagnostic import Diagnostic, SpecError
from archspec.language.document.declaration import check_version, kind_of, not_declared
from archspec.language.formatting.indentation import indented
from archspec.language.formatting.rewriting import shortened
from archspec.language.yaml import reader
from archspec.language.yaml.extents import Extents
from archspec.source import Source


def format_text(source: Source) -> str:
    """Format a spec or recipe; raise ``SpecError`` for a text that cannot be read.

    The graph does not change, and formatting is idempotent. Steps without a short form are kept: a
    merge, a residual or a repeat (though not the steps inside), a step that contains a comment, one
    with an anchor or alias, and one with errors. All line ends become like the first.
    In a recipe only indentation and blanks change.
    """
    text = source.text.replace("\r\n", "\n")
    _check_version(Source(source.name, text))
    for rewritten in (indented, shortened, trimmed):
        text = rewritten(Source(source.name, text))
    is_dos = source.text.partition("\n")[0].endswith("\r")
    return text.replace("\n", "\r\n") if is_dos else text


def trimmed(source: Source) -> str:
    """Strip trailing blanks, and end the text with a single line feed."""
    kept = _lines_of_texts(Extents(source))
    lines = [
        line if number in kept else line.rstrip(" \t")
        for number, line in enumerate(source.lines, 1)
    ]
    end = "" if len(lines) in kept else "\n"
    while not lines[-1] and len(lines) not in kept:
        lines.pop()
    return "\n".join(lines) + end


def _check_version(source: Source) -> None:
    kind = kind_of(source.text)
    if not kind.claims(source.text):
        raise SpecError([not_declared(source)])
    found: list[Diagnostic] = []
    if not check_version(reader.read(source), found.append, kind):
        raise SpecError(found)


def _lines_of_texts(extents: Extents) -> set[int]:
    """Return the lines whose ends belong to a quoted text or a block scalar."""
    found: set[int] = set()
    for text in extents.texts:
        style = extents.text[text.start : text.start + 1]
        if style in ("'", '"', "|", ">"):
            last = extents.last_line(text) + (style in ("|", ">"))
            found.update(range(extents.line(text.start), last))
    return found
