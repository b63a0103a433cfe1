"""How publishers call the tensors of a network: name maps, which are data, read and applied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from archspec.graph import Graph, Node

MAPS = Path(__file__).parent / "maps"

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")


@dataclass(frozen=True)
class Layout:
    """How a framework names and lays out the tensors of one node.

    ``kernels`` and ``norms`` give its names for ours; ``moved`` says whether the channels of
    kernels stand last, as in TensorFlow, where ours have them first.
    """

    separator: str
    kernels: Mapping[str, str]
    norms: Mapping[str, str]
    moved: bool


_TENSORFLOW = {"running_mean": "moving_mean", "running_var": "moving_variance", "bias": "beta"}

LAYOUTS: Mapping[str, Layout] = {
    "torch": Layout(".", {}, {}, moved=False),
    "keras": Layout("/", {"weight": "kernel"}, {"weight": "gamma", **_TENSORFLOW}, moved=True),
    "slim": Layout(
        "/",
        {"weight": "weights", "bias": "biases"},
        {"weight": "gamma", **_TENSORFLOW},
        moved=True,
    ),
}


@dataclass(frozen=True)
class NameMap:
    """One publisher's names for one network.

    ``names`` maps a prefix of theirs to the path of a node or of a layer of ours; ``units`` say
    what stands behind the prefix of a layer for each of its nodes. ``automatic`` maps a word that
    Keras numbers to ours: the nth of theirs is the nth of ours that has no other name.
    ``background`` lists classifiers whose first class is none of ours.
    """

    publisher: str
    network: str
    spec: str
    layout: Layout
    names: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    automatic: Mapping[str, str] = field(default_factory=dict)
    background: tuple[str, ...] = ()

    def keys(self, graph: Graph) -> dict[str, str]:
        """Map the key of each tensor of a graph, as far as it is known here, to the publisher's."""
        prefixes = dict(self._prefixes(graph))
        for word, operator in self.automatic.items():
            nodes = [n.path for n in graph.nodes.values() if n.op.word == operator]
            free = (path for path in nodes if path not in prefixes)
            prefixes |= {path: _numbered(word, number) for number, path in enumerate(free)}
        return {
            f"{path}.{name}": f"{prefix}{self.layout.separator}{theirs}".lstrip("/")
            for path, prefix in prefixes.items()
            for name, theirs in self._tensors(graph.nodes[path])
        }

    def _prefixes(self, graph: Graph) -> Iterator[tuple[str, str]]:
        separator = self.layout.separator
        for theirs, ours in self.names.items():
            if ours in graph.nodes:
                yield ours, theirs
                continue
            for unit, word in self.units.items():
                path = f"{ours}.{word}"
                if path in graph.nodes:
                    yield path, f"{theirs}{separator}{unit}" if unit else theirs

    def _tensors(self, node: Node) -> Iterator[tuple[str, str]]:
        theirs = self.layout.norms if node.op.role == "norm" else self.layout.kernels
        for parameter in node.op.parameters(*node.inputs):
            yield parameter.name, theirs.get(parameter.name, parameter.name)


def _numbered(word: str, number: int) -> str:
    return f"{word}_{number}" if number else word


def maps() -> list[NameMap]:
    """Read the name maps that came with the package, by file name."""
    return [read(file) for file in sorted(MAPS.glob("*.yaml"))]


def read(file: Path) -> NameMap:
    """Read a name map."""
    said: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    names = {
        theirs: ours
        for left, right in said["names"].items()
        for theirs, ours in zip(expand(str(left)), expand(right), strict=True)
    }
    return NameMap(
        said["publisher"],
        said["network"],
        said["spec"],
        LAYOUTS[said["layout"]],
        names,
        said.get("units", {}),
        said.get("automatic", {}),
        tuple(said.get("background", ())),
    )


def expand(pattern: str) -> list[str]:
    """Write out the braces of a pattern: ``conv{1,2}``, ``{0..3}``; the last changes fastest."""
    pieces = _BRACES.split(pattern)
    choices = [[piece] if index % 2 == 0 else _choices(piece) for index, piece in enumerate(pieces)]
    return ["".join(chosen) for chosen in product(*choices)]


def _choices(inside: str) -> list[str]:
    bounds = _RANGE.fullmatch(inside)
    if bounds is None:
        return inside.split(",")
    return [str(number) for number in range(int(bounds[1]), int(bounds[2]) + 1)]
