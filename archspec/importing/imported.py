"""A network of another format as a graph, built one operator at a time with its weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archspec.graph import Graph, GraphBuilder, Imported, Kind, Template, Wire, first
from archspec.importing.idioms import named_functions
from archspec.operator import Operator
from archspec.operators.pool import GlobalPool
from archspec.operators.scale import Affine, LayerScale
from archspec.raising.naming import name_of

PART, STAGE = "part", "stage"
"""What a module is called whose class is no name, and what one that only holds others."""
LOGITS, OUTPUT = "logits", "result"
"""What an output is called that the source only numbers: a vector, and a map."""
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
_NUMBERS = re.compile("[0-9_.]+$")


class Module(NamedTuple):
    """A module of the source around an operator: its name in the one around it, and its class."""

    name: str
    word: str


class Missing(NamedTuple):
    """An operator that archspec has no word for: its name, the module it is in, and why."""

    operator: str
    place: str
    reason: str = ""


class Wordless(Exception):
    """A call or node that no operator of archspec means; the message says why."""


class CellNeeded(Wordless):
    """A vector that something needs as a map of one cell."""

    def __init__(self, wire: Wire) -> None:
        super().__init__("its input is a vector, no map of height, width and channels")
        self.wire = wire


class Untranslatable(ValueError):
    """A network that cannot be imported; ``missing`` lists the operators that have no word."""

    def __init__(self, message: str, missing: Iterable[Missing] = (), *, help: str = "") -> None:
        super().__init__(message)
        self.missing = tuple(missing)
        self.help = help


def template_name(module: Module) -> str:
    """Name the template of a module: by its class, unless that only says that it holds others."""
    if module.word in _CONTAINERS:
        return name_of(_NUMBERS.sub("", module.name), STAGE)
    return name_of(module.word, PART)


def _node(key: str) -> str:
    return key.rpartition(".")[0]


def _output_name(wire: Wire) -> str:
    """Name the only output after its module, unless the source only numbers that."""
    name = first(wire.path)
    if not name[-1].isdecimal():
        return name
    return LOGITS if len(wire.type.shape) == 1 else OUTPUT


@dataclass(frozen=True)
class Network:
    """An imported graph and its tensors by ``path.name``, as arrays in canonical layout.

    ``shared`` are the names of weights that several layers of the source share.
    """

    graph: Graph
    tensors: Mapping[str, Any]
    shared: tuple[str, ...] = ()


@dataclass
class NetworkBuilder:
    """Builds a network; the modules around an operator are opened and closed as they change.

    ``cells`` names the pools over the whole grid that keep their cell, by what they were called.
    """

    name: str
    tensors: dict[str, Any] = field(default_factory=dict)
    cells: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._builder = GraphBuilder(self.name)
        self._open: list[tuple[Module, ExitStack]] = []
        self._concatenated: dict[Wire, tuple[Wire, ...]] = {}

    def input(self, name: str, shape: tuple[int, ...]) -> Wire:
        """Add an input of shape (height, width, channels) or (channels,), by a free name."""
        return self._builder.input(self._builder.free(name), shape)

    def add(
        self,
        op: Operator,
        *sources: Wire,
        modules: tuple[Module, ...] = (),
        name: str = "",
        tensors: Mapping[str, Any] | None = None,
    ) -> Wire:
        """Add an operator inside its modules; ``tensors`` are its parameters by name."""
        self._enter(modules)
        wire = self._builder.add(op, *sources, origin=Imported(name or op.word))
        for each, tensor in (tensors or {}).items():
            self.tensors[f"{wire.path}.{each}"] = tensor
        return wire

    def concat(self, op: Operator, *sources: Wire, **named: Any) -> Wire:
        """Add a concatenation, of an earlier one where that holds the first of its sources.

        A dense block that concatenates all that came before is one that adds to what there is.
        """
        parts = tuple(self._concatenated.get(each, (each,)) for each in sources)
        whole = tuple(part for each in parts for part in each)
        known = {held: wire for wire, held in self._concatenated.items()}
        longest = next((n for n in range(len(sources) - 1, 1, -1) if sources[:n] in known), 0)
        given = (known[sources[:longest]], *sources[longest:]) if longest else sources
        wire = self.add(op, *given, **named)
        self._concatenated[wire] = whole
        return wire

    def operands(self, wire: Wire) -> tuple[Wire, ...]:
        """Return what a value concatenates; nothing if it is no concatenation."""
        node = self._builder.nodes.get(wire.path)
        if node is None or not node.op.concatenates:
            return ()
        return tuple(Wire(*each) for each in zip(node.sources, node.inputs, strict=True))

    def producer(self, wire: Wire) -> tuple[Operator | None, tuple[Wire | None, ...]]:
        """Return the operator that gives a wire and what that takes; for an input, nothing."""
        node = self._builder.nodes.get(wire.path)
        if node is None:
            return None, (None,)
        return node.op, tuple(Wire(*each) for each in zip(node.sources, node.inputs, strict=True))

    def pools_of(self, wire: Wire) -> set[str]:
        """Name the pools that a vector comes of, behind which there are vectors alone."""
        found, waiting = set(), [wire.path]
        while waiting:
            node = self._builder.nodes.get(waiting.pop())
            if node is not None and isinstance(node.op, GlobalPool):
                found.add(node.origin.name if isinstance(node.origin, Imported) else "")
            elif node is not None and not node.output.is_map:
                waiting.extend(node.sources)
        return found

    def sized(self, wire: Wire, grid: tuple[int, ...]) -> Wire | None:
        """Return the nearest value with a grid that this one is computed from, if there is one."""
        waiting, seen = [wire.path], {wire.path}
        while waiting:
            node = self._builder.nodes.get(waiting.pop(0))
            for path, kind in zip(node.sources, node.inputs, strict=True) if node else ():
                if kind.grid == grid:
                    return Wire(path, kind)
                if path not in seen:
                    seen.add(path)
                    waiting.append(path)
        return None

    def last(self, grid: tuple[int, ...]) -> Wire | None:
        """Return the last value with a grid, whatever is computed from it."""
        fitting = [each for each in self._builder.nodes.values() if each.output.grid == grid]
        return Wire(fitting[-1].path, fitting[-1].output) if fitting else None

    def give_bias(self, wire: Wire, bias: Any) -> bool:
        """Give a layer this bias; return whether the wire comes of a layer that has none."""
        node = self._builder.nodes.get(wire.path)
        if node is None:
            return False
        op: Operator = node.op
        if isinstance(op, LayerScale):
            op = Affine(initial=op.initial, bias=False)
        if getattr(op, "bias", True):
            return False
        sources = tuple(Wire(*each) for each in zip(node.sources, node.inputs, strict=True))
        biased = op.replace(bias=True)
        shapes = {each.name: each.shape for each in biased.parameters(*node.inputs)}
        if bias.shape != shapes["bias"]:
            return False
        self._builder.put(node.path, biased, sources, node.origin)
        self.tensors[f"{node.path}.bias"] = bias
        return True

    def network(self, outputs: Mapping[str, Wire]) -> Network:
        """Close all modules and return the network; operators that lead nowhere are left out."""
        self._leave(0)
        wires = [*outputs.values()]
        if not wires:
            raise Untranslatable(f"{self.name} gives nothing: it has no output")
        named = outputs if len(wires) > 1 else {_output_name(wires[0]): wires[0]}
        whole = self._builder.graph(**named)
        graph = whole.rewrite(named_functions(whole), "import")
        tensors = {key: each for key, each in self.tensors.items() if _node(key) in graph.nodes}
        return Network(graph, tensors)

    def _enter(self, modules: tuple[Module, ...]) -> None:
        shared = 0
        for (open_one, _), module in zip(self._open, modules, strict=False):
            if open_one != module:
                break
            shared += 1
        self._leave(shared)
        for module in modules[shared:]:
            self._open.append((module, ExitStack()))
            word = template_name(module)
            named = f"{word}_{module.name}" if module.name.isdecimal() else module.name
            name = self._builder.free(name_of(named, word))
            scope = self._builder.scope(Kind.MODULE, name, template=Template(word))
            self._open[-1][1].enter_context(scope)

    def _leave(self, kept: int) -> None:
        while len(self._open) > kept:
            self._open.pop()[1].close()
