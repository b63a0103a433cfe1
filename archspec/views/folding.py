"""Folding a graph into a drawing: modules to a depth, layers to one box, repeats to one copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from archspec.analysis.count import Totaller
from archspec.graph import Graph, Kind, Node, Promise, Scope, encloses
from archspec.tensor import TensorType
from archspec.views import drawing, kinds, labels
from archspec.views.concat_removal import without_concats
from archspec.views.drawing import Box, Drawing, Frame
from archspec.views.naming import Naming
from archspec.views.options import Options, Shapes
from archspec.views.selection import OPENED, Depth, depth, entrance, root, source
from archspec.views.wiring import Wiring

Content = Frame | str
ShowShape = Callable[[TensorType], str]

ANNOUNCED = "Output: "
_OFF_TRUNK = (Kind.BRANCH, Kind.RESIDUAL)
_EVERYWHERE = (Shapes.ALL, Shapes.NONE)


def hidden(shape: TensorType) -> str:
    """Show no shape."""
    return ""


def announced(shape: TensorType) -> str:
    """Show a shape as overviews of networks do."""
    return f"{ANNOUNCED}{shape}"


@dataclass(frozen=True)
class Surroundings:
    """The context of a box: levels of modules to open below, its kind, how shapes are shown.

    It stands for ``copies``, which are equal, if it is a copy of a repeat.
    """

    levels: int
    kind: drawing.BoxKind
    show: ShowShape
    copies: tuple[str, ...] = ()

    @property
    def times(self) -> int:
        """How many copies the box stands for."""
        return max(len(self.copies), 1)


def fold(graph: Graph, options: Options) -> Drawing:
    """Draw a network, or one of its modules."""
    top = root(graph, options.module)
    return Folding(graph, options, top).whole()


@dataclass
class Folding:
    """Places boxes for the contents of a scope, and records which nodes each of them holds."""

    graph: Graph
    options: Options
    top: Scope
    boxes: dict[str, Box] = field(default_factory=dict)
    totaller: Totaller = field(default_factory=Totaller)

    def __post_init__(self) -> None:
        self.depth: Depth = depth(self.graph, self.top, self.options.depth)
        self.wiring = Wiring(self.graph)
        self.naming = Naming(self.graph, self.options.label)

    def whole(self) -> Drawing:
        """Place everything, then draw the arrows."""
        self._place_sources()
        around = Surroundings(
            self.depth.modules - 1, kinds.of_scope(self.graph, self.top), self._trunk()
        )
        if self.top.kind is Kind.NETWORK:
            contents = tuple(self._steps(around))
        else:
            contents = tuple(self._inside(self.top, around))
        arrows, exits = self.wiring.arrows(), tuple(self._exits())
        if self.options.shapes is Shapes.CHANGES:
            self._show_changes(arrows)
        found = Drawing(self._title(), self.boxes, (*self.wiring.sources, *contents), arrows, exits)
        return found if self.depth.operators else without_concats(found, self.graph)

    def _show_changes(self, arrows: Iterable[drawing.Arrow]) -> None:
        """Show no shape that was the last one on a way to its box; labels of inputs have theirs."""
        tails: dict[str, list[str]] = {path: [] for path in self.boxes}
        for arrow in arrows:
            tails[arrow.head].append(arrow.tail)
        shown: dict[str, set[str]] = {}
        for path, box in self.boxes.items():
            arriving = {each for tail in tails[path] for each in shown.get(tail, ())}
            shape = box.shape.removeprefix(ANNOUNCED)
            shown[path] = {shape} if shape else arriving
            if shape in arriving or path in self.wiring.sources:
                self.boxes[path] = box._replace(shape="")

    def _title(self) -> str:
        module = self.options.module
        return f"{self.graph.title}: {module}" if module else self.graph.title

    def _place_sources(self) -> None:
        """Place what comes from outside: the inputs of the network, or what precedes a module."""
        network = self.top.kind is Kind.NETWORK
        named = {path: name for name, path in self.top.takes.items()}
        only = self.graph.boundary(self.top.path).inputs[:1]
        for path in self.graph.inputs if network else named or only:
            is_input = path in self.graph.inputs
            label = source(self.graph, path) if network else entrance(self.graph, self.top)
            label = named[path] if len(named) > 1 else label
            show = self._trunk() if is_input else hidden
            shape = str(self.graph.type_of(path)) if show(self.graph.type_of(path)) else ""
            output = self.graph.type_of(path)
            self.boxes[path] = Box(path, label, drawing.BoxKind.INPUT, shape, output=output)
            self.wiring.sources.append(path)

    def _trunk(self) -> ShowShape:
        """Choose how to show shapes along the trunk of a network or stem, as papers print them."""
        if self.options.shapes is Shapes.NONE:
            return hidden
        if self.options.shapes is Shapes.ALL:
            return str
        return announced if self.top.kind is Kind.NETWORK else _shapes_in(self.top)

    def _exits(self) -> Iterator[drawing.Exit]:
        if len(self.top.gives) > 1:
            for name, path in self.top.gives.items():
                shape = self.graph.type_of(path)
                yield drawing.Exit(self.wiring.box_of(path), f"{name}: {shape}")
            return
        if self.top.kind is not Kind.NETWORK:
            box = self.wiring.box_of(self.graph.boundary(self.top.path).output)
            if self.boxes[box].shape:
                yield drawing.Exit(box, self.boxes[box].shape)
            return
        for name, path in {**self.graph.outputs, **self.graph.heads}.items():
            shape = self.graph.type_of(path)
            only = len(self.graph.outputs) + len(self.graph.heads) == 1
            yield drawing.Exit(self.wiring.box_of(path), f"{'Output' if only else name}: {shape}")

    def _steps(self, around: Surroundings) -> Iterator[Content]:
        for path, kind in kinds.of_steps(self.graph):
            yield from self._place(path, replace(around, kind=kind))

    def _place(self, path: str, around: Surroundings) -> Iterator[Content]:
        scope = self.graph.scopes.get(path)
        if scope is None:
            yield self._box_of_node(self.graph.nodes[path], around)
        elif scope.kind is Kind.LAYER and not self.depth.operators:
            yield self._box_of_layer(scope, around)
        elif scope.kind in OPENED:
            yield from self._module(scope, around)
        elif scope.kind is Kind.REPEAT:
            yield from self._repeat(scope, around)
        else:
            yield from self._framed(scope, around)

    def _module(self, scope: Scope, around: Surroundings) -> Iterator[Content]:
        around = replace(around, kind=kinds.of_scope(self.graph, scope))
        label = self.naming.labelled(scope.path, self.naming.of(scope), around.times)
        if around.levels <= 0:
            has_several = len(scope.gives) > 1
            box = self._box(scope, label, replace(around, show=hidden) if has_several else around)
            yield box
            yield from self._outputs(around.copies or (scope.path,), box, around)
            return
        show = around.show if self.options.shapes in _EVERYWHERE else _shapes_in(scope)
        inner = replace(around, levels=around.levels - 1, copies=(), show=show)
        yield Frame(scope.path, label, around.kind, tuple(self._inside(scope, inner)))
        self._show_output(scope, around)

    def _outputs(self, copies: tuple[str, ...], box: str, around: Surroundings) -> Iterator[str]:
        """Place a box for each output in use of a folded module that has several.

        They are those of the last copy, which may hand on an output of one before it.
        """
        last = self.graph.scopes[copies[-1]]
        for name, path in last.gives.items() if len(last.gives) > 1 else ():
            if self._leaves(path, copies):
                given = self.graph.type_of(path)
                shape, place = around.show(given), f"{box}:{name}"
                self.boxes[place] = Box(place, name, around.kind, shape, output=given)
                self.wiring.output(f"{box}:{name}", box, path)
                yield f"{box}:{name}"

    def _leaves(self, path: str, copies: tuple[str, ...]) -> bool:
        """Whether a value is produced in some copies and used outside of them."""
        users = (each.path for each in self.graph.users(path))
        is_end = path in self.graph.outputs.values() or path in self.graph.heads.values()
        is_taken = is_end or not all(_is_in(copies, each) for each in users)
        return is_taken and _is_in(copies, path)

    def _show_output(self, scope: Scope, around: Surroundings) -> None:
        """Show the output shape of an opened module where a folded one would show it."""
        left = self.graph.boundary(scope.path).output
        shape, box = self.graph.type_of(left), self.wiring.box_of(left)
        if around.show(shape) and not self.boxes[box].shape:
            self.boxes[box] = self.boxes[box]._replace(shape=str(shape))

    def _framed(self, scope: Scope, around: Surroundings) -> Iterator[Content]:
        """Place a merge, a residual or a copy of steps; several equal copies get a frame."""
        contents = self._inside(scope, replace(around, copies=()))
        if around.times > 1:
            frame = self.naming.labelled(scope.path, "", around.times)
            yield Frame(scope.path, frame, around.kind, tuple(contents))
        else:
            yield from contents

    def _inside(self, scope: Scope, around: Surroundings) -> Iterator[Content]:
        """Place the contents of a scope, then the node of a merge."""
        if scope.kind is Kind.RESIDUAL:
            self.wiring.begin_branch(f"{scope.path}.add", 0)
        if scope.kind in _OFF_TRUNK and self.options.shapes not in _EVERYWHERE:
            around = replace(around, show=hidden)
        for slot, path in enumerate(scope.contents):
            if scope.kind is Kind.MERGE:
                self.wiring.begin_branch(scope.path, slot)
            yield from self._place(path, around)
        if scope.path in self.graph.nodes:
            yield self._box_of_node(self.graph.nodes[scope.path], around)

    def _repeat(self, scope: Scope, around: Surroundings) -> Iterator[Content]:
        for copies in self._alike(scope):
            box_count = len(self.boxes)
            copy = replace(around, copies=tuple(copies))
            placed = list(self._place(copies[0], copy))
            if not placed:  # what is repeated may itself be repeated zero times
                continue
            if len(self.boxes) == box_count + len(placed) and isinstance(placed[0], str):
                self._hold_copies(placed[0], copies)
            else:
                self.wiring.stand_in(copies)
            self._show_last(copies)
            yield from placed

    def _hold_copies(self, path: str, copies: list[str]) -> None:
        """Let one box hold further copies, with the cost of all of them."""
        box = self.boxes[path]
        for copy in copies[1:]:
            self.wiring.hold(path, self.graph.within(copy))
        count = len(copies)
        self.boxes[path] = box._replace(parameters=box.parameters * count, macs=box.macs * count)

    def _show_last(self, copies: list[str]) -> None:
        """Show the output shape of the last copy: copies may widen their input, as in DenseNet."""
        first, last = (self.graph.boundary(copies[index]).output for index in (0, -1))
        box = self.boxes[self.wiring.box_of(last)]
        said = box.shape.replace(str(self.graph.type_of(first)), str(self.graph.type_of(last)))
        self.boxes[box.path] = box._replace(shape=said)

    def _alike(self, scope: Scope) -> Iterator[list[str]]:
        """Divide the copies of a repeat into runs of equal ones."""
        if self.options.unroll:
            yield from ([path] for path in scope.contents)
            return
        for _, copies in groupby(scope.contents, key=lambda path: _signature(self.graph, path)):
            yield list(copies)

    def _box_of_node(self, node: Node, around: Surroundings) -> str:
        merges = len(node.sources) > 1
        kind = drawing.BoxKind.MERGE if merges else around.kind
        above = self.graph.parent(node.path)
        begins_layer = above and above.kind is Kind.LAYER and above.contents[0] == node.path
        named = above.path if above and begins_layer else node.path
        label = self.naming.labelled(named, labels.of_node(node), around.times)
        box = Box(node.path, label, kind, around.show(node.output), output=node.output)
        return self._add(box, (node,))

    def _box_of_layer(self, scope: Scope, around: Surroundings) -> str:
        name = labels.of_layer(*self.graph.within(scope.path))
        label = self.naming.labelled(scope.path, name, around.times)
        return self._box(scope, label, around)

    def _box(self, scope: Scope, label: str, around: Surroundings) -> str:
        output = self.graph.type_of(self.graph.boundary(scope.path).output)
        box = Box(scope.path, label, around.kind, around.show(output), output=output)
        return self._add(box, self.graph.within(scope.path))

    def _add(self, box: Box, nodes: Iterable[Node]) -> str:
        members = tuple(nodes)
        totals = self.totaller.total(members)
        self.boxes[box.path] = box._replace(parameters=totals.parameters, macs=totals.macs)
        self.wiring.hold(box.path, members)
        return box.path


def _is_in(copies: tuple[str, ...], path: str) -> bool:
    return any(encloses(copy, path) for copy in copies)


def _shapes_in(scope: Scope) -> ShowShape:
    stem = scope.template is not None and scope.template.promise is Promise.STEM
    return str if stem else hidden


def _signature(graph: Graph, path: str) -> tuple[object, ...]:
    """Describe a copy by its operators and inner wires, relative to its path."""
    cut = len(path)
    return tuple(
        (node.path[cut:], node.op, *(each[cut:] for each in node.sources if encloses(path, each)))
        for node in graph.within(path)
    )
