"""The typed graph of a network: nodes, the wires between them, the scopes the source had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archspec.attributes import Value
from archspec.operator import Operator
from archspec.source import Span
from archspec.tensor import TensorType

if TYPE_CHECKING:
    import networkx

T = TypeVar("T")

MAXIMUM_NODES = 500_000
MAXIMUM_SIZE = 2**40
"""Numbers that one value may hold: a thousand times what fits into a large machine."""

_TOO_MANY = f"the graph has more than {MAXIMUM_NODES:,} nodes or scopes, the most there may be"


class Written(NamedTuple):
    """A value as its author wrote it: ``2*k``, and where."""

    text: str
    span: Span


class Step(NamedTuple):
    """The step of a spec that made a node or a scope: its word, its place, and what it says."""

    word: str
    span: Span
    written: Mapping[str, Written] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Node:
    """One use of an operator.

    ``sources`` are the paths of the nodes or inputs whose values it takes; ``inputs`` and
    ``output`` are the types of what comes and goes. ``trail`` is where each enclosing module was
    used, outermost first.
    """

    path: str
    op: Operator
    sources: tuple[str, ...]
    inputs: tuple[TensorType, ...]
    output: TensorType
    step: Step = field(compare=False, repr=False)
    trail: tuple[Span, ...] = field(default=(), compare=False, repr=False)


class Promise(StrEnum):
    """What a module template promises of its grid."""

    STEM = "stem"
    BLOCK = "block"
    REDUCTION = "reduction"
    PART = "part"

    def holds(self, before: tuple[int, ...], after: tuple[int, ...]) -> bool:
        """Whether a grid that comes in as ``before`` may go out as ``after``."""
        if not before or not after:
            return True
        if self is Promise.BLOCK:
            return before == after
        if self is Promise.REDUCTION:
            pairs = list(zip(before, after, strict=True))
            return before != after and all(new <= old for old, new in pairs)
        return True


class Kind(StrEnum):
    """What a scope is one use of."""

    NETWORK = "network"
    HEAD = "head"
    MODULE = "module"
    LAYER = "layer"
    RESIDUAL = "residual"
    MERGE = "merge"
    BRANCH = "branch"
    REPEAT = "repeat"
    COPY = "copy"


@dataclass(frozen=True, eq=False)
class Template:
    """A module as its author wrote it; two files may each have one of the same name.

    ``options`` maps a name to the text of its default, or to None where the module's user must give
    it.
    """

    name: str
    promise: Promise
    options: Mapping[str, str | None]
    span: Span
    source: str = ""
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """One use of a module, a layer, a branch or a repeat: the tree that the source had.

    ``inputs`` are the paths of the values that arrive, ``output`` the path of the one that leaves;
    ``contents`` the paths of the nodes and scopes directly inside, as written. ``arguments`` holds
    option values of a module, ``times`` of a repeat, attributes of a layer or residual. A merge
    that has branches is a node and a scope of the same path. ``arriving`` is the path of the value
    that a list of steps is given, whose channels ``in_channels`` means there: no node need take it.
    """

    path: str
    kind: Kind
    inputs: tuple[str, ...]
    output: str
    contents: tuple[str, ...]
    arguments: Mapping[str, Value]
    step: Step | None = field(compare=False, repr=False)
    template: Template | None = field(default=None, compare=False, repr=False)
    arriving: str | None = field(default=None, compare=False, repr=False)


class Input(NamedTuple):
    """What a network takes: its type, and the preprocessing its numbers need if the spec tells."""

    type: TensorType
    preprocessing: Mapping[str, tuple[float, ...] | str] = MappingProxyType({})


@dataclass(frozen=True)
class Header:
    """What a spec says of itself: its name, where it comes from, its params and their defaults.

    ``moved`` pairs an old path with the new one; ``digest`` is the SHA-256 of the text and its
    imports. ``written`` is what the documents say outside of steps, by the name of the source and a
    dotted name such as ``params.classes``.
    """

    name: str
    source: str = ""
    doc: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()
    file: str = field(default="", compare=False)
    digest: str = field(default="", compare=False)
    written: Mapping[tuple[str, str], Written] = field(
        default_factory=dict, compare=False, repr=False
    )


@dataclass(frozen=True)
class Graph:
    """A network that has passed its shape check.

    ``nodes`` are in writing order, which is a dependency order. ``outputs`` maps a name to the path
    of the value that comes out; ``heads`` does the same for auxiliary heads, which serve training
    alone.
    """

    header: Header
    nodes: Mapping[str, Node]
    scopes: Mapping[str, Scope]
    inputs: Mapping[str, Input]
    outputs: Mapping[str, str]
    heads: Mapping[str, str]

    def __repr__(self) -> str:
        given = ", ".join(f"{name} {each.type}" for name, each in self.inputs.items())
        left = ", ".join(f"{name} {self.type_of(path)}" for name, path in self.outputs.items())
        return f"<Graph {self.name}: {given} to {left} in {len(self.nodes):,} nodes>"

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.header.name

    def type_of(self, path: str) -> TensorType:
        """Return the type of the value that a node or an input gives."""
        node = self.nodes.get(path)
        return self.inputs[path].type if node is None else node.output

    def fold(
        self, rule: Callable[[Node, tuple[T, ...]], T], inputs: Mapping[str, T]
    ) -> dict[str, T]:
        """Give each node to ``rule``, with what that returned for the node's sources before."""
        found = dict(inputs)
        for path, node in self.nodes.items():
            found[path] = rule(node, tuple(found[source] for source in node.sources))
        return found

    def verify(self) -> None:
        """Raise ``ValueError`` where what holds for every graph does not hold for this one."""
        known = {name: given.type for name, given in self.inputs.items()}
        for path, node in self.nodes.items():
            _hold(node.path == path and path not in known, f"{path} is said once, by its node")
            _hold(
                all(each in known for each in node.sources), f"{path} takes what stands before it"
            )
            arriving = tuple(known[each] for each in node.sources)
            _hold(node.inputs == arriving, f"{path} takes the types that its sources give")
            _hold(
                node.output == node.op.infer(*arriving), f"{path} gives the type that is inferred"
            )
            known[path] = node.output
        for path in (*self.outputs.values(), *self.heads.values()):
            _hold(path in known, f"{path} comes out and exists")
        for scope in self.scopes.values():
            at = scope.arriving
            _hold(at is None or at in known, f"{at} arrives and exists")
        held = Counter(path for scope in self.scopes.values() for path in scope.contents)
        wanted = (self.nodes.keys() | self.scopes.keys()) - {""}
        _hold(held == dict.fromkeys(wanted, 1), "each node and scope lies in one scope")

    def within(self, path: str) -> Iterator[Node]:
        """List the nodes inside a scope, at any depth; the whole network for an empty path."""
        scope = self.scopes.get(path)
        for inner in scope.contents if scope else ():
            yield from self.within(inner)
        if path in self.nodes:
            yield self.nodes[path]

    def without_heads(self) -> Graph:
        """Leave the auxiliary heads out, as inference does."""
        if not self.heads:
            return self
        mine = tuple(f"{name}." for name in self.heads)
        root = self.scopes[""]
        contents = tuple(path for path in root.contents if path not in self.heads)
        scopes = {
            path: each for path, each in self.scopes.items() if not f"{path}.".startswith(mine)
        }
        return replace(
            self,
            nodes={path: node for path, node in self.nodes.items() if not path.startswith(mine)},
            scopes={**scopes, "": replace(root, contents=contents)},
            heads={},
        )

    @cached_property
    def wires(self) -> networkx.MultiDiGraph[str]:
        """The frozen networkx view: inputs and nodes by path, the input slot as edge key."""
        from networkx import MultiDiGraph, freeze

        wires: networkx.MultiDiGraph[str] = MultiDiGraph(name=self.name)
        for name, given in self.inputs.items():
            wires.add_node(name, type=given.type)
        for path, node in self.nodes.items():
            wires.add_node(path, node=node, type=node.output)
            for slot, source in enumerate(node.sources):
                wires.add_edge(source, path, key=slot, type=node.inputs[slot])
        freeze(wires)
        return wires


def _hold(condition: bool, invariant: str) -> None:
    if not condition:
        raise ValueError(f"this does not hold of the graph: {invariant}")


class TooLarge(Exception):
    """A graph beyond the bounds on nodes, scopes or the size of a value; the message says which."""


class Wire(NamedTuple):
    """The value that leaves a node or an input: its path and its type."""

    path: str
    type: TensorType


class GraphBuilder:
    """Adds nodes and scopes one by one; the type of each node is inferred as it is added."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.scopes: dict[str, Scope] = {}
        self._inferred: dict[tuple[Operator, tuple[TensorType, ...]], TensorType] = {}

    def add(
        self,
        path: str,
        op: Operator,
        sources: tuple[Wire, ...],
        step: Step,
        trail: tuple[Span, ...],
    ) -> Wire:
        """Add a node and return the wire that leaves it; raise the operator's ``RuleError``."""
        if len(self.nodes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        inputs = tuple([wire.type for wire in sources])
        key = (op, inputs)
        output = self._inferred.get(key)
        if output is None:
            output = self._inferred[key] = op.infer(*inputs)
            if output.size > MAXIMUM_SIZE:
                raise TooLarge(f"a value of more than {MAXIMUM_SIZE:,} numbers")
        paths = tuple([wire.path for wire in sources])
        self.nodes[path] = Node(path, op, paths, inputs, output, step, trail)
        return Wire(path, output)

    def close(self, scope: Scope) -> None:
        """Add a scope when all of its contents are there."""
        if len(self.scopes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        self.scopes[scope.path] = scope
