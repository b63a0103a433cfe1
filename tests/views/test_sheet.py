"""Sheets: a network and all of its modules on one page, at a size that is read."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from archspec.views.formats import draw, is_current
from archspec.views.layout import Area, LabelKind, Placed
from archspec.views.layout.text import evened, width, wrapped
from archspec.views.options import Options, Undrawable
from archspec.views.sheet import contents, sheet
from archspec.views.sheet.shelves import Size, shelves
from tests.views.drawn import ROOT, graph, written
from tests.views.geometry import faults

SPECS = (
    "inception_v4",
    "inception_resnet_v1",
    "inception_resnet_v2",
    "resnet_50",
    "u_net",
    "fpn_resnet_50",
    "hrnet_w18",
    "efficientnet_b0",
    "shufflenet_v2_x1_0",
)
PAPERS = {"A4": (595.28, 841.89), "16:9": (959.98, 540.0)}


def options(**asked: Any) -> Options:
    return Options(layout="sheet", **asked)  # type: ignore[arg-type]


@cache
def placed(spec: str, wide: str) -> Placed:
    return sheet(contents(graph(spec), options()), options(width=wide))


@pytest.mark.parametrize("wide", PAPERS)
@pytest.mark.parametrize("spec", SPECS)
def test_a_sheet_fills_its_paper_with_text_of_seven_points_at_least(spec: str, wide: str) -> None:
    found = placed(spec, wide)
    assert (found.width, found.height) == pytest.approx(PAPERS[wide], abs=0.1)
    assert found.size * min(1.0, found.small) >= 7 - 1e-9


@pytest.mark.parametrize("spec", SPECS)
def test_a_column_of_a_journal_holds_a_sheet(spec: str) -> None:
    found = placed(spec, "8.5cm")
    assert found.width == pytest.approx(8.5 / 2.54 * 72)
    assert found.size * min(1.0, found.small) >= 7 - 1e-9


@pytest.mark.parametrize("wide", [*PAPERS, "8.5cm"])
@pytest.mark.parametrize("spec", SPECS)
def test_nothing_on_a_sheet_lies_over_anything_else_or_leaves_it(spec: str, wide: str) -> None:
    found = placed(spec, wide)
    boxes = [each.area for each in found.boxes]
    texts = [each.area for each in found.labels]
    cards = [each.area for each in found.frames if each.level == 0]
    for areas in (boxes, cards, [*texts, *(each.area for each in found.legend)]):
        assert [pair for pair in combinations(areas, 2) if overlap(*pair)] == []
    assert [pair for pair in ((a, b) for a in boxes for b in texts) if overlap(*pair)] == []
    page = Area(0.0, 0.0, found.width, found.height)
    assert [each for each in (*boxes, *texts, *cards) if not within(each, page)] == []
    assert faults(found) == []


@pytest.mark.parametrize("wide", [*PAPERS, "8.5cm"])
@pytest.mark.parametrize("spec", SPECS)
def test_no_label_of_a_sheet_is_wider_than_its_box(spec: str, wide: str) -> None:
    found = placed(spec, wide)
    labels = [(line, each.area.width) for each in found.boxes for line in each.lines]
    assert [line for line, room in labels if width(line, found.size) > room] == []


def overlap(one: Area, other: Area) -> bool:
    """Whether two areas overlap by more than a tenth of a point."""
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > 0.1 and down > 0.1


def within(area: Area, page: Area) -> bool:
    """Whether an area lies in another."""
    return (
        area.x >= -0.1
        and area.y >= -0.1
        and area.right <= page.right + 0.1
        and area.bottom <= page.bottom + 0.1
    )


def test_every_module_stands_once_on_a_sheet_with_its_count_its_shapes_and_its_cost() -> None:
    # Figure 9 and Figures 3 to 8 of arXiv:1602.07261; the costs are counted by hand in the specs'
    # tests: 4 uses of 317,632 parameters are 1.27 million.
    found = contents(graph("inception_v4"), options())
    assert [card.frame.label for card in found.cards] == [
        "Stem",
        "4 x Inception-A",
        "Reduction-A",
        "7 x Inception-B",
        "Reduction-B",
        "3 x Inception-C",
    ]
    assert found.cards[1].notes == ("35x35x384", "1.27 M parameters, 1.55 G MACs in all")
    assert found.cards[2].notes[0] == "35x35x384 to 17x17x1024"
    assert found.title == "Inception-v4"
    assert found.notes[0] == "input 299x299x3; 42.7 M parameters, 12.3 G MACs"
    assert found.notes[1].startswith("arXiv:1602.07261")


def test_a_sheet_has_the_title_that_its_author_wrote() -> None:
    assert contents(graph("hrnet_w18"), options()).title == "HRNet-W18"


def test_a_module_with_options_says_which_of_its_uses_is_shown() -> None:
    found = contents(graph("resnet_50"), options())
    stage = next(card for card in found.cards if card.frame.label == "4 x Stage")
    assert stage.notes[0] == "56x56x64 to 56x56x256; ...; 14x14x1024 to 7x7x2048"
    assert stage.notes[-1] == "shown: Stage (64 n=3 s=1)"


def test_an_auxiliary_head_is_a_card_and_does_not_count() -> None:
    found = contents(graph("inception_v3"), options())
    assert found.cards[-1].frame.label == "Auxiliary logits"
    assert found.cards[-1].notes[0] == "auxiliary head, for training only"
    # Keras's Inception-v3, which has no auxiliary head, has 23,817,352 trainable parameters.
    assert "23.8 M parameters" in found.notes[0]


def test_a_network_that_does_not_fit_is_refused_with_the_width_that_it_needs() -> None:
    with pytest.raises(Undrawable, match=r"text of 7 pt .* 6cm wide: choose --width \d+") as given:
        draw(graph("fpn_resnet_50"), "svg", options(width="6cm"))
    needed = str(given.value).rsplit(" ", 1)[1]
    assert draw(graph("fpn_resnet_50"), "svg", options(width=needed)).content


def test_a_network_just_fits_on_the_width_that_a_refusal_names() -> None:
    with pytest.raises(Undrawable) as given:
        draw(graph("fpn_resnet_50"), "svg", options(width="6cm"))
    needed = float(str(given.value).rsplit(" ", 1)[1].removesuffix("cm"))
    assert draw(graph("fpn_resnet_50"), "svg", options(width=f"{needed}cm")).content
    with pytest.raises(Undrawable):
        draw(graph("fpn_resnet_50"), "svg", options(width=f"{0.8 * needed:.1f}cm"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"layout": "sheet", "width": "8.5 feet"}, "`8.5 feet` is no width of a sheet"),
        ({"layout": "sheet", "width": "1cm"}, "from 4cm to 200cm"),
        ({"layout": "sheet", "module": "stem"}, "a sheet shows a whole network"),
        ({"layout": "sheet", "depth": 3}, "leave out --depth"),
        ({"width": "A4"}, "add --layout sheet"),
    ],
)
def test_what_is_no_sheet_is_refused(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(Undrawable, match=said):
        draw(graph("vgg_16"), "svg", Options(**asked))


def test_a_sheet_is_current_until_its_network_or_its_paper_changes() -> None:
    content = draw(graph("vgg_16"), "svg", options()).content
    assert is_current(content, graph("vgg_16"), "svg", options())
    assert not is_current(content, graph("vgg_16"), "svg", options(width="16:9"))
    assert not is_current(content, graph("resnet_50"), "svg", options())


def test_a_sheet_has_the_same_bytes_whatever_the_hash_seed() -> None:
    command = [sys.executable, "-m", "archspec.commands.main", "draw", "specs/resnet_50.yaml"]
    command += ["--layout", "sheet", "-o", "-"]
    found = {
        subprocess.run(
            command, cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1


@pytest.mark.parametrize("form", ["pdf", "png"])
def test_a_sheet_is_written_in_every_format_of_pictures(form: str) -> None:
    starts = {"pdf": b"%PDF-", "png": b"\x89PNG"}
    assert draw(graph("vgg_16"), form, options()).content.startswith(starts[form])


def test_cards_of_one_shelf_are_divided_so_that_the_highest_column_is_low() -> None:
    cards = [Size(10, 30), Size(10, 10), Size(10, 20), Size(10, 30)]
    found = shelves(cards, 1, 30, 0)
    assert found is not None
    # 30 alone; beside it 10 + 20 and 30 are as high.
    assert [shelf.columns for shelf in found] == [((0,), (1, 2), (3,))]


def test_a_card_that_is_too_wide_fits_on_no_shelf() -> None:
    assert shelves([Size(10, 10), Size(31, 10)], 1, 30, 0) is None


def test_notes_use_all_the_width_that_their_card_has_come_to() -> None:
    found = placed("fpn_resnet_50", "8.5cm")
    notes = {each.text for each in found.labels if each.kind is LabelKind.NOTE}
    assert "23.5 M parameters, 3.97 G MACs in all" in notes


def test_lines_of_a_box_are_as_even_as_they_can_be() -> None:
    room = width("3x3 conv (192 stride 2", 10.0)
    assert evened("3x3 conv (192 stride 2 V)", 10.0, room) == ("3x3 conv (192", "stride 2 V)")
    assert evened("3x3 conv", 10.0, room) == ("3x3 conv",)
    assert evened("depthwise 1", 10.0, width("depth", 10.0)) == wrapped(
        "depthwise 1", 10.0, width("depth", 10.0)
    )


def test_titles_start_where_notes_do() -> None:
    found = placed("inception_v4", "A4")
    titles = {each.of: each.area.x for each in found.labels if each.kind is LabelKind.TITLE}
    notes = {each.of: each.area.x for each in found.labels if each.kind is LabelKind.NOTE}
    assert {path: notes[path] for path in titles} == titles


def test_more_modules_than_a_sheet_can_hold_are_refused_at_once(tmp_path: Path) -> None:
    parts = "".join(f"  part_{at}: [conv 1x1 4]\n" for at in range(50))
    steps = "".join(f"  - part_{at}\n" for at in range(50))
    text = f"archspec: 1\nname: many\ninput: 8x8x4\nparts:\n{parts}network:\n{steps}"
    with pytest.raises(Undrawable, match=r"many has 50 modules .* most are 40"):
        draw(written(tmp_path, text), "svg", options())
