"""Modules: uses of one structure become one template, whatever their classes are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from archspec.raising.module_names import module_names
from archspec.raising.options import Options
from archspec.raising.pieces import Steps, Use
from archspec.raising.skeleton import Describing, Description, copies_in, uses_in


@dataclass
class Module:
    """A template: its name, its uses in order, the options in which they differ, its outputs."""

    name: str
    uses: list[Use] = field(default_factory=list)
    options: Options = field(default_factory=Options)
    outputs: Sequence[str] = ()


@dataclass(frozen=True)
class Modules:
    """The templates of a network, inner ones before those that use them, and where they are used.

    ``places`` maps the path of a use to its template and its number among the uses of that.
    """

    all: tuple[Module, ...]
    places: Mapping[str, tuple[Module, int]]

    @classmethod
    def of(cls, lists: Iterable[Steps]) -> Modules:
        """Group all uses by what they are."""
        groups = _Grouping(lists).groups()
        found = tuple([Module(*each) for each in zip(module_names(groups), groups, strict=True)])
        places = {use.path: (each, at) for each in found for at, use in enumerate(each.uses)}
        return cls(found, places)

    def of_use(self, use: Use) -> Module:
        """Return the template of a use."""
        return self.places[use.path][0]


class _Grouping:
    """Groups the uses of modules by structure, those without others inside first."""

    def __init__(self, lists: Iterable[Steps]) -> None:
        copies = chain.from_iterable(map(copies_in, lists))
        self.uses = [each for each in copies if isinstance(each, Use)]
        self.found: dict[str, int] = {}
        self.describing = Describing(lambda use: self.found[use.path], has_holes=True)

    def groups(self) -> list[list[Use]]:
        """Group them level by level; groups are in the order of their first uses."""
        groups: list[list[Use]] = []
        for level in self._levels():
            alike: dict[Description, list[Use]] = {}
            for use in level:
                alike.setdefault(self.describing.module(use), []).append(use)
            for group in chain.from_iterable(map(_by_class, alike.values())):
                self.found.update((use.path, len(groups)) for use in group)
                groups.append(group)
        order = {use.path: at for at, use in enumerate(self.uses)}
        ordered = [sorted(group, key=lambda use: order[use.path]) for group in groups]
        return sorted(ordered, key=lambda group: order[group[0].path])

    def _levels(self) -> list[list[Use]]:
        """List the uses by how many others are inside each other in them."""
        heights: dict[str, int] = {}
        levels: list[list[Use]] = []
        for use in self.uses:
            inner = (heights[each.path] for each in uses_in(use.steps))
            height = heights[use.path] = 1 + max(inner, default=-1)
            levels.extend([] for _ in range(height + 1 - len(levels)))
            levels[height].append(use)
        return levels


def _by_class(uses: list[Use]) -> list[list[Use]]:
    """Part uses of one structure by their classes; what is alone or has no class goes along."""
    words: dict[str, list[Use]] = {}
    for use in uses:
        words.setdefault(use.word, []).append(use)
    most = max(words.values(), key=lambda each: (each[0].has_class, len(each)))
    others = [each for each in words.values() if each is not most]
    apart = [each for each in others if len(each) > 1 and each[0].has_class]
    joined = [use for each in others if not any(each is other for other in apart) for use in each]
    return [most + joined, *apart]
