"""The source of a whole model: its functions, and what they need from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archspec.analysis.count import count
from archspec.backend import Backend
from archspec.emission import describe, functions, heading
from archspec.emission.bodies import BodyWriter
from archspec.emission.definition import Definition
from archspec.emission.fragments import Operation, ResidualBlock
from archspec.emission.lowering import Leaf, Quantity
from archspec.emission.names import IN_CHANNELS
from archspec.emission.passing import construct_arguments
from archspec.emission.prelude import names, read_prelude, used
from archspec.emission.program import program
from archspec.emission.python import INDENT, Code, call, dictionary, docstring, lines, signature
from archspec.emission.values import activating, has_scale, is_activation, text_of
from archspec.graph import Graph

_HERE = Path(__file__).parent
PRELUDE = {**read_prelude(_HERE / "prelude.py"), **read_prelude(_HERE / "grids.py")}
WEIGHTED = frozenset(name for name, text in PRELUDE.items() if "weights" in names(text))
"""The functions that look weights up by the path of a step."""

WEIGHTS = "weights_"
"""The argument with all weights, a name that no option has."""

ACTIVATION = "Callable[[ndarray], ndarray]"
STANDARD = {"": ("math",), "collections.abc": ("Callable", "Mapping"), "functools": ("partial",)}
NUMPY = {
    "": ("numpy",),
    "numpy": ("ndarray",),
    "numpy.lib.stride_tricks": ("sliding_window_view",),
}
TAKEN = {*heading.offered(STANDARD, NUMPY), WEIGHTS, "name", "x", "inputs", "bind", IN_CHANNELS}


@dataclass
class Numpy(functions.FunctionNotation):
    """How steps are written: as calls of functions of arrays."""

    backend: Backend
    context = (WEIGHTS,)

    def joined(self, step: Operation, path: str, values: Sequence[str], _column: int) -> Code:
        """Write one operator."""
        if step.lowering.join is not None:
            return step.lowering.join(values)
        found = construct_arguments(step.lowering, step.leaves, ())
        told = [WEIGHTS, functions.quoted(path)] if step.lowering.construct in WEIGHTED else []
        return call(step.lowering.construct, [*values, *told, *found.positional], found.named)

    def activated(self, activation: Leaf, path: str, x: str) -> Code:
        """Call an activation."""
        assert isinstance(activation, Quantity)
        if activation.formula is not None:
            return call(str(activation.formula), [x])
        lowering, leaves = activating(self.backend, activation.value)
        return call(lowering.construct, [x], construct_arguments(lowering, leaves, ()).named)

    def residual(
        self, body: BodyWriter, step: ResidualBlock, path: str, values: Sequence[str], to: str
    ) -> str:
        """Write the sum of the branches."""
        found = body.branches(step, path, values)
        scaled = f"_scale({found['body']}, factor={text_of(step.leaves['scale'])})"
        added = scaled if has_scale(step) else found["body"]
        body.assign(to, f"{found['shortcut']} + {added}")
        return body.activated(step, path, to, to)

    def passed(self, leaf: Leaf) -> Code:
        """Write what a use passes for an argument: an activation as a function."""
        if leaf.formula is not None or not isinstance(leaf, Quantity):
            return text_of(leaf)
        if leaf.value is None:
            return "_identity"
        if not is_activation(leaf.value):
            return text_of(leaf)
        lowering, leaves = activating(self.backend, leaf.value)
        named = {name: text_of(each) for name, each in leaves.items()}
        return call("partial", [lowering.construct], named) if named else lowering.construct


def write(backend: Backend, graph: Graph) -> str:
    """Write the source of a model."""
    found = program(graph, backend, tells_channels=False)
    every = (*found.layers, *found.modules, found.network)
    prelude = {**PRELUDE, **backend.prelude}
    titles = functions.function_titles(every, TAKEN | prelude.keys())
    notation = Numpy({each.key: each for each in every}, titles, backend)
    written = ["\n".join(_function(each, notation, graph)) for each in every]
    bind = BIND.format(WEIGHTS, titles[found.network.key])
    text = "\n\n\n".join([*used(prelude, written), *written, bind])
    head = docstring(*describe.source(graph, count(graph), "numpy", describe.same_pads), 0)
    return "\n".join([*head, "", *heading.imports(names(text), STANDARD, NUMPY), "", "", text, ""])


def _function(definition: Definition, notation: Numpy, graph: Graph) -> Iterator[str]:
    """Write the function of a definition; that of the network returns its outputs by name."""
    notation.arguments = {each.name: each for each in definition.arguments}
    told = functions.parameters(definition, notation, lambda _: ACTIVATION)
    taken = {*TAKEN, *PRELUDE, *notation.titles.values(), *notation.arguments, *definition.arriving}
    body, title = BodyWriter(notation, taken), notation.titles[definition.key]
    weights = f"{WEIGHTS}: Mapping[str, ndarray]"
    if definition.key:
        arriving = functions.arrivals(definition, body)
        head = [*(f"{each}: ndarray" for each in arriving), weights, "name: str", *told]
        returns = heading.type_of(len(definition.leaving), "ndarray")
        yield from signature(title, head, returns, 0)
        yield from docstring(*describe.function(definition), INDENT)
        yield from functions.statements(definition, body, arriving)
        return
    arriving = [f'inputs["{name}"]' for name in graph.inputs]
    head = ["inputs: Mapping[str, ndarray]", weights, *told]
    yield from signature(title, head, "dict[str, ndarray]", 0)
    yield from docstring(*describe.network(graph, channels_first=False), INDENT)
    left = functions.network_statements(definition, body, arriving)
    for each in body.written:
        yield from each.written()
    outputs = dict(zip((*graph.outputs, *graph.heads), left, strict=True))
    yield from lines(dictionary(outputs), INDENT, "return ")


BIND = '''def bind(weights: str | Mapping[str, ndarray]) -> Callable[..., dict[str, ndarray]]:
    """Give the network its weights, by key or from a safetensors file."""
    if isinstance(weights, str):
        from safetensors.numpy import load_file

        weights = load_file(weights)
    return partial({1}, {0}=weights)'''
