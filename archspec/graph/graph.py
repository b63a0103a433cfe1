"""The typed dataflow graph of a network: navigation, verification and rewriting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from archspec.argument_types import taking
from archspec.attributes import Value, title
from archspec.graph.boundary import Boundary, boundaries, naming_boundaries
from archspec.graph.node import Node, Wire
from archspec.graph.origin import Written
from archspec.graph.path import parent, upwards
from archspec.graph.scope import Scope
from archspec.tensor import TensorType

if TYPE_CHECKING:
    import networkx

    from archspec.graph.rewriting import RewriteRule

T = TypeVar("T")


class Input(NamedTuple):
    """An input of a network: its type and, if the spec states it, the preprocessing of images."""

    type: TensorType
    preprocessing: Mapping[str, tuple[float, ...] | str] = MappingProxyType({})


@dataclass(frozen=True)
class Header:
    """The metadata of a spec: its name, its source in the literature, its params and their values.

    ``title`` is how its author writes its name for readers; empty where the name says it.
    ``moved`` pairs old paths with new ones. ``texts`` are those of the document and its imports.
    ``written`` holds the texts outside of steps, by the name of the file and a dotted key such as
    ``params.classes``.
    """

    name: str
    title: str = ""
    source: str = ""
    doc: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()
    file: str = field(default="", compare=False)
    texts: tuple[str, ...] = field(default=(), compare=False, repr=False)
    written: Mapping[tuple[str, str], Written] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the texts; empty where there are none."""
        from hashlib import sha256

        return sha256("".join(self.texts).encode()).hexdigest() if self.texts else ""


@dataclass(frozen=True)
class Graph:
    """A network that has passed its shape check.

    ``nodes`` are in source order, which is a topological order. ``outputs`` maps the name of each
    output to the path of its value; so does ``heads`` for auxiliary heads, used in training only.
    ``left_out`` names the heads that the network was freed of.
    """

    header: Header
    nodes: Mapping[str, Node]
    scopes: Mapping[str, Scope]
    inputs: Mapping[str, Input]
    outputs: Mapping[str, str]
    heads: Mapping[str, str]
    left_out: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __repr__(self) -> str:
        given = ", ".join(f"{name} {each.type}" for name, each in self.inputs.items())
        left = ", ".join(f"{name} {self.type_of(path)}" for name, path in self.outputs.items())
        return f"<Graph {self.name}: {given} to {left} in {len(self.nodes):,} nodes>"

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.header.name

    @property
    def title(self) -> str:
        """The name of the network as readers write it."""
        return self.header.title or title(self.name)

    @property
    def leaving(self) -> tuple[str, ...]:
        """The paths of the values that leave it: those of its outputs, then those of its heads."""
        return (*self.outputs.values(), *self.heads.values())

    def type_of(self, path: str) -> TensorType:
        """Return the type of the value that a node or an input produces."""
        node = self.nodes.get(path)
        return self.inputs[path].type if node is None else node.output

    @cached_property
    def _boundaries(self) -> Mapping[str, Boundary]:
        whole = Boundary(tuple(self.inputs), tuple(dict.fromkeys(self.outputs.values())))
        return {**boundaries(self.nodes, self.scopes, self.leaving), "": whole}

    def boundary(self, path: str) -> Boundary:
        """Return the live-in and live-out values of a scope, or operands and result of a node."""
        found = self._boundaries.get(path)
        return found or Boundary(tuple(dict.fromkeys(self.nodes[path].sources)), (path,))

    def fold(
        self, rule: Callable[[Node, tuple[T, ...]], T], inputs: Mapping[str, T]
    ) -> dict[str, T]:
        """Compute a fact for each value: ``rule`` takes a node and the facts of its operands."""
        found = dict(inputs)
        for path, node in self.nodes.items():
            found[path] = rule(node, tuple(found[source] for source in node.sources))
        return found

    def verify(self) -> Graph:
        """Return the graph itself; raise ``ValueError`` naming the first invariant it violates."""
        from archspec.graph.invariants import INVARIANTS

        for invariant in INVARIANTS:
            found = next(iter(invariant.broken(self)), None)
            if found is not None:
                raise ValueError(f"{invariant.name}: {invariant.sentence}; {found} breaks it")
        return self

    def rewrite(self, rule: RewriteRule, name: str = "") -> Graph:
        """Apply ``rule`` to every node in topological order and return the new graph, verified.

        Types are inferred again; dead nodes, and scopes that become empty, are removed. ``name``
        is that of the pass in origins. Raises the operators' ``RuleError``.
        """
        from archspec.graph.rewriting import Regrouping, Rewriter, alive

        inputs = {each: Wire(each, given.type) for each, given in self.inputs.items()}
        taken = {*self.nodes, *self.scopes, *self.inputs}
        done = Rewriter(rule, name or _named(rule), self.scopes, inputs, taken)
        for node in self.nodes.values():
            done.rewrite(node)
        outputs = {each: done.wires[path].path for each, path in self.outputs.items()}
        heads = {each: done.wires[path].path for each, path in self.heads.items()}
        leaving = (*outputs.values(), *heads.values())
        nodes = alive(done.nodes, leaving, [*done.given_together()])
        left = {path: self.boundary(path).output for path in self.scopes}
        scopes = naming_boundaries(nodes, Regrouping(done, nodes, left).scopes(), leaving)
        new = replace(self, nodes=nodes, scopes=scopes, outputs=outputs, heads=heads)
        return new.without_broken_repeats().verify()

    def without_broken_repeats(self) -> Graph:
        """Return the graph with lists of steps for repeats whose copies do not follow one another.

        Paths stay as they are.
        """
        from archspec.graph.repeats import taken_apart

        lists = taken_apart(self)
        if not lists:
            return self
        scopes = naming_boundaries(self.nodes, {**self.scopes, **lists}, self.leaving)
        return replace(self, scopes=scopes).without_broken_repeats()

    def parent(self, path: str) -> Scope | None:
        """Return the scope that directly contains a node or scope; None for the network itself."""
        return self.scopes[parent(path)] if path else None

    def ancestors(self, path: str) -> Iterator[Scope]:
        """Yield the scopes that enclose a node or scope, innermost first."""
        return (self.scopes[each] for each in (*upwards(parent(path)), "") if path)

    def children(self, path: str) -> tuple[str, ...]:
        """Return the paths directly inside a scope; empty for a node."""
        scope = self.scopes.get(path)
        return scope.contents if scope else ()

    def walk(
        self, path: str = "", children: Callable[[str], Iterable[str]] | None = None
    ) -> Iterator[str]:
        """Yield the paths of nodes and scopes inside a scope at any depth, in pre-order.

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
        """Return the nodes that read a value, each once per operand that does."""
        return self._users.get(path, ())

    @cached_property
    def _times_leaving(self) -> Counter[str]:
        return Counter(self.leaving)

    def uses(self, path: str) -> int:
        """Count the uses of a value: as an operand, as an output, as the output of a head."""
        return len(self.users(path)) + self._times_leaving[path]

    def producer(self, path: str) -> Node | None:
        """Return the node that produces the value of a node or scope; None for an input."""
        return self.nodes.get(self.boundary(path).output if path in self.scopes else path)

    def within(self, path: str) -> Iterator[Node]:
        """Yield the nodes inside a scope at any depth; the empty path is the whole network."""
        scope = self.scopes.get(path)
        for inner in scope.contents if scope else ():
            yield from self.within(inner)
        if path in self.nodes:
            yield self.nodes[path]

    def without_heads(self) -> Graph:
        """Return the graph without its auxiliary heads, as inference uses it."""
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
            left_out=tuple(self.heads),
        )

    @cached_property
    def wires(self) -> networkx.MultiDiGraph[str]:
        """The graph as a frozen networkx multigraph; an edge's key is the operand's position."""
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


def _named(rule: RewriteRule) -> str:
    """Name a rule after its function, or after its class where it is an object."""
    return getattr(rule, "__name__", type(rule).__name__)


taking_graphs = taking(Graph, "archspec.load(...) reads a spec as one")
"""Decorates verbs that take graphs."""
