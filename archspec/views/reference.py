"""The reference of the language's words: what each does, takes and defaults to."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.attributes import show
from archspec.language.syntax.words import attributes_of, known_words, main_of, operator_of
from archspec.layer import ACTIVATION, Layer, layers
from archspec.operator import Attribute
from archspec.views.entries import AttributeRow, Entry, documented, joined, prose

_ROLES = {"activation": "Activations", "norm": "Norms", "merge": "Merges"}
_OTHERS = "Other operators"
_BRANCHES = (
    "Takes branches, ``{{{word}: [conv 1x1 8, identity]}}`` or with names "
    "``{{{word}: {{left: conv 1x1 8, right: identity}}}}``, or values by name: ``{word} from a b``."
)

_MERGED = {
    ACTIVATION.name: "The word of the activation that follows, or none; beside branches,"
    " `{add: [...], activation: relu}`."
}

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


def reference() -> dict[str, Entry]:
    """Describe every word, by word: layers first, then structures, then operators by role."""
    entries = [_entry(word) for word in known_words()]
    order = ["Layers", "Structures", *_ROLES.values(), _OTHERS]
    return {each.word: each for each in sorted(entries, key=lambda each: order.index(each.group))}


def _entry(word: str) -> Entry:
    summary, text = prose(_doc(word))
    group = _group(word)
    if group == _ROLES["merge"]:
        text = joined(f"{text}\n\n{_BRANCHES.format(word=word)}")
    known = attributes_of(word) or {}
    docs = _attribute_docs(word)
    names = dict.fromkeys([*known, *(docs if word in STRUCTURES else ())])
    taken = tuple(_taken(word, name, known.get(name), docs.get(name, "")) for name in names)
    return Entry(word, group, summary, text, main_of(word), taken)


def _doc(word: str) -> str:
    if word in STRUCTURES:
        return STRUCTURES[word]
    return str((layers().get(word) or operator_of(word)).__doc__)


def _attribute_docs(word: str) -> dict[str, str]:
    """Read the meanings of attributes from docstrings; a layer adds to those of its operator."""
    if word not in layers():
        merged = _MERGED if _group(word) == _ROLES["merge"] else {}
        return documented(_doc(word)) | merged
    operator = documented(_doc(layers()[word].operator))
    return operator | documented(str(Layer.__doc__)) | documented(_doc(word))


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
