"""Mermaid's own parser takes what is drawn; ``MERMAID`` names its file mermaid.min.js."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from archspec.views.formats import draw
from archspec.views.mermaid import write
from archspec.views.options import Options
from tests.views.drawn import ZOO, graph, labelled

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def mermaid(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Open a page with Mermaid in it."""
    library = os.environ.get("MERMAID")
    if library is None:
        pytest.skip("MERMAID does not name the file mermaid.min.js of the npm package mermaid")
    page: Path = tmp_path_factory.mktemp("mermaid") / "page.html"
    script = f'<script src="{Path(library).absolute().as_uri()}"></script>'
    page.write_text(f'<meta charset="utf-8">{script}', "utf-8")
    browser.get(page.as_uri())
    browser.set_script_timeout(60)
    return browser


@pytest.mark.parametrize("spec", ZOO)
def test_mermaid_parses_every_spec_of_the_zoo(mermaid: Any, spec: str) -> None:
    for options in (Options(), Options(depth="layers"), Options(depth="operators", unroll=True)):
        text = draw(graph(spec), "mermaid", options).content.decode()
        said = mermaid.execute_async_script(
            "const [text, done] = arguments;"
            "mermaid.parse(text).then(() => done(''), (error) => done(error.message))",
            text,
        )
        assert said == ""


@pytest.mark.parametrize(
    "label",
    [
        *('"', "'", "&amp;", "]]>", "-->", "\\N", "{{data}}", "%%{init}%%", "$$x$$", "**bold**"),
        *(
            "`code`",
            "1. one",
            "\u6f22\u5b57",
            "a" * 200,
            "<img src=x onerror=document.title='taken'>",
        ),
    ],
)
def test_mermaid_shows_labels_as_they_are(mermaid: Any, label: str) -> None:
    shown = mermaid.execute_async_script(
        "const [text, done] = arguments;"
        "mermaid.render('drawn', text).then(({svg}) => { document.body.innerHTML = svg;"
        "done([...document.querySelectorAll('.nodeLabel')].map((each) => each.textContent)) },"
        "(error) => done(error.message))",
        write(labelled(label, "end"), Options()),
    )
    assert sorted(set(shown)) == sorted([label, "end"])  # of two boxes, a frame and an arrow
    assert mermaid.title != "taken"
