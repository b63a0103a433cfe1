"""Docstrings and comments of sources: where a module comes from, what it takes and returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archspec.analysis.count import Count
from archspec.emission.definition import Definition
from archspec.emission.fragments import Fragment
from archspec.emission.python import fits, plain
from archspec.graph import Graph, Node, Template
from archspec.location import file_name
from archspec.operators.conv2d import Conv2d
from archspec.operators.pool import Pool
from archspec.tensor import TensorType

LONGEST = 40
"""Characters of a shape that is worth a comment."""

Docstring = tuple[str, tuple[str, ...]]
"""A summary of one line, and paragraphs."""


def source(
    graph: Graph, totals: Count, needs: str, pads_by_size: Callable[[Node], bool]
) -> Docstring:
    """Describe a whole source; ``pads_by_size`` says which nodes are exact for one size alone."""
    header = graph.header
    told = [plain(header.doc)] if header.doc else []
    shapes = ", ".join(f"{name} {given.type}" for name, given in graph.inputs.items())
    outputs = ", ".join(f"{name} {graph.type_of(path)}" for name, path in graph.outputs.items())
    file = plain(file_name(header.file)) if header.file else "a graph made in Python"
    name, origin = plain(header.name), plain(header.source)
    return _summed(
        f"{name}: {_sentence(origin)}" if origin else f"{name}.",
        [
            *(_sentence(each) for each in told),
            f"Written by archspec from {file}; needs {needs}, and safetensors for weights.",
            f"Takes {shapes}; gives {outputs}; {_counted(totals)}.",
            *_preprocessing(graph),
            *_exactness(graph, pads_by_size),
        ],
        0,
        f"{name}.",
        *([origin] if origin else []),
    )


def _counted(totals: Count) -> str:
    return f"{totals.parameters:,} parameters, {totals.macs / 1e9:.3f} GMACs"


def network(graph: Graph, *, channels_first: bool = True) -> Docstring:
    """Describe the class or function of the network."""
    order = _reversed if channels_first else _in_order
    given = ", ".join(f"{name} N x {order(each.type)}" for name, each in graph.inputs.items())
    shapes = {
        name: f"{name} N x {order(graph.type_of(path))}" for name, path in graph.outputs.items()
    }
    left = next(iter(shapes.values())) if len(shapes) == 1 else ", ".join(shapes)
    return _summed(f"{given[:1].upper()}{given[1:]} to {left}.", [], 4)


def _reversed(kind: TensorType) -> str:
    """Write a shape in PyTorch's order: channels, height, width."""
    return " x ".join(map(str, (kind.channels, *kind.grid)))


def _in_order(kind: TensorType) -> str:
    return " x ".join(map(str, kind.shape))


def _preprocessing(graph: Graph) -> list[str]:
    told = []
    for name, given in graph.inputs.items():
        if given.preprocessing:
            values = "; ".join(
                f"{key} {_listed(value)}" for key, value in given.preprocessing.items()
            )
            told.append(f"Preprocessing of {name}: {plain(values)}.")
    return told


def _listed(value: object) -> str:
    return ", ".join(f"{each:g}" for each in value) if isinstance(value, tuple) else str(value)


def _exactness(graph: Graph, pads_by_size: Callable[[Node], bool]) -> list[str]:
    """Write a warning where padding depends on the size of the input."""
    if any(map(pads_by_size, graph.nodes.values())):
        return ["Exact for this size of input alone, on which padding at a stride above 1 depends."]
    return []


def same_pads(node: Node) -> bool:
    """Whether ``same`` padding, written as numbers, is right for one size of input alone."""
    op = node.op
    if not isinstance(op, Conv2d | Pool) or op.padding != "same":
        return False
    return op.window(node.inputs[0]).same_depends_on_size


def function(definition: Definition) -> Docstring:
    """Describe the class or function of a definition that is not the network."""
    return module(definition) if definition.template else (layer(definition), ())


def module(definition: Definition) -> Docstring:
    """Describe a module's class: its source, what it takes and returns, the line of the spec."""
    template = definition.template
    assert template is not None
    told = (
        plain(template.source)
        or plain(template.doc)
        or template.name.replace("_", " ").capitalize()
    )
    shapes = _shapes(definition)
    place = _place(template)
    return _summed(f"{told}: {shapes} {place}", [], 4, told, f"{shapes} {place}")


def _place(template: Template) -> str:
    if template.span is None:
        return "(made in Python)."
    return f"({plain(file_name(template.file))}:{template.span.line})."


def _shapes(definition: Definition) -> str:
    told = {argument: _channels(types, argument) for argument, types in definition.arriving.items()}
    before = [_written(types, told[argument]) for argument, types in definition.arriving.items()]
    body = definition.body
    left = [body.outputs.get(name, body.channels) for name in definition.leaving]
    formulas = [str(each.formula) if each and each.formula else "" for each in left]
    after = list(map(_written, definition.leaving.values(), formulas))
    taken = _by_name(definition.inputs, before)
    given = _by_name(tuple(body.outputs), after)
    return taken if taken == given else f"{taken} to {given}"


def _by_name(names: Sequence[str], shapes: Sequence[str]) -> str:
    """Write shapes in a row, each behind its name where there are several."""
    if len(shapes) == 1:
        return shapes[0]
    return ", ".join(f"{name} {shape}" for name, shape in zip(names, shapes, strict=True))


def _channels(types: Sequence[TensorType], argument: str) -> str:
    return argument if len({each.channels for each in types}) > 1 else ""


def _written(types: Sequence[TensorType], channels: str) -> str:
    """Write the type that all uses share, with a formula where channels differ."""
    grids, counts = {each.grid for each in types}, {each.channels for each in types}
    if not channels or channels.isdecimal():
        channels = str(counts.pop()) if len(counts) == 1 else "channels"
    grouped = channels if channels.isdecimal() else f"({channels})"
    if grids == {()}:
        return grouped
    shared = len(grids) == 1
    height, width = grids.pop() if shared else ("h", "w")
    return f"{height}x{width}x{grouped}" if shared else f"{height} x {width} x {grouped}"


def layer(definition: Definition) -> str:
    """Describe the class of an outlined layer by its operators."""
    words = [word.replace("_", " ") for word in definition.body.children]
    activation = definition.body.leaves["activation"]
    chosen = getattr(activation, "value", None)
    if activation.formula is not None:
        words.append("activation")
    elif chosen is not None:
        words.append(chosen.word.replace("_", " "))
    text = ", then ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def shape(step: Fragment, *, numbers: bool) -> str:
    """Write the type of a step's output, in ``numbers`` or formulas, if all uses share its grid."""
    if step.grid is None or step.channels is None:
        return ""
    formula = step.channels.formula
    text = str(step.channels.value) if numbers or formula is None else str(formula)
    grouped = text if text.isdecimal() else f"({text})"
    written = "x".join([*map(str, step.grid), grouped])
    return written if len(written) <= LONGEST else ""


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _summed(summary: str, details: Sequence[str], indent: int, *instead: str) -> Docstring:
    """Move a summary that is too long for one line into the paragraphs."""
    if fits(summary, indent):
        return summary, tuple(details)
    short, *rest = instead or (summary,)
    if instead and fits(_sentence(short), indent):
        return _sentence(short), (*rest, *details)
    return "As its spec says.", (*(_sentence(each) for each in instead or (summary,)), *details)
