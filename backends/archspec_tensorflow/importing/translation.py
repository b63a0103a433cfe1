"""A described model as a network: use by use, by the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.graph import Wire
from archspec.importing.imported import (
    Missing,
    Module,
    Network,
    NetworkBuilder,
    Untranslatable,
    Wordless,
)
from archspec.operator import RuleError
from archspec.raising.naming import name_of
from archspec_tensorflow.importing.arrangement import arranged
from archspec_tensorflow.importing.call import Call
from archspec_tensorflow.importing.description import DAMAGED, Description, Path, Tensor, Use
from archspec_tensorflow.importing.rules import RULES
from archspec_tensorflow.importing.values import Form, Value

UNKNOWN = object()
"""What a use gives that has no word, and all that follows from it."""


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

    def network(self) -> Network:
        """Translate use by use; raise ``Untranslatable`` with all layers that have no word."""
        self.builder = NetworkBuilder(self.name)
        self.uses = Counter(use.path for use in self.description.uses)
        for tensor, shape in self.description.inputs.items():
            self.values[tensor] = self._input(tensor.key, shape)
        for use, modules in arranged(self.description.uses, self.description.outputs):
            self.values[use.value] = self._given(use, modules)
        if self.missing:
            raise Untranslatable(f"{self.name} has layers without a word", self.missing)
        return self.builder.network(dict(self._outputs()))

    def _input(self, key: str, shape: tuple[int | None, ...]) -> Value:
        is_alone = len(self.description.inputs) == 1
        told = self.sizes.get(key) or (self.sizes.get("") if is_alone else None)
        known = told or shape
        fits = len(known) == len(shape) and all(
            mine is None or mine == size for mine, size in zip(shape, known, strict=True)
        )
        if not fits:
            raise Untranslatable(f"its input `{key}` is {_shown(shape)}, not {_shown(known)}")
        if len(known) not in (1, 3) or None in known:
            asked = "the size of its input is open: give it, --input 224x224x3"
            raise Untranslatable(f"its input `{key}` is {_shown(shape)}: {asked}")
        grid = tuple(int(each or 0) for each in known)
        wire = self.builder.input("input" if is_alone else name_of(key, "input"), grid)
        return Value(wire, Form.MAP if len(grid) == 3 else Form.VECTOR)

    def _given(self, use: Use, modules: tuple[Module, ...]) -> Any:
        operands = self._resolved(use.operands)
        if UNKNOWN in _flat(operands):
            return UNKNOWN
        try:
            return self._translated(use, operands, modules)
        except (Wordless, RuleError) as refused:
            self._refuse(use, str(refused))
        except DAMAGED as error:
            self._refuse(use, f"its weights or its description do not fit: {type(error).__name__}")
        return UNKNOWN

    def _refuse(self, use: Use, reason: str) -> None:
        self.missing[Missing(use.word, "/".join(use.path), reason)] = None

    def _translated(self, use: Use, operands: Any, modules: tuple[Module, ...]) -> Value:
        if use.kind not in RULES:
            raise Wordless("archspec has no word for it")
        if any(each is not None and name != "training" for name, each in use.named.items()):
            raise Wordless(f"it is called with {', '.join(use.named)}")
        if use.named.get("training"):
            raise Wordless("it is always in training")
        variables = self.variables(use.path)
        if self.uses[use.path] > 1 and variables:
            raise Wordless("it is used several times with the same weights")
        name = "/".join(use.path)
        call = Call(
            builder=self.builder,
            modules=modules,
            name=name,
            kind=use.kind,
            config=use.config,
            operands=operands,
            variables=variables,
        )
        return RULES[use.kind](call)

    def _resolved(self, operands: Any) -> Any:
        if isinstance(operands, Tensor):
            return self.values[operands]
        if isinstance(operands, tuple):
            return tuple(self._resolved(each) for each in operands)
        return operands

    def _outputs(self) -> Iterator[tuple[str, Wire]]:
        several = len(self.description.outputs) > 1
        for at, tensor in enumerate(self.description.outputs):
            value = self.values[tensor]
            if value.form is Form.FLAT:
                raise Untranslatable("it returns a map that it flattens, and no layer follows")
            yield (f"output_{at}" if several else "output"), value.wire


def _shown(shape: Sequence[int | None]) -> str:
    return "x".join("?" if each is None else str(each) for each in shape)


def _flat(operands: Any) -> Iterator[Any]:
    for each in operands if isinstance(operands, tuple) else (operands,):
        if isinstance(each, tuple):
            yield from _flat(each)
        else:
            yield each
