"""Names that Keras gives, and the words in those that authors give."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from archspec.language.syntax.words import known_words
from archspec.raising.naming import name_of

Words = tuple[str, ...]
STAGE, PART, CELL = "stage", "part", "cell"
_NUMBERED = re.compile(r"[0-9]+[a-z]?$")
_MANY, _SEVERAL = 10, 4
"""How many layers are many with one number at the end of their names, and several of a part."""
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


def cells(names: Mapping[str, str]) -> dict[str, Words]:
    """Map what is named after numbered cells, ``normal_add_1_0``, to its cell; most names are.

    The word before the number tells it if many share both, as with ``stem_1``. What shares the
    words before that, as ``separable_conv_1_left2_0`` does, is a part of the cell.
    """
    split = {key: [*filter(None, _PARTS.split(name.lower()))] for key, name in names.items()}
    ends = {key: each for key, each in split.items() if len(each) > 2 and each[-1].isdecimal()}
    counts = Counter((each[-2], each[-1]) for each in ends.values())
    found: dict[str, Words] = {}
    for key, each in ends.items():
        is_told = counts[each[-2], each[-1]] >= _MANY
        *_, place = each[:-2] if is_told else each[:-1]
        found[key] = (f"{each[-2] if is_told else CELL}_{each[-1]}", f"{each[0]}_{place}")
    return _counted(found) if len(found) > len(names) / 2 else {}


def _counted(found: Mapping[str, Words]) -> dict[str, Words]:
    """Count the parts of each cell that have several layers, and leave out small cells."""
    cells, parts = Counter(each[0] for each in found.values()), Counter(found.values())
    places: dict[str, dict[str, int]] = {}
    told: dict[str, Words] = {}
    for key, (cell, part) in found.items():
        if cells[cell] >= _MANY:
            numbers, kind = places.setdefault(cell, {}), part.partition("_")[0]
            is_part = parts[cell, part] >= _SEVERAL
            number = numbers.setdefault(part, len(numbers) + 1) if is_part else 0
            told[key] = (cell, f"{kind}_{number}") if is_part else (cell,)
    return told


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
