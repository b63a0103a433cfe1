"""Options: which values differ between the uses of a module, and which follow from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from archspec.attributes import Value, show
from archspec.raising.naming import numbered

Values = tuple[Value, ...]
"""The values of one place in all uses of a module."""

CHANNELS = "channels"
_CHANNELS = (CHANNELS, "filters", "units", "groups", "multiplier", "start", "stop")
_LETTERS = "klmnopqruvwyz"
_NAMES = {"stride": "s", "times": "n"}
ARRIVING = "in_channels"


@dataclass
class Options:
    """Anti-unification: finds a text for the values of each place, with as few options as it takes.

    ``options`` maps the name of an option to its values in the uses, ``kinds`` to what it counts,
    ``hints`` to the branch or option that it comes from. ``names`` are those of options to come,
    where it is known how many there will be.
    """

    names: Sequence[str] = ()
    options: dict[str, Values] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)

    def text(
        self, values: Values, attribute: str, arriving: Values | None = None, hint: str = ""
    ) -> str:
        """Write values as a number, as an option, or as what follows from one in every use."""
        if len(set(values)) == 1:
            return show(values[0])
        kind = kind_of(attribute)
        known = [(name, each) for name, each in self.options.items() if self.kinds[name] == kind]
        if arriving is not None and kind == CHANNELS:
            known.append((ARRIVING, arriving))
        found = [(name, factor) for name, each in known if (factor := _factor(values, each))]
        if found:
            name, factor = min(found, key=lambda each: each[1] != (1, 1))
            return _scaled(name, *factor)
        return self._new(values, attribute, hint)

    def _new(self, values: Values, attribute: str, hint: str) -> str:
        at = len(self.options)
        possible = chain(self.names[at : at + 1], _candidates(attribute))
        name = next(each for each in possible if each not in self.options)
        self.options[name], self.kinds[name] = values, kind_of(attribute)
        self.hints[name] = hint
        return name

    def renamed(self) -> Options:
        """Return no options yet, with names for these: the only number of channels is ``k``."""
        channels = [name for name in self.options if self.kinds[name] == CHANNELS]
        names: list[str] = []
        for name in self.options:
            hint = self.hints[name] if name in channels and len(channels) > 1 else ""
            possible = numbered(hint) if hint else _candidates(self.kinds[name])
            names.append(next(each for each in possible if each not in names))
        return Options(names)

    @cached_property
    def defaults(self) -> Mapping[str, Value]:
        """The value that more than half of the uses give to an option, but the main one.

        They are counted once, when all options are known.
        """
        found = {}
        for name, values in self.options.items():
            value, times = Counter(values).most_common(1)[0]
            if 2 * times > len(values) and name != self.main:
                found[name] = value
        return found

    @property
    def main(self) -> str:
        """The option that is given without its name: the first number of channels, if any."""
        return next((name for name, kind in self.kinds.items() if kind == CHANNELS), "")

    def ordered(self) -> list[str]:
        """List the names of the options: numbers of channels, others, those with a default."""
        defaults = self.defaults
        return sorted(
            self.options, key=lambda name: (name in defaults, self.kinds[name] != CHANNELS)
        )

    def declared(self) -> list[str]:
        """Write the options as a module declares them."""
        defaults = self.defaults
        return [f"{n}={show(defaults[n])}" if n in defaults else n for n in self.ordered()]


def kind_of(attribute: str) -> str:
    """Return what an attribute counts: only numbers of one kind follow from each other."""
    return CHANNELS if attribute in _CHANNELS else attribute


def _candidates(attribute: str) -> Iterator[str]:
    if kind_of(attribute) == CHANNELS:
        yield from _LETTERS
        attribute = "f"
    yield from numbered(_NAMES.get(attribute, attribute))


def _factor(values: Values, numbers: Values) -> tuple[int, int] | None:
    """Return m and d such that each value is m/d times its number, one of the two being 1."""
    if tuple(values) == tuple(numbers):
        return 1, 1
    pairs = [*zip(map(_count, values), map(_count, numbers), strict=True)]
    if not all(each for pair in pairs for each in pair):
        return None
    first, other = pairs[0]
    for m, d in ((first // other, 1), (1, other // first)):
        if m and d and all(value * d == m * each for value, each in pairs):
            return m, d
    return None


def _count(value: Value) -> int:
    """Return a whole number above 0; 0 for whatever else a value is."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _scaled(name: str, factor: int, divisor: int) -> str:
    if factor > 1:
        return f"{factor}*{name}"
    return f"{name}/{divisor}" if divisor > 1 else name
