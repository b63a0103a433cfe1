"""To which module each layer belongs, as words of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from archspec.raising.dominators import ENTRY, immediate_dominators
from archspec_tensorflow.importing.keras_names import Words, cells, is_numbered
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
    numbered = cells({item.key: item.name for item in level.items if item.words})
    labels = _by_cells(level, numbered) if numbered else _by_names(level)
    ways = _Ways.of(level)
    ways.lead(level.items, labels)
    for items in _parted(level, labels):
        ways.part(items, labels)
    ways.lead(level.items, labels)  # a branch may have led to what is a part only now
    return labels


def _by_names(level: Level) -> dict[str, Words]:
    labels = _told(level)
    for item in level.items:
        labels[item.key] = labels[item.key] or _following(item, level, labels)
    return labels


def _by_cells(level: Level, numbered: Mapping[str, Words]) -> dict[str, Words]:
    """Label by cells, each of which ends in a merge: what follows that is of another."""
    labels = {item.key: numbered.get(item.key, ()) for item in level.items}
    ends = {item.key for item in level.items if _merges(item, level)}
    for item in level.items:
        labels[item.key] = labels[item.key] or _following(item, level, labels, ends)
    for item in level.items:
        labels[item.key] = labels[item.key] or _before(item, level, labels)
    return labels


def _told(level: Level) -> dict[str, Words]:
    words = {item.key: item.words[level.shared :] for item in level.items}
    merges = {words[item.key] for item in level.items if _merges(item, level)}
    prefixes = {each[:at] for each in words.values() for at in range(1, len(each))} | merges
    return {key: _longest(each, prefixes) for key, each in words.items()}


def _merges(item: Item, level: Level) -> bool:
    return item.kind in MERGES and len(level.sources[item.key]) > 1


def _longest(words: Words, prefixes: set[Words]) -> Words:
    """Return the longest beginning of a name that is a prefix."""
    lengths = range(len(words), 0, -1)
    return next((words[:length] for length in lengths if words[:length] in prefixes), ())


def _following(
    item: Item, level: Level, labels: Mapping[str, Words], ends: AbstractSet[str] = frozenset()
) -> Words:
    """Return the label of the last item that only this one reads, unless that ends a module."""
    if item.kind.removeprefix("ops.") not in _FOLLOWING and not item.kind.startswith("ops."):
        return ()
    alone = [key for key in level.sources[item.key] if level.readers[key] == (item.key,)]
    return next((labels[key] for key in reversed(alone) if labels[key] and key not in ends), ())


def _before(item: Item, level: Level, labels: Mapping[str, Words]) -> Words:
    """Return the label of the only item that reads this one."""
    readers = level.readers[item.key]
    return labels[readers[0]] if len(readers) == 1 else ()


def _parted(level: Level, labels: Mapping[str, Words]) -> Iterator[list[Item]]:
    """Yield the items of one number that are in several places, the last ones first."""
    found: dict[str, list[Item]] = {}
    for item in reversed(level.items):
        for word in labels[item.key][:1]:
            found.setdefault(word, []).append(item)
    for word, items in found.items():
        if is_numbered(word) and not level.gives_one(items):
            yield items


@dataclass(frozen=True)
class _Ways:
    """What every way to an item passes last, and what every way from it passes first."""

    before: Mapping[str, str]
    after: Mapping[str, str]

    @classmethod
    def of(cls, level: Level) -> _Ways:
        reverse = {key: level.readers[key] for key in reversed([*level.sources])}
        return cls(immediate_dominators(level.sources), immediate_dominators(reverse))

    def lead(self, items: Iterable[Item], labels: dict[str, Words]) -> None:
        """Label the items that have no label yet by what their branches lead to."""
        for item in items:
            labels[item.key] = labels[item.key] or self._leads_to(item.key, labels)

    def _leads_to(self, key: str, labels: Mapping[str, Words]) -> Words:
        """Return the label of what a branch leads to, past what is of the same module."""
        first: Words = ()
        for meeting in self._meetings(key):
            found = labels[meeting]
            first = first or found[:1]
            if found and found[:1] != first:
                return ()
            if found and not self._is_before(key, meeting):
                return found
        return ()

    def part(self, items: Sequence[Item], labels: dict[str, Words]) -> None:
        """Put those items of one number that are on a branch of another module into that."""
        for key in (item.key for item in items):
            ends = (each for each in self._meetings(key) if labels[each])
            end = next((each for each in ends if not self._is_before(key, each)), key)
            outer, own = labels[end], labels[key]
            if outer[:1] != own[:1]:
                labels[key] = outer if outer[-len(own) :] == own else (*outer, *own)

    def _meetings(self, key: str) -> Iterator[str]:
        """Yield what every way from an item passes, in order."""
        while self.after[key] != ENTRY:
            key = self.after[key]
            yield key

    def _is_before(self, key: str, other: str) -> bool:
        """Whether every way to another item passes this one."""
        while other not in (key, ENTRY):
            other = self.before[other]
        return other == key
