"""A drawing as one HTML page that opens without a server or a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from json import dumps
from pathlib import Path
from typing import Any

from archspec.graph import Graph
from archspec.views.drawing import Kind
from archspec.views.options import Options
from archspec.views.outline import Item, outline
from archspec.views.palette import HEAT, KINDS

_FOLDER = Path(__file__).parent / "viewer"
_LIBRARIES = (
    "dagre",
    *(f"d3-{name}" for name in "color dispatch ease timer selection interpolate".split()),
    *(f"d3-{name}" for name in "drag transition zoom".split()),
)
_PROGRAM = ("model", "layout", "picture", "panel", "main")
_KINDS = tuple(Kind)


def record(graph: Graph, options: Options) -> str:
    """Write all that the page shows as JSON; texts are numbered, since most of them recur."""
    texts = _Numbers()
    places = _Numbers()
    items = [_row(item, texts, places) for item in outline(graph, options)]
    content = {
        "name": graph.name,
        "module": options.module,
        "source": graph.header.source,
        "doc": graph.header.doc,
        "style": options.style,
        "measure": options.measure,
        "direction": options.direction,
        "kinds": [[kind, KINDS[kind]] for kind in _KINDS],
        "heat": HEAT,
        "items": items,
        "places": [list(place) for place in places.values],
        "texts": texts.values,
    }
    return dumps(content, ensure_ascii=False, separators=(",", ":"))


def write(text: str, stamp: str) -> bytes:
    """Put a record into the page; what is in it can neither end a script nor be one."""
    data = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    scripts = [_script(_libraries()), _script(_program())]
    parts = {
        "stamp": stamp,
        "policy": " ".join(map(_hash, scripts)),
        "licences": escape((_FOLDER / "vendor" / "LICENSES.txt").read_text("utf-8"), quote=False),
        "style": (_FOLDER / "page.css").read_text("utf-8"),
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
    """Gives each value the number of its first appearance."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def of(self, value: Any) -> int:
        """Find or give the number of a value."""
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Any]:
        """The values in the order of their numbers."""
        return list(self._numbers)


def _row(item: Item, texts: _Numbers, places: _Numbers) -> list[int]:
    return [
        item.parent,
        texts.of(item.name),
        texts.of(item.label),
        _KINDS.index(item.kind),
        texts.of(item.shape),
        places.of(item.place),
        item.is_group + 2 * item.is_open + 4 * item.is_layer,
        item.parameters,
        item.macs,
        *item.sources,
    ]


def _libraries() -> Iterable[str]:
    for name in _LIBRARIES:
        code = (_FOLDER / "vendor" / f"{name}.min.js").read_text("utf-8")
        yield "\n".join(each for each in code.splitlines() if not each.startswith("//# sourceMap"))


def _program() -> Iterable[str]:
    return ((_FOLDER / f"{name}.js").read_text("utf-8") for name in _PROGRAM)


def _script(parts: Iterable[str]) -> str:
    return "\n" + "\n".join(parts)


def _hash(script: str) -> str:
    """Name a script so that the page's policy lets it run, and no other."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
