"""The typed graph of a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archspec.argument_types import taking
from archspec.attributes import Value
from archspec.graph.boundary import Boundary, boundaries, naming_boundaries
from archspec.graph.invariants import INVARIANTS
from archspec.graph.node import Node, Wire
from archspec.graph.origin import Written
from archspec.graph.path import parent, upwards
from archspec.graph.rewriting import Regrouping, Rewriter, RewriteRule, alive
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

    def verify(self) -> Graph:
        """Return the graph itself; raise ``ValueError`` with the first invariant that is broken."""
        for invariant in INVARIANTS:
            found = next(iter(invariant.broken(self)), None)
            if found is not None:
                raise ValueError(f"{invariant.name}: {invariant.sentence}; {found} breaks it")
        return self

    def rewrite(self, rule: RewriteRule, name: str = "") -> Graph:
        """Return the graph in which every node is what ``rule`` made of it, in writing order.

        Types are inferred anew, nodes that nothing depends on any more are left out, and so are the
        scopes that they leave empty. The result is verified. Raises the operators' ``RuleError``.
        """
        inputs = {each: Wire(each, given.type) for each, given in self.inputs.items()}
        taken = {*self.nodes, *self.scopes, *self.inputs}
        done = Rewriter(rule, name or rule.__name__, self.scopes, inputs, taken)
        for node in self.nodes.values():
            done.rewrite(node)
        outputs = {each: done.wires[path].path for each, path in self.outputs.items()}
        heads = {each: done.wires[path].path for each, path in self.heads.items()}
        leaving = (*outputs.values(), *heads.values())
        given = [tuple(scope.gives.values()) for scope in self.scopes.values() if scope.gives]
        together = [tuple([done.wires[path].path for path in paths]) for paths in given]
        nodes = alive(done.nodes, leaving, together)
        left = {path: self.boundary(path).output for path in self.scopes}
        scopes = naming_boundaries(nodes, Regrouping(done, nodes, left).scopes(), leaving)
        return replace(self, nodes=nodes, scopes=scopes, outputs=outputs, heads=heads).verify()

    def parent(self, path: str) -> Scope | None:
        """Return the scope that directly holds a node or scope; None for the network itself."""
        return self.scopes[parent(path)] if path else None

    def ancestors(self, path: str) -> Iterator[Scope]:
        """Return the scopes around a node or scope, innermost first."""
        return (self.scopes[each] for each in (*upwards(parent(path)), "") if path)

    def children(self, path: str) -> tuple[str, ...]:
        """Return what directly lies in a scope; a node by itself holds nothing."""
        scope = self.scopes.get(path)
        return scope.contents if scope else ()

    def walk(
        self, path: str = "", children: Callable[[str], Iterable[str]] | None = None
    ) -> Iterator[str]:
        """Return the nodes and scopes inside a scope at any depth, in preorder.

        ``children`` lists what is visited below each of them, to prune or to fold the tree.
        """
        children = children or self.children
        for inner in children(path):
            yield inner
            yield from self.walk(inner, children)

    @cached_property
    def _users(self) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            for source in node.sources:
                found.setdefault(source, []).append(node)
        return {path: tuple(nodes) for path, nodes in found.items()}

    def users(self, path: str) -> tuple[Node, ...]:
        """Return the nodes that take a value, each once for every input that takes it."""
        return self._users.get(path, ())

    @cached_property
    def _leaving(self) -> Counter[str]:
        return Counter((*self.outputs.values(), *self.heads.values()))

    def uses(self, path: str) -> int:
        """Count how often a value is taken: by nodes, as an output, by a head."""
        return len(self.users(path)) + self._leaving[path]

    def producer(self, path: str) -> Node | None:
        """Return the node that gives the value of a node or scope; None for an input."""
        return self.nodes.get(self.boundary(path).output if path in self.scopes else path)

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


taking_graphs = taking(Graph, "archspec.load(...) reads a spec as one")
"""Decorates verbs that take graphs."""
