"""Outlining layers that recur, such as convolution, norm and ReLU, as definitions of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from archspec.emission.definition import Argument, Definition
from archspec.emission.formula import name
from archspec.emission.fragments import DefinitionCall, Fragment, LayerChain, Operation
from archspec.emission.generalize import agree
from archspec.emission.lowering import Each, Leaf, Lowering, Quantity
from archspec.emission.names import IN_CHANNELS
from archspec.emission.values import is_plain
from archspec.operator import Operator, operators

RECURRING = 6
"""The weight from which on a layer is worth a definition: operators and calls in all uses."""

ACTIVATION = "activation"
LayerLeaf = tuple[str, str]
"""An operator of a layer, and one of its arguments."""


def outline_layers(
    definitions: Sequence[Definition],
) -> tuple[tuple[Definition, ...], tuple[Definition, ...]]:
    """Outline recurring layers; return their definitions, and the others rewritten to call them."""
    groups: dict[Hashable, list[LayerChain]] = {}
    for definition in definitions:
        for each in definition.body.walk():
            if isinstance(each, LayerChain) and _is_several(each):
                groups.setdefault(_kind(each), []).append(each)
    recurring = [uses for uses in groups.values() if _weight(uses) >= RECURRING]
    recurring.sort(key=len, reverse=True)
    named = zip(_names(recurring), recurring, strict=True)
    outlined = {_kind(uses[0]): _Layer.of(title, uses) for title, uses in named}
    return (
        tuple(layer.definition for layer in outlined.values()),
        tuple(replace(each, body=_rewritten(each.body, outlined)) for each in definitions),
    )


def _is_several(layer: LayerChain) -> bool:
    """Whether a layer has more than one operator."""
    activation = layer.leaves[ACTIVATION]
    return len(layer.children) > 1 or activation != Quantity(None)


def _weight(uses: Sequence[LayerChain]) -> int:
    return sum(len(use.children) + 1 for use in uses) if len(uses) > 1 else 0


def _kind(layer: LayerChain) -> Hashable:
    """Return the key by which layers are grouped into one definition."""
    operations = layer.children.items()
    return layer.symbol, *((word, _lowering(each).construct) for word, each in operations)


def _lowering(fragment: Fragment) -> Lowering:
    assert isinstance(fragment, Operation)
    return fragment.lowering


def _names(groups: Sequence[list[LayerChain]]) -> Iterator[str]:
    """Name each group: the first of a word by the word, others by their operators as well.

    A number tells apart what would still have the same name.
    """
    taken: set[str] = set()
    for uses in groups:
        first = uses[0]
        title = str(first.word)
        if title in taken:
            title = "_".join([title, *list(first.children)[1:], *_activation_word(uses)])
        numbered = (f"{title}_{number}" for number in count(2))
        title = next(each for each in chain([title], numbered) if each not in taken)
        taken.add(title)
        yield title


def _activation_word(uses: Sequence[LayerChain]) -> list[str]:
    leaves = [use.leaves[ACTIVATION] for use in uses]
    agreed = None if any(map(_is_chosen, leaves)) else agree(leaves)
    value = agreed.value if isinstance(agreed, Quantity) else None
    return [value.word] if isinstance(value, Operator) else []


@dataclass(frozen=True)
class _Layer:
    """A recurring layer: its definition, and where in a use each argument is found."""

    definition: Definition
    operands: Mapping[str, LayerLeaf]

    @classmethod
    def of(cls, title: str, uses: Sequence[LayerChain]) -> _Layer:
        """Generalize the uses: what differs between them becomes an argument."""
        first = uses[0]
        shared = {
            (word, argument): (source, given) for word, argument, source, given in first.shared
        }
        operands: dict[str, LayerLeaf] = {}
        children = {}
        for word, child in first.children.items():
            leaves = {}
            for argument in child.leaves:
                operand = shared.get((word, argument), (word, argument))
                leaves[argument] = _common(uses, operand, operands)
            children[word] = replace(child, leaves=leaves)
        chosen = _common(uses, ("", ACTIVATION), operands)
        body = replace(
            first, leaves={ACTIVATION: chosen}, children=children, grid=None, channels=None
        )
        arguments = tuple(_argument(each, operand, uses) for each, operand in operands.items())
        return cls(Definition(f"{title} (layer)", title, body, arguments), operands)

    def call(self, use: LayerChain) -> DefinitionCall:
        """Turn a use into a call of the definition."""
        leaves = {argument: _leaf(use, operand) for argument, operand in self.operands.items()}
        return DefinitionCall(
            definition=self.definition.key, leaves=leaves, grid=use.grid, channels=use.channels
        )


def _common(uses: Sequence[LayerChain], operand: LayerLeaf, operands: dict[str, LayerLeaf]) -> Leaf:
    """Find the value that all uses share, else make an argument."""
    leaves = [_leaf(use, operand) for use in uses]
    is_chosen = _tells_channels(operand) or any(map(_is_chosen, leaves))
    agreed = None if is_chosen else agree(leaves)
    if agreed is not None:
        return agreed
    argument = operand[1] if operands.get(operand[1], operand) == operand else "_".join(operand)
    operands[argument] = operand
    return Quantity(_value(leaves), name(argument))


def _tells_channels(operand: LayerLeaf) -> bool:
    """Whether an argument is a number of channels, which uses share only by coincidence."""
    word, argument = operand
    operator = operators().get(word)
    return argument == IN_CHANNELS or (operator is not None and argument in operator.sets_channels)


def _is_chosen(leaf: Leaf) -> bool:
    """Whether a value depends on names of the enclosing module, or on the copy."""
    return isinstance(leaf, Each) or bool(leaf.formula and leaf.formula.names)


def _value(leaves: Sequence[Leaf]) -> object:
    """Find a value that shows the type of the argument: an operator for an activation."""
    values = [leaf.value for leaf in leaves if isinstance(leaf, Quantity)]
    return next((value for value in values if value is not None), None)


def _leaf(use: LayerChain, operand: LayerLeaf) -> Leaf:
    word, argument = operand
    return use.children[word].leaves[argument] if word else use.leaves[argument]


def _argument(argument: str, operand: LayerLeaf, uses: Sequence[LayerChain]) -> Argument:
    leaves = tuple(_leaf(use, operand) for use in uses)
    lowering = _lowering(uses[0].children[operand[0]]) if operand[0] else None
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


def _rewritten(fragment: Fragment, outlined: Mapping[Hashable, _Layer]) -> Fragment:
    """Replace outlined layers by calls."""
    if isinstance(fragment, LayerChain):
        layer = outlined.get(_kind(fragment)) if _is_several(fragment) else None
        return layer.call(fragment) if layer is not None else fragment
    children = {each: _rewritten(child, outlined) for each, child in fragment.children.items()}
    return replace(fragment, children=children)
