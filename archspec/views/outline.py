"""A network as a tree of groups that open, for the viewer."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from archspec.analysis.count import Totaller
from archspec.graph import Graph, Kind, Node, Scope, Step, last
from archspec.views import details, drawing, kinds, labels
from archspec.views.details import Details, Place
from archspec.views.naming import Naming
from archspec.views.options import Options
from archspec.views.selection import OPENED, depth, entrance, root, source
from archspec.weights import statistics
from archspec.weights.statistics import TensorStatistics

_MOST_SHAPES = 4
"""How many outputs of a group are told by their shapes."""
_TRANSPARENT = frozenset({Kind.NETWORK, Kind.MERGE, Kind.RESIDUAL, Kind.BRANCH})


class Item(NamedTuple):
    """One operator or input, or a group that opens: a layer, a module, a repeat.

    ``parent`` is the index of the enclosing group in the outline, -1 for the outermost; ``name`` is
    the path relative to the parent's. ``sources`` are the indices of the items whose values an
    operator takes. ``is_open`` says that a group is open at first, ``is_head`` that it is an
    auxiliary head, whose costs do not count in those of the network. ``statistics`` are those of
    the tensors of ``details``, if there is a file of weights. ``is_repeat`` says that what
    is directly in it are copies, one after the other.
    """

    parent: int
    name: str
    label: str
    kind: str
    shape: str
    place: Place = Place()
    is_group: bool = False
    is_layer: bool = False
    is_open: bool = False
    is_head: bool = False
    is_repeat: bool = False
    parameters: int = 0
    macs: int = 0
    activations: int = 0
    details: Details = Details()
    statistics: tuple[TensorStatistics, ...] = ()
    sources: tuple[int, ...] = ()


class Around(NamedTuple):
    """An enclosing group, its path, the levels left to open inside, the kind of its contents."""

    group: int
    path: str
    levels: int
    kind: drawing.BoxKind


def outline(graph: Graph, options: Options) -> list[Item]:
    """List everything in a network or module, each group before what is in it."""
    return _Outline(graph, options).items


class _Outline:
    def __init__(self, graph: Graph, options: Options) -> None:
        self.graph = graph
        self.options = options
        self.naming = Naming(graph, options.label)
        self.totaller = Totaller()
        file = options.weights
        self.statistics = statistics.of_file(Path(file), graph) if file else {}
        self.items: list[Item] = []
        self.found: dict[str, int] = {}
        top = root(graph, options.module)
        self.depth = depth(graph, top, options.depth)
        leaving = {**graph.outputs, **graph.heads}
        self.leaving = {path: name for name, path in leaving.items()} if len(leaving) > 1 else {}
        self.kinds = dict(kinds.of_steps(graph)) if top.kind is Kind.NETWORK else {}
        self.opened = {top.path: self.add_top(top)}
        for node in graph.within(top.path):
            self.add_node(node, self.around(node.path))

    def add_top(self, top: Scope) -> Around:
        """List a network or a module, and its inputs."""
        network = top.kind is Kind.NETWORK
        label = self.graph.title if network else self.naming.of(top)
        shape = ", ".join(map(self.shape, self.leaving)) if network else ""
        around = Around(0, top.path, self.depth.modules - 1, kinds.of_scope(self.graph, top))
        shape = shape or self.shape(self.graph.boundary(top.path).output)
        whole = Item(-1, top.path, label, around.kind, shape, is_group=True, is_open=True)
        self.items.append(whole)
        named = {path: name for name, path in top.takes.items()}
        only = self.graph.boundary(top.path).inputs[:1]
        for path in self.graph.inputs if network else named or only:
            said = source(self.graph, path) if network else entrance(self.graph, top)
            said = named[path] if len(named) > 1 else said
            self.found[path] = len(self.items)
            shape = str(self.graph.type_of(path))
            self.items.append(Item(0, path, said, drawing.BoxKind.INPUT, shape))
        return around

    def around(self, path: str) -> Around:
        """Find the group around a node or scope; one without items yet is listed first."""
        scope = self.graph.parent(path)
        if scope is None:
            return self.opened[""]
        if scope.path not in self.opened:
            outer = self.around(scope.path)
            is_group = not _is_transparent(scope)
            self.opened[scope.path] = self.add_group(scope, outer) if is_group else outer
        found = self.opened[scope.path]
        return found._replace(kind=self.kinds.get(path, found.kind))

    def add_node(self, node: Node, around: Around) -> None:
        """List an operator; a value from outside of a module comes from the module's input."""
        totals = self.totaller.of(node)
        item = Item(
            around.group,
            _below(node.path, around.path),
            self.naming.labelled(node.path, labels.of_node(node)),
            drawing.BoxKind.MERGE if len(node.sources) > 1 else around.kind,
            self.shape(node.path),
            _place(node.step),
            parameters=totals.parameters,
            macs=totals.macs,
            activations=totals.activations,
            details=details.of_node(node),
            statistics=self.statistics_of(node),
            sources=tuple(self.found.get(each, 1) for each in node.sources),
        )
        self.found[node.path] = len(self.items)
        self.items.append(item)

    def statistics_of(self, node: Node) -> tuple[TensorStatistics, ...]:
        """Describe the tensors of an operator, if there is a file of weights."""
        if not self.statistics:
            return ()
        names = (each.name for each in node.op.parameters(*node.inputs))
        return tuple(self.statistics[f"{node.path}.{name}"] for name in names)

    def add_group(self, scope: Scope, around: Around) -> Around:
        """List a layer, a module or a repeat, whose costs are those of its contents."""
        is_module = scope.kind in OPENED
        kind = self.kind(scope, around)
        opened = Around(len(self.items), scope.path, around.levels - is_module, kind)
        item = Item(
            around.group,
            _below(scope.path, around.path),
            self.naming.labelled(scope.path, self.label(scope)),
            kind,
            self.shapes(self.graph.boundary(scope.path).outputs),
            _place(scope.step),
            is_group=True,
            is_layer=scope.kind is Kind.LAYER,
            is_open=self.is_open(scope, around.levels),
            is_head=scope.kind is Kind.HEAD,
            is_repeat=scope.kind is Kind.REPEAT,
            details=details.of_scope(scope),
        )
        self.items.append(item)
        return opened

    def shape(self, path: str) -> str:
        """Write the type of a value, after its name if it is one of several outputs."""
        shape, name = str(self.graph.type_of(path)), self.leaving.get(path)
        return f"{name}: {shape}" if name else shape

    def shapes(self, paths: tuple[str, ...]) -> str:
        """Write the types of all values that a group gives, the first of many."""
        said = [self.shape(path) for path in paths[:_MOST_SHAPES]]
        more = [f"{len(paths) - _MOST_SHAPES} more"] if len(paths) > _MOST_SHAPES else []
        return ", ".join((*said, *more))

    def kind(self, scope: Scope, around: Around) -> drawing.BoxKind:
        """Return the kind of a group; a repeat has that of its copies."""
        inner = self.graph.scopes.get(scope.contents[0]) if scope.kind is Kind.REPEAT else scope
        return kinds.of_scope(self.graph, inner) if inner and inner.kind in OPENED else around.kind

    def label(self, scope: Scope) -> str:
        """Name a group; a copy is named with its index."""
        if scope.kind is Kind.REPEAT:
            return self.naming.of_copies(scope)
        above = self.graph.parent(scope.path)
        copied = above is not None and above.kind is Kind.REPEAT and len(above.contents) > 1
        if scope.kind is Kind.COPY and above is not None and above.kind is Kind.REPEAT:
            return f"copy {last(scope.path)}"
        if scope.kind is Kind.LAYER:
            name = labels.of_layer(*self.graph.within(scope.path))
        else:
            name = self.naming.of(scope)
        return f"{name} [{last(scope.path)}]" if copied else name

    def is_open(self, scope: Scope, levels: int) -> bool:
        """Whether a group is open at first: down to the depth, repeats only if unrolled."""
        if scope.kind is Kind.LAYER:
            return self.depth.operators
        return levels > 0 and (self.options.unroll or scope.kind is not Kind.REPEAT)


def _is_transparent(scope: Scope) -> bool:
    """Whether a scope has no group of its own, so that its contents belong to the one around it."""
    return scope.kind in _TRANSPARENT or (scope.kind is Kind.REPEAT and len(scope.contents) < 2)


def _below(path: str, group: str) -> str:
    return path[len(group) + 1 :] if group else path


def _place(step: Step | None) -> Place:
    return details.place(step.span) if step else Place()
