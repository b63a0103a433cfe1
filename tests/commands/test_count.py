"""``archspec count``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.running import ROOT, run, run_json

SPECS = ROOT / "specs"


def test_programs_get_the_totals_and_a_row_per_module() -> None:
    found = run_json("count", SPECS / "inception_v4.yaml")
    assert found["parameters"] == 42_679_816
    assert found["macs"] == 12_253_974_624
    assert found["input"] == "299x299x3"
    assert found["outputs"] == {"logits": "1000"}
    assert "parameters_with_auxiliary" not in found
    reduction = next(row for row in found["modules"] if row["path"] == "reduction_a")
    assert {key: reduction[key] for key in ("template", "kind", "input", "output")} == {
        "template": "reduction_a",
        "kind": "reduction",
        "input": "35x35x384",
        "output": "17x17x1024",
    }


def test_auxiliary_heads_are_counted_apart_as_torchvision_publishes_them() -> None:
    found = run_json("count", SPECS / "inception_v3.yaml")
    assert (found["parameters"], found["parameters_with_auxiliary"]) == (23_834_568, 27_161_264)
    assert (
        "with auxiliary heads          27,161,264"
        in run("count", SPECS / "inception_v3.yaml").stdout
    )


def test_the_top_rows_sum_to_the_total() -> None:
    found = run_json("count", SPECS / "inception_resnet_v2.yaml")
    top = [row for row in found["modules"] if "." not in row["path"]]
    for key in ("parameters", "macs", "flops", "activations", "nodes"):
        assert sum(row[key] for row in top) == found[key]


@pytest.mark.parametrize("by", ["operator", "layer"])
def test_rows_by_operator_and_by_layer_sum_to_the_total(by: str) -> None:
    found = run_json("count", SPECS / "inception_resnet_v2.yaml", "--by", by)
    for key in ("parameters", "macs", "flops", "activations", "nodes"):
        assert sum(row[key] for row in found["modules"]) == found[key]


def test_a_batch_multiplies_the_work_and_not_the_parameters() -> None:
    one, eight = (run_json("count", SPECS / "vgg_16.yaml", "--batch", n) for n in ("1", "8"))
    assert eight["parameters"] == one["parameters"]
    for key in ("macs", "flops", "activations"):
        assert eight[key] == 8 * one[key]
    assert run("count", SPECS / "vgg_16.yaml", "--batch", "0").exit_code == 2


@pytest.mark.parametrize(
    ("spec", "macs"),
    [
        ("released/inception_v4", 12_284_152_992),
        ("released/inception_resnet_v2", 13_182_832_288),
        ("inception_v3", 5_731_151_072),
        ("convnext_tiny", 4_470_399_744),
    ],
)
def test_timms_convention_gives_the_numbers_of_timms_tables(spec: str, macs: int) -> None:
    assert run_json("count", SPECS / f"{spec}.yaml", "--as", "timm")["macs"] == macs


@pytest.mark.parametrize(
    ("spec", "millions"),
    [("inception_v3", 8.97), ("released/inception_v4", 15.09), ("resnet_152", 22.56)],
)
def test_activations_are_those_of_timms_tables(spec: str, millions: float) -> None:
    found = run_json("count", SPECS / f"{spec}.yaml")
    assert round(found["activations"] / 1e6, 2) == millions


def test_a_param_changes_what_is_counted() -> None:
    found = run_json("count", SPECS / "resnet_50.yaml", "--set", "classes=10")
    assert found["parameters"] == 25_557_032 - 990 * (2048 + 1)
    assert found["outputs"] == {"logits": "10"}


def test_an_input_changes_what_is_counted_resnet_152_at_299() -> None:
    found = run_json("count", SPECS / "resnet_152.yaml", "--input", "299x299x3")
    assert found["macs"] == 21_302_278_912
    assert found["parameters"] == 60_192_808


def test_people_get_the_totals_above_the_rows() -> None:
    lines = run("count", SPECS / "vgg_16.yaml").stdout.splitlines()
    assert lines[0] == "vgg_16: 224x224x3 -> 1000"
    assert lines[1].split() == ["parameters", "138,357,544"]
    assert lines[2].split() == ["MACs", "15,470,264,320"]
    assert lines[-1].startswith("logits")


def test_several_outputs_and_inputs_are_named() -> None:
    found = run_json("count", SPECS / "fpn_resnet_50.yaml")
    assert len(found["outputs"]) == 5
    assert found["inputs"] == {"input": "224x224x3"}


def test_the_memory_of_activations_grows_with_the_batch() -> None:
    found = run_json("count", SPECS / "vgg_16.yaml", "--batch", "2")
    assert found["peak_activations"] == {
        "bytes": 2 * 4 * 224 * 224 * (3 + 64 + 64),
        "at": "stage_1.conv.0.relu",
    }


def test_the_largest_batch_is_the_one_whose_memory_still_fits() -> None:
    spec, size = SPECS / "vgg_16.yaml", 8 * 2**30
    found = run_json("count", spec, "--training", "--fit", "8GiB")
    batch = found["fits"]["batch"]
    totals = [
        run_json("count", spec, "--training", "--batch", str(each))["bytes"]
        for each in (batch, batch + 1)
    ]
    assert totals[0] <= size < totals[1]
    assert found["fixed"]["states of the optimizer"] == 4 * 138_357_544
    assert found["gradients"] <= 4 * 138_357_544


def test_options_of_training_are_refused_for_inference_and_sizes_have_units() -> None:
    spec = SPECS / "vgg_16.yaml"
    assert "add --training" in run("count", spec, "--memory", "--shards", "2").stderr
    assert "write 16GiB" in run("count", spec, "--fit", "16").stderr


HEADED = """\
archspec: 1
name: net
input: 8x8x16
network: [conv2d 16 1x1 as a, conv2d 16 3x3]
auxiliary: {side: {from: a, steps: [conv2d 16 1x1]}}
"""


@pytest.mark.parametrize(
    ("optimizer", "states"),
    [
        ("{rmsprop: {rate: 0.1, momentum: 0.9}}", 2),
        ("{rmsprop: {rate: 0.1}}", 1),
        ("{sgd: {rate: 0.1, momentum: 0.0}}", 0),
        ("{sgd: {rate: 0.1}}", 1),
        ("{adamw: {rate: 0.1}}", 2),
    ],
)
def test_an_optimizer_keeps_as_many_numbers_as_its_formula_has(
    optimizer: str, states: int, tmp_path: Path
) -> None:
    spec, recipe = tmp_path / "net.yaml", tmp_path / "recipe.yaml"
    spec.write_text(HEADED)
    recipe.write_text(f"recipe: 1\nname: r\noptimizer: {optimizer}\nbatch: 8\nepochs: 1\n")
    found = run_json("count", spec, "--training", "--recipe", recipe, "--batch", "3")
    count = 2 * (16 * 16 + 16) + 9 * 16 * 16 + 16  # the head is trained, too
    assert found["fixed"]["weights"] == 4 * count
    assert found["fixed"].get("states of the optimizer", 0) == states * 4 * count
    assert found["values"]["bytes"] % 3 == 0
    assert run_json("count", spec, "--memory")["fixed"]["weights"] == 4 * (count - 16 * 16 - 16)


def test_what_is_kept_is_told_for_the_batch() -> None:
    """Of stage 1, convolutions keep 3 and 64 channels, ReLUs and the pool 64 twice, and indices."""
    cells = 224 * 224
    kept = 4 * cells * (3 + 64 + 64) + 8 * cells // 4 * 64
    for batch in (1, 4):
        told = run("count", SPECS / "vgg_16.yaml", "--training", "--batch", str(batch)).stdout
        assert ["stage_1", f"{batch * kept / 2**20:.1f}"] in [*map(str.split, told.splitlines())]


def test_an_order_of_branches_is_told_that_lowers_the_peak_of_a_batch(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    branches = "{narrow: conv2d 16 1x1, wide: [conv2d 64 1x1, conv2d 16 1x1]}"
    spec.write_text(
        f"archspec: 1\nname: net\ninput: 8x8x16\nnetwork: [{{concat: {branches}}}]\n", "utf-8"
    )
    found = run_json("count", spec, "--memory", "--batch", "3")
    kib = 1024
    assert found["values"]["bytes"] == 3 * (4 + 4 + 16 + 4) * kib
    assert found["lower"]["values"] == 3 * (4 + 16 + 4) * kib
    assert found["lower"]["branches"] == {"concat": ["concat.wide", "concat.narrow"]}
    assert "  concat: wide, narrow" in run("count", spec, "--memory").stdout
    assert "lower" not in run_json("count", spec, "--training")


def test_a_tools_count_is_told_with_what_makes_the_difference() -> None:
    told = run("count", SPECS / "resnet_50.yaml", "--as", "thop", "--batch", "2").stdout.split(
        "\n\n"
    )
    lines = [line.split() for line in told[-1].splitlines()[1:]]
    norms = 4 * 11_113_984 * 2
    assert lines == [
        ["as", "archspec", f"{2 * 4_089_184_256:,}"],
        ["53", "batch_norm", "4", "for", "each", "output", f"+{norms:,}"],
        ["as", "thop", f"{2 * 4_089_184_256 + norms:,}"],
    ]


def test_a_tools_count_is_recorded_with_its_differences() -> None:
    found = run_json("count", SPECS / "convnext_tiny.yaml", "--as", "thop")
    lost = {
        each["operator"]: each["counted"] - each["archspec"]
        for each in found["differences"]["parameters"]
        if each["counted"] != each["archspec"]
    }
    assert lost == {"layer_norm": -14_784, "layer_scale": -6_624}
    assert found["parameters"] == 28_589_128 - 14_784 - 6_624


def test_a_convention_is_refused_beside_memory() -> None:
    ran = run("count", SPECS / "resnet_50.yaml", "--as", "thop", "--memory")
    assert ran.exit_code == 2
    assert "--as is for counts" in ran.stderr


def test_a_recipe_that_is_missing_is_told_in_a_sentence() -> None:
    ran = run("count", SPECS / "resnet_50.yaml", "--training", "--recipe", "nothing.yaml")
    assert ran.exit_code == 2
    assert "nothing.yaml does not exist" in ran.stderr
    assert "Traceback" not in ran.output


def test_no_memory_at_all_fits_no_example(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(HEADED)
    assert "no example fits into 0 MiB" in run("count", spec, "--fit", "0GiB").stdout
    assert run_json("count", spec, "--fit", "1KiB")["fits"]["batch"] == 0


def test_the_ledger_of_a_tool_that_counts_otherwise_names_the_unit_of_archspec() -> None:
    told = run("count", SPECS / "vgg_16.yaml", "--as", "ultralytics").stdout
    assert "as archspec, in MACs  " in told


@pytest.mark.parametrize(("micro_batches", "is_whole"), [(1, False), (2, True)])
def test_gradients_of_micro_batches_before_are_there_at_the_peak(
    micro_batches: int, is_whole: bool, tmp_path: Path
) -> None:
    spec, recipe = tmp_path / "net.yaml", tmp_path / "recipe.yaml"
    spec.write_text(HEADED)
    head = "recipe: 1\nname: r\noptimizer: {sgd: {rate: 0.1}}\nbatch: 8\nepochs: 1\n"
    recipe.write_text(f"{head}accumulate: {micro_batches}\n")
    found = run_json("count", spec, "--training", "--recipe", recipe, "--batch", "4")
    assert (found["gradients"] == found["fixed"]["weights"]) is is_whole
