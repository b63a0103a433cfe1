"""IDX files, read against bytes that are written by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from archspec.standalone.data.examples import DataError
from archspec.standalone.data.idx import read_idx
from archspec.standalone.data.places import open_examples

TWO_IMAGES = bytes.fromhex("00000803 00000002 00000002 00000003 000102030405 fffefdfcfbfa")
TWO_LABELS = bytes.fromhex("00000801 00000002 0103")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write two images of 2 x 3 pixels for training, compressed, and their labels plainly."""
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(TWO_IMAGES, mtime=0))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(TWO_LABELS)
    return tmp_path


def test_images_and_labels_are_what_the_bytes_say(folder: Path) -> None:
    examples = open_examples(str(folder), "train")
    assert len(examples) == 2
    assert examples[0].image.tolist() == [[[0], [1], [2]], [[3], [4], [5]]]
    assert examples[1].image.tolist() == [[[255], [254], [253]], [[252], [251], [250]]]
    assert [examples[0].label, examples[1].label] == [1, 3]
    assert examples.name(1) == "train-images 1"


def test_classes_are_counted_in_both_splits_or_named_by_a_file(folder: Path) -> None:
    assert open_examples(str(folder), "train").classes == ("0", "1", "2", "3")
    (folder / "t10k-labels-idx1-ubyte").write_bytes(bytes.fromhex("00000801 00000001 05"))
    assert len(open_examples(str(folder), "train").classes) == 6
    (folder / "classes.txt").write_text("cat\ndog\ncow\nfox\nhen\nbee\n", "utf-8")
    assert open_examples(str(folder), "train").classes[3] == "fox"
    (folder / "names").write_text("cat\ndog\n", "utf-8")
    (folder / "classes.txt").unlink()
    (folder / "classes.txt").symlink_to(folder / "names")
    with pytest.raises(DataError, match=r"names 2 classes, the labels need 6"):
        open_examples(str(folder), "train")


def test_images_with_channels_are_taken(folder: Path) -> None:
    content = bytes.fromhex("00000804 00000002 00000001 00000001 00000003 010203 040506")
    (folder / "train-images-idx3-ubyte.gz").write_bytes(content)
    assert open_examples(str(folder), "train")[1].image.tolist() == [[[4, 5, 6]]]


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "starts with nothing"),
        (b"\x89PNG\r\n", "starts with 89 50 4e 47"),
        (bytes.fromhex("00000d01 00000001 00000000"), "no IDX file of bytes"),  # floats
        (bytes.fromhex("00000809 00000001"), "no IDX file of bytes"),  # rank 9
        (bytes.fromhex("00000802 00000001"), "ends after 4 of 8 bytes"),
        (TWO_IMAGES[:-1], "ends after 11 of 12 bytes"),
        (TWO_IMAGES + b"x", "goes on behind its 12 bytes"),
        (bytes.fromhex("00000803 ffffffff ffffffff ffffffff"), "announces an array of shape"),
        (bytes.fromhex("00000801 00000000"), "announces an array of shape"),
        (bytes.fromhex("00000801 7fffffff 00"), "ends after 1 of 2147483647 bytes"),
        (gzip.compress(TWO_IMAGES, mtime=0)[:-9], "cannot be read"),
        (gzip.compress(TWO_IMAGES, mtime=0)[:20] + b"\x00" * 20, "cannot be read"),
        (gzip.compress(TWO_IMAGES, mtime=0) + b"rubbish", "cannot be read"),
    ],
)
def test_damaged_files_are_refused_with_a_sentence(
    tmp_path: Path, content: bytes, cause: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(DataError, match=cause) as raised:
        read_idx(file)
    assert str(file) in str(raised.value)
    assert raised.value.help


def test_a_short_file_of_a_large_array_costs_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(gzip.compress(bytes.fromhex("00000801 7fffffff") + bytes(1000)))
    with pytest.raises(DataError, match=r"ends after 1000 of 2147483647 bytes"):
        read_idx(file)


def test_files_that_do_not_fit_each_other_are_refused(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte").write_bytes(bytes.fromhex("00000801 00000001 01"))
    with pytest.raises(DataError, match=r"holds 2 images, its file of labels 1 labels"):
        open_examples(str(folder), "train")
    (folder / "train-labels-idx1-ubyte").write_bytes(TWO_IMAGES)
    with pytest.raises(DataError, match=r"array of shape \(2, 2, 3\), not labels"):
        open_examples(str(folder), "train")


def test_a_missing_file_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match=r"has no t10k-images-idx3-ubyte, compressed"):
        open_examples(str(folder), "test")


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "train-images-idx3-ubyte.gz").symlink_to(folder / "train-images-idx3-ubyte.gz")
    with pytest.raises(DataError, match=r"has no folder train/"):
        open_examples(str(inside), "train")


def test_both_spellings_of_names_are_known(tmp_path: Path) -> None:
    (tmp_path / "t10k-images.idx3-ubyte").write_bytes(TWO_IMAGES)
    (tmp_path / "t10k-labels.idx1-ubyte.gz").write_bytes(gzip.compress(TWO_LABELS, mtime=0))
    examples = open_examples(str(tmp_path), "test")
    assert np.array_equal([examples[k].label for k in range(2)], [1, 3])
