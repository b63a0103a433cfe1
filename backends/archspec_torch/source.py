"""The source of a whole model: its classes, and what they need from elsewhere."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archspec.analysis.count import count
from archspec.backend import Backend
from archspec.emission import describe
from archspec.emission.definition import Argument, Definition
from archspec.emission.fragments import Fragment, LayerChain, StepList
from archspec.emission.lowering import Each, Leaf
from archspec.emission.names import class_name, identifier
from archspec.emission.pieces import names, pieces, used
from archspec.emission.program import Program, program
from archspec.emission.python import (
    Bracketed,
    Source,
    call,
    commented,
    dictionary,
    docstring,
    lines,
    signature,
)
from archspec.emission.values import is_activation
from archspec.graph import Graph
from archspec_torch.construct import Constructor, is_owner
from archspec_torch.forward import BODY, Forward, compacted

PIECES = pieces(Path(__file__).parent / "pieces.py")

WALL = 40
"""Lines that a class should not exceed."""

LONGEST = 12
"""Steps beyond which a network that is a chain is written as one."""

IMPORTS = {
    "OrderedDict": "from collections import OrderedDict",
    "Callable": "from collections.abc import Callable",
    "math": "import math",
    "partial": "from functools import partial",
    "torch": "import torch",
    "Tensor": "from torch import Tensor, nn",
    "nn": "from torch import Tensor, nn",
    "functional": "from torch.nn import functional",
}

OWNED = frozenset((*PIECES, *IMPORTS, *dir(builtins)))
"""Names that a source uses for something else."""


def write(backend: Backend, graph: Graph) -> str:
    """Write the source of a model."""
    found = program(graph, backend)
    classes = list(_Writer(backend, found).classes())
    code = "\n\n\n".join([*used(PIECES, classes), *classes])
    model = _model_title(graph.name)
    head = _head(graph)
    imports = _imports(names(code) | {"torch"})
    return "\n".join([*head, "", *imports, "", "", code, "", "", *_build(model), ""])


@dataclass
class _Writer:
    backend: Backend
    program: Program

    def classes(self) -> Iterator[str]:
        """Write all classes, the inner ones first."""
        found = self.program
        every = (*found.layers, *found.modules, found.network)
        definitions = {each.key: each for each in every}
        titles = _titles(every)
        for definition in every:
            arguments = {each.name: each for each in definition.arguments}
            constructor = Constructor(self.backend, definitions, titles, arguments)
            yield "\n".join(
                _Class(definition, titles[definition.key], constructor, found.graph).lines()
            )


@dataclass
class _Class:
    """Writes one class."""

    definition: Definition
    title: str
    constructor: Constructor
    graph: Graph

    def lines(self) -> list[str]:
        """Write the class."""
        body = self.definition.body
        chained = body.is_callable and (not self.is_network or len(body.children) > LONGEST)
        head = [f"class {self.title}({'Chain' if chained else 'nn.Module'}):"]
        head += [*self._docstring(), ""]
        head += signature("__init__", ["self", *self._arguments()], "None", 4)
        if chained:
            return head + self._chain()
        whole = [*head, *self._attributes(), ""]
        return whole + self._forward(room=WALL - len(whole))

    @property
    def is_network(self) -> bool:
        """Whether it is the class of the model itself."""
        return not self.definition.key

    def _docstring(self) -> list[str]:
        if self.is_network:
            return docstring(*describe.network(self.graph), 4)
        if self.definition.template is None:
            return docstring(describe.layer(self.definition), (), 4)
        return docstring(*describe.module(self.definition), 4)

    def _arguments(self) -> Iterator[str]:
        arguments = self.definition.arguments
        ordered = [each for each in arguments if each.positional]
        named = [each for each in arguments if not each.positional]
        defaulted = [each.default is not None for each in named]
        yield from (self._argument(each) for each in ordered)
        is_layer = self.definition.template is None and not self.is_network
        if (is_layer and named) or defaulted != sorted(defaulted):
            yield "*"
        yield from (self._argument(each) for each in named)

    def _argument(self, argument: Argument) -> str:
        written = f"{argument.name}: {annotation(argument, self.constructor)}"
        if argument.default is None:
            return written
        default = self.constructor.passed(argument.default)
        return f"{written} = {default}"

    def _steps(self) -> Mapping[str, Source]:
        """Write what constructs each step, with the shape that it gives."""
        body = self.definition.body
        if isinstance(body, LayerChain):
            written = self.constructor.layer(body)
            assert isinstance(written, Bracketed)
            return {prefix[:-1]: source for prefix, source in written.items}
        several = len(body.children) > 1
        return {
            name: commented(self.constructor.module(child), self._shape(child) if several else "")
            for name, child in body.children.items()
            if is_owner(child)
        }

    def _shape(self, part: Fragment) -> str:
        return describe.shape(part, numbers=self.is_network)

    def _chain(self) -> list[str]:
        written = call("super().__init__", (), self._steps())
        return lines(Bracketed(written.opening, written.items, broken=bool(written.items)), BODY)

    def _attributes(self) -> Iterator[str]:
        yield f"{' ' * BODY}super().__init__()"
        for name, source in self._steps().items():
            yield from lines(source, BODY, f"self.{name} = ")

    def _forward(self, room: int) -> list[str]:
        """Write ``forward``, compactly if it would take more lines than there is ``room`` for."""
        graph = self.graph
        names = list(map(identifier, graph.inputs)) if self.is_network else ["x"]
        forward = Forward()
        arriving = ["x"] if len(names) == 1 else [forward.fresh(name) for name in names]
        forward.taken.add("x")
        body = self.definition.body
        assert isinstance(body, StepList)
        left = forward.steps(body, "self", arriving, "x")
        several = self.is_network and len(left) > 1
        returns = "dict[str, Tensor]" if several else "Tensor"
        head = signature("forward", ["self", *(f"{name}: Tensor" for name in arriving)], returns, 4)
        written = forward.written
        if len("\n".join([*head, *written]).splitlines()) + 1 > room:
            written = compacted(written, left)
        if not several:
            return [*head, *_returned(written, left[0])]
        outputs = dict(zip((*graph.outputs, *graph.heads), left, strict=True))
        return [*head, *written, *lines(dictionary(outputs), BODY, "return ")]


def _returned(written: list[str], variable: str) -> list[str]:
    """Return the last value at once, if the last line makes it."""
    margin = " " * BODY
    start = f"{margin}{variable} = "
    if written and written[-1].startswith(start):
        return [*written[:-1], f"{margin}return {written[-1].removeprefix(start)}"]
    return [*written, f"{margin}return {variable}"]


def annotation(argument: Argument, constructor: Constructor) -> str:
    """Write the type of an argument."""
    leaves = [*argument.leaves, *([argument.default] if argument.default else [])]
    kinds = dict.fromkeys(_kind(leaf, constructor) for leaf in leaves)
    if "float" in kinds:
        kinds.pop("int", None)
    if any(kind.startswith("Callable") for kind in kinds):
        return "Callable[..., nn.Module]"
    return " | ".join(sorted(kinds))


def _kind(leaf: Leaf, constructor: Constructor) -> str:
    if isinstance(leaf, Each):
        inner = sorted({_kind(item, constructor) for item in leaf.items})
        return f"tuple[{' | '.join(inner)}, ...]"
    value = leaf.value
    if is_activation(value):
        made = constructor.factory(value)
        return "Callable[..., nn.Module]" if made.startswith("partial") else "type[nn.Module]"
    if isinstance(value, tuple):
        return f"tuple[{', '.join('int' for _ in value)}]"
    return type(value).__name__


def _titles(definitions: Sequence[Definition]) -> dict[str, str]:
    """Name the class of each definition, each by a name of its own."""
    network = definitions[-1]
    titles = {network.key: _model_title(network.name)}
    taken = {*titles.values(), *OWNED}
    for definition in definitions[:-1]:
        title = class_name(definition.name)
        number = 2
        while title in taken:
            title = f"{class_name(definition.name)}{number}"
            number += 1
        taken.add(title)
        titles[definition.key] = title
    return titles


def _model_title(name: str) -> str:
    """Name the model's class after its spec, unless the source means something else by that."""
    title = class_name(name)
    return f"{title}Model" if title in OWNED else title


def _imports(names: frozenset[str]) -> Iterator[str]:
    wanted = list(dict.fromkeys(line for name, line in IMPORTS.items() if name in names))
    standard = [line for line in wanted if "torch" not in line]
    yield from sorted(standard, key=lambda line: (line.startswith("from"), line))
    if standard:
        yield ""
    yield from sorted(
        (line for line in wanted if "torch" in line), key=lambda line: line.startswith("from")
    )


def _head(graph: Graph) -> list[str]:
    return docstring(*describe.source(graph, count(graph), "torch", describe.same_pads), 0)


def _build(model: str) -> list[str]:
    return f'''def build(weights: str | None = None) -> {model}:
    """Make the model and fill it from a safetensors file, if one is given."""
    if weights is None:
        return {model}()
    from safetensors.torch import load_file

    with torch.device("meta"):
        model = {model}()
    model.load_state_dict(load_file(weights), assign=True)
    return model


def save(model: {model}, path: str) -> None:
    """Write what was learned as a file that `build` reads, for any framework."""
    from safetensors.torch import save_file

    learned = model.state_dict().items()  # counts of batches have no dimension
    tensors = {{key: each.float().contiguous() for key, each in learned if each.ndim}}
    save_file(tensors, path)'''.split("\n")
