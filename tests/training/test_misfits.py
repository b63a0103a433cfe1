"""A network, a recipe and data that do not fit each other are told before the first step."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.standalone.data.examples import DataError
from archspec.standalone.job import Job
from archspec.standalone.training import run as run_loop
from tests.commands.running import run
from tests.training import image_files, networks
from tests.training.counting import Counting


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two images of each of three classes, one to learn from and one that is held out."""
    for part in ("train", "test"):
        for name in "abc":
            image_files.save(tmp_path / f"data/{part}/{name}/1.png", image_files.plain(ord(name)))
    return tmp_path / "data"


def refused(folder: Path, data: Path, *options: str, **texts: str) -> str:
    network, recipe = networks.write(folder, **texts)
    told = ("--recipe", str(recipe), "--data", str(data), "-o", str(folder / "run"), *options)
    found = run("train", network, *told)
    assert isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code != 0
    assert not (folder / "run").exists()
    return found.stderr


@pytest.mark.parametrize("classes", [2, 10])
def test_a_number_of_classes_that_is_not_that_of_the_data_is_refused(
    tmp_path: Path, data: Path, classes: int
) -> None:
    told = refused(tmp_path, data, "--set", f"classes={classes}")
    assert f"tiny tells {classes} classes apart; the data has 3" in told
    assert "help: --set classes=3" in told


def test_channels_that_images_do_not_have_are_refused(tmp_path: Path, data: Path) -> None:
    (tmp_path / "run").mkdir()
    job = Job(
        recipe=image_files.recipe(2),
        data=str(data),
        run=tmp_path / "run",
        shape=(8, 8, 2),
        classes=3,
    )
    with pytest.raises(DataError, match="images have 1 or 3 channels, the network's input has 2"):
        run_loop(Counting(), job)


def test_a_param_that_the_network_does_not_have_is_told_to_be_the_recipes(
    tmp_path: Path, data: Path
) -> None:
    told = refused(tmp_path, data, recipe=networks.RECIPE + "set: {scal: 0.1}\n")
    assert "the spec has no param `scal`\nthe recipe small sets it\nhelp: did you mean" in told


@pytest.mark.parametrize(
    ("options", "key"),
    [
        (("--change", "epochs=3"), "recipe.epochs"),
        (("--data", "synthetic:64"), "data"),
        (("--set", "scale=0.5"), "params.scale"),
    ],
)
def test_only_the_same_training_is_taken_up(
    tmp_path: Path, options: tuple[str, ...], key: str
) -> None:
    pytest.importorskip("torch")
    network, recipe = networks.write(tmp_path)
    told = ("train", network, "--recipe", recipe, "-o", tmp_path / "run", "--resume")
    data = ("--data", "synthetic:32", "--change", "epochs=1")
    assert run(*told, *data).exit_code == 0
    found = run(*told, *data, *options)
    assert found.exit_code == 2
    assert f"it differs in {key}\n" in found.stderr
