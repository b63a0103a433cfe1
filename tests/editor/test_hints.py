"""The shapes behind steps."""

from __future__ import annotations

from pathlib import Path

from archspec.editor.hints import hints
from tests.editor.opened import NET, opened


def told(folder: Path, text: str) -> dict[int, str]:
    return {each.line: each.text for each in hints(opened(folder, text).reading, 1, 100)}


def test_each_step_is_followed_by_its_shape(tmp_path: Path) -> None:
    found = told(tmp_path, NET)
    assert (found[12], found[14], found[16]) == ("-> 8x8x4", "-> 4x4x8", "-> 10")


def test_a_step_with_two_shapes_tells_both(tmp_path: Path) -> None:
    assert told(tmp_path, NET)[9] == "-> 8x8x4 or 4x4x8"


def test_a_shape_that_the_author_states_is_not_repeated(tmp_path: Path) -> None:
    assert 16 not in told(tmp_path, NET.replace("- dense 10", "- dense 10 -> 10"))


def test_the_steps_of_one_line_are_told_each(tmp_path: Path) -> None:
    text = "archspec: 1\nname: net\ninput: 8x8x3\nnetwork: [conv 3x3 4 /2, relu]\n"
    found = list(hints(opened(tmp_path, text).reading, 1, 9))
    assert [(each.column, each.text) for each in found] == [(23, "-> 4x4x4"), (29, "-> 4x4x4")]


def test_a_step_behind_an_error_has_no_shape(tmp_path: Path) -> None:
    found = told(tmp_path, NET.replace("- global_avg_pool", "- cnov 3x3 4"))
    assert found[14] == "-> 4x4x8"
    assert 16 not in found
