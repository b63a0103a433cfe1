"""Elements of an HTML page; all texts are escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from archspec.rendering.excerpt import seen, visible

_LONGEST = 400
_TEMPLATE = Path(__file__).with_name("page.html")


def shown(text: object) -> str:
    """Escape an untrusted text: one line, without invisible characters or markup."""
    return escape(visible(str(text), _LONGEST))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], numbers: int = 0) -> str:
    """Write a table, whose last columns may be numbers."""
    words = len(head) - numbers
    columns = "".join(f"<th{_kind(at, words)}>{shown(each)}</th>" for at, each in enumerate(head))
    lines = "".join(
        f"<tr>{''.join(_cell(at, cell, words) for at, cell in enumerate(row))}</tr>\n"
        for row in rows
    )
    return f"<table>\n<tr>{columns}</tr>\n{lines}</table>\n"


def facts(entries: Iterable[tuple[str, object]]) -> str:
    """Write names with their values as a table."""
    rows = "".join(f"<tr><th>{shown(name)}</th><td>{shown(value)}</td></tr>\n"
                   for name, value in entries)  # fmt: skip
    return f'<table class="facts">\n{rows}</table>\n'


def section(title: str, *parts: str) -> str:
    """Write a section."""
    return f"<section>\n<h2>{shown(title)}</h2>\n{''.join(parts)}</section>\n"


def folded(title: str, content: str) -> str:
    """Write a section that is collapsed at first."""
    return f"<details>\n<summary>{shown(title)}</summary>\n{content}</details>\n"


def paragraph(text: str) -> str:
    """Write a paragraph."""
    return f"<p>{shown(text)}</p>\n"


def source(text: str) -> str:
    """Write preformatted text."""
    return f"<pre>{escape(seen(text))}</pre>\n"


def picture(svg: bytes, told: str) -> str:
    """Embed an SVG as an image, in which browsers run no scripts."""
    data = b64encode(svg).decode()
    return f'<img alt="{shown(told)}" src="data:image/svg+xml;base64,{data}">\n'


def document(title: str, body: str) -> str:
    """Assemble a page from its parts."""
    frame = _TEMPLATE.read_text("utf-8")
    head, _, rest = frame.partition("{{title}}")
    middle, _, tail = rest.partition("{{body}}")
    return f"{head}{shown(title)}{middle}{body}{tail}"


def _kind(at: int, words: int) -> str:
    return ' class="number"' if at >= words else ""


def _cell(at: int, cell: object, words: int) -> str:
    return f"<td{_kind(at, words)}>{shown(cell)}</td>"
