"""Pages that draw specs: the fence of Markdown sites, the directive of Sphinx."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from docutils.core import publish_parts
from pymdownx.superfences import SuperFencesException

from archspec.documents import sphinx, superfences

ROOT = Path(__file__).parents[2]
FENCES = [
    {
        "name": "archspec",
        "class": "archspec",
        "format": superfences.fence,
        "validator": superfences.validate,
    }
]


def page(text: str) -> str:
    """Convert Markdown as a site does."""
    html = markdown.markdown(
        text,
        extensions=["pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": {"custom_fences": FENCES}},
    )
    return str(html)


def directive(text: str, folder: Path) -> str:
    """Convert reStructuredText as Sphinx does."""
    sphinx.setup(None)
    settings: dict[str, Any] = {"warning_stream": StringIO(), "report_level": 3}
    parts = publish_parts(
        text,
        source_path=str(folder / "page.rst"),
        writer="html5",
        settings_overrides=settings,
    )
    return str(parts["body"])


def test_a_fence_draws_the_module_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    html = page('```archspec module="stem" style="color"\nspecs/inception_v4.yaml\n```\n')
    assert html.count("<svg") == 1
    assert "3x3 conv (32 stride 2 V)" in html
    assert 'aria-label="inception_v4 stem"' in html


def test_a_fence_opens_modules_to_its_depth() -> None:
    assert "7 x Inception-B" in page("```archspec\nzoo:inception_v4\n```\n")
    deep = page('```archspec depth="operators" module="inception_a"\nzoo:inception_v4\n```\n')
    assert "Batch norm" in deep


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```archspec\nnowhere.yaml\n```\n", "nowhere.yaml cannot be drawn: .*file/not-found"),
        ('```archspec module="stam"\nzoo:vgg_16\n```\n', "vgg_16 uses no module `stam`"),
        ('```archspec unroll="maybe"\nzoo:vgg_16\n```\n', "unroll is true or false, not `maybe`"),
    ],
)
def test_a_fence_that_cannot_be_drawn_stops_the_site(text: str, said: str) -> None:
    with pytest.raises(SuperFencesException, match=said):
        page(text)


def test_a_directive_draws_a_spec_beside_its_page(tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(
        "archspec: 1\nname: tiny\ninput: 8x8x4\nnetwork:\n  - conv 3x3 8\n", "utf-8"
    )
    html = directive(".. archspec:: tiny.yaml\n   :style: heat\n", tmp_path)
    assert html.count("<svg") == 1
    assert "18.4 K MACs" in html  # 8 x 8 x 8 outputs of 3 x 3 x 4 weights


def test_a_directive_that_cannot_be_drawn_is_an_error_of_its_page(tmp_path: Path) -> None:
    html = directive(".. archspec:: zoo:vgg_16\n   :module: stam\n", tmp_path)
    assert "vgg_16 uses no module `stam`" in html


class Site(yaml.SafeLoader):
    """Reads the settings of a site, in which functions are named."""


def function(loader: Site, name: str, node: yaml.Node) -> Any:
    module, _, last = name.rpartition(".")
    return getattr(import_module(module), last)


def call(loader: Site, name: str, node: yaml.Node) -> str:
    return name  # what a function gives decides nothing here


Site.add_multi_constructor("tag:yaml.org,2002:python/name:", function)
Site.add_multi_constructor("tag:yaml.org,2002:python/object/apply:", call)


def test_the_projects_own_pages_draw_with_the_fences_of_its_site(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    site = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Site)  # noqa: S506  a SafeLoader
    named = (each for each in site["markdown_extensions"] if isinstance(each, dict))
    fences = next(each["pymdownx.superfences"] for each in named if "pymdownx.superfences" in each)
    html = markdown.markdown(
        (ROOT / "docs/drawing.md").read_text("utf-8"),
        extensions=["pymdownx.superfences"],
        extension_configs={"pymdownx.superfences": fences},
    )
    assert html.count("<svg") == 1
    assert "3x3 conv (384 stride 2 V)" in html  # Figure 7 with Table 1's n
