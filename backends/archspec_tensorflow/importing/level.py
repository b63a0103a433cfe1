"""The layers and nested models directly inside a model, and what each takes of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from archspec.importing.imported import Module
from archspec_tensorflow.importing.description import MODELS, Tensor, Use, tensors_in
from archspec_tensorflow.importing.keras_names import PART, Words, kind_of, words_of

T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """A use of a layer, or of a nested model with the uses in it; ``key`` is its last value."""

    key: str
    name: str
    uses: tuple[Use, ...]
    is_model: bool

    @property
    def kind(self) -> str:
        """The class of the layer; nothing for a model."""
        return "" if self.is_model else self.uses[0].kind

    @property
    def words(self) -> Words:
        """The words of its name; none if Keras gave it."""
        return words_of(self.name, *(MODELS if self.is_model else (self.uses[0].word,)))


@dataclass(frozen=True)
class Level:
    """Items, each after those that it takes values of; all is told by their keys.

    ``read`` maps items to those of their values that are read outside them or leave the level, and
    ``leaving`` are items of which values leave.
    """

    items: tuple[Item, ...]
    sources: Mapping[str, tuple[str, ...]]
    readers: Mapping[str, tuple[str, ...]]
    read: Mapping[str, AbstractSet[str]]
    leaving: AbstractSet[str]

    @classmethod
    def of(cls, uses: Sequence[Use], leaving: AbstractSet[str], depth: int) -> Level:
        """Gather uses that are ``depth`` models deep."""
        items = tuple(_items(uses, depth))
        owner = {use.value.key: item.key for item in items for use in item.uses}
        sources: dict[str, dict[str, None]] = {item.key: {} for item in items}
        read: dict[str, set[str]] = {item.key: set() for item in items}
        for key in leaving & owner.keys():
            read[owner[key]].add(key)
        for reader, value in ((item, each.key) for item in items for each in _tensors(item)):
            if value in owner and owner[value] != reader.key:
                sources[reader.key][owner[value]] = None
                read[owner[value]].add(value)
        ends = {owner[key] for key in leaving & owner.keys()}
        given = {key: tuple(each) for key, each in sources.items()}
        return cls(items, given, inverted(given), read, ends)

    @property
    def shared(self) -> int:
        """The number of words that all names begin with, as with the name of the model."""
        names = [each.words for each in self.items if each.words]
        columns = zip(*names, strict=False) if len(names) > 1 else ()
        return len([*takewhile(lambda column: len({*column}) == 1, columns)])

    def module(self, item: Item) -> Module:
        """Return the module that a nested model is."""
        words = item.words[self.shared :] or (PART,)
        return Module("_".join(words), kind_of(words, holds_others=False))

    def gives_one(self, items: Sequence[Item]) -> bool:
        """Whether only one item of some is read by others, or leaves."""
        inside = {each.key for each in items}
        given = (
            key in self.leaving or any(reader not in inside for reader in self.readers[key])
            for key in inside
        )
        return sum(given) == 1

    def in_order(self, contents: Iterable[T], items_in: Callable[[T], Iterator[Item]]) -> list[T]:
        """Order things that hold items: each follows those that it takes values of, way by way."""
        several = list(contents)
        place = {item.key: at for at, each in enumerate(several) for item in items_in(each)}
        sources = [
            {
                place[key]: None
                for item in items_in(each)
                for key in self.sources[item.key]
                if key in place
            }
            for each in several
        ]
        return [several[at] for at in _depth_first(sources)]


def _tensors(item: Item) -> Iterator[Tensor]:
    """Yield the values that the uses of an item take."""
    for use in item.uses:
        yield from tensors_in((use.operands, use.named))


def inverted(sources: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Map each key to those that have it among their sources."""
    found: dict[str, list[str]] = {key: [] for key in sources}
    for key, given in sources.items():
        for each in given:
            found[each].append(key)
    return {key: tuple(each) for key, each in found.items()}


def _items(uses: Sequence[Use], depth: int) -> Iterator[Item]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        inner = use.around[depth:]
        found.setdefault(f"{inner[0]}/" if inner else use.value.key, []).append(use)
    for several in found.values():
        first = several[0]
        yield Item(
            several[-1].value.key, first.path[depth], tuple(several), len(first.path) > depth + 1
        )


def _depth_first(sources: Sequence[Mapping[int, None]]) -> list[int]:
    """List numbers after their sources, those of one way in a row."""
    read = {each for at, given in enumerate(sources) for each in given if each != at}
    waiting = [at for at in reversed(range(len(sources))) if at not in read]
    found: dict[int, None] = {}
    while waiting:
        at = waiting[-1]
        missing = [each for each in sources[at] if each not in found and each != at]
        waiting.extend(reversed(missing))
        if not missing:
            found.setdefault(waiting.pop())
    return [*found]
