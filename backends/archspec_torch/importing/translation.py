"""A traced program as a network: call by call, by the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import getitem
from typing import Any

import torch
from torch.fx import Node

from archspec.backend import told
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
from archspec.importing.leaving import whole_output
from archspec.importing.matching import Found, first_match, needed
from archspec.importing.values import Form, Value
from archspec.operator import RuleError
from archspec.raising.naming import name_of
from archspec_torch.importing.call import Call, Rule
from archspec_torch.importing.modes import call_in_training
from archspec_torch.importing.overwriting import part_overwritten
from archspec_torch.importing.program import Program, arguments, operator_name
from archspec_torch.importing.rules import IDIOMS, RULES

UNKNOWN = object()
"""What a call gives that has no word, and all that follows from it."""
_MALFORMED = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, RuntimeError,
    TypeError, ValueError,
)  # fmt: skip
"""What a rule or an operator raises for arguments that it cannot have."""
_IN_INFERENCE = (
    "export model.eval(); where forward calls a function, give it training=self.training"
)
_IN_WHOLES = "make a new tensor of the parts, with torch.cat or a product"
_LAYERS = frozenset(("conv2d", "conv_transpose2d", "linear"))
_COMMUTATIVE = frozenset(("add", "mul"))
_SAME = {"norm": "linalg_vector_norm", "reshape": "view"}
"""Operators that patterns know by another name."""


def translated(program: Program, name: str) -> Network:
    """Translate a program; raise ``Untranslatable`` with all operators without a word."""
    return _Translation(program, name).network()


@dataclass
class _Translation:
    program: Program
    name: str
    values: dict[Node, Any] = field(default_factory=dict)
    missing: dict[Missing, None] = field(default_factory=dict)
    cells: frozenset[str] = frozenset()
    idioms: dict[Node, tuple[Rule, Found]] = field(default_factory=dict)
    """Those that end in a node: their rules, and what they read."""
    others: set[tuple[Node, Rule]] = field(default_factory=set)
    """What has the pattern of an idiom and is none."""

    def network(self) -> Network:
        """Translate, again where pools have to keep their cell, or idioms turn out to be none."""
        self._require_inference()
        self._require_whole_values()
        while True:
            known = len(self.others)
            try:
                return self._translate()
            except CellNeeded as needed:
                self.cells |= self.builder.pools_of(needed.wire)
            except Untranslatable:
                if len(self.others) == known:
                    raise

    def _require_inference(self) -> None:
        found = call_in_training(self.program.graph)
        if found is not None:
            raise Untranslatable(f"it is in training mode: {_told(found)}", help=_IN_INFERENCE)

    def _require_whole_values(self) -> None:
        found = part_overwritten(self.program.graph)
        if found is not None:
            reason = f"it overwrites what is read afterwards by another name: {_told(found)}"
            raise Untranslatable(reason, help=_IN_WHOLES)

    def _translate(self) -> Network:
        """Translate those nodes that lead to an output, one by one."""
        self.builder = NetworkBuilder(self.name, cells=self.cells)
        self.missing.clear()
        tensors, nodes = self.program.tensors, self.program.graph.nodes
        found = ((each, self._idiom(each)) for each in nodes)
        self.idioms = {node: idiom for node, idiom in found if idiom is not None}
        leading = needed(_nodes(self.program.returned), self._sources)
        for node in nodes:
            if node.op == "call_function" and node not in leading:
                continue
            if node.op == "placeholder":
                self.values[node] = (
                    tensors[node.name] if node.name in tensors else self._input(node)
                )
            elif node.op == "call_function":
                self.values[node] = self._called(node)
        if self.missing:
            raise Untranslatable(f"{self.name} has operators without a word", self.missing)
        network = self.builder.network(self._outputs())
        return replace(network, shared=tuple(self._shared(leading)))

    def _idiom(self, node: Node) -> tuple[Rule, Found] | None:
        patterns = (each for each in IDIOMS if (node, each[1]) not in self.others)
        return first_match(patterns, node, self, _COMMUTATIVE)

    def _input(self, node: Node) -> Value:
        _, *shape = node.meta["val"].shape
        if len(shape) not in (1, 3):
            raise Untranslatable(f"the input `{node.name}` is {tuple(shape)}: no vector and no map")
        grid = (*shape[1:], shape[0]) if len(shape) == 3 else tuple(shape)
        several = len(self.program.inputs) > 1
        name = name_of(node.name, "input") if several else "input"
        wire = self.builder.input(name, tuple(int(each) for each in grid))
        return Value(wire, Form.MAP if len(shape) == 3 else Form.VECTOR)

    def _sources(self, node: Node) -> Iterator[Node]:
        """Yield what a node reads, or an idiom that ends in it."""
        _, found = self.idioms.get(node, (None, None))
        yield from _nodes(found.values()) if found is not None else node.all_input_nodes

    def made(self, value: Any) -> tuple[str, list[Any]] | None:
        """Return the operator that made a value and its operands, defaults included.

        None for a layer that several read: idioms that held it would have its weights each.
        """
        is_called = isinstance(value, Node) and hasattr(value.target, "_schema")
        if not is_called or value.kwargs.get("alpha", 1) != 1:
            return None
        operator = _operator(value)
        if operator in _LAYERS and len(value.users) > 1:
            return None
        return _SAME.get(operator, operator), [*arguments(value).values()]

    def number(self, value: Any) -> float | None:
        """Return a number that is written in the program."""
        return value if isinstance(value, int | float) else None

    def _called(self, node: Node) -> Any:
        written = self.idioms[node][1] if node in self.idioms else arguments(node)
        given = {name: self._resolved(each) for name, each in written.items()}
        operands = [*_flat(given.values())]
        if any(each is UNKNOWN for each in operands):
            return UNKNOWN
        try:
            if node.target is getitem:
                return self._part(node)
            if node not in self.idioms and not any(isinstance(each, Value) for each in operands):
                return self._folded(node)
            return self._translated(node, given)
        except (Wordless, RuleError) as refused:
            if isinstance(refused, CellNeeded) and self.builder.pools_of(refused.wire) - self.cells:
                raise
            return self._lacking(node, str(refused))
        except _MALFORMED as error:
            return self._lacking(node, f"it is malformed: {told(error)}")

    def _lacking(self, node: Node, reason: str) -> object:
        if node in self.idioms:
            self.others.add((node, self.idioms[node][0]))
        self.missing[Missing(_shown(node.target), _place(node), reason)] = None
        return UNKNOWN

    def _folded(self, node: Node) -> Any:
        """Compute what takes weights and numbers alone; raise ``Wordless`` if it is random."""
        is_random = torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())
        if is_random and "dropout" not in _operator(node):
            raise Wordless("it draws other numbers each time")
        given = tuple(self._resolved(each) for each in node.args)
        return self.program.fold(node.target, given, self._resolved_by_name(node))

    def _part(self, node: Node) -> Any:
        """Return one of several results; a rule that gives a single value gives the first."""
        whole, index = (self._resolved(each) for each in node.args)
        if isinstance(whole, list | tuple):
            return whole[index]
        if index == 0:
            return whole
        source = node.args[0]
        assert isinstance(source, Node)
        return self._lacking(source, f"its result {index} is read, and only the first has a word")

    def _translated(self, node: Node, given: Mapping[str, Any]) -> Any:
        name = _operator(node)
        rule = self.idioms[node][0] if node in self.idioms else RULES.get(name)
        if rule is None:
            raise Wordless("archspec has no word for it")
        return rule(self._call(name, node, given))

    def _call(self, name: str, node: Node, given: Mapping[str, Any]) -> Call:
        found = node.meta.get("val")
        shape = tuple(found.shape) if isinstance(found, torch.Tensor) else ()
        if not shape and isinstance(found, tuple | list):
            shape = tuple(found[0].shape)
        return Call(
            builder=self.builder,
            modules=tuple(_modules(node)),
            name=node.name,
            operator=name,
            given=given,
            shape=shape,
            batch=self.program.batch,
        )

    def _resolved(self, argument: Any) -> Any:
        if isinstance(argument, Node):
            return self.values[argument]
        if isinstance(argument, list | tuple):
            return [self._resolved(each) for each in argument]
        return argument

    def _resolved_by_name(self, node: Node) -> dict[str, Any]:
        """Return the arguments by name of a call of weights and numbers alone."""
        return {name: self._resolved(each) for name, each in node.kwargs.items()}

    def _outputs(self) -> dict[str, Wire]:
        """Return the values that leave, by the names that the model gives them or by numbers."""
        found = [self.values[each] for each in _nodes(self.program.returned)]
        if not found or not all(isinstance(each, Value) for each in found):
            raise Untranslatable("it returns no tensor that is computed from its input")
        wires = [whole_output(self.builder, each) for each in found]
        if len(wires) == 1:
            return {"output": wires[0]}
        if len({*wires}) < len(wires):
            raise Untranslatable("it returns one value twice, which no spec means: return it once")
        numbered = [f"{OUTPUT}_{at}" for at in range(len(wires))]
        names = [name_of(each, OUTPUT) for each in self.program.called]
        are_known = len({*names}) == len(wires)
        return dict(zip(names if are_known else numbered, wires, strict=True))

    def _shared(self, leading: set[Any]) -> Iterator[str]:
        """Yield the names of weights that several layers take."""
        for node in self.program.graph.find_nodes(op="placeholder"):
            readers = [each for each in node.users if each in leading]
            layers = [each for each in readers if _operator(each) in _LAYERS]
            if node.name in self.program.tensors and len(layers) > 1:
                yield self.program.names[node.name]


def _modules(node: Node) -> Iterator[Module]:
    """Yield the modules around a call, outermost first, without the network itself."""
    around = ""
    for path, kind in _stack(node):
        yield Module(path.removeprefix(f"{around}.") if around else path, _class(kind))
        around = path


def _place(node: Node) -> str:
    path, kind = next(reversed(_stack(node)), ("", ""))
    return f"{path} ({_class(kind)})" if path else ""


def _told(node: Node) -> str:
    return " in ".join(filter(None, (_shown(node.target), _place(node))))


def _stack(node: Node) -> list[tuple[str, Any]]:
    """Return the modules around a call, each with its class, outermost first, but the network."""
    found = (node.meta.get("nn_module_stack") or {}).values()
    paths = ((path.removeprefix("L['self']").removeprefix("."), kind) for path, kind in found)
    return [(path, kind) for path, kind in paths if path]


def _class(kind: Any) -> str:
    return str(kind if isinstance(kind, str) else kind.__name__).rpartition(".")[2]


def _operator(node: Node) -> str:
    return operator_name(node.target)


def _shown(operator: Any) -> str:
    return str(operator) if hasattr(operator, "_schema") else str(operator.__name__)


def _nodes(given: Any) -> Iterator[Node]:
    yield from (each for each in _flat(given) if isinstance(each, Node))


def _flat(given: Any) -> Iterator[Any]:
    for each in given:
        if isinstance(each, list | tuple):
            yield from _flat(each)
        else:
            yield each
