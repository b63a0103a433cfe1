"""What a person sees of a training under way: lines of progress, the log, TensorBoard."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archspec.standalone import progress
from archspec.standalone.data.batches import Batch
from archspec.standalone.data.stream import Shard
from archspec.standalone.job import Job, TrainingError
from archspec.standalone.journal import Journal, read
from archspec.standalone.progress import Progress, duration
from archspec.standalone.recipe import SGD, Recipe
from archspec.standalone.training import Sums, run
from tests.training.counting import Counting


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let a clock show what stands in the list."""
    shown = [0.0]
    monkeypatch.setattr(progress, "monotonic", lambda: shown[0])
    return shown


def job(folder: Path, **options: Any) -> Job:
    recipe = Recipe(name="quick", optimizer=SGD(rate=0.1), batch=4, epochs=2)
    given = {"data": "synthetic:8", "shape": (6, 6, 1), "classes": 2, "log_every": 2, **options}
    return Job(recipe=recipe, run=folder, network="tiny", parameters=1234, **given)


def test_time_left_follows_from_all_that_was_done_and_speed_from_the_last_interval(
    clock: list[float],
) -> None:
    told = Progress(steps=110, batch=10, first=10)
    clock[0] = 100
    assert (told.images_per_second(20), told.left(20)) == (1, 900)
    clock[0] = 110  # ten times as fast: 20 steps took 110 s, so 80 take 440 s
    assert (told.images_per_second(30), told.left(30)) == (10, 440)


def test_an_evaluation_slows_the_time_left_and_not_the_speed(clock: list[float]) -> None:
    told = Progress(steps=20, batch=10, first=0)
    clock[0] = 50
    told.set_out(10)
    clock[0] = 60
    assert (told.images_per_second(12), told.left(12)) == (2, 40)


def test_durations_are_written_as_people_say_them() -> None:
    written = [duration(each) for each in (0.4, 59.4, 59.6, 90 * 60, 3 * 3600 + 5 * 60)]
    assert written == ["0 s", "59 s", "1 min", "1 h 30 min", "3 h 05 min"]


def test_the_start_says_what_is_trained_on_what_for_how_long(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(Counting(), job(tmp_path))
    first = capsys.readouterr().err.splitlines()[:4]
    assert first[:3] == [
        "tiny, 1,234 parameters, by the recipe quick, on paper",
        "8 images of synthetic:8 to learn from, 8 to be tested on",
        "2 epochs, 4 steps of 4 images",
    ]
    assert first[3].startswith("step 2 of 4, epoch 1.00: loss 0.5000, top-1 50.0%, ")


class Worsening(Counting):
    """A learner whose loss is the number of its step."""

    step = 0

    def learn(self, parts: Iterator[Batch], rate: float) -> Sums:
        self.step += 1
        count = len(next(parts).labels)
        return np.array([self.step * count, 0.0, count])


def test_a_line_of_the_log_is_the_mean_since_the_line_before(tmp_path: Path) -> None:
    run(Worsening(), job(tmp_path))
    losses = [line["loss"] for line in read(tmp_path / "log.jsonl") if "loss" in line]
    assert losses == [1.5, 3.5]


class Diverging(Counting):
    """A learner whose average is not finite, although its loss is."""

    def measure(self, batches: Iterable[Batch]) -> Sums:
        return super().measure(batches) * [math.nan, 1, 1, 1]


def test_a_loss_on_the_images_held_out_that_is_not_finite_ends_a_training(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="held out is nan after step 2") as caught:
        run(Diverging(), job(tmp_path))
    assert "lower the learning rate" in caught.value.help
    assert not [line for line in read(tmp_path / "log.jsonl") if "test" in line]


class Apart(Counting):
    """One of two processes, the other of which sees no steps and no images."""

    shard = Shard(0, 2)


def test_processes_that_see_different_folders_do_not_begin(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"process 0 of 2 finds 0 steps in .* and 8 images"):
        run(Apart(), job(tmp_path))


def test_what_shows_the_log_is_called_after_each_evaluation(tmp_path: Path) -> None:
    seen: list[int] = []
    told = job(tmp_path, evaluated=lambda: seen.append(len(read(tmp_path / "log.jsonl"))))
    run(Counting(), told)
    assert seen == [2, 4]


def test_a_last_line_that_was_cut_off_is_left_out_of_a_log(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"step": 1}\n{"step": 2')
    assert read(tmp_path / "log.jsonl") == [{"step": 1}]
    assert read(tmp_path / "nothing.jsonl") == []


@pytest.mark.parametrize("text", ["[1]\n", "{\n", "[" * 10_000 + "\n"])
def test_what_is_no_log_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.jsonl").write_text(text)
    with pytest.raises(TrainingError, match=r"log\.jsonl cannot be read as a log"):
        read(tmp_path / "log.jsonl")


def events(folder: Path) -> list[Any]:
    """Read all events as TensorBoard does, which checks their checksums."""
    library = pytest.importorskip("tensorboard.compat.tensorflow_stub.pywrap_tensorflow")
    from tensorboard.compat.proto import event_pb2

    found = []
    for file in sorted(folder.iterdir()):
        reader = library.PyRecordReader_New(str(file))
        while True:
            try:
                reader.GetNext()
            except library.errors.OutOfRangeError:
                break
            found.append(event_pb2.Event.FromString(reader.record()))
    return found


def test_tensorboard_reads_what_the_log_says(tmp_path: Path) -> None:
    run(Counting(), job(tmp_path))
    shown = {
        (event.step, value.tag): value.simple_value
        for event in events(tmp_path / "tensorboard")
        for value in event.summary.value
    }
    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    for line in logged:
        part, values = ("test", line["test"]) if "test" in line else ("train", line)
        for name in ("loss", "top1"):
            assert shown[line["step"], f"{part}/{name}"] == pytest.approx(values[name])
    assert shown[4, "train/rate"] == pytest.approx(0.1)


def test_tensorboard_is_told_to_forget_what_a_resumed_training_does_again(tmp_path: Path) -> None:
    Journal(tmp_path, 0).say(step=3, loss=2.0)
    Journal(tmp_path, 0, step=2).say(step=3, loss=1.0)
    start = [each for each in events(tmp_path / "tensorboard") if each.HasField("session_log")]
    assert [(each.step, each.session_log.status) for each in start] == [(3, 1)]
