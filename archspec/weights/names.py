"""The names that files use for the tensors of a network, and name maps that are read from YAML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import yaml

from archspec.diagnostic import Diagnostic, SpecError
from archspec.graph import Graph, Node, parent
from archspec.source import Unreadable, refuse_special
from archspec.weights.expected import expected
from archspec.weights.layouts import EMITTED, LAYOUTS, TORCH, Layout

MAPS = Path(__file__).parent / "maps"
MOST_NAMES = 100_000
"""The maximum number of names that the braces of one line may expand to."""
LARGEST = 2**20
"""The maximum size of a name map in bytes."""
_DEEPEST = 20
"""The maximum nesting of a name map."""

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d{1,9})\.\.(\d{1,9})")


@dataclass(frozen=True)
class KeyNaming:
    """The names and the layout of one graph's tensors in a file.

    ``keys`` maps our keys to the file's names, ``spare`` to alternative names. ``whose`` describes
    them in messages. ``background`` lists classifiers with an extra first class for the background,
    ``heads`` the prefixes of auxiliary heads, ``automatic`` the words that Keras numbers.
    ``unscaled`` is true if norms have no scale in the file. ``stored`` maps the last part of a
    layer's name to ``conv``, ``dense`` or ``scale`` if the file has another kind of kernel than
    the spec.
    """

    keys: Mapping[str, str]
    layout: Layout
    whose: str
    background: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    automatic: tuple[str, ...] = ()
    unscaled: bool = False
    stored: Mapping[str, str] = field(default_factory=dict)
    spare: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NameMap:
    """One publisher's names for one network.

    ``names`` maps their prefixes to our paths of nodes or layers, or their names to our keys;
    ``units`` maps what follows the prefix of a layer to the node in it. ``automatic`` maps a word
    that Keras numbers to an operator's: their nth layer is our nth node without another name. The
    rest is as in ``KeyNaming``.
    """

    publisher: str
    network: str
    spec: str
    layout: Layout
    names: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    automatic: Mapping[str, str] = field(default_factory=dict)
    background: tuple[str, ...] = ()
    unscaled: bool = False
    stored: Mapping[str, str] = field(default_factory=dict)

    def naming(self, graph: Graph, *, partial: bool = False) -> KeyNaming:
        """Apply the names to the paths that a graph has.

        ``partial`` also accepts the spec's own names of layers, as fine-tuned models use for the
        layers that they replaced.
        """
        heads = (theirs for theirs, ours in self.names.items() if ours.startswith("auxiliary"))
        rest = _by_layer(graph, self.layout) if partial else {}
        return KeyNaming(
            rest | self.keys(graph),
            self.layout,
            f"{self.publisher} calls those of {self.network}",
            self.background,
            tuple(heads),
            tuple(self.automatic),
            self.unscaled,
            self.stored,
            rest,
        )

    def keys(self, graph: Graph) -> dict[str, str]:
        """Map the keys of a graph's tensors to the publisher's names, as far as they are known."""
        wanted = expected(graph)
        whole = {ours: theirs for theirs, ours in self.names.items() if ours in wanted}
        prefixes = dict(self._prefixes(graph))
        for word, operator in self.automatic.items():
            nodes = [n.path for n in graph.nodes.values() if n.op.word == operator]
            free = (path for path in nodes if path not in prefixes)
            prefixes |= {path: _numbered(word, number) for number, path in enumerate(free)}
        return {
            f"{path}.{name}": f"{prefix}{self.layout.separator}{theirs}".lstrip("/")
            for path, prefix in prefixes.items()
            for name, theirs in self._tensors(graph.nodes[path])
        } | whole

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
        for parameter in node.op.parameters(*node.inputs):
            yield parameter.name, self.layout.variable(node, parameter)


def _by_layer(graph: Graph, layout: Layout) -> dict[str, str]:
    """Name each tensor after its layer, or after its node if the layer has several with weights."""
    nodes = dict.fromkeys(each.node.path for each in expected(graph).values())
    layers = Counter(map(parent, nodes))
    found = {}
    for key, each in expected(graph).items():
        layer = parent(each.node.path)
        owner = layer if layers[layer] == 1 and layer else each.node.path
        found[key] = f"{owner}{layout.separator}{layout.variable(each.node, each.parameter)}"
    return found


def _numbered(word: str, number: int) -> str:
    return f"{word}_{number}" if number else word


def own(graph: Graph, layout: Layout) -> KeyNaming:
    """Name the tensors by the graph's own paths, as emitted models do."""
    keys = {
        key: f"{each.node.path}{layout.separator}{layout.variable(each.node, each.parameter)}"
        for key, each in expected(graph).items()
    }
    return KeyNaming(keys, layout, f"{graph.name} calls its own")


def layout_of(names: Mapping[str, Any]) -> Layout:
    """Infer a file's layout from its names: those of TensorFlow's variables contain slashes."""
    return EMITTED if names and all("/" in name for name in names) else TORCH


@cache
def maps() -> tuple[NameMap, ...]:
    """Read the name maps that come with the package, one for each publisher."""
    return tuple(
        replace(found, publisher=publisher)
        for found in map(read, sorted(MAPS.glob("*.yaml")))
        for publisher in found.publisher.split(", ")
    )


def read(file: Path) -> NameMap:
    """Read a name map from a file; raise ``SpecError``."""
    try:
        return parse(_loaded(_text(file)), file.stem)
    except OSError as error:
        raise SpecError((_wrong(file, error.strerror or str(error)),)) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0] if str(error) else "it is not YAML"
        raise SpecError((_wrong(file, reason),)) from None
    except (NoMapError, RecursionError, TypeError, ValueError) as error:  # an odd date, a list
        raise SpecError((_wrong(file, str(error)),)) from None


class NoMapError(Exception):
    """A document is not a name map; the message says why."""


def _text(file: Path) -> bytes:
    try:
        refuse_special(file)
    except Unreadable as error:
        raise NoMapError(str(error)) from None
    with file.open("rb") as stream:
        text = stream.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise NoMapError(f"it has more than {LARGEST} bytes")
    return text


def _loaded(text: bytes) -> Any:
    """Parse a document, refusing aliases and deep nesting, which take more work than their text."""
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, yaml.AliasEvent):
            raise NoMapError("it has aliases (`*name`): write their values out")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise NoMapError("it has lists or mappings in each other over and over")
    return yaml.safe_load(text)


def _wrong(file: Path, reason: str) -> Diagnostic:
    return Diagnostic(
        "weights/names",
        f"{file} is no name map: {reason}",
        help="it needs `layout: torch` or `keras`, and `names:` from theirs to paths of the spec",
    )


_TEXTS = ("publisher", "network", "spec", "layout")
_MAPPINGS = ("names", "units", "automatic", "stored")


def parse(said: Any, name: str) -> NameMap:
    """Convert a parsed document to a name map; raise ``NoMapError``."""
    _check(said)
    base = _base(said)
    names = _names(_texts(said, "names"))
    ours = set(names.values())
    kept = {theirs: path for theirs, path in base.names.items() if path not in ours}
    return NameMap(
        str(said.get("publisher", name)),
        str(said.get("network", name)),
        str(said.get("spec", base.spec)),
        LAYOUTS[said["layout"]] if "layout" in said else base.layout,
        kept | names,
        _texts(said, "units") or base.units,
        _texts(said, "automatic") or base.automatic,
        _background(said.get("background") or []),
        bool(said.get("unscaled", base.unscaled)),
        _texts(said, "stored") or base.stored,
    )


def _check(said: Any) -> None:
    if not isinstance(said, dict) or not isinstance(said.get("names"), dict):
        raise NoMapError("it has no `names:` that map theirs to ours")
    known = (*_TEXTS, *_MAPPINGS, "background", "like", "unscaled")
    unknown = [str(key) for key in said if key not in known]
    if unknown:
        raise NoMapError(f"`{unknown[0]}` is not a key of a name map; they are {', '.join(known)}")
    if str(said.get("layout", "torch")) not in LAYOUTS:
        raise NoMapError(f"its layout is not one of {', '.join(LAYOUTS)}")


def _base(said: Mapping[str, Any]) -> NameMap:
    """Read the map that ``like`` names, whose entries are the defaults."""
    like = said.get("like")
    if like is None:
        return NameMap("", "", "", TORCH, {})
    files = {file.stem: file for file in MAPS.glob("*.yaml")}
    if str(like) not in files:
        raise NoMapError(f"it is `like: {like}`, and there is no such map")
    return read(files[str(like)])


def _background(said: Any) -> tuple[str, ...]:
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        raise NoMapError("its `background` is not a list of paths")
    return tuple(said)


def _texts(said: Mapping[str, Any], key: str) -> dict[str, str]:
    found = said.get(key) or {}
    if not isinstance(found, dict):
        raise NoMapError(f"its `{key}` is not a mapping")
    if any(isinstance(each, (dict, list)) for pair in found.items() for each in pair):
        raise NoMapError(f"its `{key}` has values that are not texts")
    return {str(one): str(other) for one, other in found.items()}


def _names(lines: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for left, right in lines.items():
        theirs, ours = expand(left), expand(right)
        if len(theirs) != len(ours):
            raise NoMapError(f"`{left}` is {len(theirs)} names and `{right}` {len(ours)}")
        found |= dict(zip(theirs, ours, strict=True))
    return found


def expand(pattern: str) -> list[str]:
    """Expand the braces of a pattern: ``conv{1,2}``, ``{0..3}``; the last varies fastest."""
    pieces = _BRACES.split(pattern)
    choices = [[piece] if index % 2 == 0 else _choices(piece) for index, piece in enumerate(pieces)]
    if prod(map(len, choices)) > MOST_NAMES:
        raise NoMapError(f"the braces of `{pattern}` expand to too many names")
    return ["".join(map(str, chosen)) for chosen in product(*choices)]


def _choices(inside: str) -> list[str] | range:
    bounds = _RANGE.fullmatch(inside)
    if bounds is None:
        return inside.split(",")
    return range(int(bounds[1]), int(bounds[2]) + 1)
