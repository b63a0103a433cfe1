"""The names of the steps of a module or network, and of the values that are taken by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archspec.raising.naming import is_counted, name_of, names_of, numbered
from archspec.raising.pieces import Copied, Merge, Placed, Residual, Simple, Steps, Use, copies_of
from archspec.raising.usual import RESIDUAL


@dataclass
class StepNames:
    """Names steps list by list, as ``from`` takes them.

    ``within`` is the path of the module, ``words`` what steps without a name are called after.
    ``wanted`` are the values that are asked for by name, ``proposed`` names that some of them ought
    to have. ``name_of`` and ``outputs_of`` tell the name and the outputs of the module of a use.
    ``values`` maps values to what ``from`` takes, ``steps`` maps them to the names of their steps.
    ``given`` are names that no step may have but those whose values ``kept`` maps to them,
    ``unnamed`` those that steps have by their words.
    """

    within: str
    words: frozenset[str]
    wanted: frozenset[str]
    values: dict[str, str]
    proposed: Mapping[str, str]
    name_of: Callable[[Use], str]
    outputs_of: Callable[[Use], Sequence[str]]
    steps: dict[str, str] = field(default_factory=dict)
    several: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.given = {*self.values.values()}
        self.taken = {*self.given}
        self.unnamed: set[str] = set()

    def keep(self, names: Mapping[str, str]) -> None:
        """Give steps these names, by their values, and to no other step."""
        self.kept = names
        self.given.update(names.values())
        self.taken.update(self.given)

    def reserve(self, names: Iterable[str]) -> None:
        """Keep steps from having names, such as those of heads."""
        self.given.update(names)
        self.taken.update(self.given)

    def add(self, steps: Steps) -> None:
        """Name the steps of a list that need a name; the others are called by their words.

        What has no name is counted without those that have one, as the language does.
        """
        words = [self._word(copies_of(placed.piece)[0]) for placed in steps]
        counted = set(_counted(words))
        counts: Counter[str] = Counter()
        found: set[str] = set()
        for placed, word in zip(steps, words, strict=True):
            default = _by_count(word, counts[word])
            clashes = default in self.given or default in found
            if clashes or not self.wanted.isdisjoint(placed.gives):
                self._name(placed, self._free_name(placed, counted))
            else:
                counts[word] += 1
                found.add(default)
        self.unnamed.update(found)

    def _free_name(self, placed: Placed, counted: set[str]) -> str:
        """Name a step as proposed, or after its source where that is more than a counted word."""
        if placed.value in self.kept:
            return self.kept[placed.value]

        def is_free(name: str) -> bool:
            return not (name in self.taken or name in counted)

        proposal = name_of(self.proposed.get(placed.value, ""), "")
        if proposal:
            return next(filter(is_free, numbered(proposal)))
        own = (
            name
            for name in names_of(placed, self.within, len(self.taken))
            if not is_counted(name, self.words)
        )
        return next(filter(is_free, own))

    def _name(self, placed: Placed, name: str) -> None:
        self.steps[placed.value] = name
        self.taken.add(name)
        copy = copies_of(placed.piece)[-1]
        if isinstance(copy, Use) and len(copy.outputs) > 1:
            self.several[name] = copy.outputs
            names = (f"{name}.{output}" for output in self.outputs_of(copy))
            self.values.update(zip(copy.outputs, names, strict=True))
        else:
            self.values[placed.value] = name

    def sources(self, values: tuple[str, ...]) -> list[str]:
        """Name values as ``from`` takes them: all outputs of a step together by its name."""
        found: list[str] = []
        at = 0
        while at < len(values):
            whole = (n for n, each in self.several.items() if each == values[at : at + len(each)])
            name = next(whole, "")
            found.append(name or self.values[values[at]])
            at += len(self.several[name]) if name else 1
        return found

    def _word(self, piece: Copied) -> str:
        if isinstance(piece, Simple | Merge):
            return piece.word
        return RESIDUAL if isinstance(piece, Residual) else self.name_of(piece)


def _counted(words: Iterable[str]) -> Iterator[str]:
    """Yield the names that steps of these words have where none is given a name."""
    for word, count in Counter(words).items():
        yield from (_by_count(word, at) for at in range(count))


def _by_count(word: str, at: int) -> str:
    return f"{word}_{at}" if at else word
