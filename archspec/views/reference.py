"""The reference of the language's words: what each does, takes and defaults to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import NamedTuple

from archspec.attributes import show
from archspec.language.syntax.words import attributes_of, known_words, main_of, operator_of
from archspec.layer import Layer, layers
from archspec.operator import Attribute

_ATTRIBUTE = re.compile(r"^    (\w+): (.*?)(?=^    \S|\Z)", re.MULTILINE | re.DOTALL)
_ROLES = {"activation": "Activations", "norm": "Norms", "merge": "Merges"}
_OTHERS = "Other operators"
_BRANCHES = (
    "Takes branches, ``{{{word}: [conv 1x1 8, identity]}}`` or with names "
    "``{{{word}: {{left: conv 1x1 8, right: identity}}}}``, or values by name: ``{word} from a b``."
)

STRUCTURES: Mapping[str, str] = {
    "residual": """Add a scaled body to a shortcut: ``activation(shortcut + scale * body)``.

    A list of steps is the body. What arrives takes both ways, and both give one shape.

    Attributes:
        steps: The steps of the body.
        shortcut: The steps of the shortcut; without any, the value passes as it is.
        scale: What the body is multiplied by, never the shortcut.
        activation: The word of the activation that follows the sum, or none.
    """,
    "repeat": """Write a list of steps out several times, one after another.

    ``{repeat: [...], times: 4}``; for a single step, ``4 x word``. Every copy learns its own
    numbers, and is found under its index in the paths.
    """,
}
"""The words that are neither operators nor layers, and what they mean."""


class AttributeRow(NamedTuple):
    """One attribute: its name, the kind of its value, its default, and what it means."""

    name: str
    kind: str
    default: str
    doc: str


class Entry(NamedTuple):
    """One word: its group, what it does, its main attribute, and all of its attributes."""

    word: str
    group: str
    summary: str
    text: str
    main: str | None
    attributes: tuple[AttributeRow, ...]


def reference() -> dict[str, Entry]:
    """Describe every word, by word: layers first, then structures, then operators by role."""
    entries = [_entry(word) for word in known_words()]
    order = ["Layers", "Structures", *_ROLES.values(), _OTHERS]
    return {each.word: each for each in sorted(entries, key=lambda each: order.index(each.group))}


def _entry(word: str) -> Entry:
    doc = cleandoc(_doc(word))
    prose = doc.partition("\nAttributes:")[0].strip()
    summary, _, text = prose.partition("\n\n")
    group = _group(word)
    if group == _ROLES["merge"]:
        text = f"{text}\n\n{_BRANCHES.format(word=word)}"
    known = attributes_of(word) or {}
    docs = _attribute_docs(word)
    names = dict.fromkeys([*known, *(docs if word in STRUCTURES else ())])
    taken = tuple(_taken(word, name, known.get(name), docs.get(name, "")) for name in names)
    return Entry(word, group, _joined(summary), _joined(text), main_of(word), taken)


def _doc(word: str) -> str:
    if word in STRUCTURES:
        return STRUCTURES[word]
    return str((layers().get(word) or operator_of(word)).__doc__)


def _attribute_docs(word: str) -> dict[str, str]:
    """Read the meanings of attributes from docstrings; a layer adds to those of its operator."""
    if word not in layers():
        return _documented(_doc(word))
    operator = _documented(_doc(layers()[word].operator))
    return operator | _documented(str(Layer.__doc__)) | _documented(_doc(word))


def _documented(doc: str) -> dict[str, str]:
    section = cleandoc(doc).partition("\nAttributes:\n")[2]
    return {name: _joined(text) for name, text in _ATTRIBUTE.findall(section)}


def _taken(word: str, name: str, attribute: Attribute | None, doc: str) -> AttributeRow:
    if attribute is None:
        return AttributeRow(name, "a list of steps", "" if name == "steps" else "identity", doc)
    default = "" if attribute.required else show(attribute.default)
    if word in layers() and name == "bias":
        default = "true, but false with a norm"
    return AttributeRow(name, attribute.kind.name, default, doc)


def _group(word: str) -> str:
    if word in layers():
        return "Layers"
    if word in STRUCTURES:
        return "Structures"
    operator = operator_of(word)
    return _ROLES.get(operator.role if operator else "", _OTHERS)


def _joined(text: str) -> str:
    """Undo line breaks inside paragraphs, and Sphinx's double backquotes."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(paragraphs).replace("``", "`").strip()


def markdown(entries: Mapping[str, Entry]) -> str:
    """Write entries as a page."""
    return "\n\n".join(_page(entries))


def _page(entries: Mapping[str, Entry]) -> Iterator[str]:
    group = ""
    for entry in entries.values():
        if entry.group != group:
            group = entry.group
            yield f"## {group}"
        yield f"### {entry.word}"
        yield "\n\n".join(part for part in (entry.summary, entry.text) if part)
        if entry.attributes:
            yield "\n".join(_rows(entry))


def _rows(entry: Entry) -> Iterator[str]:
    yield "| attribute | takes | default | |"
    yield "|---|---|---|---|"
    for each in entry.attributes:
        name = f"**{each.name}**" if each.name == entry.main else each.name
        cells = (name, each.kind, each.default or "required", each.doc)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def text(entry: Entry) -> str:
    """Write one entry for a terminal."""
    lines = [f"{entry.word} ({entry.group.lower()})", "", entry.summary]
    lines += ["", entry.text] if entry.text else []
    for each in entry.attributes:
        default = f"default {each.default}" if each.default else "required"
        main = ", may stand without its name" if each.name == entry.main else ""
        lines += ["", f"{each.name}: {each.kind} ({default}{main})"]
        lines += [f"    {each.doc}"] if each.doc else []
    return "\n".join(lines)
