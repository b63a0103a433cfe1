"""Building a graph node by node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from archspec.attributes import Value
from archspec.graph.graph import Graph, Header, Input
from archspec.graph.inference import Inference, TooLarge
from archspec.graph.node import Node, Wire
from archspec.graph.origin import Origin
from archspec.graph.path import first
from archspec.graph.scope import Kind, Scope, Template
from archspec.operator import Operator
from archspec.tensor import TensorType

MAXIMUM_NODES = 500_000

_TOO_MANY = f"the graph has more than {MAXIMUM_NODES:,} nodes or scopes, the most there may be"
_NOTHING: Mapping[str, Value] = {}


class GraphBuilder:
    """Adds nodes and scopes one by one; the type of each node is inferred as it is added.

    ``add`` and ``scope`` add to the scope that is open; ``put`` and ``close`` take whole paths.
    """

    def __init__(self, name: str = "network") -> None:
        self.name = name
        self.inputs: dict[str, Input] = {}
        self.nodes: dict[str, Node] = {}
        self.scopes: dict[str, Scope] = {}
        self._inference = Inference()
        self._open = [""]
        self._contents: dict[str, list[str]] = {"": []}

    def input(self, name: str, shape: tuple[int, ...]) -> Wire:
        """Add an input: height, width and channels, or channels alone."""
        self._require_free(name, name)
        if not TensorType(shape).is_known:
            raise ValueError(f"`{name}` is {TensorType(shape)}, neither a vector nor a map")
        self.inputs[name] = Input(TensorType(shape))
        return Wire(name, self.inputs[name].type)

    def add(
        self, op: Operator, *sources: Wire, name: str = "", origin: Origin | None = None
    ) -> Wire:
        """Add a node to the open scope and return the wire that leaves it.

        Its name is the operator's word, with a number where that is taken. A merge that has
        branches takes the name of the scope that holds them. Raises the operator's ``RuleError``.
        """
        path = self._path(name) if name else self._numbered(op.word)
        merge = self.scopes.get(path)
        if merge is None or merge.kind is not Kind.MERGE or path in self.nodes:
            self._require_free(name or op.word, path)
            self._contents[self._open[-1]].append(path)
        return self.put(path, op, sources, origin)

    @contextmanager
    def scope(
        self,
        kind: Kind,
        name: str,
        *,
        template: Template | None = None,
        arguments: Mapping[str, Value] = _NOTHING,
        through: Wire | None = None,
    ) -> Iterator[None]:
        """Open a scope inside the one that is open; ``through`` passes where nothing is added."""
        path = self._path(name)
        self._require_free(name, path)
        self._contents[self._open[-1]].append(path)
        self._open.append(path)
        self._contents[path] = []
        yield
        contents = tuple(self._contents[self._open.pop()])
        if kind is Kind.REPEAT:
            arguments = {**arguments, "times": len(contents)}
        passing = through.path if through and not contents else ""
        self.close(Scope(path, kind, contents, arguments, None, template, passing))

    def graph(self, *outputs: Wire, **named: Wire) -> Graph:
        """Return the graph that gives these values; one without a name has that of its step."""
        scopes = {**self.scopes, "": Scope("", Kind.NETWORK, tuple(self._contents[""]))}
        leaving = {first(wire.path): wire.path for wire in outputs}
        leaving |= {name: wire.path for name, wire in named.items()}
        graph = Graph(Header(self.name), dict(self.nodes), scopes, dict(self.inputs), leaving, {})
        graph.verify()
        return graph

    def put(
        self, path: str, op: Operator, sources: tuple[Wire, ...], origin: Origin | None = None
    ) -> Wire:
        """Add a node and return the wire that leaves it; raise the operator's ``RuleError``."""
        if len(self.nodes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        inputs = tuple([wire.type for wire in sources])
        output = self._inference.infer(op, inputs)
        paths = tuple([wire.path for wire in sources])
        self.nodes[path] = Node(path, op, paths, inputs, output, origin)
        return Wire(path, output)

    def close(self, scope: Scope) -> None:
        """Add a scope when all of its contents are there."""
        if len(self.scopes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        self.scopes[scope.path] = scope

    def _path(self, name: str) -> str:
        return f"{self._open[-1]}.{name}" if self._open[-1] else name

    def _numbered(self, word: str) -> str:
        path, count = self._path(word), 0
        while self._is_taken(path):
            count += 1
            path = self._path(f"{word}_{count}")
        return path

    def _is_taken(self, path: str) -> bool:
        return path in self.nodes or path in self._contents or path in self.inputs

    def _require_free(self, name: str, path: str) -> None:
        if not name or "." in name:
            raise ValueError(f"`{name}` is no name: it is empty or holds a dot")
        if self._is_taken(path):
            raise ValueError(f"`{path}` is taken; names are told apart within a scope")
