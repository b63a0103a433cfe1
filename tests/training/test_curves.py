"""Curves of trainings: what is drawn, what is compared with what, and the verb."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from archspec.standalone.curves import Series, curve, read_run
from archspec.training.comparison import compared
from tests.commands.running import run, run_json

pytest.importorskip("matplotlib", reason="matplotlib is not installed")


def trained(folder: Path, tests: list[float], seed: int = 0, **facts: Any) -> Path:
    """Write the folder of a training that was right about so much after each epoch."""
    folder.mkdir()
    with (folder / "log.jsonl").open("w") as stream:
        for epoch, top1 in enumerate(tests, 1):
            line = {"step": epoch, "epoch": epoch, "rate": 0.1, "loss": 2.0, "top1": top1 / 2}
            found = {"loss": 1.0, "top1": top1, "top5": 0.9}
            for each in (line, {"step": epoch, "epoch": epoch, "test": found}):
                stream.write(json.dumps(each) + "\n")
    recipe = {"name": "small", "seed": seed, "batch": facts.pop("batch", 32)}
    told = {"network": "tiny", "params": {}, "data": "synthetic", "recipe": recipe, **facts}
    (folder / "run.json").write_text(json.dumps(told))
    return folder


def test_a_curve_is_the_mean_of_its_seeds_from_the_least_to_the_most(tmp_path: Path) -> None:
    logs = [[0.5, 0.6], [0.6, 0.7], [0.7, 0.95]]
    runs = [trained(tmp_path / str(seed), log, seed) for seed, log in enumerate(logs)]
    (series,) = compared(runs)
    found = curve(series, "error", "test")
    assert found.epochs == [1, 2]
    assert found.mean == pytest.approx([0.4, 0.25])
    assert found.least == pytest.approx([0.3, 0.05])
    assert found.most == pytest.approx([0.5, 0.4])


def test_a_mean_goes_as_far_as_all_of_its_trainings(tmp_path: Path) -> None:
    runs = [trained(tmp_path / str(each), [0.5] * each) for each in (3, 2)]
    assert curve(Series("both", tuple(map(read_run, runs))), "loss", "test").epochs == [1, 2]


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        ({"network": "residual"}, {"network": "plain"}, ["residual", "plain"]),
        ({"params": {"scale": 0.1}}, {"params": {"scale": 1}}, ["scale=0.1", "scale=1"]),
        ({"batch": 32}, {"batch": 64}, ["batch=32", "batch=64"]),
        ({"digest": "aa"}, {"digest": "bb"}, ["digest=aa", "digest=bb"]),
        ({"backend": "torch"}, {"backend": "tensorflow"}, ["torch", "tensorflow"]),
    ],
)
def test_trainings_are_named_by_what_tells_them_apart(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], labels: list[str]
) -> None:
    runs = [trained(tmp_path / str(n), [0.5], n, **each) for n, each in enumerate((first, second))]
    assert [each.label for each in compared(runs)] == labels


def test_of_what_tells_trainings_apart_no_more_is_said_than_it_takes(tmp_path: Path) -> None:
    given = [("a", 1), ("a", 2), ("b", 1)]
    runs = [
        trained(tmp_path / str(number), [0.5], network=network, batch=batch, digest=network)
        for number, (network, batch) in enumerate(given)
    ]
    assert [each.label for each in compared(runs)] == ["a, batch=1", "a, batch=2", "b, batch=1"]


def test_the_program_of_a_training_is_named_after_its_folder(tmp_path: Path) -> None:
    runs = [trained(tmp_path / name, [0.5]) for name in ("one", "other")]
    for each in runs:
        (each / "run.json").unlink()
    assert [each.label for each in compared(runs)] == ["one", "other"]


def test_the_same_logs_are_drawn_as_the_same_bytes_without_a_date(tmp_path: Path) -> None:
    runs = [trained(tmp_path / str(seed), [0.5, 0.6 + seed / 9], seed) for seed in range(2)]
    drawn = []
    for name in ("a.svg", "b.svg"):
        assert run("curves", *runs, "-o", tmp_path / name, "--title", "<$x^$>").exit_code == 0
        drawn.append((tmp_path / name).read_bytes())
    assert drawn[0] == drawn[1]
    ET.fromstring(drawn[0])  # noqa: S314  # it was written here
    assert not re.search(rb"20\d\d-\d\d-\d\d", drawn[0])
    assert b"<!-- &lt;$x^$&gt; -->" in drawn[0]


def test_the_verb_tells_the_last_test_of_each_series(tmp_path: Path) -> None:
    runs = [
        trained(tmp_path / f"{network}{seed}", [0.5, top1], seed, network=network)
        for network, tops in (("residual", (0.93, 0.95)), ("plain", (0.91, 0.92)))
        for seed, top1 in enumerate(tops)
    ]
    rows = [line.split() for line in run("curves", *runs).stdout.splitlines()[1:]]
    assert [row[:5] for row in rows] == [
        ["residual", "2", "2", "6.00", "%"],
        ["plain", "2", "2", "8.50", "%"],
    ]
    found = run_json("curves", *runs)["series"][0]
    assert found["runs"] == ["residual0", "residual1"]
    curves = {(each["split"], each["measure"]): each for each in found["curves"]}
    assert curves["test", "error"]["most"] == pytest.approx([0.5, 0.07])
    assert curves["train", "rate"]["mean"] == [0.1, 0.1]


@pytest.mark.parametrize(
    ("log", "told"),
    [
        (None, "has no line of a training"),
        ("junk\n", "cannot be read as a log"),
        ('{"step": 1, "test": 5}\n', "is no log of a training"),
        ('{"step": 1e999, "epoch": 1, "loss": 1}\n', "is no log of a training"),
        ('{"step": 1, "epoch": NaN, "loss": 1}\n', "is no log of a training"),
    ],
)
def test_a_folder_without_a_training_is_refused(tmp_path: Path, log: str | None, told: str) -> None:
    if log is not None:
        (tmp_path / "log.jsonl").write_text(log)
    result = run("curves", tmp_path)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_figure_of_another_format_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    result = run("curves", tmp_path, "-o", tmp_path / "c.pdf")
    assert result.exit_code == 2
    assert "should end in .svg or .png" in result.stderr


def test_a_value_that_is_not_finite_is_no_point_of_a_curve(tmp_path: Path) -> None:
    folder = trained(tmp_path / "run", [0.5, float("nan"), 0.75])
    assert curve(Series("run", (read_run(folder),)), "error", "test").epochs == [1, 3]
    assert run("curves", folder, "-o", tmp_path / "c.svg").exit_code == 0


@pytest.mark.parametrize("text", ["[1]", "5", "{", "[" * 100_000])
def test_facts_that_are_none_are_refused_with_their_place(tmp_path: Path, text: str) -> None:
    folder = trained(tmp_path / "run", [0.5])
    (folder / "run.json").write_text(text)
    result = run("curves", folder)
    assert result.exit_code == 2
    assert "run.json cannot be read" in result.stderr
