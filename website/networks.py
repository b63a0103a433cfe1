"""A page for each network of the zoo: its drawing, viewer, table, spec and emitted sources.

A family has a page with its spec, and each of its variants one without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import NamedTuple

from archspec import api
from archspec.checked import check, variants_of
from archspec.diffs.report import review_page
from archspec.graph import Graph
from archspec.location import locate, shipped_names
from archspec.rendering import text
from archspec.source import VARIANT, ZOO
from archspec.views.options import Undrawable
from archspec.views.summary import StepRow, summary

_HEAD = "---\nhide: [toc]\n---"
_BACKENDS: Mapping[str, str] = {"torch": "PyTorch", "tensorflow": "Keras"}


class Page(NamedTuple):
    """A page in Markdown, and the files that it shows, by their paths below the page's folder."""

    markdown: str
    files: Mapping[str, bytes]


def names() -> list[str]:
    """List the networks of the zoo, those in its folders last: ``released/inception_v4``."""
    return sorted(shipped_names(ZOO), key=lambda name: ("/" in name, name))


def variants(name: str) -> tuple[str, ...]:
    """List the networks of a family; none for a spec of one network."""
    return variants_of(locate(f"{ZOO}{name}"))


def page(name: str) -> Page:
    """Make the page of a spec; one that is wrong as it is printed tells what is wrong."""
    checked = check(f"{ZOO}{name}")
    source = locate(f"{ZOO}{name}").read().text
    if checked.graph is None:
        found = [f"# {name}", _block("text", text.render(checked.diagnostics))]
        return Page("\n\n".join([*found, _section("Spec", _block("yaml", source))]), {})
    spec = _section("Spec", _block("yaml", source))
    table = _variants(name, checked.variants)
    facts, detail = (table, ()) if table else (_facts(checked.graph), _detail(checked.graph))
    return _page(name, checked.graph, [facts, checked.graph.header.doc], [spec, *detail])


def variant_page(name: str, variant: str) -> Page:
    """Make the page of a network of a family."""
    graph = api.load(f"{ZOO}{name}", variant=variant)
    said = f"`{ZOO}{name}{VARIANT}{variant}`, a variant of [{name}](../{name}.md)."
    return _page(variant, graph, [_facts(graph), said, graph.header.doc], _detail(graph))


def _page(name: str, graph: Graph, above: Iterable[str], below: Iterable[str]) -> Page:
    """Show a network between what is said of it above and below."""
    last = name.rpartition("/")[2]
    drawing, viewer = f"{last}.svg", f"{last}.viewer.html"
    parts = [
        _HEAD,
        f"# {name}",
        *above,
        live(viewer, f"{graph.name} in the viewer"),
        f"A double click opens a module. [Open the viewer alone]({viewer}).",
        _section("Drawing", f"![{graph.name}, step by step]({drawing}){{ .drawing }}"),
        *below,
    ]
    files = {
        drawing: _drawing(graph),
        viewer: api.draw(graph, "html", style="color"),
    }
    return Page("\n\n".join(filter(None, parts)) + "\n", files)


def _detail(graph: Graph) -> Iterator[str]:
    """Tell the steps of a network, and its source for each framework."""
    yield _section("Steps", _table(graph))
    for backend, said in _BACKENDS.items():
        yield _section(f"{said} source", _emitted(graph, backend))


def _drawing(graph: Graph) -> bytes:
    """Draw the network and its modules on one page, or the network alone where they do not fit."""
    try:
        return api.draw(graph, "svg", layout="sheet")
    except Undrawable:
        return api.draw(graph, "svg", style="color")


def _facts(graph: Graph) -> str:
    counts = api.count(graph.without_heads())
    facts = {
        "input": ", ".join(str(each.type) for each in graph.inputs.values()),
        "parameters": f"{counts.parameters:,}",
        "MACs": f"{counts.macs:,}",
        "after": graph.header.source,
    }
    said = (f"<dt>{key}</dt><dd>{escape(value)}</dd>" for key, value in facts.items() if value)
    return f'<dl class="facts">{"".join(said)}</dl>'


def review(old: str, new: str) -> bytes:
    """Make the review page of two networks."""
    graphs = (api.load(f"{ZOO}{name}") for name in (old, new))
    return review_page.html(api.diff(*graphs))


def live(page: str, title: str) -> str:
    """Show a page of HTML within a page."""
    return f'<iframe class="viewer" src="{page}" title="{escape(title)}" loading="lazy"></iframe>'


def _section(name: str, body: str) -> str:
    return f"## {name} {{ data-search-exclude }}\n\n{body}"


def _table(graph: Graph) -> str:
    total = api.count(graph.without_heads())
    lines = [
        "| name | step | output | parameters | MACs |",
        "|---|---|--:|--:|--:|",
        *map(_row, summary(graph)),
        f"| **total** | | | **{total.parameters:,}** | **{total.macs:,}** |",
    ]
    return "\n".join(lines)


def _variants(name: str, found: tuple[str, ...]) -> str:
    """Tell the networks of a family, each with its page, of which this one shows the first."""
    lines = ["| variant | input | parameters | MACs |", "|---|---|--:|--:|"]
    lines += (_variant(name, each) for each in found)
    said = f"Each has a page. Here you see `{found[0]}`, the first." if found else ""
    return _section("Variants", "\n".join([*lines, "", said])) if found else ""


def _variant(name: str, variant: str) -> str:
    graph = api.load(f"{ZOO}{name}", variant=variant)
    counts = api.count(graph.without_heads())
    given = ", ".join(str(each.type) for each in graph.inputs.values())
    called = f"[`{ZOO}{name}{VARIANT}{variant}`]({name}/{variant}.md)"
    return f"| {called} | {given} | {counts.parameters:,} | {counts.macs:,} |"


def _row(row: StepRow) -> str:
    step = f"`{row.step}`".replace("|", "\\|") if row.step else ""
    cells = (row.name, step, row.shapes, f"{row.totals.parameters:,}", f"{row.totals.macs:,}")
    return f"| {' | '.join(cells)} |"


def _emitted(graph: Graph, backend: str) -> str:
    return _block("python", api.emit(graph, backend))


def _block(language: str, content: str) -> str:
    return f"````{language}\n{content.rstrip()}\n````"
