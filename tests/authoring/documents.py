"""Random specs: documents that grow step by step; what does not fit is left out again."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import prod
from pathlib import PurePosixPath
from random import Random
from typing import Any

import yaml

from archspec.checked import AS_WRITTEN, Checked, check
from archspec.graph import Graph
from archspec.language.document.overrides import Overrides
from archspec.source import File
from archspec.weights.expected import expected
from tests.authoring.steps import Author, Module, Place
from tests.authoring.values import NAMES, PARAMS, Names
from tests.authoring.written import plain
from tests.texts import Texts

MOST_NODES, MOST_WEIGHTS, MOST_CELLS = 120, 20_000, 3_000
"""Beyond these a random network is too large to be run often."""
MAIN, OTHER = "small.yaml", "other.yaml"
SECTIONS = ("parts", "parts", "parts", "blocks", "reductions", "stems")


def check_texts(files: Mapping[str, str], overrides: Overrides = AS_WRITTEN) -> Checked:
    """Check a spec that lies beside others in memory."""
    return check(File(Texts(files), PurePosixPath(MAIN)), overrides)


@dataclass
class Draft:
    """A spec that is being written, the one that it imports from, and what values params take."""

    document: dict[str, Any]
    other: dict[str, Any] | None = None
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> dict[str, str]:
        """The files as they are read."""
        documents = {MAIN: self.document, OTHER: self.other}
        return {
            name: yaml.dump(each, Dumper=yaml.CSafeDumper, sort_keys=False, width=1000)
            for name, each in documents.items()
            if each is not None
        }

    def checked(self, overrides: Overrides = AS_WRITTEN) -> Checked:
        """Check it."""
        return check_texts(self.texts, overrides)

    def graph(self, overrides: Overrides = AS_WRITTEN) -> Graph | None:
        """Check it and return its graph, unless it is refused or too large."""
        graph = self.checked(overrides).graph
        return graph if graph is not None and is_small(graph) else None


def is_small(graph: Graph) -> bool:
    """Whether a graph can be run quickly."""
    weights = sum(prod(each.shape) for each in expected(graph).values())
    cells = max((node.output.size for node in graph.nodes.values()), default=0)
    return len(graph.nodes) <= MOST_NODES and weights <= MOST_WEIGHTS and cells <= MOST_CELLS


def random_spec(seed: int) -> Draft:
    """Write a legal spec, the same for the same seed."""
    return _Growth(Random(seed)).spec()  # noqa: S311 - no secrets are drawn


def random_graph(seed: int) -> Graph:
    """Write a legal spec and read it."""
    graph = random_spec(seed).graph()
    assert graph is not None
    return graph


class _Growth:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.author = Author(random)
        self.modules: dict[str, Module] = {}

    def spec(self) -> Draft:
        """Write a whole spec."""
        author, inputs = self.author, self.inputs()
        self.modules = {}
        draft = Draft({"archspec": 1, "name": self.random.choice(("small", "net", "model"))})
        draft.document["input"] = inputs
        draft.kinds = self.params(draft.document)
        if author.chance(0.15):
            self.imported(draft)
        if author.chance(0.3):
            self.defaults(draft)
        for _ in range(self.random.randint(0, 3)):
            self.module(draft, draft.document, draft.kinds)
        if not self.network(draft):
            return self.spec()
        self.ends(draft)
        return draft

    def shape(self) -> str:
        """Draw the shape of an input."""
        if self.author.chance(0.12):
            return str(self.random.randint(2, 9))
        height, width = self.random.randint(4, 9), self.random.randint(4, 9)
        return f"{height}x{width}x{self.random.choice((1, 2, 3, 4, 4, 6))}"

    def inputs(self) -> Any:
        """Draw the inputs: one without a name, or some with names and often of one shape."""
        shape = self.shape()
        if self.author.chance(0.7):
            return plain(shape)
        names = self.random.sample(NAMES, self.random.randint(1, 3))
        return {name: plain(shape if self.author.chance(0.7) else self.shape()) for name in names}

    def params(self, document: dict[str, Any]) -> dict[str, str]:
        """Declare params of several kinds."""
        kinds: dict[str, str] = {}
        for _ in range(self.random.choice((0, 0, 1, 2, 3, 4))):
            name, kind = self.random.choice(NAMES), self.random.choice(list(PARAMS))
            params = {**document.get("params", {}), name: plain(self.random.choice(PARAMS[kind]))}
            if name not in kinds and _fits({**document, "params": params}):
                document["params"], kinds[name] = params, kind
        if not kinds:
            document.pop("params", None)
        return kinds

    def names(self, *kinds: Mapping[str, str], channels: bool = True) -> Names:
        """Let expressions use names of params and options."""
        found: dict[str, list[str]] = {}
        for name, kind in {key: each for one in kinds for key, each in one.items()}.items():
            found.setdefault(kind, []).append(name)
        return Names(self.random, found, channels)

    def imported(self, draft: Draft) -> None:
        """Write another file with params, defaults and a module of its own."""
        draft.other = {"archspec": 1}
        kinds = self.params(draft.other)
        draft.other["parts"] = {}
        before = set(self.modules)
        for _ in range(2):
            self.module(draft, draft.other, kinds)
        names = [name for name in self.modules if name not in before]
        if not names:
            draft.other = None
            return
        kept = names[-1:] if self.author.chance(0.5) else names
        for name in set(names) - set(kept):
            del self.modules[name]
        draft.document["import"] = {OTHER: kept}

    def defaults(self, draft: Draft) -> None:
        """Say what some words mean in the file, by its params."""
        names = self.names(draft.kinds, channels=False)
        for word in self.random.sample(list(_DEFAULTS), self.random.randint(1, 3)):
            keys = _DEFAULTS[word]
            said = {
                key: plain(names.value(keys[key]))
                for key in self.random.sample(list(keys), self.random.randint(1, len(keys)))
            }
            defaults = {**draft.document.get("defaults", {}), word: said}
            if _fits({**draft.document, "defaults": defaults}):
                draft.document["defaults"] = defaults

    def module(self, draft: Draft, document: dict[str, Any], params: Mapping[str, str]) -> None:
        """Add a module that fits an input somewhere; after some tries, none."""
        for _ in range(6):
            name, section = self.random.choice(NAMES), self.random.choice(SECTIONS)
            if name in self.modules:
                continue
            described, written = self.template(document, params, section)
            found = deepcopy(document)
            found.setdefault(section, {})[name] = written
            if self.serves(draft, document, found, name, described):
                document.clear()
                document.update(found)
                self.modules[name] = described
                return

    def template(
        self, document: dict[str, Any], params: Mapping[str, str], section: str
    ) -> tuple[Module, Any]:
        """Write a module: its options, with defaults of what stands to the left, and its steps."""
        kinds: dict[str, str] = {}
        required, options = set(), []
        for _ in range(self.random.randint(0, 4)):
            name, kind = self.random.choice(NAMES), self.random.choice(list(PARAMS))
            if name in kinds:
                continue
            left = self.names({**params, **kinds}, channels=False)
            default = (
                left.value(kind) if self.author.chance(0.4) else self.random.choice(PARAMS[kind])
            )
            has_default = self.author.chance(0.65)
            options.append(f"{name}={default}" if has_default else name)
            kinds[name] = kind
            if not has_default:
                required.add(name)
        names = self.names({**params, **kinds})
        used = {name: each for name, each in self.modules.items() if self.author.chance(0.5)}
        vector = self.author.chance(0.1)
        if self.author.chance(0.25):
            place = Place(self.names({**params, **kinds}, channels=False), used, vector=vector)
            return self.joining(place, Module(kinds, required), options)
        steps = self.author.listed(
            Place(names, used, vector=vector), 3, keeping=section == "blocks"
        )
        written: Any = {"options": options, "steps": steps} if options else steps
        return Module(kinds, required), written

    def joining(self, place: Place, module: Module, options: list[str]) -> tuple[Module, Any]:
        """Write a module of several inputs, and perhaps of several outputs."""
        author, random = self.author, self.random
        module.inputs = random.sample(NAMES, random.randint(2, 3))
        place.values = list(module.inputs)
        own, steps = set(module.inputs), list[Any]()
        has_outputs = author.chance(0.6)
        for _ in range(random.randint(2, 4)):
            step = author.step(place)
            author.named(step, place, own)
            if not step.sources and not steps:
                step.sources = [random.choice(module.inputs)]
            if has_outputs and not step.name:
                step.name = random.choice([name for name in NAMES if name not in own])
                own.add(step.name)
                place.values.append(step.name)
            steps += [each.render(random) for each in author.followed(step, place)]
        written: dict[str, Any] = {"inputs": module.inputs, "steps": steps}
        ends = [each for each in place.values if each not in module.inputs or author.chance(0.2)]
        if has_outputs and len(ends) > 1:
            ends = random.sample(ends, random.randint(2, min(3, len(ends))))
            module.outputs = [each.rpartition(".")[2] for each in ends]
            written["outputs"] = ends
        return module, written | ({"options": options} if options else {})

    def serves(
        self,
        draft: Draft,
        document: dict[str, Any],
        found: dict[str, Any],
        name: str,
        described: Module,
    ) -> bool:
        """Whether a network of nothing but a module is legal."""
        place = Place(self.names(channels=False), {name: described}, list(described.inputs))
        step = self.author.used(place)
        step.name = "served"
        shape = draft.document["input"]
        if isinstance(shape, dict):
            shape = next(iter(shape.values()))
        trial = {**found, "name": "trial", "network": [step.render(self.random)]}
        trial["input"] = dict.fromkeys(described.inputs, shape) or shape
        if described.outputs:
            trial["outputs"] = [f"served.{each}" for each in described.outputs]
        return (
            Draft(trial, draft.other if document is not draft.other else None).graph() is not None
        )

    def network(self, draft: Draft) -> bool:
        """Add steps, each of which is left out again where it does not fit; say if any does."""
        inputs = draft.document["input"]
        several = isinstance(inputs, dict) and len(inputs) > 1
        values = list(inputs) if isinstance(inputs, dict) else ["input"]
        place = Place(self.names(draft.kinds, channels=not several), dict(self.modules), values)
        place.vector = "x" not in str(next(iter(inputs.values())) if several else inputs)
        own: set[str] = set(values)
        steps: list[Any] = []
        wanted = self.random.randint(1, 7)
        for _ in range(60):
            if len(steps) == wanted:
                break
            self.grow(draft, place, steps, own, several=several)
        return bool(steps)

    def grow(
        self, draft: Draft, place: Place, steps: list[Any], own: set[str], *, several: bool
    ) -> None:
        """Try one more step."""
        trial = replace(place, values=list(place.values))
        names = set(own)
        is_use = bool(self.modules) and self.author.chance(0.35)
        step = self.author.used(trial) if is_use else self.author.step(trial)
        self.author.named(step, trial, names)
        if several and not steps and not step.sources:
            step.sources = [self.random.choice(trial.values[: len(own)])]
        more = [each.render(self.random) for each in self.author.followed(step, trial)]
        document = {**draft.document, "network": [*steps, *more]}
        graph = Draft(document, draft.other).graph()
        if graph is None:
            return
        steps[:] = document["network"]
        draft.document = {**draft.document, "network": steps}
        own |= names
        place.values = trial.values
        (last,) = graph.outputs.values()
        place.vector = len(graph.type_of(last).shape) == 1

    def ends(self, draft: Draft) -> None:
        """Let several values come out, and let heads begin from some."""
        steps = Draft(draft.document, draft.other).graph()
        assert steps is not None
        tops = [path.rstrip("_") for path in steps.scopes[""].contents]
        if self.author.chance(0.25):
            wanted = self.random.sample(tops, self.random.randint(1, min(3, len(tops))))
            self.kept(draft, {"outputs": wanted})
        if self.author.chance(0.25):
            names = self.names(draft.kinds)
            start = self.random.choice(tops)
            head = {"from": start, "steps": self.author.listed(Place(names, self.modules), 2)}
            self.kept(draft, {"auxiliary": {self.random.choice(NAMES): head}})

    def kept(self, draft: Draft, more: Mapping[str, Any]) -> None:
        """Add a part of a document where the whole still fits."""
        found = replace(draft, document={**draft.document, **more})
        if found.graph() is not None:
            draft.document = found.document


def _fits(document: Mapping[str, Any]) -> bool:
    """Whether the parts of a document outside of steps are legal."""
    trial = {**document, "name": "trial", "input": 4, "network": ["relu"]}
    return Draft(trial).checked().ok


_DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "conv": {
        "norm": "norm",
        "activation": "activation",
        "padding": "padding",
        "bias": "flag",
        "kernel": "side",
    },
    "depthwise_conv": {"activation": "activation", "norm": "norm"},
    "conv2d": {"padding": "padding", "bias": "flag", "kernel": "side"},
    "fully_connected": {"bias": "flag", "units": "count"},
    "conv_transpose": {"stride": "step", "norm": "norm"},
    "dense": {"activation": "activation", "units": "count"},
    "residual": {"scale": "fraction", "activation": "activation"},
    "max_pool": {"ceil": "flag", "padding": "padding"},
    "avg_pool": {"count_padding": "flag", "ceil": "flag"},
    "batch_norm": {"epsilon": "positive", "gamma": "flag", "momentum": "share"},
    "leaky_relu": {"slope": "fraction"},
    "elu": {"alpha": "positive"},
    "upsample": {"mode": "mode"},
    "layer_scale": {"initial": "fraction"},
    "scale": {"factor": "fraction"},
    "add": {"activation": "activation"},
    "concat": {"activation": "activation"},
}
