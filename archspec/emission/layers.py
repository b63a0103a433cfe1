"""Layers that recur in a source, such as convolution, norm and ReLU, written once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from archspec.emission.definition import Argument, Definition
from archspec.emission.formula import name
from archspec.emission.lowering import Each, Leaf, Quantity
from archspec.emission.merging import agree
from archspec.emission.part import Part, Role
from archspec.emission.values import is_plain
from archspec.operator import Operator

RECURRING = 6
"""Operators that a layer must save a source from repeating, to be worth a definition."""

ACTIVATION = "activation"
CHANNELS = ("in_channels", "filters", "units")
"""Arguments that a layer always has, since it is by chance that all uses share them."""

Place = tuple[str, str]
"""An operator of a layer, and one of its arguments."""


def factor(
    definitions: Sequence[Definition],
) -> tuple[tuple[Definition, ...], tuple[Definition, ...]]:
    """Write recurring layers as definitions; return these, and all others using them."""
    groups: dict[tuple[object, ...], list[Part]] = {}
    for definition in definitions:
        for part in definition.body.walk():
            if part.role is Role.LAYER and _is_several(part):
                groups.setdefault(_kind(part), []).append(part)
    recurring = [parts for parts in groups.values() if _weight(parts) >= RECURRING]
    recurring.sort(key=len, reverse=True)
    named = zip(_names(recurring), recurring, strict=True)
    factored = {_kind(parts[0]): _Layer.of(title, parts) for title, parts in named}
    return (
        tuple(layer.definition for layer in factored.values()),
        tuple(replace(each, body=_rewritten(each.body, factored)) for each in definitions),
    )


def _is_several(part: Part) -> bool:
    """Whether a layer has more than one operator."""
    activation = part.leaves[ACTIVATION]
    return len(part.children) > 1 or activation != Quantity(None)


def _weight(parts: Sequence[Part]) -> int:
    return sum(len(part.children) + 1 for part in parts) if len(parts) > 1 else 0


def _kind(part: Part) -> tuple[object, ...]:
    constructs = [
        (word, child.lowering.construct) for word, child in part.children.items() if child.lowering
    ]
    return (part.key, *constructs)


def _names(groups: Sequence[list[Part]]) -> Iterator[str]:
    """Name each group: the first of a word by the word, the others also by what follows it.

    Where that is taken, too, a number tells them apart.
    """
    taken: set[str] = set()
    for parts in groups:
        first = parts[0]
        assert isinstance(first.key, tuple)
        title = str(first.key[0])
        if title in taken:
            title = "_".join([title, *list(first.children)[1:], *_activation_word(parts)])
        numbered = (f"{title}_{number}" for number in count(2))
        title = next(each for each in chain([title], numbered) if each not in taken)
        taken.add(title)
        yield title


def _activation_word(parts: Sequence[Part]) -> list[str]:
    leaves = [part.leaves[ACTIVATION] for part in parts]
    agreed = None if any(map(_is_chosen, leaves)) else agree(leaves)
    value = agreed.value if isinstance(agreed, Quantity) else None
    return [value.word] if isinstance(value, Operator) else []


@dataclass(frozen=True)
class _Layer:
    """A recurring layer: its definition, and where in a use each argument is found."""

    definition: Definition
    places: Mapping[str, Place]

    @classmethod
    def of(cls, title: str, parts: Sequence[Part]) -> _Layer:
        """Find what differs between the uses."""
        first = parts[0]
        assert isinstance(first.key, tuple)
        shared = {
            (word, argument): (source, given) for word, argument, source, given in first.key[1]
        }
        places: dict[str, Place] = {}
        children = {}
        for word, child in first.children.items():
            leaves = {}
            for argument in child.leaves:
                place = shared.get((word, argument), (word, argument))
                leaves[argument] = _common(parts, place, places)
            children[word] = replace(child, leaves=leaves)
        chosen = _common(parts, ("", ACTIVATION), places)
        body = replace(
            first, leaves={ACTIVATION: chosen}, children=children, grid=None, channels=None
        )
        arguments = tuple(_argument(each, place, parts) for each, place in places.items())
        return cls(Definition(f"{title} (layer)", title, body, arguments), places)

    def call(self, part: Part) -> Part:
        """Write a use as a call of the definition."""
        leaves = {argument: _leaf(part, place) for argument, place in self.places.items()}
        return replace(part, role=Role.CALL, key=self.definition.key, leaves=leaves, children={})


def _common(parts: Sequence[Part], place: Place, places: dict[str, Place]) -> Leaf:
    """Find the value that all uses share; make it an argument where they do not."""
    leaves = [_leaf(part, place) for part in parts]
    is_chosen = place[1] in CHANNELS or any(map(_is_chosen, leaves))
    agreed = None if is_chosen else agree(leaves)
    if agreed is not None:
        return agreed
    argument = place[1] if places.get(place[1], place) == place else "_".join(place)
    places[argument] = place
    return Quantity(_value(leaves), name(argument))


def _is_chosen(leaf: Leaf) -> bool:
    """Whether a value is that of one use or copy among those of the module that speaks of it."""
    return isinstance(leaf, Each) or bool(leaf.formula and leaf.formula.names)


def _value(leaves: Sequence[Leaf]) -> object:
    """Find a value that shows of which kind the argument is: an operator for an activation."""
    values = [leaf.value for leaf in leaves if isinstance(leaf, Quantity)]
    return next((value for value in values if value is not None), None)


def _leaf(part: Part, place: Place) -> Leaf:
    word, argument = place
    return part.children[word].leaves[argument] if word else part.leaves[argument]


def _argument(argument: str, place: Place, parts: Sequence[Part]) -> Argument:
    leaves = tuple(_leaf(part, place) for part in parts)
    lowering = parts[0].children[place[0]].lowering if place[0] else None
    if lowering is None or argument in lowering.usual:
        return Argument(argument, leaves, _most_common(leaves))
    if argument in lowering.positional:
        return Argument(argument, leaves, positional=True)
    default = Quantity(lowering.defaults[argument]) if argument in lowering.defaults else None
    return Argument(argument, leaves, default)


def _most_common(leaves: Sequence[Leaf]) -> Quantity | None:
    (common, _), *_ = Counter(leaves).most_common(1)
    if not isinstance(common, Quantity) or common.formula is not None:
        return None
    return common if is_plain(common) or not isinstance(common.value, Operator) else None


def _rewritten(part: Part, factored: Mapping[tuple[object, ...], _Layer]) -> Part:
    if part.role is Role.LAYER and _is_several(part):
        layer = factored.get(_kind(part))
        return layer.call(part) if layer is not None else part
    children = {each: _rewritten(child, factored) for each, child in part.children.items()}
    return replace(part, children=children)
