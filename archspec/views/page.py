"""A drawing as one HTML page that opens without a server or a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from archspec.graph import Graph
from archspec.rendering.json import written
from archspec.views.options import Options
from archspec.views.outline import Item, outline
from archspec.views.palette import HEAT, KINDS, Shade

_FOLDER = Path(__file__).parent / "viewer"
_LIBRARIES = (
    "dagre",
    *(f"d3-{name}" for name in "color dispatch ease timer selection interpolate".split()),
    *(f"d3-{name}" for name in "drag transition zoom".split()),
)
_PROGRAM = ("model", "layout", "picture", "panel", "main")


class Addition(NamedTuple):
    """What a page has beside the viewer: a script and a style sheet of its folder, by their name.

    ``connects`` lets the script talk to the server that the page came from.
    """

    name: str = ""
    connects: bool = False


ALONE = Addition()


def record(graph: Graph, options: Options) -> str:
    """Encode all that the page shows of a network as JSON."""
    header = graph.header
    kinds = {str(kind): shade for kind, shade in KINDS.items()}
    title = f"{graph.name}: {options.module}" if options.module else graph.name
    told = PageHead(graph.name, title, header.source, header.doc, kinds)
    return encode(told, outline(graph, options), options)


class PageHead(NamedTuple):
    """The heading of the page, and the colour of each kind of item."""

    name: str
    title: str
    source: str
    doc: str
    kinds: Mapping[str, Shade]


def encode(told: PageHead, items: Iterable[Item], options: Options) -> str:
    """Encode items as JSON; texts are interned, since most of them recur."""
    texts = _Numbers()
    places = _Numbers()
    kinds = list(told.kinds)
    rows = [_row(item, kinds.index(item.kind), texts, places) for item in items]
    content = {
        "name": told.name,
        "title": told.title,
        "source": told.source,
        "doc": told.doc,
        "style": options.style,
        "measure": options.measure,
        "direction": options.direction,
        "kinds": [[kind, *told.kinds[kind]] for kind in kinds],
        "heat": [shade.light for shade in HEAT],
        "dark_heat": [shade.dark for shade in HEAT],
        "items": rows,
        "places": [list(place) for place in places.values],
        "texts": texts.values,
    }
    return written(content, compact=True)


def write(text: str, stamp: str, title: str = "archspec", addition: Addition = ALONE) -> bytes:
    """Embed a record in the page, escaped so that it can neither end a script nor start one."""
    data = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    scripts = [_script(_libraries()), _script(_program(addition.name))]
    parts = {
        "stamp": stamp,
        "title": escape(title),
        "policy": " ".join(map(_hash, scripts)),
        "connect": "'self'" if addition.connects else "'none'",
        "licences": escape((_FOLDER / "vendor" / "LICENSES.txt").read_text("utf-8"), quote=False),
        "style": "\n".join(_texts("css", "page", addition.name)),
        "data": data,
        "libraries": scripts[0],
        "program": scripts[1],
    }
    page, *rest = (_FOLDER / "page.html").read_text("utf-8").split("{{")
    for piece in rest:
        name, _, tail = piece.partition("}}")
        page += parts[name] + tail
    return page.encode()


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


def _row(item: Item, kind: int, texts: _Numbers, places: _Numbers) -> list[int]:
    return [
        item.parent,
        texts.of(item.name),
        texts.of(item.label),
        kind,
        texts.of(item.shape),
        places.of(item.place),
        item.is_group + 2 * item.is_open + 4 * item.is_layer + 8 * item.is_head,
        item.parameters,
        item.macs,
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
