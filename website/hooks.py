"""What MkDocs does beside reading ``docs``: pages that are made, and links that lead elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import links
import networks

ROOT = Path(__file__).parents[1]
_DIFFERENCES = {"paper-versus-released": ("inception_resnet_v2", "released/inception_resnet_v2")}
"""Pages about two networks of the zoo; a review page stands there for the diagram."""
_FROM_ROOT = ("CHANGELOG.md", "CONTRIBUTING.md", "docs/index.md")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill the groups of the navigation whose pages are many: the zoo, and the decisions."""
    decisions = sorted(Path(config.docs_dir, "decisions").glob("*.md"))
    groups: dict[str, list[Any]] = {
        "Zoo": [{name: _place(name)} for name in networks.names()],
        "Inside": [{"Decisions": [f"decisions/{page.name}" for page in decisions]}],
    }
    for group in config.nav or []:
        for name in group.keys() & groups.keys():
            group[name] += groups[name]
    return config


def _place(name: str) -> str | list[dict[str, str]]:
    """Return the page of a network, or those of a family."""
    found = [{each: f"zoo/{name}/{each}.md"} for each in networks.variants(name)]
    page = f"zoo/{name}.md"
    return [{"The family": page}, *found] if found else page


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the landing page, pages of the repository's root, and those of the zoo."""
    files.remove(_of(files, "index.md"))
    for file in _added(config):
        files.append(file)
    return files


def _added(config: MkDocsConfig) -> Iterator[File]:
    landing = (ROOT / "website/landing.md").read_text("utf-8")
    yield File.generated(config, "index.md", content=landing)
    for name in ("logo.svg", "style.css"):
        yield File.generated(config, name, content=(ROOT / "website" / name).read_text("utf-8"))
    for name in _FROM_ROOT:
        text = links.rewritten((ROOT / name).read_text("utf-8"), name)
        yield File.generated(config, str(links.place(name)), content=text)
    for name in networks.names():
        yield from _network(config, name, networks.page(name))
        for variant in networks.variants(name):
            made = networks.variant_page(name, variant)
            yield from _network(config, f"{name}/{variant}", made)
    for page, compared in _DIFFERENCES.items():
        yield File.generated(config, f"{page}.review.html", content=networks.review(*compared))


def _network(config: MkDocsConfig, name: str, made: networks.Page) -> Iterator[File]:
    yield File.generated(config, f"zoo/{name}.md", content=made.markdown)
    folder = Path("zoo", name).parent
    for path, content in made.files.items():
        yield File.generated(config, str(folder / path), content=content)


def _of(files: Files, path: str) -> File:
    found = files.get_file_from_path(path)
    assert found is not None
    return found


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrite a page that stands in ``docs`` for its place on the site."""
    path = PurePosixPath(page.file.src_uri)
    if page.file.generated_by is not None:
        return markdown
    if path.stem in _DIFFERENCES:
        file = f"{path.stem}.review.html"
        live = networks.live(file, "The difference, part by part")
        markdown = links.without_diagram(
            markdown, f"{live}\n\n[Open the review page alone]({file})."
        )
    return links.rewritten(markdown, f"docs/{path}")
