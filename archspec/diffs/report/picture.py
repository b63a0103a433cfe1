"""A comparison as a drawing: changed parts are open and coloured, the others folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from archspec.diffs.report import box_values, wording
from archspec.diffs.report.union import UNTOUCHED, Status, Union, common
from archspec.graph import Kind, Node, Scope, last
from archspec.views import drawing, labels
from archspec.views.drawing import Box, Drawing, Exit, Frame
from archspec.views.naming import Naming
from archspec.views.palette import CHANGES
from archspec.views.wiring import Wiring

_OPENED = (Kind.MODULE, Kind.HEAD, Kind.REPEAT, Kind.COPY)
SEQUENCES = (Kind.NETWORK, Kind.MODULE, Kind.HEAD, Kind.BRANCH, Kind.COPY)

Content = Frame | str


def draw(union: Union, depth: int = 64) -> Drawing:
    """Draw both networks as one, changed modules opened to a depth."""
    return _Picture(union, depth).whole()


@dataclass
class _Picture:
    union: Union
    depth: int
    boxes: dict[str, Box] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.graph = self.union.graph
        self.wiring = Wiring(self.graph)
        self.naming = Naming(self.graph)

    def whole(self) -> Drawing:
        """Place everything, then draw the arrows."""
        for name in self.graph.inputs:
            self.boxes[name] = self.input(name)
            self.wiring.sources.append(name)
        contents = tuple(self.inside(self.graph.scopes[""], self.depth))
        ends = {**self.graph.outputs, **self.graph.heads}
        exits = tuple(
            Exit(self.wiring.box_of(path), f"{name}: {self.given(path)}")
            for name, path in ends.items()
        )
        everything = (*self.wiring.sources, *contents)
        return Drawing(
            self.graph.name, self.boxes, everything, self.wiring.arrows(), exits, self.legend()
        )

    def input(self, name: str) -> Box:
        """Draw an input, with its type before and after."""
        said = box_values.plain(box_values.source(self.union, name))
        is_changed = box_values.ARROW in said
        status = Status.CHANGED if is_changed else Status.UNCHANGED
        shade, symbol = CHANGES[status]
        marked = f"{symbol} {said}".lstrip()
        return Box(name, marked, drawing.BoxKind.INPUT, colour=shade.light)

    def given(self, path: str) -> str:
        """Write the type of an output, before and after."""
        node = self.graph.nodes.get(path)
        if node is None:
            return str(self.graph.type_of(path))
        return box_values.plain(box_values.shape(self.union, node))

    def legend(self) -> dict[str, str]:
        """List the colours that are used, each with its symbol and its status."""
        used = {box.colour for box in self.boxes.values()}
        return {
            mark.shade.light: f"{mark.symbol} {status}".lstrip()
            for status, mark in CHANGES.items()
            if mark.shade.light in used
        }

    def inside(self, scope: Scope, depth: int) -> Iterator[Content]:
        """Place the contents of a scope; a run of untouched steps is one box."""
        if scope.kind is Kind.REPEAT:
            yield from self.copies(list(scope.contents), depth)
            return
        for untouched, paths in groupby(scope.contents, self.is_untouched):
            run = list(paths)
            if untouched and len(run) > 1 and scope.kind in SEQUENCES:
                yield self.box(run, f"{len(run)} steps")
            else:
                for path in run:
                    yield from self.place(path, depth)
        merge = self.graph.nodes.get(scope.path)
        if merge is not None:
            yield self.add(merge.path, labels.of_node(merge), [merge])

    def is_untouched(self, path: str) -> bool:
        """Whether no edit touched a part."""
        return self.union.status(path) in UNTOUCHED

    def place(self, path: str, depth: int) -> Iterator[Content]:
        """Place a part: one box if it has a single status, else its contents."""
        scope = self.graph.scopes.get(path)
        status = self.union.status(path)
        is_one = status is not Status.CHANGED or scope is None or scope.kind is Kind.LAYER
        if scope is not None and not any(self.graph.within(path)):
            return
        if scope is None or is_one or depth <= 0:
            yield self.box([path], self.label(path))
        elif scope.kind in _OPENED:
            frame = tuple(self.inside(scope, depth - 1))
            yield Frame(path, self.label(path), drawing.BoxKind.PART, frame)
        else:
            yield from self.inside(scope, depth)

    def copies(self, paths: list[str], depth: int) -> Iterator[Content]:
        """Place the copies of a repeat, equal ones once; without a frame if all are equal."""
        groups = [list(each) for _, each in groupby(paths, self.union.fingerprint)]
        for alike in groups:
            label = labels.times(len(alike), self.label(alike[0]))
            if self.union.status(alike[0]) is not Status.CHANGED:
                yield self.box(alike, label)
                continue
            scope = self.graph.scopes.get(alike[0])
            is_opened = scope is not None and scope.kind in _OPENED
            placed = (
                self.inside(scope, depth) if scope and is_opened else self.place(alike[0], depth)
            )
            contents = tuple(placed)
            self.wiring.stand_in(alike)
            if len(groups) == 1:
                yield from contents
            else:
                yield Frame(alike[0], label, drawing.BoxKind.PART, contents)

    def label(self, path: str) -> str:
        """Name a part as a figure does."""
        scope, node = self.graph.scopes.get(path), self.graph.nodes.get(path)
        if scope is None:
            return labels.of_node(self.graph.nodes[path])
        names = [last(each) for each in scope.contents]
        if node is not None:
            return f"{labels.of_node(node)} of {', '.join(names)}"
        if scope.kind is Kind.LAYER:
            return labels.of_layer(*self.graph.within(scope.path))
        if scope.kind is Kind.REPEAT:
            return self.naming.of_copies(scope)
        if scope.template is not None or scope.kind is Kind.HEAD:
            return self.naming.of(scope)
        if scope.kind is Kind.BRANCH and len(scope.contents) == 1:
            return self.label(scope.contents[0])
        return f"{last(path)} ({wording.plural(len(names), 'step')})"

    def box(self, paths: list[str], label: str) -> str:
        """Add a box for parts with the same status."""
        return self.add(
            paths[0], label, [node for path in paths for node in self.graph.within(path)]
        )

    def add(self, path: str, said: str, nodes: list[Node]) -> str:
        """Add a box that holds some nodes."""
        status = common({self.union.statuses[node.path] for node in nodes})
        merges = len(nodes) == 1 and len(nodes[0].sources) > 1
        shade, symbol = CHANGES[status]
        label = box_values.plain(box_values.label(self.union, nodes, said).whole)
        self.boxes[path] = Box(
            path,
            f"{symbol} {label}{box_values.others(self.union, nodes)}".lstrip(),
            drawing.BoxKind.MERGE if merges else drawing.BoxKind.PART,
            self.shape(nodes[-1]) if status is Status.CHANGED else "",
            colour=shade.light,
            is_ghost=status is Status.REMOVED,
        )
        self.wiring.hold(path, nodes)
        return path

    def shape(self, node: Node) -> str:
        """Write the type that a box gives, before and after, where it changed."""
        pieces = box_values.shape(self.union, node)
        return box_values.plain(pieces) if len(pieces) > 1 else ""
