"""Images are left out by whatever a list may call them; a name that fits none is told."""

from __future__ import annotations

from archspec.evaluation.excluded import exclude
from archspec.rendering import text
from archspec.source import Source

NAMES = (
    "val/n01440764/ILSVRC2012_val_00000293.JPEG",
    "val/n01440764/ILSVRC2012_val_00002138.JPEG",
    "val/n01443537/ILSVRC2012_val_00000236.JPEG",
)


def left_out(lines: str, names: tuple[str, ...] = NAMES) -> set[str]:
    return set(exclude(Source("list.txt", lines), names).names)


def told(lines: str, names: tuple[str, ...] = NAMES) -> str:
    warning = exclude(Source("list.txt", lines), names).warning
    return text.render((warning,)) if warning else ""


def test_a_line_is_a_whole_name_a_file_or_a_file_without_its_ending() -> None:
    for line in (NAMES[0], "ILSVRC2012_val_00000293.JPEG", "ILSVRC2012_val_00000293"):
        assert left_out(f"{line}\n") == {NAMES[0]}


def test_a_number_is_that_at_the_end_of_a_file_as_in_the_blacklist_of_ilsvrc() -> None:
    assert left_out("236\n293\n") == {NAMES[0], NAMES[2]}


def test_a_number_means_one_image_of_idx_files() -> None:
    names = tuple(f"t10k-images {number}" for number in range(20))
    assert left_out("0\n7\n", names) == {"t10k-images 0", "t10k-images 7"}


def test_empty_lines_and_comments_are_left_out() -> None:
    assert left_out("# blurred\n\n293  # twice\r\n") == {NAMES[0]}
    assert not told("# blurred\n\n293  # twice\r\n")


def test_a_name_of_no_image_is_told_with_the_one_it_may_have_meant() -> None:
    found = told("293\nILSVRC2012_val_00002139\n")
    assert "warning[evaluate/excluded]: 1 of 2 names to leave out fit no single image" in found
    assert "list.txt:2:1" in found
    assert "did you mean ILSVRC2012_val_00002138?" in found


def test_a_name_that_fits_several_images_leaves_none_out() -> None:
    names = ("test/cat/1.png", "test/dog/1.png")
    assert left_out("1.png\n", names) == set()
    assert "this fits 2 images, such as test/cat/1.png and test/dog/1.png" in told("1.png", names)


def test_of_many_unknown_names_three_are_shown() -> None:
    found = told("".join(f"unknown_{number}\n" for number in range(100)))
    assert "100 of 100 names" in found
    assert found.count("-->") == 3


def test_a_number_that_no_image_has_means_no_other_number() -> None:
    for number in ("2937", "9" * 10_000):
        assert "no image has this number" in told(number)
