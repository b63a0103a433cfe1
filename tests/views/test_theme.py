"""Pictures that follow the theme of their page and tell what they show."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from archspec.views import theme
from archspec.views.drawing import Box, BoxKind, Drawing
from archspec.views.formats import draw
from archspec.views.options import Options
from archspec.views.palette import KINDS
from tests.views.drawn import graph

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def svg() -> str:
    options = Options(style="color")  # type: ignore[arg-type]
    return draw(graph("vgg_16"), "svg", options).content.decode()


def test_every_kind_has_its_dark_colour_where_the_page_is_dark(svg: str) -> None:
    _, _, dark = svg.partition("@media (prefers-color-scheme:dark)")
    for kind in (BoxKind.REDUCTION, BoxKind.HEAD):
        assert f'[fill="{KINDS[kind].light}"]{{fill:{KINDS[kind].dark}}}' in dark


def test_nothing_is_painted_over_the_ground_of_the_page(svg: str) -> None:
    assert 'fill="white" stroke="transparent"' not in svg


def test_a_picture_has_a_role_a_title_and_a_description(svg: str) -> None:
    root = ElementTree.fromstring(svg)  # noqa: S314  our own file
    assert root.get("role") == "img"
    assert (root[0].tag, root[0].text) == (f"{SVG}title", "VGG-16")
    assert root[1].tag == f"{SVG}desc"
    assert str(root[1].text).startswith("Input (224x224x3), Stage (64 n=2), Stage (128 n=2), ")


def test_a_title_is_text_and_a_long_description_ends_with_a_count() -> None:
    boxes = {str(at): Box(str(at), f"<{at}>", BoxKind.PART) for at in range(50)}
    found = theme.into_svg(b"<svg a='b'></svg>", Drawing("a<b", boxes, tuple(boxes), ()))
    assert b"<title>a&lt;b</title>" in found
    assert b"&lt;39&gt;, and 10 more</desc>" in found
