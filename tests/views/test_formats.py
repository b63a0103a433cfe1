"""Files of drawings: valid, the same every time, and carrying what they draw."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archspec.graph import Graph
from archspec.views import dot, engine, mermaid, stamp, svg
from archspec.views.formats import FORMATS, draw, format_of, is_current
from archspec.views.layout import place
from archspec.views.options import Layout, Options, Undrawable
from tests.views.drawn import ROOT, ZOO, drawn, graph, labelled, written

NASTY = ('"', "'", "<b>", "&amp;", "]]>", "-->", "\\N", "{{data}}", "\u6f22\u5b57", "a" * 200)
SVG = "{http://www.w3.org/2000/svg}"
GRAPHVIZ = Options(layout=Layout.GRAPHVIZ)
needs_dot = pytest.mark.skipif(
    shutil.which("dot") is None, reason="Graphviz is not installed: there is no `dot`"
)


def tiny(folder: Path) -> Graph:
    return written(folder, "archspec: 1\nname: tiny\ninput: 8x8x4\nnetwork:\n  - conv 3x3 8\n")


def texts(svg: bytes) -> list[str]:
    """List the texts of an SVG, which must be well-formed; lines of one text are joined."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}text")  # noqa: S314  our own file
    return [each.text or joined(line.text or "" for line in each) for each in found]


def joined(lines: Iterable[str]) -> str:
    """Join the lines of a text, between which there was a space if they are words."""
    found = list(lines)
    return ("" if len({*map(len, found[:-1])}) == 1 and " " not in found[0] else " ").join(found)


@pytest.mark.parametrize("spec", ZOO)
def test_every_spec_of_the_zoo_draws_as_well_formed_svg_with_a_text_for_every_box(
    spec: str,
) -> None:
    for depth in (1, "layers", "operators"):
        svg = draw(graph(spec), "svg", Options(depth=depth)).content
        boxes = [box.label for box in drawn(graph(spec), depth=depth).boxes.values()]
        assert sorted(set(boxes) - set(texts(svg))) == []


@pytest.mark.parametrize("spec", ZOO)
def test_every_spec_of_the_zoo_draws_as_pdf(spec: str) -> None:
    pdf = draw(graph(spec), "pdf", Options()).content
    assert pdf.startswith(b"%PDF-")
    assert b"%%EOF" in pdf[-1024:]


@needs_dot
@pytest.mark.parametrize("spec", ZOO)
def test_dot_takes_the_dot_of_every_spec_of_the_zoo_without_a_warning(spec: str) -> None:
    for style in ("paper", "color", "heat"):
        text = draw(graph(spec), "dot", Options(style=style, depth="operators")).content  # type: ignore[arg-type]
        done = subprocess.run(["dot", "-Tcanon"], input=text, capture_output=True, check=True)
        assert done.stderr == b""


@needs_dot
def test_a_pdf_of_graphviz_keeps_the_moment_to_itself() -> None:
    pdf = draw(graph("vgg_16"), "pdf", GRAPHVIZ).content
    assert pdf.count(b"CreationDate (D:") == pdf.count(b"CreationDate (D:19700101000000")


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_draws_the_same_bytes_whatever_the_hash_seed(form: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{seed}.{form}" for seed in ("0", "1", "2")]
    code = (
        "import sys; from pathlib import Path; from archspec import api\n"
        "graphs = map(api.load, ('specs/inception_resnet_v1.yaml', 'specs/hrnet_w18.yaml'))\n"
        "drawn = (api.draw(each, sys.argv[1], depth='layers', style='color') for each in graphs)\n"
        "Path(sys.argv[2]).write_bytes(b''.join(drawn))"
    )
    for file in files:
        environment = {**os.environ, "PYTHONHASHSEED": file.stem, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code, form, str(file)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
    assert len({file.read_bytes() for file in files}) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_current_until_its_network_or_its_style_changes(
    form: str, tmp_path: Path
) -> None:
    before = tiny(tmp_path)
    content = draw(before, form, Options()).content
    changed = (tmp_path / "spec.yaml").read_text("utf-8").replace("3x3 8", "3x3 9")
    assert is_current(content, before, form, Options())
    assert not is_current(content, before, form, Options(style="heat"))  # type: ignore[arg-type]
    assert not is_current(content, written(tmp_path, changed), form, Options())


def test_a_figure_of_another_engine_or_font_is_current(tmp_path: Path) -> None:
    svg = draw(tiny(tmp_path), "svg", Options()).content
    moved = svg.replace(b'y="', b'y="1').replace(b"Arial", b"Times")
    assert moved != svg
    assert is_current(moved, tiny(tmp_path), "svg", Options())


def test_a_stamp_leaves_a_png_valid(tmp_path: Path) -> None:
    png = draw(tiny(tmp_path), "png", Options()).content
    at = 8
    kinds = []
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == int.from_bytes(png[at + 8 + length : at + 12 + length])
        kinds.append(body[:4])
        at += 12 + length
    assert kinds[:2] == [b"IHDR", b"tEXt"]
    assert kinds[-1] == b"IEND"


def test_svg_carries_no_version_of_its_engine_and_no_ids_that_clash(tmp_path: Path) -> None:
    svg = draw(tiny(tmp_path), "svg", Options()).content
    assert b"Generated" not in svg
    assert b"<!--" not in svg
    assert b' id="' not in svg


@pytest.mark.parametrize("label", NASTY)
def test_labels_are_shown_as_they_are_in_svg(label: str) -> None:
    drawing, options = labelled(label, "end"), Options(style="color")  # type: ignore[arg-type]
    drawn_by_graphviz = engine.render(dot.write(drawing, options), "svg")
    assert [text.strip() for text in texts(drawn_by_graphviz)].count(label) == 3
    assert texts(svg.write(place(drawing, options), drawing, options)).count(label) == 3


def test_labels_with_structure_of_mermaid_are_written_as_characters() -> None:
    text = mermaid.write(labelled('a"b<c>&#;`*_+'), Options())
    assert 'b0["a#34;b#60;c#62;#38;#35;#59;#96;#42;#95;#43;"]' in text


def test_the_ending_of_a_file_says_its_format() -> None:
    names = ("a.svg", "a.PNG", "a.b.pdf", "a.gv", "a.mmd", "a.htm")
    assert [format_of(name) for name in names] == ["svg", "png", "pdf", "dot", "mermaid", "html"]
    with pytest.raises(Undrawable, match=r"`a.jpg` has no ending of a picture"):
        format_of("a.jpg")


def test_without_an_engine_a_picture_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(Undrawable, match=r"SVG needs Graphviz.*or graphviz-pure \(in a checkout"):
        draw(graph("vgg_16"), "svg", GRAPHVIZ)
    with pytest.raises(Undrawable, match=r"PDF needs Graphviz.*brew install graphviz\); DOT"):
        draw(graph("vgg_16"), "pdf", GRAPHVIZ)
    for form in ("svg", "png", "pdf", "mermaid", "html"):
        assert draw(graph("vgg_16"), form, Options()).content


def test_without_graphviz_graphviz_pure_draws_the_same_boxes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = draw(graph("vgg_16"), "svg", GRAPHVIZ).content
    monkeypatch.setenv("PATH", str(tmp_path))
    after = draw(graph("vgg_16"), "svg", GRAPHVIZ).content
    assert sorted(texts(after)) == sorted(texts(before))
    assert stamp.find(after) == stamp.find(before)


def test_the_structure_places_boxes_that_are_too_many_for_graphviz(
    tmp_path: Path,
) -> None:
    text = "archspec: 1\nname: long\ninput: 8x8x4\nnetwork:\n  - {repeat: [relu], times: 5000}\n"
    long = written(tmp_path, text)
    with pytest.raises(Undrawable, match=r"5,001 boxes are too many to lay out as SVG"):
        draw(long, "svg", replace(GRAPHVIZ, unroll=True))
    assert texts(draw(long, "svg", Options(unroll=True)).content).count("Relu activation") == 5000


def test_a_picture_of_very_many_pixels_says_what_makes_it_smaller(tmp_path: Path) -> None:
    branches = "".join(f"      - conv 3x3 {1 + at}\n" for at in range(70))
    text = f"archspec: 1\nname: wide\ninput: 8x8x4\nnetwork:\n  - concat:\n{branches}"
    found = draw(written(tmp_path, text), "png", Options())
    assert "pixels: another --direction" in found.note


def test_letters_that_the_fonts_of_pdf_lack_are_noted(tmp_path: Path) -> None:
    sheet = Options(layout=Layout.SHEET)
    text = "archspec: 1\nname: tiny\ntitle: {}\ninput: 8x8x4\nnetwork: [conv 3x3 8]\n"
    plain = written(tmp_path, text.format("tiny"))
    named = replace(plain, header=replace(plain.header, title="\u6f22\u5b57\u202e \u03b1"))
    note = "PDF has no \u6f22 \u5b57 U+202E, which are squares in it: SVG shows all letters"
    assert draw(named, "pdf", sheet).note == note
    assert draw(named, "svg", sheet).note == ""
    greek = written(tmp_path, text.format("\u03b1 \u2264 \u2192 \xe9"))
    assert draw(greek, "pdf", sheet).note == ""
