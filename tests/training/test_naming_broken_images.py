"""What a training says of images that it cannot decode, with a learner that only counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archspec.standalone.data.examples import DataError
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.training import run
from tests.training.counting import Counting
from tests.training.image_files import plain, recipe, save


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write 6 images to train on and 3 that are held out, one of each broken."""
    folder = tmp_path / "data"
    for number in range(6):
        save(folder / f"train/{'ab'[number % 2]}/{number}.png", plain(number))
    for number in range(3):
        save(folder / f"test/a/{number}.png", plain(number))
    (folder / "train/b/3.png").write_bytes(b"junk")
    (folder / "test/a/1.png").write_bytes(b"junk")
    return folder


def job(data: Path, run_folder: Path, epochs: int = 3, **others: Any) -> Job:
    run_folder.mkdir(exist_ok=True)
    return Job(
        recipe=recipe(2, epochs),
        data=str(data),
        run=run_folder,
        shape=(8, 8, 1),
        classes=2,
        **others,
    )


def log(run_folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run_folder / "log.jsonl").read_text("utf-8").splitlines()]


def test_each_broken_image_is_named_once_and_those_held_out_are_counted(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(Counting(), job(data, tmp_path / "run"))
    lines = log(tmp_path / "run")
    assert [line["broken"] for line in lines if "broken" in line] == ["train/b/3.png"]
    tests = [line["test"] for line in lines if "test" in line]
    assert [test["skipped"] for test in tests] == [1, 1, 1]
    assert tests[0]["top1"] == 0.5
    told = capsys.readouterr().err
    assert told.count("skipped: ") == 1
    assert "train/b/3.png is no image" in told
    assert "1 skipped as broken" in told


def test_a_training_that_is_taken_up_names_no_image_again(data: Path, tmp_path: Path) -> None:
    run(Counting(), job(data, tmp_path / "whole"))
    stopped = job(data, tmp_path / "stopped", checkpoint_every=1)
    run(Counting(), stopped)
    last = max((tmp_path / "stopped/checkpoints").iterdir())
    for file in last.iterdir():
        file.unlink()
    last.rmdir()
    run(Counting(), job(data, tmp_path / "stopped", checkpoint_every=1, resume=True))
    assert log(tmp_path / "stopped") == log(tmp_path / "whole")


def test_strictness_holds_for_what_is_held_out_too(data: Path, tmp_path: Path) -> None:
    save(data / "train/b/3.png", plain(3))
    with pytest.raises(DataError, match=r"test/a/1\.png is no image"):
        run(Counting(), job(data, tmp_path / "run", strict=True))


def test_a_training_ends_where_nothing_that_is_held_out_is_whole(
    data: Path, tmp_path: Path
) -> None:
    for number in range(3):
        (data / f"test/a/{number}.png").write_bytes(b"")
    with pytest.raises(TrainingError, match=r"no image that is held out can be decoded"):
        run(Counting(), job(data, tmp_path / "run"))
