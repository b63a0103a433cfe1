"""What is said of the name at a cursor."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.editor.hover import hover
from tests.editor.opened import NET, opened
from tests.editor.test_names import OF_A_VARIANT, SIZES


def said(folder: Path, text: str) -> str:
    at = opened(folder, text)
    found = hover(at.reading, at.line, at.column)
    return found.text if found else ""


def test_a_step_tells_its_shape_and_its_cost_by_hand(tmp_path: Path) -> None:
    """3 x 3 x 3 x 4 weights, used at 8 x 8 places."""
    text = NET.replace("- pair width", "- pa|ir width")
    assert "8x8x3 -> **8x8x4**; 108 parameters, 6,912 MACs" in said(tmp_path, text)


def test_a_step_of_a_module_tells_all_of_its_uses(tmp_path: Path) -> None:
    """The second use has 3 x 3 x 4 x 8 weights, used at 4 x 4 places."""
    found = said(tmp_path, NET.replace("- conv2d", "- con|v2d"))
    assert "- 8x8x3 -> **8x8x4**; 108 parameters, 6,912 MACs" in found
    assert "- 8x8x4 -> **4x4x8**; 288 parameters, 4,608 MACs" in found


def test_a_step_tells_where_its_numbers_came_from(tmp_path: Path) -> None:
    found = said(tmp_path, NET.replace("- conv2d", "- con|v2d"))
    assert "`filters` is 4 = `k`; `k` is 4, given as `width` in line 12" in found
    assert "`stride` is 1x1 = `stride`; `stride` is 1, by default, `stride=1`" in found


def test_a_param_in_a_step_tells_its_line(tmp_path: Path) -> None:
    text = NET.replace("- dense 10", "- de|nse 2*width")
    assert "`units` is 8 = `2*width`; `width` is 4, a param of line 4" in said(tmp_path, text)


def test_an_option_tells_its_values_and_who_gives_them(tmp_path: Path) -> None:
    found = said(tmp_path, NET.replace("options: [k", "options: [|k"))
    assert found.splitlines()[0] == "`k`, an option of `pair`"
    assert "- 4, given in line 12" in found
    assert "- 8, given in line 14" in found


def test_an_attribute_tells_what_it_is(tmp_path: Path) -> None:
    found = said(tmp_path, NET.replace("bias=false", "bi|as=false"))
    assert found.startswith("`bias` of `conv2d`: true or false")


def test_a_default_of_the_file_is_told_as_one(tmp_path: Path) -> None:
    text = NET.replace("parts:", "defaults: {conv: {activation: relu}}\nparts:")
    found = said(tmp_path, text.replace("- global", "- co|nv 1x1 4\n  - global"))
    assert "`activation` is relu, by `defaults` in line 5" in found


@pytest.mark.parametrize("place", ["arch|spec: 1", "name: |net"])
def test_what_names_nothing_says_nothing(place: str, tmp_path: Path) -> None:
    assert said(tmp_path, NET.replace(place.replace("|", ""), place)) == ""


def test_a_step_behind_an_error_still_tells_what_is_known_before_it(tmp_path: Path) -> None:
    text = NET.replace("- add from first first", "- cnov 3x3 4")
    assert "-> **8x8x4**" in said(tmp_path, text.replace("- pair width", "- pa|ir width"))


def test_a_variant_tells_what_it_is_where_it_is_declared_and_where_it_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "parts.yaml").write_text(SIZES)
    found = said(tmp_path, OF_A_VARIANT.replace("#la", "#l|a"))
    assert found == "`large`, a variant of parts.yaml\n\na paper\n\n- `width` is 2"
    declared = said(tmp_path, SIZES.replace("  small", "  sm|all"))
    assert declared.startswith("`small`, a variant of net.yaml: Small parts")
    assert declared.endswith("- `width` is 1\n- parameters: 10")
