"""Mermaid that GitHub draws: fewer than 500 edges, fewer than 50,000 characters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archspec.views.formats import draw
from archspec.views.options import Options
from tests.views.drawn import ZOO, graph, written

CHAIN = "archspec: 1\nname: chain\ninput: 8x8x4\nnetwork:\n"


def edges(text: str) -> int:
    return len(re.findall(r"-->", text))


@pytest.mark.parametrize("spec", ZOO)
def test_the_zoo_keeps_within_the_limits_at_any_depth(spec: str) -> None:
    for options in (Options(), Options(depth="layers"), Options(depth="operators", unroll=True)):
        text = draw(graph(spec), "mermaid", options).content.decode()
        assert edges(text) < 500
        assert len(text) < 50_000


def test_what_does_not_fit_is_folded_and_the_folding_is_said() -> None:
    options = Options(depth="operators", unroll=True)
    drawn = draw(graph("released/inception_resnet_v2"), "mermaid", options)
    assert drawn.note.startswith("folded to one copy of each repeat: GitHub draws")
    assert draw(graph("released/inception_resnet_v2"), "mermaid", Options()).note == ""


def test_a_long_chain_without_modules_is_folded_into_runs_of_steps(tmp_path: Path) -> None:
    steps = "".join(f"  - conv 1x1 {4 + at}\n" for at in range(1200))
    drawn = draw(written(tmp_path, CHAIN + steps), "mermaid", Options())
    text = drawn.content.decode()
    # 1,200 steps and the input: 4 to a box are the first 301 boxes or fewer
    assert "4 steps to a box" in drawn.note
    assert edges(text) == 301
    assert "1x1 conv (1203 Linear)" in text


def test_long_names_fold_for_their_length(tmp_path: Path) -> None:
    # 470 boxes of more than 110 characters each, arrows among them, are more than 50,000
    names = [f"part_{'a' * 54}_{at}" for at in range(470)]
    parts = "parts:\n" + "".join(f"  {name}: [conv 1x1 4]\n" for name in names)
    text = f"archspec: 1\nname: long\ninput: 8x8x4\n{parts}network:\n"
    text += "".join(f"  - {name}\n" for name in names)
    options = Options(shapes="paper")  # type: ignore[arg-type]
    drawn = draw(written(tmp_path, text), "mermaid", options)
    assert len(drawn.content.decode()) < 50_000
    assert "steps to a box" in drawn.note


def test_colours_are_classes_and_shapes_stand_beside_arrows() -> None:
    options = Options(style="color")  # type: ignore[arg-type]
    text = draw(graph("inception_v4"), "mermaid", options).content.decode()
    assert 'b1 -->|"Output: 35x35x384"| b2' in text
    assert "classDef stem0 fill:#8AC1D8" in text


def test_lines_in_frames_are_seen_on_the_grounds_of_both_themes_of_github() -> None:
    # Lines have the colour of the page's theme, so that a frame only tints the page's ground.
    colour = Options(style="color", depth=2)  # type: ignore[arg-type]
    text = draw(graph("inception_v4"), "mermaid", colour).content.decode()
    frames = re.findall(r"style f\d+ fill:(#\w+|none),", text)
    assert {each[7:] for each in frames} == {"33"}
    plain = draw(graph("inception_v4"), "mermaid", Options(depth=2)).content.decode()
    assert set(re.findall(r"style f\d+ fill:(#\w+|none),", plain)) == {"none"}
    assert "classDef" not in plain
