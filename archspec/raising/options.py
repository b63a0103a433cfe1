"""Options: which numbers differ between the uses of a module, and which follow from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archspec.attributes import show

Number = int | float
Numbers = tuple[Number, ...]
"""The values of one place in all uses of a module."""

CHANNELS = "channels"
_CHANNELS = (CHANNELS, "filters", "units", "groups", "multiplier")
_LETTERS = "klmnopqruvwyz"
_NAMES = {"stride": "s", "times": "n"}
ARRIVING = "in_channels"


@dataclass
class Options:
    """Anti-unification: finds a text for the values of each place, with as few options as it takes.

    ``options`` maps the name of an option to its values in the uses, ``kinds`` to what it counts.
    """

    options: dict[str, Numbers] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def text(self, values: Numbers, attribute: str, arriving: Numbers | None) -> str:
        """Write values as a number, as an option, or as what follows from one in every use."""
        if len(set(values)) == 1:
            return show(values[0])
        kind = _kind(attribute)
        known = [(each, name) for name, each in self.options.items() if self.kinds[name] == kind]
        if arriving is not None and kind == CHANNELS:
            known.append((arriving, ARRIVING))
        for numbers, name in known:
            factor = _factor(values, numbers)
            if factor is not None:
                return _scaled(name, *factor)
        return self._new(values, attribute)

    def _new(self, values: Numbers, attribute: str) -> str:
        name = next(each for each in _candidates(attribute) if each not in self.options)
        self.options[name], self.kinds[name] = values, _kind(attribute)
        return name

    @property
    def defaults(self) -> Mapping[str, Number]:
        """The value that more than half of the uses give to an option, but the first."""
        found = {}
        for name, values in tuple(self.options.items())[1:]:
            value, count = Counter(values).most_common(1)[0]
            if 2 * count > len(values):
                found[name] = value
        return found

    def ordered(self) -> list[str]:
        """List the names of the options, those without a default first."""
        defaults = self.defaults
        return sorted(self.options, key=lambda name: name in defaults)

    def declared(self) -> list[str]:
        """Write the options as a module declares them."""
        defaults = self.defaults
        return [f"{n}={show(defaults[n])}" if n in defaults else n for n in self.ordered()]


def _kind(attribute: str) -> str:
    """Return what an attribute counts: only numbers of one kind follow from each other."""
    return CHANNELS if attribute in _CHANNELS else attribute


def _candidates(attribute: str) -> Iterator[str]:
    if attribute == CHANNELS or attribute in _CHANNELS:
        yield from _LETTERS
        attribute = "f"
    name = _NAMES.get(attribute, attribute)
    yield name
    yield from (f"{name}_{count}" for count in range(2, 1000))


def _factor(values: Sequence[Number], numbers: Sequence[Number]) -> tuple[int, int] | None:
    """Return m and d such that each value is m/d times its number, one of the two being 1."""
    first, other = values[0], numbers[0]
    if not all(isinstance(each, int) and each > 0 for each in (*values, *numbers)):
        return (1, 1) if tuple(values) == tuple(numbers) else None
    for m, d in ((first // other, 1), (1, other // first)):
        if (
            m
            and d
            and all(value * d == m * each for value, each in zip(values, numbers, strict=True))
        ):
            return int(m), int(d)
    return None


def _scaled(name: str, factor: int, divisor: int) -> str:
    if factor > 1:
        return f"{factor}*{name}"
    return f"{name}/{divisor}" if divisor > 1 else name
