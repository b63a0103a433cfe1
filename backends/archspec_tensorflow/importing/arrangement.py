"""The modules of a model whose layers are in no modules: nested models, and what names tell.

Authors of Keras's models write ``conv4_block6_1_conv``: the names are the hierarchy. Layers without
a name of their own belong to the module of those around them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias, Union

from archspec.importing.imported import Module
from archspec_tensorflow.importing.description import Tensor, Use, tensors_in
from archspec_tensorflow.importing.keras_names import Words, is_number, is_numbered, kind_of
from archspec_tensorflow.importing.labels import labelled
from archspec_tensorflow.importing.level import Item, Level

Placed = tuple[Use, tuple[Module, ...]]


@dataclass(frozen=True)
class Group:
    """A module: its name and class, and the items and modules in it."""

    module: Module
    contents: tuple[Content, ...]


Content: TypeAlias = Union[Item, Group]  # noqa: UP007 - a forward reference


def arranged(uses: Sequence[Use], outputs: Collection[Tensor]) -> Iterator[Placed]:
    """Yield the uses that lead to outputs, those of a module in a row, with the modules around."""
    needed = _needed(uses, outputs)
    kept = [use for use in uses if use.value in needed]
    return _arranged(kept, {each.key for each in outputs}, 0, ())


def _needed(uses: Sequence[Use], outputs: Collection[Tensor]) -> set[Tensor]:
    found = set(outputs)
    for use in reversed(uses):
        if use.value in found:
            found.update(tensors_in((use.operands, use.named)))
    return found


def _arranged(
    uses: Sequence[Use], leaving: AbstractSet[str], depth: int, around: tuple[Module, ...]
) -> Iterator[Placed]:
    level = Level.of(uses, leaving, depth)
    contents = _Grouping(level, labelled(level)).contents(level.items, 0, 0)
    for item, modules in _flat(contents, around):
        if item.is_model:
            inner = (*modules, level.module(item))
            yield from _arranged(item.uses, level.read[item.key], depth + 1, inner)
        else:
            yield item.uses[0], modules


def _flat(
    contents: Iterable[Content], modules: tuple[Module, ...]
) -> Iterator[tuple[Item, tuple[Module, ...]]]:
    for each in contents:
        if isinstance(each, Group):
            yield from _flat(each.contents, (*modules, each.module))
        else:
            yield each, modules


@dataclass(frozen=True)
class _Grouping:
    """Groups the items of a level by the words of their labels, where a group can be a module."""

    level: Level
    labels: Mapping[str, Words]

    def contents(self, items: Sequence[Item], depth: int, kept: int) -> tuple[Content, ...]:
        """Group items that share ``depth`` words, ``kept`` of which are told by modules around."""
        return tuple(self.level.in_order(self._grouped(items, depth, kept), _items_in))

    def _grouped(self, items: Sequence[Item], depth: int, kept: int) -> Iterator[Content]:
        buckets: dict[str, list[Item]] = {}
        for item in items:
            label = self.labels[item.key]
            if len(label) == depth:
                yield item
            else:
                buckets.setdefault(label[depth], []).append(item)
        for bucket in buckets.values():
            yield from self._bucket(bucket, depth + 1, kept)

    def _bucket(self, items: Sequence[Item], depth: int, kept: int) -> Iterator[Content]:
        if not self._is_module(items, depth, kept):
            yield from self._grouped(items, depth, kept)
            return
        inside = self.contents(items, depth, depth)
        words = self.labels[items[0].key][kept:depth]
        holds_others = any(isinstance(each, Group) for each in inside)
        word = kind_of(words, holds_others=holds_others)
        yield Group(Module("_".join(words), word), inside)

    def _is_module(self, items: Sequence[Item], depth: int, kept: int) -> bool:
        """Whether items are one of several modules, or a part of one, that gives one value.

        What holds numbers alone is no module, but those numbers are.
        """
        labels = [self.labels[each.key] for each in items]
        nexts = {label[depth : depth + 1] for label in labels}
        is_told = kept or is_numbered(labels[0][depth - 1])
        is_more = () in nexts or len(nexts) > 1
        is_plural = () not in nexts and all(is_number(next_one[0]) for next_one in nexts)
        is_part = 1 < len(items) < len(self.level.items)
        return bool(is_told and is_more and is_part and not is_plural) and self.level.gives_one(
            items
        )


def _items_in(content: Content) -> Iterator[Item]:
    if isinstance(content, Item):
        yield content
    else:
        for each in content.contents:
            yield from _items_in(each)
