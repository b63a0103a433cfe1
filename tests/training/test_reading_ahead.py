"""Reading ahead from a script, as people run it, and images that are computed."""

from __future__ import annotations

import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from archspec.standalone.data.batches import evaluation_batches, training_batches
from archspec.standalone.data.examples import DataError
from archspec.standalone.data.places import open_examples
from tests.training.image_files import recipe

SHAPE = (16, 16, 1)
ROOT = Path(__file__).parents[2]
SCRIPT = """
from archspec.standalone.data.batches import training_batches
from archspec.standalone.data.places import open_examples
from archspec.standalone.recipe import SGD, Recipe

if __name__ == "__main__":
    recipe = Recipe(name="script", optimizer=SGD(rate=0.1), batch=64, epochs=1)
    examples = open_examples("synthetic:640", "train", (80, 80, 3))
    batches = training_batches(examples, recipe, (80, 80, 3), workers=2)
    print(sum(len(batch.labels) for batch in batches))
"""


def test_a_plain_script_reads_with_workers_and_hears_no_warnings(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, "utf-8")
    command = [sys.executable, "-W", "error", str(script)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, check=False
    )
    assert (done.stdout, done.stderr) == ("640\n", "")


def test_synthetic_images_follow_from_their_number_and_show_their_class() -> None:
    train = open_examples("synthetic:200", "train", (12, 10, 3))
    again = open_examples("synthetic:200", "train", (12, 10, 3))
    test = open_examples("synthetic:200", "test", (12, 10, 3))
    assert np.array_equal(train[17].image, again[17].image)
    assert not np.array_equal(train[17].image, test[17].image)
    images = np.array([train[index].image for index in range(200)], float)
    labels = np.array([train[index].label for index in range(200)])
    means = np.array([images[labels == label].mean(axis=0) for label in range(10)])
    unseen = np.array([test[index].image for index in range(200)], float)
    distances = ((unseen[:, None] - means) ** 2).sum(axis=(2, 3, 4))
    assert (distances.argmin(axis=1) == [test[index].label for index in range(200)]).all()


def test_images_of_other_sizes_and_channels_become_the_networks() -> None:
    examples = open_examples("synthetic:20", "train", (40, 30, 3))
    for batch in evaluation_batches(examples, recipe(1), (16, 16, 1), 8):
        assert batch.images.shape[1:] == (16, 16, 1)
        assert 0 <= batch.images.min() <= batch.images.max() <= 1


def test_a_worker_that_is_killed_is_told_of_in_a_sentence() -> None:
    examples = open_examples("synthetic:4000", "train", SHAPE)
    batches = training_batches(examples, recipe(10), SHAPE, workers=1)
    next(batches)
    for worker in active_children():
        worker.kill()
    with pytest.raises(DataError, match=r"a process that reads images ended unexpectedly"):
        list(batches)
    batches.close()
