"""A drawing as one HTML page that opens without a server or a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from html import escape
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from archspec.graph import Graph, Node, Scope
from archspec.location import file_name
from archspec.rendering.json import written
from archspec.source import Source
from archspec.views.grids import compositions
from archspec.views.options import Options, Style
from archspec.views.outline import Item, outline
from archspec.views.palette import BORDER, HEAT, KINDS, LINE, PLAIN, TEXT, Shade

_FOLDER = Path(__file__).parent / "viewer"
_LIBRARIES = (
    *(f"d3-{name}" for name in "color dispatch ease timer selection interpolate".split()),
    *(f"d3-{name}" for name in "drag transition zoom".split()),
)
_PROGRAM = (
    *("model", "grids", "across", "channels", "laying", "climbing", "layout"),
    *("picture", "colours", "camera", "minimap", "trace"),
    *("panel", "spec", "search", "opening", "address", "exports", "main"),
)
_MOST_TEXT = 2**18
"""Characters of specs that a page carries, to be read beside the picture."""


class Addition(NamedTuple):
    """What a page has beside the viewer: a script and a style sheet of its folder, by their name.

    ``connects`` lets the script talk to the server that the page came from; ``above`` is HTML that
    stands over the viewer.
    """

    name: str = ""
    connects: bool = False
    above: str = ""


ALONE = Addition()


def record(graph: Graph, options: Options) -> str:
    """Encode all that the page shows of a network as JSON."""
    header = graph.header
    kinds = {str(kind): shade for kind, shade in KINDS.items()}
    title = f"{graph.title}: {options.module}" if options.module else graph.title
    told = PageHead(graph.name, title, header.source, header.doc, kinds)
    return encode(told, outline(graph, options), options, specs(graph))


class PageHead(NamedTuple):
    """The heading of the page, and the colour of each kind of item."""

    name: str
    title: str
    source: str
    doc: str
    kinds: Mapping[str, Shade]


def specs(graph: Graph) -> dict[str, str]:
    """List the texts of the specs that a graph was read from by file name, as far as they fit."""
    found: dict[str, str] = {}
    left = _MOST_TEXT
    for source in _sources(graph):
        name = file_name(source.name)
        if name not in found and len(source.text) <= left:
            found[name] = source.text
            left -= len(source.text)
    return found


def _sources(graph: Graph) -> Iterator[Source]:
    traced: Iterator[Node | Scope] = chain(graph.nodes.values(), graph.scopes.values())
    for each in traced:
        yield from (span.source for span in (*each.inlined_at, each.span) if span)


def encode(
    told: PageHead,
    items: Iterable[Item],
    options: Options,
    texts_of_specs: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Encode items as JSON; texts, places and details are interned, since most of them recur."""
    numbers = _Interned(_Numbers(), _Numbers(), _Numbers())
    kinds = list(told.kinds)
    items = list(items)
    composed = compositions(items)
    rows = [_row(item, kinds.index(item.kind), numbers) for item in items]
    content = {
        "name": told.name,
        "title": told.title,
        "source": told.source,
        "doc": told.doc,
        "style": Style.COLOR if options.style is Style.POSTER else options.style,
        "measure": options.measure,
        "direction": options.direction,
        "unroll": options.unroll,
        "kinds": [[kind, *told.kinds[kind]] for kind in kinds],
        "heat": [shade.light for shade in HEAT],
        "dark_heat": [shade.dark for shade in HEAT],
        "shades": {"ground": PLAIN, "text": TEXT, "line": LINE, "frame": BORDER},
        "items": rows,
        "statistics": {
            at: [[str(each), each.dead] for each in item.statistics]
            for at, item in enumerate(items)
            if item.statistics
        },
        "grids": composed.chains,
        "ladder": composed.ladder,
        "places": numbers.places.values,
        "details": numbers.details.values,
        "texts": numbers.texts.values,
        "specs": dict(texts_of_specs),
    }
    return written(content, compact=True)


def write(text: str, stamp: str, title: str = "archspec", addition: Addition = ALONE) -> bytes:
    """Embed a record in the page, escaped so that it can neither end a script nor start one."""
    scripts = [_script(_libraries()), _script(_program(addition.name))]
    parts = {
        "stamp": stamp,
        "title": escape(title),
        "policy": " ".join(map(_hash, scripts)),
        "connect": "'self'" if addition.connects else "'none'",
        "licences": escape((_FOLDER / "vendor" / "LICENSES.txt").read_text("utf-8"), quote=False),
        "style": "\n".join(_texts("css", "page", addition.name)),
        "above": addition.above,
        "data": harmless(text),
        "libraries": scripts[0],
        "program": scripts[1],
    }
    page, *rest = (_FOLDER / "page.html").read_text("utf-8").split("{{")
    for piece in rest:
        name, _, tail = piece.partition("}}")
        page += parts[name] + tail
    return page.encode()


def harmless(text: str) -> str:
    """Escape JSON so that it can neither end a script nor start one."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


class _Numbers:
    """Interns values: each gets the number of its first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        """Return the number of a value, a new one if need be."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Any]:
        """The values in the order of their numbers."""
        return list(self._numbers)


class _Interned(NamedTuple):
    texts: _Numbers
    places: _Numbers
    details: _Numbers


def _row(item: Item, kind: int, numbers: _Interned) -> list[int]:
    flags = (item.is_group, item.is_open, item.is_layer, item.is_head, item.is_repeat)
    return [
        item.parent,
        numbers.texts.of(item.name),
        numbers.texts.of(item.label),
        kind,
        numbers.texts.of(item.shape),
        numbers.places.of(item.place),
        sum(flag << at for at, flag in enumerate(flags)),
        item.parameters,
        item.macs,
        item.activations,
        numbers.details.of(item.details),
        *item.sources,
    ]


def _libraries() -> Iterable[str]:
    for name in _LIBRARIES:
        code = (_FOLDER / "vendor" / f"{name}.min.js").read_text("utf-8")
        yield "\n".join(each for each in code.splitlines() if not each.startswith("//# sourceMap"))


def _program(added: str) -> Iterable[str]:
    return _texts("js", *_PROGRAM, added)


def _texts(ending: str, *names: str) -> Iterable[str]:
    return ((_FOLDER / f"{name}.{ending}").read_text("utf-8") for name in names if name)


def _script(parts: Iterable[str]) -> str:
    return "\n" + "\n".join(parts)


def _hash(script: str) -> str:
    """Write the hash by which the page's Content-Security-Policy allows a script."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
