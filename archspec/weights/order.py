"""Matching of tensors by order and shape: the nth layer of a file is the nth of a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from archspec.diagnostic import Diagnostic, Label, SpecError
from archspec.graph import Graph, Kind, Node, encloses
from archspec.weights.expected import Expected
from archspec.weights.layouts import Layout, shape_of_theirs
from archspec.weights.names import KeyNaming, layout_of
from archspec.weights.unwrapping import weights

KeyShapes = tuple[tuple[str, tuple[int, ...]], ...]
"""The variables of a layer with their shapes, without dimensions of 1."""


class OrderedLayer(NamedTuple):
    """A layer of a file or of a graph: its variables, sorted by name, with full names or keys."""

    name: str
    shapes: KeyShapes
    keys: tuple[str, ...]
    node: Node | None = None

    @property
    def kind(self) -> str:
        """The class within which it is matched; norms and scales may be ordered differently."""
        if any(len(shape) > 1 for _, shape in self.shapes):
            return "kernel"
        return "norm" if len(self.shapes) > 1 else "scale"


def by_order(
    source: Mapping[str, Any], graph: Graph, *, partial: bool = False, is_sorted: bool = False
) -> KeyNaming:
    """Name the tensors of a graph by the order of a file; raise ``SpecError`` if they diverge.

    Kernels, norms and scales are matched separately. Layers on shortcuts are expected where the
    spec has them, after the body of the residual, or before it. ``partial`` leaves out what does
    not match, by the longest matching blocks (Ratcliff and Metzener 1988, ``difflib``). In a file
    that ``is_sorted`` by name, order is used only among layers of equal shapes.
    """
    layout = layout_of(source)
    theirs = list(_layers_of(weights(source), layout))
    pair = _paired_by_shapes if is_sorted else _paired
    attempts = [
        pair(theirs, [_layer(node, layout, graph) for node in nodes]) for nodes in _orders(graph)
    ]
    best = max(attempts, key=lambda each: (each.parted is None, len(each.keys)))
    if best.parted is not None and not partial:
        raise SpecError((best.parted,))
    _refuse_ambiguity(best, attempts)
    return KeyNaming(best.keys, layout, f"{graph.name} has them, in order")


def _refuse_ambiguity(best: _Paired, attempts: Sequence[_Paired]) -> None:
    """Raise ``SpecError`` if another order of the shortcuts fits as well and differs."""
    for other in attempts:
        differing = [key for key, name in best.keys.items() if other.keys.get(key, name) != name]
        if differing and other.parted is None and best.parted is None:
            key = differing[0]
            message = (
                f"the order does not determine which tensor is `{key}`: `{best.keys[key]}` and"
                f" `{other.keys[key]}` have its shape, on both sides of a shortcut"
            )
            raise SpecError((_refusal(message, ()),))


def _layers_of(source: Mapping[str, Any], layout: Layout) -> Iterator[OrderedLayer]:
    """Group the variables of a file by layer; they need not be adjacent."""
    layers: dict[str, dict[str, str]] = {}
    for name in source:
        layer, _, variable = name.rpartition(layout.separator)
        layers.setdefault(layer, {})[variable] = name
    for layer, variables in layers.items():
        shapes = {variable: source[name].shape for variable, name in variables.items()}
        yield OrderedLayer(
            layer, _shapes(shapes), tuple(variables[each] for each in sorted(variables))
        )


def _layer(node: Node, layout: Layout, graph: Graph) -> OrderedLayer:
    """Describe a node as a layer in a file's layout."""
    shapes, keys = {}, {}
    for parameter in node.op.parameters(*node.inputs):
        variable = layout.variable(node, parameter)
        shapes[variable] = shape_of_theirs(Expected(node, parameter), layout, graph)
        keys[variable] = f"{node.path}.{parameter.name}"
    return OrderedLayer(
        node.path, _shapes(shapes), tuple(keys[each] for each in sorted(keys)), node
    )


def _shapes(shapes: Mapping[str, Sequence[int]]) -> KeyShapes:
    """Sort variables by name; the name of a single variable does not matter."""
    plain = {
        name: tuple(extent for extent in shape if extent != 1) for name, shape in shapes.items()
    }
    if len(plain) == 1:
        return tuple(("", shape) for shape in plain.values())
    return tuple(sorted(plain.items()))


def _orders(graph: Graph) -> list[list[Node]]:
    """List the nodes with weights in each possible order: shortcuts as written, last, first."""
    written = [node for node in graph.nodes.values() if tuple(node.op.parameters(*node.inputs))]
    return [written, *(_with_shortcuts(written, graph, last=last) for last in (True, False))]


def _with_shortcuts(nodes: list[Node], graph: Graph, *, last: bool) -> list[Node]:
    """Move the nodes on the shortcut of each residual after its body, or before it."""
    for path, scope in sorted(graph.scopes.items(), key=lambda each: -each[0].count(".")):
        if scope.kind is not Kind.RESIDUAL:
            continue
        places = [place for place, node in enumerate(nodes) if encloses(path, node.path)]
        around = [nodes[place] for place in places]
        side = [node for node in around if encloses(f"{path}.shortcut", node.path)]
        body = [node for node in around if node not in side]
        for place, node in zip(places, [*body, *side] if last else [*side, *body], strict=True):
            nodes = [*nodes[:place], node, *nodes[place + 1 :]]
    return nodes


class _Paired(NamedTuple):
    """The names that were matched, and the first divergence of the two orders, if any."""

    keys: dict[str, str]
    parted: Diagnostic | None


def _paired(theirs: list[OrderedLayer], ours: list[OrderedLayer]) -> _Paired:
    keys: dict[str, str] = {}
    parted = None
    for kind in ("kernel", "norm", "scale"):
        some = [each for each in theirs if each.kind == kind]
        other = [each for each in ours if each.kind == kind]
        for one, two in _matched(some, other):
            keys |= dict(zip(two.keys, one.keys, strict=True))
        parted = parted or _parting(some, other, kind)
    return _Paired(keys, parted)


def _paired_by_shapes(theirs: list[OrderedLayer], ours: list[OrderedLayer]) -> _Paired:
    """Match the layers of equal shapes in order."""
    keys: dict[str, str] = {}
    parted = None
    for shapes in dict.fromkeys(each.shapes for each in (*ours, *theirs)):
        some = [each for each in theirs if each.shapes == shapes]
        other = [each for each in ours if each.shapes == shapes]
        if len(some) != len(other):
            parted = parted or _unequal(some, other)
            continue
        for one, two in zip(some, other, strict=True):
            keys |= dict(zip(two.keys, one.keys, strict=True))
    return _Paired(keys, parted)


def _unequal(theirs: list[OrderedLayer], ours: list[OrderedLayer]) -> Diagnostic:
    layer = (*ours, *theirs)[0]
    message = (
        f"the file has {len(theirs)} layers of the shapes of `{layer.name}` ({_told(layer)}),"
        f" and the spec {len(ours)}"
    )
    return _refusal(message, layer.node.labels() if layer.node else ())


def _matched(
    theirs: list[OrderedLayer], ours: list[OrderedLayer]
) -> Iterator[tuple[OrderedLayer, OrderedLayer]]:
    """Match layers of equal shapes in common blocks, preserving their order."""
    shapes = [each.shapes for each in theirs], [each.shapes for each in ours]
    for start, other, size in SequenceMatcher(None, *shapes, autojunk=False).get_matching_blocks():
        yield from zip(theirs[start : start + size], ours[other : other + size], strict=True)


def _parting(theirs: list[OrderedLayer], ours: list[OrderedLayer], kind: str) -> Diagnostic | None:
    """Report the first divergence of the two orders; None if there is none."""
    for place, (one, two) in enumerate(zip(theirs, ours, strict=False), 1):
        if one.shapes != two.shapes:
            assert two.node is not None
            message = (
                f"the orders diverge at the {kind} {place}: the file has `{one.name}`"
                f" ({_told(one)}), the spec `{two.name}` ({_told(two)})"
            )
            return _refusal(message, two.node.labels())
    if len(theirs) != len(ours):
        message = f"the file has {len(theirs)} {kind}s, and the spec {len(ours)}"
        return _refusal(message, ())
    return None


def _refusal(message: str, labels: tuple[Label, ...]) -> Diagnostic:
    help = (
        "--partial takes what fits, --rename and --names match by name; a .pth file is in the order"
        " of the model, a safetensors file in that of the alphabet"
    )
    return Diagnostic("weights/order", message, labels, help)


def _told(layer: OrderedLayer) -> str:
    return ", ".join(
        f"{name} {'x'.join(map(str, shape)) or 1}".strip() for name, shape in layer.shapes
    )
