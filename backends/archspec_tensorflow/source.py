"""The source of a whole model: its functions, imports and prelude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archspec.analysis.count import count
from archspec.backend import Backend
from archspec.emission import describe, heading
from archspec.emission.bodies import BodyWriter
from archspec.emission.definition import Definition
from archspec.emission.functions import (
    arrivals,
    function_titles,
    network_statements,
    parameters,
    quoted,
    statements,
)
from archspec.emission.lowering import Each
from archspec.emission.names import IN_CHANNELS, identifier
from archspec.emission.prelude import names, read_prelude, used
from archspec.emission.program import program
from archspec.emission.python import (
    INDENT,
    call,
    dictionary,
    docstring,
    lines,
    listed,
    literal,
    signature,
)
from archspec.emission.values import leaves_of
from archspec.graph import Graph
from archspec.operator import Operator
from archspec.weights.expected import expected
from archspec_tensorflow.calls import Activations, Calls, is_word, kind_of
from archspec_tensorflow.padding import pads_by_size
from archspec_tensorflow.pruning import prune

_HERE = Path(__file__).parent
PRELUDE = {
    **read_prelude(_HERE / "prelude.py"),
    **read_prelude(_HERE / "grids.py"),
    **read_prelude(_HERE / "standalone" / "weights.py"),
}
LAST = ("variables", "fill", "arranged", "save", "learned", "returned")
"""Functions that come after the network."""

STANDARD = {
    "": ("math",),
    "collections.abc": ("Callable", "Mapping", "Sequence"),
    "typing": ("Any",),
}
KERAS = {"": ("keras",), "keras": ("KerasTensor", "layers", "ops")}
"""What a source may import from where."""

OWNED = frozenset((*heading.offered(STANDARD, KERAS), "build", "load_file", "weights"))
"""Names that a source uses itself."""

TAKEN = OWNED | {"x", "name", "inputs", "outputs"}
"""Names that no function of a definition can have, beside those of the prelude."""


def write(backend: Backend, graph: Graph) -> str:
    """Write the source of a model."""
    found = program(graph, backend, tells_channels=False)
    every = prune([*found.layers, *found.modules, found.network])
    prelude = {**PRELUDE, **backend.prelude}
    titles = function_titles(every, TAKEN | prelude.keys())
    activations = Activations(
        backend, {*titles.values(), *prelude, *OWNED}, _needs_functions(every)
    )
    writer = _Writer(activations, {each.key: each for each in every}, titles, graph)
    functions = ["\n".join(writer.lines(each)) for each in every]
    functions = [*activations.written(), *functions]
    first = [text for text in used(prelude, functions) if not text.startswith(_LATER)]
    last = [PRELUDE[name] for name in LAST]
    code = "\n\n\n".join(
        [*first, *functions, *last, _build(titles[found.network.key], _unread(graph))]
    )
    return "\n".join(
        [*_head(graph), "", *heading.imports(names(code), STANDARD, KERAS), "", "", code, ""]
    )


_LATER = tuple(f"def {name}(" for name in LAST)


@dataclass
class _Writer:
    """Writes functions; ``titles`` are their names by the keys of their definitions."""

    activations: Activations
    definitions: Mapping[str, Definition]
    titles: Mapping[str, str]
    graph: Graph

    def lines(self, definition: Definition) -> Iterator[str]:
        """Write one function."""
        arguments = {each.name: each for each in definition.arguments}
        calls = Calls(self.definitions, self.titles, self.activations, arguments=arguments)
        body = BodyWriter(calls, self._taken(definition))
        title, told = self.titles[definition.key], parameters(definition, calls, kind_of)
        if definition.key:
            arriving = arrivals(definition, body)
            written = list(statements(definition, body, arriving))
            *given, name = heading.marked([*arriving, "name"], written)
            head = [*(f"{each}: KerasTensor" for each in given), f"{name}: str", *told]
            yield from signature(
                title, head, heading.type_of(len(definition.leaving), "KerasTensor"), 0
            )
            yield from docstring(*describe.function(definition), INDENT)
            yield from written
        else:
            yield from signature(title, told, "keras.Model", 0)
            yield from docstring(*describe.network(self.graph, channels_first=False), INDENT)
            yield from self._network(definition, body)

    def _taken(self, definition: Definition) -> set[str]:
        arguments = {each.name for each in definition.arguments}
        told = {IN_CHANNELS, *definition.arriving}
        return {"x", "name", "inputs", *told, *arguments, *self.activations.taken}

    def _network(self, definition: Definition, body: BodyWriter) -> Iterator[str]:
        """Write the body of the network's function."""
        made = {name: _input(name, each.type.shape) for name, each in self.graph.inputs.items()}
        margin = " " * INDENT
        if len(made) == 1:
            yield f"{margin}inputs = {next(iter(made.values()))}"
            arriving = ["inputs"]
        else:
            yield from lines(dictionary(made), INDENT, "inputs = ")
            arriving = [f'inputs["{name}"]' for name in made]
        left = network_statements(definition, body, arriving)
        for line in body.written:
            yield from line.written()
        names, title = (*self.graph.outputs, *self.graph.heads), identifier(self.graph.name)
        outputs = dictionary(dict(zip(names, left, strict=True)))
        if len(left) == 1:
            yield f'{margin}return keras.Model(inputs, {left[0]}, name="{title}")'
            return
        yield from lines(outputs, INDENT, "outputs = ")
        yield f'{margin}return keras.Model(inputs, outputs, name="{title}")'


def _input(name: str, shape: tuple[int, ...]) -> str:
    return f'keras.Input({literal(shape)}, name="{identifier(name)}")'


def _needs_functions(definitions: Sequence[Definition]) -> bool:
    """Whether some activation without a word is passed as an argument."""
    leaves = [leaf for each in definitions for given in each.arguments for leaf in leaves_of(given)]
    ops = [leaf.value for leaf in leaves if not isinstance(leaf, Each)]
    return any(isinstance(op, Operator) and not is_word(op) for op in ops)


def _head(graph: Graph) -> list[str]:
    return docstring(*describe.source(graph, count(graph), "keras", pads_by_size(graph)), 0)


def _unread(graph: Graph) -> list[str]:
    """List the nodes with tensors that no output depends on."""
    wanted, waiting = set[str](), [*graph.leaving]
    while waiting:
        path = waiting.pop()
        if path in graph.nodes and path not in wanted:
            wanted.add(path)
            waiting += graph.nodes[path].sources
    learned = dict.fromkeys(each.node.path for each in expected(graph).values())
    return [path for path in learned if path not in wanted]


def _build(network: str, unread: list[str]) -> str:
    left_out = {"unread": listed(map(quoted, unread))} if unread else {}
    made = "model" if network != "model" else "made"
    filled = lines(call("fill", [made, "load_file(weights)"], left_out), 2 * INDENT)
    return "\n".join([_HEAD_OF_BUILD.format(made, network), *filled, f"    return {made}"])


_HEAD_OF_BUILD = '''def build(weights: str | None = None) -> keras.Model:
    """Make the model and fill it from a safetensors file, if one is given."""
    {} = {}()
    if weights is not None:
        from safetensors.numpy import load_file
'''
