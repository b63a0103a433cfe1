"""Specs computed straight from their text, by what the page on the language says.

Nothing here knows of the package: a spec is read with YAML's own reader, its steps are computed as
they are met, and a tensor of weights is asked for by its path. Only legal specs may be given.
"""

from __future__ import annotations

import keyword
from collections import Counter, deque
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import yaml

from tests.oracle import expressions, operators
from tests.oracle.expressions import Names, Value
from tests.oracle.flows import names_of, output_name, picked, values_of
from tests.oracle.operators import DEFAULTS, MAIN
from tests.oracle.steps import MERGES, Step, attributes, listed
from tests.oracle.windows import Array

LAYERS = {
    "conv": "conv2d",
    "conv_transpose": "conv_transpose2d",
    "depthwise_conv": "conv2d",
    "dense": "fully_connected",
}
_MODULES = ("stems", "blocks", "reductions", "parts")
_OWNED = frozenset(
    "double half train input forward type call name weights eval output layers float inputs".split()
) | set(keyword.kwlist)
"""Names that Python owns, and those of frameworks that are likely in a spec."""

Tensor = Callable[[str], Array]
Variance = Literal["biased", "unbiased"]
"""Which variance of a batch the running one takes in: Keras's choice or PyTorch's."""


class Mode(NamedTuple):
    """What a network is computed for: with or without its heads, in training or in inference.

    In training nothing is dropped, and norms go by the batch.
    """

    heads: bool = True
    training: Variance | None = None


INFERENCE = Mode()


@dataclass
class Module:
    """A template: its options with the texts of their defaults, its steps, and its file.

    ``inputs`` name what it takes, and ``outputs`` what it gives, where it lists them.
    """

    options: dict[str, str | None]
    steps: list[Step]
    file: File
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)


@dataclass
class File:
    """A document: its values, modules and defaults."""

    params: Names
    modules: dict[str, Module] = field(default_factory=dict)
    defaults: dict[str, Step] = field(default_factory=dict)


def read(
    document: Mapping[str, Any], other: Callable[[str], Mapping[str, Any]], params: Names
) -> File:
    """Read a document and the files that it imports; ``params`` take the place of its own."""
    own = {key: _plain(each) for key, each in document.get("params", {}).items()}
    file = File({**own, **params})
    for path, names in document.get("import", {}).items():
        imported = read(other(path), other, {})
        file.modules |= {name: imported.modules[name] for name in names}
    written = {
        name: each for section in _MODULES for name, each in document.get(section, {}).items()
    }
    words = {*written, *file.modules}
    file.modules |= {name: _module(each, file, words) for name, each in written.items()}
    defaults = document.get("defaults", {})
    file.defaults = {word: attributes(each) for word, each in defaults.items()}
    return file


def _plain(text: str) -> Value:
    return expressions.evaluate(text, {})


def _module(written: Any, file: File, words: Container[str]) -> Module:
    if not isinstance(written, Mapping) or "steps" not in written:
        return Module({}, listed(written, words), file)
    options: dict[str, str | None] = {}
    for each in written.get("options", []):
        name, equals, default = each.partition("=")
        options[name] = default if equals else None
    steps, inputs = listed(written["steps"], words), names_of(written.get("inputs", []))
    return Module(options, steps, file, inputs, names_of(written.get("outputs", [])))


@dataclass
class Result:
    """All values by path, what comes out by name, and what the heads give.

    ``statistics`` are the running ones by key, as a step of training leaves them.
    """

    values: dict[str, Array]
    outputs: dict[str, Array]
    heads: dict[str, Array]
    statistics: dict[str, Array]


def run(
    text: str,
    inputs: Mapping[str, Array],
    tensor: Tensor,
    *,
    params: Names | None = None,
    files: Mapping[str, str] | None = None,
    mode: Mode = INFERENCE,
) -> Result:
    """Compute a spec for batches of inputs, N x height x width x channels, in double precision.

    ``params`` take the place of the spec's own; ``files`` are those that it may import from.
    """
    document = _yaml(text)
    file = read(document, lambda path: _yaml((files or {})[path]), params or {})
    computing = _Computing(tensor, mode.training)
    given = {name: np_double(each) for name, each in inputs.items()}
    only = next(iter(given.values())) if len(given) == 1 else None
    root = Scope("", file, file.params, only, deque([given]))
    last = computing.listed(listed(document["network"], file.modules), root)
    named = {**given, **root.steps, **root.names}
    wanted = document.get("outputs", list(root.steps)[-1:])
    outputs = {output_name(name): picked(named, name, last) for name in wanted}
    written = document.get("auxiliary", {}) if mode.heads else {}
    beside = {name: computing.head(name, each, named, root) for name, each in written.items()}
    return Result(computing.values, outputs, beside, computing.statistics)


def np_double(array: Array) -> Array:
    """Return an array in double precision."""
    return array.astype(float)


def _yaml(text: str) -> Any:
    return yaml.load(text, yaml.BaseLoader)


@dataclass
class Scope:
    """A list of steps that is being computed.

    ``visible`` holds named values, those of the inner lists first; ``steps`` those of this list by
    the names in their paths.
    """

    prefix: str
    file: File
    values: Names
    arriving: Array | None
    visible: deque[dict[str, Array]]
    steps: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names: dict[str, Array] = {}
        self.visible = deque([self.names, *self.visible])

    @property
    def known(self) -> Names:
        """The names that expressions may use."""
        if self.arriving is None:
            return self.values
        return {**self.values, "in_channels": self.arriving.shape[-1]}

    def within(self, prefix: str, arriving: Array | None) -> Scope:
        """Return the scope of a list inside this one."""
        return Scope(prefix, self.file, self.values, arriving, self.visible)

    def source(self, name: str) -> Array:
        """Find a named value, or one output of a named step."""
        step = name.partition(".")[0]
        return picked(next(each for each in self.visible if step in each), name)


def owned(name: str) -> str:
    """Give a name that Python or a framework owns its underscore."""
    return f"{name}_" if name in _OWNED else name


class _Computing:
    """Computes steps, and keeps the value of every operator by its path."""

    def __init__(self, tensor: Tensor, training: Variance | None) -> None:
        self.tensor = tensor
        self.training = training
        self.values: dict[str, Array] = {}
        self.statistics: dict[str, Array] = {}

    def listed(self, steps: list[Step], scope: Scope) -> Array:
        """Compute a list of steps and return what leaves it."""
        unnamed: Counter[str] = Counter()
        value = scope.arriving
        for step in steps:
            name = step.name
            if name is None:
                number = unnamed[step.word]
                unnamed[step.word] += 1
                name = f"{step.word}_{number}" if number else step.word
            value = self.counted(step, f"{scope.prefix}{owned(name)}", scope, value)
            scope.steps[owned(name)] = value
            if step.name:
                scope.names[step.name] = value
        assert value is not None
        return value

    def counted(self, step: Step, path: str, scope: Scope, value: Array | None) -> Array:
        """Compute all copies of a step."""
        sources = [scope.source(name) for name in step.sources] or [value]
        taken = [each for source in sources for each in values_of(source)]
        if step.times is None:
            return self.step(step, path, scope, taken)
        times = expressions.evaluate(step.times, scope.known)
        module = scope.file.modules.get(step.word)
        outputs = [output_name(name) for name in module.outputs] if module else []
        flow = dict(zip(outputs, taken, strict=True)) if len(outputs) > 1 else taken[0]
        for index in range(int(expressions.number(times))):
            flow = self.step(step, f"{path}.{index}", scope, values_of(flow) if index else taken)
        assert flow is not None
        return flow

    def step(self, step: Step, path: str, scope: Scope, taken: list[Array | None]) -> Array:
        """Compute one copy of a step."""
        if step.word in scope.file.modules:
            return self.module(step, path, scope, taken)
        if step.word in MERGES:
            return self.merge(step, path, scope, taken)
        if step.word == "repeat":
            return self.listed(step.parts["steps"], scope.within(f"{path}.", taken[0]))
        if step.word == "residual":
            return self.residual(step, path, scope, taken[0])
        if step.word in LAYERS:
            return self.layer(step, path, scope, taken[0])
        return self.operator(step.word, path, taken[0], self.settings(step, step.word, scope))

    def module(self, step: Step, path: str, scope: Scope, taken: list[Array | None]) -> Any:
        """Compute a use of a module."""
        module = scope.file.modules[step.word]
        written = dict(step.attributes)
        if step.main is not None:
            written[next(iter(module.options))] = step.main
        values: dict[str, Value] = dict(module.file.params)
        for name, default in module.options.items():
            if name in written:
                values[name] = expressions.evaluate(written[name], scope.known)
            else:
                assert default is not None
                values[name] = expressions.evaluate(default, values)
        given = dict(zip(module.inputs, taken, strict=bool(module.inputs)))
        arriving = None if len(given) > 1 else taken[0]
        inner = Scope(f"{path}.", module.file, values, arriving, deque([given]))
        last = self.listed(module.steps, inner)
        named = {**given, **inner.steps, **inner.names}
        left = {output_name(name): picked(named, name) for name in module.outputs}
        return left if len(left) > 1 else next(iter(left.values()), last)

    def merge(self, step: Step, path: str, scope: Scope, taken: list[Array | None]) -> Array:
        """Compute a merge of branches, or of named values, and the activation that follows it."""
        activation = self.settings(step, step.word, scope).get("activation", "none")
        own = path if activation == "none" else f"{path}.{step.word}"
        if step.branches:
            taken = [
                self.branch(steps, scope.within(f"{own}.{owned(name)}.", taken[0]))
                for name, steps in step.branches
            ]
        merged = self.keep(own, operators.merge(step.word, taken))
        return self.followed(activation, path, scope, merged)

    def branch(self, steps: list[Step], scope: Scope) -> Array:
        """Compute a branch; a bare ``identity`` is no operator."""
        if steps != [Step("identity")]:
            return self.listed(steps, scope)
        assert scope.arriving is not None
        return scope.arriving

    def residual(self, step: Step, path: str, scope: Scope, x: Array | None) -> Array:
        """Compute ``activation(shortcut + scale * body)``."""
        settings = self.settings(step, "residual", scope)
        body = self.branch(step.parts["steps"], scope.within(f"{path}.body.", x))
        shortcut = x
        if "shortcut" in step.parts:
            inner = scope.within(f"{path}.shortcut.", x)
            shortcut = self.branch(step.parts["shortcut"], inner)
        if settings["scale"] != 1:
            body = self.keep(f"{path}.scale", body * settings["scale"])
        total = self.keep(f"{path}.add", shortcut + body)
        return self.followed(settings["activation"], path, scope, total)

    def layer(self, step: Step, path: str, scope: Scope, x: Array | None) -> Array:
        """Compute an operator, then its norm, then its activation."""
        assert x is not None
        word = LAYERS[step.word]
        settings = self.settings(step, word, scope)
        if step.word == "depthwise_conv":
            channels = x.shape[-1]
            settings |= {"groups": channels, "filters": channels * settings["multiplier"]}
        x = self.operator(word, f"{path}.{word}", x, settings)
        x = self.followed(settings["norm"], path, scope, x)
        return self.followed(settings["activation"], path, scope, x)

    def followed(self, word: str, path: str, scope: Scope, x: Array) -> Array:
        """Compute the norm or activation of a layer, or nothing."""
        if word == "none":
            return x
        return self.operator(word, f"{path}.{word}", x, self.settings(Step(word), word, scope))

    def operator(self, word: str, path: str, x: Array | None, settings: Mapping[str, Any]) -> Array:
        """Compute an operator."""

        def weights(name: str) -> Array:
            return np_double(self.tensor(f"{path}.{name}"))

        if word == "batch_norm" and self.training:
            assert x is not None
            biased = self.training == "biased"
            x, moved = operators.batch_norm_in_training(x, settings, weights, biased=biased)
            self.statistics |= {f"{path}.{name}": each for name, each in moved.items()}
            return self.keep(path, x)
        return self.keep(path, operators.OPERATORS[word](x, settings, weights))

    def keep(self, path: str, value: Array) -> Array:
        """Keep the value of an operator by its path."""
        self.values[path] = value
        return value

    def head(
        self, name: str, written: Mapping[str, Any], named: Mapping[str, Array], root: Scope
    ) -> Array:
        """Compute an auxiliary head."""
        start = picked(named, written["from"])
        inner = Scope(f"{owned(name)}.", root.file, root.values, start, deque())
        return self.listed(listed(written["steps"], root.file.modules), inner)

    def settings(self, step: Step, operator: str, scope: Scope) -> dict[str, Any]:
        """Find the attributes of a step, in the order in which they are asked for."""
        file = scope.file
        found: dict[str, Any] = dict(DEFAULTS.get(operator, {}))
        found |= DEFAULTS.get(step.word, {})
        if step.word in LAYERS:
            found |= {"norm": "none", "activation": "none", "bias": None}
        for word in dict.fromkeys((operator, step.word)):
            if word in file.defaults:
                found |= _written(file.defaults[word], word, file.params)
        if step.linear:
            found |= {"bias": True, "norm": "none", "activation": "none"}
        found |= _written(step, step.word, scope.known)
        if found.get("bias", True) is None:
            found["bias"] = found["norm"] == "none"
        return found


def _written(step: Step, word: str, names: Names) -> dict[str, Any]:
    """Compute what is written in a step, or in the defaults of a word."""
    found = dict(step.attributes)
    if step.kernel is not None:
        found["kernel"] = step.kernel
    if step.main is not None:
        found[MAIN[word]] = step.main
    linear = {"bias": True, "norm": "none", "activation": "none"} if step.linear else {}
    values = {key: expressions.evaluate(each, names) for key, each in found.items()}
    if values.get("padding") == "V":
        values["padding"] = "valid"
    return linear | values
