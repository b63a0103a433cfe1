"""To which module each layer belongs, as words of names."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from archspec.raising.dominators import ENTRY, immediate_dominators
from archspec_tensorflow.importing.keras_names import Words
from archspec_tensorflow.importing.level import Item, Level

MERGES = frozenset("Add Average Concatenate CustomScaleLayer Maximum Minimum Multiply".split())
_FOLLOWING = MERGES | frozenset(
    "Activation BatchNormalization ELU LayerNormalization LeakyReLU PReLU ReLU".split()
)
"""Layers that belong to what is before them; others may begin something."""


def labelled(level: Level) -> dict[str, Words]:
    """Map items to the words that they share with others of their module.

    A layer without a name belongs to the only one that it reads, if it follows from it, or to the
    one that its branch leads to.
    """
    labels = _told(level)
    for item in level.items:
        labels[item.key] = labels[item.key] or _following(item, level, labels)
    _lead_to(level, labels)
    return labels


def _told(level: Level) -> dict[str, Words]:
    words = {item.key: item.words for item in level.items}
    shared = _shared([each for each in words.values() if each])
    words = {key: each[shared:] for key, each in words.items()}
    merges = {words[item.key] for item in level.items if _merges(item, level)}
    prefixes = {each[:at] for each in words.values() for at in range(1, len(each))} | merges
    return {key: _longest(each, prefixes) for key, each in words.items()}


def _shared(names: list[Words]) -> int:
    """Count the words that all names begin with, as with the name of the model."""
    columns = zip(*names, strict=False) if len(names) > 1 else ()
    return len([*takewhile(lambda column: len({*column}) == 1, columns)])


def _merges(item: Item, level: Level) -> bool:
    return item.kind in MERGES and len(level.sources[item.key]) > 1


def _longest(words: Words, prefixes: set[Words]) -> Words:
    """Return the longest beginning of a name that is a prefix."""
    lengths = range(len(words), 0, -1)
    return next((words[:length] for length in lengths if words[:length] in prefixes), ())


def _following(item: Item, level: Level, labels: Mapping[str, Words]) -> Words:
    """Return the label of the last item that only this one reads."""
    if item.kind.removeprefix("ops.") not in _FOLLOWING and not item.kind.startswith("ops."):
        return ()
    alone = [key for key in level.sources[item.key] if level.readers[key] == (item.key,)]
    return next((labels[key] for key in reversed(alone) if labels[key]), ())


def _lead_to(level: Level, labels: dict[str, Words]) -> None:
    """Label what lies on a branch by the first labelled item that all its ways meet in."""
    before = immediate_dominators(level.sources)
    after = immediate_dominators({key: level.readers[key] for key in reversed([*level.sources])})
    for item in level.items:
        meeting = item.key
        while not labels[meeting] and after[meeting] != ENTRY:
            meeting = after[meeting]
        if labels[meeting] and not _is_before(item.key, meeting, before):
            labels[item.key] = labels[meeting]


def _is_before(key: str, other: str, dominators: Mapping[str, str]) -> bool:
    """Whether every way to another item passes this one."""
    while other not in (key, ENTRY):
        other = dominators[other]
    return other == key
