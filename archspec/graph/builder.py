"""Construction of a graph, one node or scope at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count

from archspec.attributes import Value
from archspec.graph.boundary import naming_boundaries
from archspec.graph.graph import Graph, Header, Input
from archspec.graph.inference import Inference, TooLarge, require_applicable
from archspec.graph.node import Node, Wire
from archspec.graph.origin import Origin
from archspec.graph.path import first
from archspec.graph.scope import Kind, Scope, Template
from archspec.operator import Operator
from archspec.tensor import TensorType

MAXIMUM_NODES = 500_000

_TOO_MANY = f"the graph has more than {MAXIMUM_NODES:,} nodes or scopes, the most there may be"
_NOTHING: Mapping[str, Value] = {}
_OPENED = tuple(kind for kind in Kind if kind not in (Kind.NETWORK, Kind.HEAD))


class GraphBuilder:
    """Adds nodes and scopes one by one, inferring the type of each node as it is added.

    ``add`` and ``scope`` add to the open scope; ``put`` and ``close`` take full paths.
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
        """Add an input of shape (height, width, channels) or (channels,)."""
        self._require_free(name, name)
        if not _is_shape(shape):
            raise TypeError(f"the shape of `{name}` is a tuple of whole numbers, not {shape!r}")
        if not TensorType(shape).is_known:
            raise ValueError(f"`{name}` is {TensorType(shape)}, neither a vector nor a map")
        self.inputs[name] = Input(TensorType(shape))
        return Wire(name, self.inputs[name].type)

    def add(
        self, op: Operator, *sources: Wire, name: str = "", origin: Origin | None = None
    ) -> Wire:
        """Add a node to the open scope and return its output.

        The default name is the operator's word, numbered if it is taken. A merge with branches
        takes the name of the scope that contains them. Raises the operator's ``RuleError``.
        """
        require_applicable(op, sources)
        self._require_own(sources)
        path = self._path(name or self.free(op.word))
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
        """Open a scope inside the open one; ``through`` is its value if nothing is added to it.

        A module without a template gets one of its own.
        """
        if kind not in _OPENED:
            raise ValueError(
                f"{kind!r} is no kind of scope to open; these are: {', '.join(_OPENED)}"
            )
        if Kind(kind) is Kind.MODULE and template is None:
            template = Template(name)
        path = self._path(name)
        self._require_free(name, path)
        self._contents[self._open[-1]].append(path)
        self._open.append(path)
        self._contents[path] = []
        try:
            yield
        finally:
            contents = tuple(self._contents[self._open.pop()])
            counted = {"times": len(contents)} if kind == Kind.REPEAT else {}
            passing = through.path if through and not contents else ""
            told = {**arguments, **counted}
            self.close(Scope(path, Kind(kind), contents, told, None, template, passing))

    def graph(self, /, *outputs: Wire, **named: Wire) -> Graph:
        """Return the graph with these outputs; an unnamed one is named after its top-level step."""
        if len(self._open) > 1:
            raise ValueError(f"the scope `{self._open[-1]}` is still open; leave its `with` first")
        leaving = self._leaving(outputs, named)
        whole = {**self.scopes, "": Scope("", Kind.NETWORK, tuple(self._contents[""]))}
        scopes = naming_boundaries(self.nodes, whole, leaving.values())
        graph = Graph(Header(self.name), dict(self.nodes), scopes, dict(self.inputs), leaving, {})
        graph.verify()
        return graph

    def _leaving(self, outputs: tuple[Wire, ...], named: Mapping[str, Wire]) -> dict[str, str]:
        self._require_own((*outputs, *named.values()))
        leaving: dict[str, str] = {}
        for name, wire in (*((first(each.path), each) for each in outputs), *named.items()):
            if name in leaving:
                raise ValueError(f"two values come out as `{name}`; name one: graph(name=wire)")
            leaving[name] = wire.path
        if not leaving:
            raise ValueError("nothing comes out; hand `graph` the wires that leave the network")
        return leaving

    def put(
        self, path: str, op: Operator, sources: tuple[Wire, ...], origin: Origin | None = None
    ) -> Wire:
        """Add a node at a path and return its output; raise the operator's ``RuleError``."""
        if len(self.nodes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        inputs = tuple([wire.type for wire in sources])
        output = self._inference.infer(op, inputs)
        paths = tuple([wire.path for wire in sources])
        self.nodes[path] = Node(path, op, paths, inputs, output, origin)
        return Wire(path, output)

    def close(self, scope: Scope) -> None:
        """Add a scope whose contents have all been added."""
        if len(self.scopes) >= MAXIMUM_NODES:
            raise TooLarge(_TOO_MANY)
        self.scopes[scope.path] = scope

    def _path(self, name: str) -> str:
        return f"{self._open[-1]}.{name}" if self._open[-1] else name

    def free(self, name: str) -> str:
        """Return a name that is free in the open scope: this one, or the first with a number."""
        numbered = (f"{name}_{number}" for number in count(1))
        return next(
            each for each in chain((name,), numbered) if not self._is_taken(self._path(each))
        )

    def _is_taken(self, path: str) -> bool:
        return path in self.nodes or path in self._contents or path in self.inputs

    def _require_own(self, wires: tuple[Wire, ...]) -> None:
        for each in wires:
            if not isinstance(each, Wire):
                raise TypeError(f"a network gives wires, as `add` and `input` return, not {each!r}")
            given = self.inputs.get(each.path) or self.nodes.get(each.path)
            own = given.type if isinstance(given, Input) else given and given.output
            if own != each.type:
                raise ValueError(f"`{each.path}` {each.type} is no value of this network")

    def _require_free(self, name: str, path: str) -> None:
        if not name or "." in name:
            raise ValueError(f"`{name}` is no name: it is empty or holds a dot")
        if self._is_taken(path):
            raise ValueError(f"`{path}` is taken; names are told apart within a scope")


def _is_shape(shape: object) -> bool:
    return isinstance(shape, tuple) and all(type(each) is int for each in shape)
