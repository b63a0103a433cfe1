"""The source of a whole model: its classes, imports and prelude."""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archspec.analysis.count import count
from archspec.backend import Backend
from archspec.emission import describe, heading
from archspec.emission.bodies import BodyWriter
from archspec.emission.definition import Argument, Definition
from archspec.emission.fragments import Fragment, LayerChain, StepList
from archspec.emission.names import class_name, identifier
from archspec.emission.prelude import names, read_prelude, used
from archspec.emission.program import program
from archspec.emission.python import (
    Bracketed,
    Code,
    call,
    commented,
    dictionary,
    docstring,
    lines,
    signature,
)
from archspec.graph import Graph
from archspec_torch.construct import ANY_ACTIVATION, Constructor, is_owner
from archspec_torch.forward import BODY, Forward, compacted
from archspec_torch.members import met

_HERE = Path(__file__).parent
PRELUDE = {
    name: text
    for file in ("prelude.py", "functions.py", "grids.py", "inference.py")
    for name, text in read_prelude(_HERE / file).items()
}

WALL = 40
"""Lines that a class should not exceed."""

LONGEST = 12
"""Steps beyond which a network that is a chain is written as one."""

STANDARD = {
    "": ("math",),
    "collections": ("OrderedDict",),
    "collections.abc": ("Callable",),
    "functools": ("partial",),
}
TORCH = {"": ("torch",), "torch": ("Tensor", "nn"), "torch.nn": ("functional",)}
"""What a source may import from where."""

OWNED = frozenset((*heading.offered(STANDARD, TORCH), *dir(builtins)))
"""Names that a source uses itself, beside those of the prelude."""


def write(backend: Backend, graph: Graph) -> str:
    """Write the source of a model."""
    found = program(graph, backend)
    every = (*found.layers, *found.modules, found.network)
    prelude = {**PRELUDE, **backend.prelude}
    titles = heading.titles((found.network, *every[:-1]), _candidates, OWNED | prelude.keys())
    classes = list(
        _classes(every, Constructor(backend, {each.key: each for each in every}, titles), graph)
    )
    build = _build(titles[found.network.key], met((*graph.nodes, *graph.scopes)))
    code = "\n\n\n".join([*used(prelude, [*classes, build]), *classes])
    head = docstring(*describe.source(graph, count(graph), "torch", describe.same_pads), 0)
    imports = heading.imports(names(code) | {"torch"}, STANDARD, TORCH)
    return "\n".join([*head, "", *imports, "", "", code, "", "", build, ""])


def _classes(
    definitions: Sequence[Definition], constructor: Constructor, graph: Graph
) -> Iterator[str]:
    """Write the class of each definition."""
    for definition in definitions:
        arguments = {each.name: each for each in definition.arguments}
        title, writer = (
            constructor.titles[definition.key],
            replace(constructor, arguments=arguments),
        )
        yield "\n".join(_Class(definition, title, writer, graph).lines())


def _candidates(definition: Definition) -> Iterator[str]:
    """List names for a class: the spec's, then that with a word or a number."""
    title = class_name(definition.name)
    yield title
    if not definition.key:
        yield f"{title}Model"
    yield from (f"{title}{number}" for number in itertools.count(2))


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
        return docstring(*describe.function(self.definition), 4)

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
        kinds = heading.annotation(argument, self.constructor.kind_of)
        written = f"{argument.name}: {ANY_ACTIVATION if ANY_ACTIVATION in kinds else kinds}"
        if argument.default is None:
            return written
        default = self.constructor.passed(argument.default)
        return f"{written} = {default}"

    def _steps(self) -> Mapping[str, Code]:
        """Write the expression that constructs each step, with its output shape as a comment."""
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

    def _shape(self, step: Fragment) -> str:
        return describe.shape(step, numbers=self.is_network)

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
        given = tuple(graph.inputs) if self.is_network else self.definition.inputs
        names = list(map(identifier, given or ("x",)))
        forward = BodyWriter(Forward(), set(Forward.owned), BODY)
        arriving = ["x"] if len(names) == 1 else [forward.fresh(name) for name in names]
        forward.taken.add("x")
        body = self.definition.body
        assert isinstance(body, StepList)
        left = forward.steps(body, "self", arriving, "x")
        several = self.is_network and len(left) > 1
        returns = "dict[str, Tensor]" if several else heading.type_of(len(left), "Tensor")
        written = ["\n".join(each.written()) for each in forward.written]
        if not self.is_network:
            end = f"{' ' * BODY}return {', '.join(left)}"
            arriving = heading.marked(arriving, [*written, end])
        head = signature("forward", ["self", *(f"{name}: Tensor" for name in arriving)], returns, 4)
        if len("\n".join([*head, *written]).splitlines()) + 1 > room:
            written = compacted(written, left)
        if not several:
            return [*head, *_returned(written, ", ".join(left))]
        outputs = dict(zip((*graph.outputs, *graph.heads), left, strict=True))
        return [*head, *written, *lines(dictionary(outputs), BODY, "return ")]


def _returned(written: list[str], variable: str) -> list[str]:
    """Return the last value at once, if the last line makes it."""
    margin = " " * BODY
    start = f"{margin}{variable} = "
    if written and written[-1].startswith(start):
        return [*written[:-1], f"{margin}return {written[-1].removeprefix(start)}"]
    return [*written, f"{margin}return {variable}"]


def _build(model: str, changed: Mapping[str, str]) -> str:
    """Write what makes and saves a model; ``changed`` are names that its modules have otherwise."""
    back = {mine: name for name, mine in changed.items()}
    loaded = f"{{{_key(changed)}: each for key, each in load_file(weights).items()}}"
    return f'''def build(weights: str | None = None) -> {model}:
    """Make the model and fill it from a safetensors file, if one is given."""
    if weights is None:
        return {model}()
    from safetensors.torch import load_file

    with torch.device("meta"):
        model = {model}()
    model.load_state_dict({loaded if changed else "load_file(weights)"}, assign=True)
    return model


def save(model: {model}, path: str) -> None:
    """Write what was learned as a file that `build` reads, for any framework."""
    from safetensors.torch import save_file

    learned = model.state_dict().items()  # counts of batches have no dimension
    tensors = {{{_key(back)}: each.float().contiguous() for key, each in learned if each.ndim}}
    save_file(tensors, path)'''


def _key(names: Mapping[str, str]) -> str:
    return f"renamed(key, {dict(names)!r})" if names else "key"
