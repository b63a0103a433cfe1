"""A described model as a network: use by use, by the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archspec.backend.outputs import OUTPUT
from archspec.graph import Wire
from archspec.importing.imported import (
    CellNeeded,
    Missing,
    Module,
    Network,
    NetworkBuilder,
    Untranslatable,
    Wordless,
)
from archspec.importing.matching import Found, first_match
from archspec.importing.values import Form, Value
from archspec.operator import RuleError
from archspec.operators.grid import Pad
from archspec.raising.naming import name_of
from archspec_tensorflow.importing.arrangement import arranged
from archspec_tensorflow.importing.call import Call, Layer, Rule
from archspec_tensorflow.importing.description import (
    DAMAGED,
    Description,
    Path,
    Tensor,
    Use,
    tensors_in,
)
from archspec_tensorflow.importing.rules import IDIOMS, RULES
from archspec_tensorflow.importing.rules.layouts import AUGMENTING

_ALIKE = ("Resizing", *AUGMENTING)
"""Layers that are called as in training by default, and do the same in inference."""
_IN_SINGLE = "make the model with the policy float32, into which its weights can be loaded"
UNKNOWN = object()
"""What a use gives that has no word, and all that follows from it."""
_LAYERS = frozenset(("Conv2D", "Conv2DTranspose", "Dense", "DepthwiseConv2D"))
_COMMUTATIVE = frozenset(("Add", "Multiply"))
_NAMED = {"ops.Pad": {"constant_values"}}
"""What operations are called with by name that their rules read."""

Shape = tuple[int, ...]
Variables = Callable[[Path], Sequence[Any]]
"""Returns the variables of a layer as arrays, in the order in which Keras makes them."""


@dataclass
class Translation:
    """Translates a model; ``sizes`` are those of inputs whose own are open, by name."""

    description: Description
    variables: Variables
    sizes: Mapping[str, Shape]
    name: str
    values: dict[Tensor, Any] = field(default_factory=dict)
    missing: dict[Missing, None] = field(default_factory=dict)
    cells: frozenset[str] = frozenset()
    idioms: dict[Tensor, tuple[Rule, Found]] = field(default_factory=dict)
    """Those that end in a value: their rules, and what their names stand for."""

    def network(self) -> Network:
        """Translate, again where pools turn out to have to keep their cell."""
        self.makers = {use.value: use for use in self.description.uses}
        self.shared = Counter(use.path for use in self.description.uses)
        taken = ((use.operands, use.named) for use in self.description.uses)
        self.readers = Counter(tensors_in((*taken, self.description.outputs)))
        uses = [self._whole(use) for use in self.description.uses]
        while True:
            try:
                return self._translate(uses)
            except CellNeeded as needed:
                self.cells |= self.builder.pools_of(needed.wire)

    def _translate(self, uses: Sequence[Use]) -> Network:
        """Translate use by use; raise ``Untranslatable`` with all layers that have no word."""
        self.builder = NetworkBuilder(self.name, cells=self.cells)
        self.missing.clear()
        for tensor, shape in self.description.inputs.items():
            self.values[tensor] = self._input(tensor.key, shape)
        for use, modules in arranged(uses, self.description.outputs):
            self.values[use.value] = self._given(use, modules)
        if self.missing:
            raise Untranslatable(f"{self.name} has layers without a word", self.missing)
        return self.builder.network(dict(self._outputs()))

    def _whole(self, use: Use) -> Use:
        """Let a use that an idiom ends in take what the idiom reads."""
        found = first_match(IDIOMS, use.value, self, _COMMUTATIVE)
        if found is None:
            return use
        self.idioms[use.value] = found
        read = tuple(each for name, each in found[1].items() if name[-1] != "=")
        return replace(use, operands=read, named={})

    def made(self, value: Any) -> tuple[str, Sequence[Any]] | None:
        """Return the layer or operation that made a value, and its operands.

        None for a layer that several read: idioms that held it would have its weights each.
        """
        use = self.makers.get(value) if isinstance(value, Tensor) else None
        if use is None or (use.kind in _LAYERS and self.readers[value] > 1):
            return None
        is_list = len(use.operands) == 1 and isinstance(use.operands[0], tuple)
        return use.kind.removeprefix("ops."), use.operands[0] if is_list else use.operands

    def number(self, value: Any) -> float | None:
        """Return a number that an operation is called with."""
        return value if isinstance(value, int | float) else None

    def _input(self, key: str, shape: tuple[int | None, ...]) -> Value:
        is_alone = len(self.description.inputs) == 1
        told = self.sizes.get(key) or (self.sizes.get("") if is_alone else None)
        fits = told is not None and len(told) == len(shape)
        pairs = zip(shape, told if fits and told else shape, strict=True)
        known = tuple(own or size for own, size in pairs)
        if len(known) not in (1, 3) or None in known:
            asked = "the size of its input is open: give it, --input 224x224x3"
            raise Untranslatable(f"its input `{key}` is {_shown(shape)}: {asked}")
        grid = tuple(int(each or 0) for each in known)
        wire = self.builder.input("input" if is_alone else name_of(key, "input"), grid)
        return Value(wire, Form.LAST if len(grid) == 3 else Form.VECTOR)

    def _given(self, use: Use, modules: tuple[Module, ...]) -> Any:
        operands = self._resolved(use.operands)
        if UNKNOWN in _flat(operands):
            return UNKNOWN
        if "16" in str(use.config.get("dtype")):
            raise Untranslatable(f"{use.word} computes in half precision", help=_IN_SINGLE)
        try:
            return self._translated(use, operands, modules)
        except (Wordless, RuleError) as refused:
            if isinstance(refused, CellNeeded) and self.builder.pools_of(refused.wire) - self.cells:
                raise
            self._refuse(use, str(refused))
        except DAMAGED as error:
            self._refuse(use, f"its weights or its description do not fit: {type(error).__name__}")
        return UNKNOWN

    def _refuse(self, use: Use, reason: str) -> None:
        self.missing[Missing(use.word, "/".join(use.path), reason)] = None

    def _translated(self, use: Use, operands: Any, modules: tuple[Module, ...]) -> Any:
        rule, found = self.idioms.get(use.value, (RULES.get(use.kind), {}))
        if rule is None:
            raise Wordless("archspec has no word for it")
        call = Call(
            builder=self.builder,
            modules=modules,
            name="/".join(use.path),
            kind=use.kind,
            config=use.config,
            operands=operands,
            variables=() if found else self._weights(use),
            named=use.named,
            told={name.rstrip("="): self._told(name, each) for name, each in found.items()},
        )
        return rule(call)

    def _told(self, name: str, value: Any) -> Any:
        """Return what a name of an idiom stands for: a value, or a layer within."""
        if name[-1] != "=":
            return self._resolved(value)
        use = self.makers[value]
        return Layer({**use.config, **use.named}, self._weights(use))

    def _weights(self, use: Use) -> Sequence[Any]:
        """Return the variables of a layer; raise ``Wordless`` for one that is not used plainly."""
        said = {name for name, each in use.named.items() if each is not None}
        if said - {"training"} - _NAMED.get(use.kind, set()):
            raise Wordless(f"it is called with {', '.join(use.named)}")
        if use.named.get("training") and use.kind not in _ALIKE:
            raise Wordless("it is always in training")
        variables = self.variables(use.path)
        if self.shared[use.path] > 1 and variables:
            raise Wordless("it is used several times with the same weights")
        return variables

    def _resolved(self, operands: Any) -> Any:
        if isinstance(operands, Tensor):
            return self.values[operands]
        if isinstance(operands, tuple):
            return tuple(self._resolved(each) for each in operands)
        return operands

    def _outputs(self) -> Iterator[tuple[str, Wire]]:
        for name, tensor in zip(self._names(), self.description.outputs, strict=True):
            value = self.values[tensor]
            if not isinstance(value, Value) or value.form in (Form.MAP, Form.PARTED):
                raise Untranslatable(
                    "it returns a value whose channels are not last, or a part of one"
                )
            yield name, self._padded(value)

    def _names(self) -> list[str]:
        """Name the outputs as the model calls them, or by numbers."""
        called = self.description.called
        if len(called) == 1:
            return [OUTPUT]
        names = [name_of(each, OUTPUT) for each in called]
        are_known = len({*names}) == len(names)
        return names if are_known else [f"{OUTPUT}_{at}" for at in range(len(names))]

    def _padded(self, value: Value) -> Wire:
        """Return a value with the cells around it, which nothing that follows adds."""
        if value.fill:
            raise Untranslatable(
                f"it returns a value in cells of {value.fill:g}",
                help="pad with zeros, or leave the pad to whoever reads the output",
            )
        return (
            self.builder.add(Pad(cells=value.pads), value.wire) if any(value.pads) else value.wire
        )


def _shown(shape: Sequence[int | None]) -> str:
    return "x".join("?" if each is None else str(each) for each in shape)


def _flat(operands: Any) -> Iterator[Any]:
    for each in operands if isinstance(operands, tuple) else (operands,):
        if isinstance(each, tuple):
            yield from _flat(each)
        else:
            yield each
