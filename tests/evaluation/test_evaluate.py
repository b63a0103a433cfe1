"""``archspec evaluate``: what it says of networks whose answers are known by arithmetic."""

from __future__ import annotations

import json
import sys
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.commands.running import run, run_json
from tests.evaluation.photographs import BRIGHTEST, COLOURS, write_photographs

TORCH = ("--device", "cpu")
FILLED = ("brightest.yaml", "--weights", "none.safetensors")
ON_DATA = ("--data", "data", *TORCH)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with images, a network without weights, and a file without any."""
    pytest.importorskip("torch", reason="torch is not installed")
    monkeypatch.chdir(tmp_path)
    write_photographs(tmp_path / "data")
    Path("brightest.yaml").write_text(BRIGHTEST)
    save_file({}, "none.safetensors")
    return tmp_path


def write_spec(network: str, name: str = "other", shape: str = "8x8x3") -> tuple[str, ...]:
    Path("other.yaml").write_text(
        f"archspec: 1\nname: {name}\ninput: {shape}\nnetwork: [{network}]\n"
    )
    return ("other.yaml", "--weights", "none.safetensors")


def by_hand(colour: tuple[int, int, int], scale: float = 2 / 255, shift: float = -1) -> list[float]:
    powers = [exp(value * scale + shift) for value in colour]
    return [power / sum(powers) for power in powers]


def predicted(*arguments: str) -> Any:
    result = run("evaluate", *arguments, *ON_DATA, "--save-predictions", "kept.safetensors")
    assert result.exit_code == 0, result.output
    return load_file("kept.safetensors")["probabilities"]


@pytest.mark.parametrize("crops", ["1", "10", "12", "144"])
def test_probabilities_are_the_mean_over_all_views(crops: str) -> None:
    found = predicted(*FILLED, "--crops", crops, "--batch", "7")
    assert np.allclose(found, [by_hand(colour) for colour in COLOURS.values()], atol=1e-6)


def test_a_network_with_a_softmax_of_its_own_gets_no_second_one() -> None:
    for end in ("softmax", "softmax, dropout 0.5, identity"):
        found = predicted(*write_spec(f"global_avg_pool, {end}"))
        assert np.allclose(found, [by_hand(colour) for colour in COLOURS.values()], atol=1e-6)


def test_the_first_output_counts_whatever_the_others_are_called() -> None:
    Path("other.yaml").write_text(
        "archspec: 1\nname: other\ninput: 8x8x3\noutputs: [second, first]\n"
        "network: [global_avg_pool as first, scale 2 as second]\n"
    )
    found = predicted("other.yaml", "--weights", "none.safetensors")
    assert np.allclose(found[0], by_hand((200, 100, 50), 4 / 255, -2), atol=1e-6)


def test_one_cell_for_each_class_is_a_vector_of_classes() -> None:
    found = predicted(*write_spec("avg_pool 8x8 /1 V"))
    assert np.allclose(found, [by_hand(colour) for colour in COLOURS.values()], atol=1e-6)


def test_a_normalization_takes_pixels_to_its_range() -> None:
    found = predicted(*FILLED, "--normalization", "unit")
    expected = [by_hand(colour, 1 / 255, 0) for colour in COLOURS.values()]
    assert np.allclose(found, expected, atol=1e-6)


def test_the_table_tells_errors_and_the_classes_that_are_recognised_least() -> None:
    result = run("evaluate", *FILLED, *ON_DATA, "--crops", "10")
    assert result.exit_code == 0
    head, row, *rest = result.stdout.splitlines()
    assert head.split() == "network top-1 error top-5 error top-1 top-5 images a second".split()
    assert "brightest.yaml with none.safetensors" in row
    assert "25.00 %" in row
    assert "75.00 %" in row
    assert "4 images of 3 classes, 10 crops of each" in rest
    assert "  a_red: 50.0 % of 2, 1 taken for c_blue" in rest


def test_programs_get_every_class_and_every_mistake() -> None:
    found = run_json("evaluate", *FILLED, *ON_DATA)
    assert (found["ok"], found["images"], found["top1"], found["top1_error"]) == (
        True,
        4,
        0.75,
        0.25,
    )
    assert found["classes"] == [
        {"name": "a_red", "images": 2, "right": 1},
        {"name": "b_green", "images": 1, "right": 1},
        {"name": "c_blue", "images": 1, "right": 1},
    ]
    assert found["confused"] == [{"class": "a_red", "taken_for": "c_blue", "images": 1}]
    (network,) = found["networks"]
    assert (network["crops"], network["normalization"]) == (1, "inception")
    assert network["images_per_second"] > 0


def test_images_of_a_list_are_left_out_and_unknown_names_are_told() -> None:
    Path("list.txt").write_text("2.png\n5.png\n")
    result = run("evaluate", *FILLED, *ON_DATA, "--exclude", "list.txt")
    assert result.exit_code == 0
    assert "3 images of 3 classes, 1 crop of each, 1 left out" in result.stdout
    assert "warning[evaluate/excluded]: 1 of 2 names to leave out" in result.stderr
    found = run_json("evaluate", *FILLED, *ON_DATA, "--exclude", "list.txt")
    assert (found["top1"], found["excluded"]) == (1.0, 1)
    assert [each["code"] for each in found["diagnostics"]] == ["evaluate/excluded"]


def test_nothing_is_evaluated_where_every_image_is_left_out() -> None:
    Path("list.txt").write_text("1\n2\n3\n4\n")
    result = run("evaluate", *FILLED, *ON_DATA, "--exclude", "list.txt")
    assert result.exit_code == 2
    assert "error[evaluate/no-images]" in result.stderr


def test_a_broken_image_is_skipped_counted_and_named_or_ends_it_under_strict() -> None:
    Path("data/test/b_green/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n, and no more")
    result = run("evaluate", *FILLED, *ON_DATA)
    assert "4 images of 3 classes, 1 crop of each, 1 broken, which are skipped" in result.stdout
    assert result.stdout.count("test/b_green/broken.png") == 1
    found = run_json("evaluate", *FILLED, *ON_DATA)
    assert [each["name"] for each in found["broken"]] == ["test/b_green/broken.png"]
    strict = run("evaluate", *FILLED, *ON_DATA, "--strict")
    assert strict.exit_code == 2
    assert "error[evaluate/broken]: an image cannot be read: " in strict.stderr
    assert strict.stderr.count("test/b_green/broken.png") == 1


def test_a_limit_draws_the_same_images_every_time() -> None:
    found = [
        run_json("evaluate", *FILLED, "--data", "synthetic:200", *TORCH, "--limit", "40")
        for _ in range(2)
    ]
    assert found[0]["images"] == 40
    assert len(found[0]["classes"]) == 3
    assert found[0]["classes"] == found[1]["classes"]


def test_kept_predictions_are_evaluated_without_data_as_if_they_were_computed() -> None:
    computed = run_json("evaluate", *FILLED, *ON_DATA, "--save-predictions", "kept.safetensors")
    kept = run_json("evaluate", "kept.safetensors")
    for key in ("images", "top1", "top5", "classes", "confused"):
        assert kept[key] == computed[key]
    Path("list.txt").write_text("2\n")
    assert run_json("evaluate", "kept.safetensors", "--exclude", "list.txt")["top1"] == 1.0


def test_an_ensemble_averages_probabilities_and_tells_each_network_as_well() -> None:
    darkest = write_spec("global_avg_pool, scale -3")
    predicted(*darkest)
    reading = ("brightest.yaml", "--weights", "none.safetensors", "kept.safetensors", *ON_DATA)
    found = run_json("evaluate", *reading, "--save-predictions", "both.safetensors")
    assert [each["top1"] for each in found["networks"]] == [0.75, 0.0]
    assert found["top1"] == 0.0
    both = load_file("both.safetensors")["probabilities"]
    one = by_hand((200, 100, 50))
    three = by_hand((200, 100, 50), -6 / 255, 3)
    assert np.allclose(both[0], [(a + b) / 2 for a, b in zip(one, three, strict=True)], atol=1e-6)
    assert "ensemble of 2" in run("evaluate", *reading).stdout


def test_a_picture_is_drawn_beside_the_table() -> None:
    for name in ("confusion.svg", "confusion.png"):
        assert run("evaluate", *FILLED, *ON_DATA, "--picture", name).exit_code == 0
    assert Path("confusion.png").read_bytes().startswith(b"\x89PNG")
    assert "top-1 error 25.00 %" in Path("confusion.svg").read_text("utf-8")


def test_the_library_that_draws_is_missed_before_anything_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run("evaluate", *FILLED, *ON_DATA, "--picture", "confusion.svg")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "need matplotlib, which is not installed: in a checkout" in result.stderr
    assert "'.[train]'" in result.stderr


@pytest.mark.parametrize(
    ("network", "shape", "code"),
    [
        ("max_pool 2x2 /2", "8x8x3", "evaluate/output"),
        ("global_avg_pool, dense 7", "8x8x3", "evaluate/classes"),
        ("slice stop=3, global_avg_pool", "8x8x4", "evaluate/channels"),
        ("global_avg_pool", "8x9x3", "evaluate/input"),
        ("identity", "3", "evaluate/input"),
        ("3 x scale 1000000000000000, global_avg_pool", "8x8x3", "evaluate/not-finite"),
    ],
)
def test_a_network_that_does_not_fit_is_refused_with_both_sides(
    network: str, shape: str, code: str
) -> None:
    result = run("evaluate", *write_spec(network, shape=shape), *ON_DATA)
    assert result.exit_code == 2, result.output
    assert f"error[{code}]" in result.stderr


def test_other_classes_are_told_with_both_numbers() -> None:
    result = run("evaluate", *write_spec("global_avg_pool, dense 7"), *ON_DATA)
    assert "tells 7 classes apart, and the data has 3" in result.stderr


def test_data_that_is_not_there_is_a_wrong_command() -> None:
    result = run("evaluate", *FILLED, "--data", "nowhere")
    assert result.exit_code == 2
    assert "error[evaluate/data]: nowhere" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("brightest.yaml", *ON_DATA), "each SPEC takes one --weights"),
        ((*FILLED, "--weights", "none.safetensors", *ON_DATA), "and 2 --weights"),
        (FILLED, "--data says which images"),
        (("kept.safetensors", "--set", "classes=3"), "--set, --input and --variant are of a SPEC"),
        ((*FILLED, *ON_DATA, "--picture", "a.pdf"), "should end in .svg or .png"),
        ((*FILLED, *ON_DATA, "--picture", "no/a.svg"), "there is no folder no"),
    ],
)
def test_a_wrong_command_is_refused_before_anything_is_computed(
    arguments: tuple[str, ...], message: str
) -> None:
    Path("kept.safetensors").touch()
    result = run("evaluate", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_folder_that_is_no_training_says_how_to_evaluate_what_it_holds() -> None:
    run("build", "brightest.yaml", "--backend", "torch", "-o", "built", *TORCH)
    result = run("evaluate", "built", *ON_DATA)
    assert result.exit_code == 2
    assert "archspec evaluate SPEC --weights built/weights.safetensors" in result.stderr


RUN = {
    "params": {},
    "inputs": {"input": "8x8x3"},
    "backend": "torch",
    "recipe": {"normalization": "unit"},
    "spec": "spec/brightest.yaml",
}


def write_run(facts: str) -> None:
    """Write the folder of a training whose facts may be anything."""
    Path("run/spec").mkdir(parents=True, exist_ok=True)
    Path("run/spec/brightest.yaml").write_text(BRIGHTEST)
    save_file({}, "run/weights.safetensors")
    Path("run/run.json").write_text(facts)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("params", [1]),
        ("params", {"classes": [1]}),
        ("inputs", None),
        ("inputs", {"input": "eight"}),
        ("backend", 5),
        ("recipe", {}),
        ("recipe", {"normalization": "grey"}),
        ("spec", "elsewhere/brightest.yaml"),
        ("spec", ["spec"]),
    ],
    ids=str,
)
def test_facts_of_a_run_that_say_something_else_are_refused(key: str, value: Any) -> None:
    write_run(json.dumps(RUN))
    assert run("evaluate", "run", *ON_DATA).exit_code == 0
    write_run(json.dumps({**RUN, key: value}))
    result = run("evaluate", "run", *ON_DATA)
    assert result.exit_code == 2
    assert "error[evaluate/run]: run/run.json cannot be read" in result.stderr


@pytest.mark.parametrize("facts", ["", "[]", "{}", "[" * 100_000, "\x00"], ids=len)
def test_facts_of_a_run_that_are_none_are_refused(facts: str) -> None:
    write_run(facts)
    result = run("evaluate", "run", *ON_DATA)
    assert result.exit_code == 2
    assert "error[evaluate/run]: run/run.json cannot be read" in result.stderr


def test_a_run_whose_spec_leads_out_of_its_folder_is_refused() -> None:
    write_run(json.dumps({**RUN, "spec": "spec/../../brightest.yaml"}))
    result = run("evaluate", "run", *ON_DATA)
    assert result.exit_code == 2
    assert "lies outside the root folder run/spec" in result.stderr
