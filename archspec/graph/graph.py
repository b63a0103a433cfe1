"""The typed graph of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archspec.attributes import Value
from archspec.graph.boundary import Boundary, boundaries
from archspec.graph.node import Node, Written
from archspec.graph.scope import Scope
from archspec.tensor import TensorType

if TYPE_CHECKING:
    import networkx

T = TypeVar("T")


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

    @cached_property
    def _boundaries(self) -> Mapping[str, Boundary]:
        leaving = (*self.outputs.values(), *self.heads.values())
        whole = Boundary(tuple(self.inputs), tuple(dict.fromkeys(self.outputs.values())))
        return {**boundaries(self.nodes, self.scopes, leaving), "": whole}

    def boundary(self, path: str) -> Boundary:
        """Return the values that a scope or node takes from outside, and those that it gives."""
        found = self._boundaries.get(path)
        return found or Boundary(tuple(dict.fromkeys(self.nodes[path].sources)), (path,))

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
