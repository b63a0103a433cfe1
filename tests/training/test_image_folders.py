"""Folders of images by class: order, what counts as an image, and images that are broken."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from archspec.standalone.data.batches import evaluation_batches, training_batches
from archspec.standalone.data.examples import DataError
from archspec.standalone.data.places import open_examples
from archspec.standalone.data.stream import Shard
from tests.training.image_files import plain, recipe, save

SHAPE = (8, 8, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write 7 training images, whose values are 10 x class + number, and 1 for testing."""
    for name in ("ant/0.png", "ant/1.PNG", "bee/10.png", "bee/11.bmp", "bee/12.png"):
        save(tmp_path / "train" / name, plain(int(Path(name).stem)))
    save(tmp_path / "train/Cat/20.png", plain(20))
    save(tmp_path / "train/Cat/21.gif", plain(21))
    save(tmp_path / "val/bee/19.png", plain(19))
    return tmp_path


def test_classes_and_files_are_sorted_by_name(folder: Path) -> None:
    examples = open_examples(str(folder), "train")
    assert examples.classes == ("Cat", "ant", "bee")  # as bytes sort, on every machine
    assert [examples.name(index) for index in range(len(examples))] == [
        "train/Cat/20.png",
        "train/Cat/21.gif",
        "train/ant/0.png",
        "train/ant/1.PNG",
        "train/bee/10.png",
        "train/bee/11.bmp",
        "train/bee/12.png",
    ]
    assert [examples[index].label for index in range(7)] == [0, 0, 1, 1, 2, 2, 2]
    assert int(examples[5].image[0, 0, 0]) == 11


def test_labels_for_testing_are_those_of_training(folder: Path) -> None:
    examples = open_examples(str(folder), "test")
    assert examples.classes == ("Cat", "ant", "bee")
    assert [examples.name(0), examples[0].label, len(examples)] == ["val/bee/19.png", 2, 1]
    save(folder / "test/dog/1.png", plain(1))
    with pytest.raises(DataError, match=r"has the class dog, which train/ has not"):
        open_examples(str(folder), "test")


def test_what_is_hidden_or_no_image_is_passed_over(folder: Path) -> None:
    (folder / "train/ant/.DS_Store.png").write_bytes(b"")
    (folder / "train/ant/README.txt").write_text("ants", "utf-8")
    (folder / "train/.git").mkdir()
    (folder / "train/ant/folder.png").mkdir()
    os.mkfifo(folder / "train/ant/pipe.png")
    assert len(open_examples(str(folder), "train")) == 7


def test_what_stands_in_for_a_broken_image_is_drawn_anew_each_time(folder: Path) -> None:
    (folder / "train/ant/1.PNG").write_bytes(b"")
    examples = open_examples(str(folder), "train")
    broken = next(n for n in range(7) if examples.name(n) == "train/ant/1.PNG")
    batches = training_batches(examples, recipe(7, 30), (8, 8, 1))
    twice = [np.bincount(batch.indices, minlength=7) - 1 for batch in batches]
    stood_in = {int(counts.argmax()) for counts in twice}
    assert broken not in stood_in
    assert len(stood_in) >= 5  # of six, in thirty epochs


@pytest.mark.parametrize("place", ["train/ant/linked.png", "train/linked"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, place: str) -> None:
    (folder / place).symlink_to(Path(__file__).parent)
    with pytest.raises(DataError, match=r"linked(\.png)? is a link that leads out of the folder"):
        open_examples(str(folder), "train")


def test_a_split_that_is_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "train").symlink_to(folder / "train")
    with pytest.raises(DataError, match=r"train is a link that leads out of the folder"):
        open_examples(str(other), "train")


def test_a_link_inside_the_folder_is_an_image(folder: Path) -> None:
    (folder / "train/ant/2.png").symlink_to(folder / "train/ant/0.png")
    assert len(open_examples(str(folder), "train")) == 8


@pytest.mark.parametrize(
    ("place", "cause"),
    [
        ("nowhere", "is no folder"),
        ("train", "has no folder train/"),
        ("empty", "holds no images"),
        ("synthetic:", "tells no number of images"),
        ("synthetic:0", "tells no number of images"),
        ("synthetic:99999999999", "tells no number of images"),
        ("synthetic:-3", "tells no number of images"),
    ],
)
def test_places_without_data_are_refused(folder: Path, place: str, cause: str) -> None:
    (folder / "empty/train/ant").mkdir(parents=True)
    with pytest.raises(DataError, match=cause) as raised:
        open_examples(place if ":" in place else str(folder / place), "train")
    assert raised.value.help


@pytest.mark.parametrize("workers", [0, 1])
def test_a_broken_image_is_named_and_another_stands_in(folder: Path, workers: int) -> None:
    (folder / "train/ant/1.PNG").write_bytes(b"not an image")
    examples = open_examples(str(folder), "train")
    batches = training_batches(examples, recipe(4, 8), SHAPE, workers=workers)
    seen = [index for batch in batches for index in batch.indices.tolist()]
    assert len(seen) == 8 * 7  # batches stay full
    assert 3 not in seen
    assert all(seen.count(index) >= 8 for index in range(7) if index != 3)
    assert list(batches.broken) == ["train/ant/1.PNG"]
    assert "1.PNG is no image" in batches.broken["train/ant/1.PNG"]


def test_what_stands_in_is_the_same_for_any_number_of_processes(folder: Path) -> None:
    (folder / "train/bee/11.bmp").write_bytes(b"")
    examples = open_examples(str(folder), "train")
    alone = list(training_batches(examples, recipe(6, 4), SHAPE))
    shares = [
        list(training_batches(examples, recipe(6, 4), SHAPE, Shard(rank, 2))) for rank in (0, 1)
    ]
    for whole, *parts in zip(alone, *shares, strict=True):
        assert sorted(whole.indices) == sorted(np.concatenate([part.indices for part in parts]))


def test_broken_images_are_known_after_going_on(folder: Path) -> None:
    (folder / "train/ant/0.png").write_bytes(b"")
    examples = open_examples(str(folder), "train")
    batches = training_batches(examples, recipe(7, 2), SHAPE)
    next(batches)
    state = batches.get_state()
    assert state["next"] == 1
    assert list(state["broken"]) == ["train/ant/0.png"]
    later = training_batches(examples, recipe(7, 2), SHAPE)
    later.set_state(state)
    assert list(later.broken) == ["train/ant/0.png"]


def test_names_that_a_terminal_would_obey_are_written_out(folder: Path) -> None:
    name = "\x1b[2J\udcff\n.png"  # clear the screen, a byte that is no UTF-8, a new line
    (folder / "train/ant" / name).write_bytes(b"")
    batches = evaluation_batches(open_examples(str(folder), "train"), recipe(1), SHAPE, 9)
    list(batches)
    (cause,) = batches.broken.values()
    assert r"train/ant/\x1b[2J\udcff\n.png is no image" in cause


def test_strictness_fails_at_the_broken_image(folder: Path) -> None:
    (folder / "train/ant/0.png").write_bytes(b"")
    examples = open_examples(str(folder), "train")
    with pytest.raises(DataError, match=r"train/ant/0\.png is no image"):
        list(training_batches(examples, recipe(7), SHAPE, strict=True))
    with pytest.raises(DataError, match=r"train/ant/0\.png is no image"):
        list(evaluation_batches(examples, recipe(7), SHAPE, 7, strict=True))


@pytest.mark.parametrize("workers", [0, 1])
def test_reading_gives_up_where_nothing_is_whole(tmp_path: Path, workers: int) -> None:
    for number in range(3):
        (tmp_path / "train/ant").mkdir(parents=True, exist_ok=True)
        (tmp_path / f"train/ant/{number}.jpg").write_bytes(b"")
    examples = open_examples(str(tmp_path), "train")
    with pytest.raises(DataError, match=r"images from train/ant/\d\.jpg on are broken"):
        next(training_batches(examples, recipe(2), SHAPE, workers=workers))


def test_a_batch_of_which_nothing_is_whole_is_left_out(folder: Path) -> None:
    for name in ("Cat/20.png", "Cat/21.gif", "bee/12.png"):
        (folder / "train" / name).write_bytes(b"")
    batches = evaluation_batches(open_examples(str(folder), "train"), recipe(1), SHAPE, 1)
    assert [batch.indices.tolist() for batch in batches] == [[2], [3], [4], [5]]


def test_evaluation_leaves_broken_images_out(folder: Path) -> None:
    for name in ("train/Cat/20.png", "train/Cat/21.gif", "train/ant/1.PNG"):
        (folder / name).write_bytes(b"")
    batches = evaluation_batches(open_examples(str(folder), "train"), recipe(1), SHAPE, 2)
    assert [batch.indices.tolist() for batch in batches] == [[2], [4, 5], [6]]
    assert len(batches.broken) == 3
