"""Names that Keras gives, and the words in those that authors give."""

from __future__ import annotations

import re

from archspec.language.syntax.words import known_words
from archspec.raising.naming import name_of

Words = tuple[str, ...]
STAGE, PART = "stage", "part"
_NUMBERED = re.compile(r"[0-9]+[a-z]?$")
_PARTS = re.compile(r"[^A-Za-z0-9]+")


def snake_case(name: str) -> str:
    """Write the name of a class as Keras does in the names that it gives, ``ReLU`` as ``re_lu``.

    Source: ``keras/src/utils/naming.py``.
    """
    plain = re.sub(r"\W+", "", name)
    spaced = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub("([a-z])([A-Z])", r"\1_\2", spaced).lower()


def words_of(name: str, *kinds: str) -> Words:
    """Split a name into its words; a number belongs to the word before it unless that has one.

    None if Keras gave the name, after the class of the layer.
    """
    given = "|".join(re.escape(snake_case(kind)) for kind in kinds)
    is_given = re.fullmatch(f"({given})(_[0-9]+)?", name)
    words: list[str] = []
    for part in [] if is_given else filter(None, _PARTS.split(name.lower())):
        if words and _NUMBERED.match(part) and not is_numbered(words[-1]):
            words[-1] += f"_{part}"
        else:
            words.append(part)
    return tuple(words)


def is_numbered(word: str) -> bool:
    """Whether a word ends in a number, perhaps with a letter: one of several."""
    return bool(_NUMBERED.search(word))


def is_number(word: str) -> bool:
    """Whether a word is nothing but a number."""
    return bool(_NUMBERED.fullmatch(word))


def kind_of(words: Words, *, holds_others: bool) -> str:
    """Name what modules are whose names have these words: ``block`` of ``conv4_block6``."""
    *before, last = words
    if is_number(last) and before:  # the number of a block35_1 is that of the block
        return _distinct(before[-1], holds_others=holds_others)
    plain = _NUMBERED.sub("", last).rstrip("_")
    since = next((at for at in range(len(before), 0, -1) if is_numbered(before[at - 1])), 0)
    return _distinct("_".join(filter(None, (*before[since:], plain))), holds_others=holds_others)


def _distinct(word: str, *, holds_others: bool) -> str:
    """Return a word that no layer has."""
    if word in known_words() or not word:
        return STAGE if holds_others else PART
    return name_of(word, PART)
