"""``archspec weights``: what becomes of each tensor is told, and wrong maps are refused."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy
import pytest
from safetensors.numpy import load_file, save_file

from archspec import checked
from archspec.weights import file as canonical
from archspec.weights import giving, names, publishers, reading, writing
from archspec.weights.initial import draw
from archspec.weights.layouts import EMITTED
from tests.commands.running import run, run_json

HEAD = "archspec: 1\nname: t\ninput: 8x8x4\nnetwork:\n"
TAIL = "  - global_avg_pool\n  - dense 10\n"
OLD = f"{HEAD}  - conv 3x3 4\n  - conv 3x3 4\n  - conv 3x3 4\n{TAIL}"
GAINED = OLD.replace("conv 3x3 4\n", "conv 3x3 4\n  - conv 3x3 4 activation=relu\n", 1)
NAMED = f"{HEAD}  - conv 3x3 4 as a\n  - conv 3x3 4 as b\n{TAIL}"
SWAPPED = f"{HEAD}  - conv 3x3 4 as b\n  - conv 3x3 4 as a\n{TAIL}"


@pytest.fixture(name="here", autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def spec(name: str, text: str) -> Any:
    Path(f"{name}.yaml").write_text(text, "utf-8")
    return checked.load(f"{name}.yaml")


def weights(name: str, text: str) -> Mapping[str, Any]:
    """Write a spec and weights of it, drawn from a seed."""
    graph = spec(name, text)
    tensors = draw(graph, 5)
    canonical.save(Path(f"{name}.safetensors"), tensors, graph)
    return tensors


def mapped(old: str, new: str) -> None:
    assert run("diff", f"{old}.yaml", f"{new}.yaml", "--emit-map", "map.json").exit_code == 0


def take(file: str, *options: str) -> Any:
    return run("weights", "import", file, *options, "-o", "out.safetensors")


def test_one_tensor_is_counted_as_one() -> None:
    more = {**weights("old", OLD), "mask": numpy.zeros(2, numpy.float32)}
    save_file(more, "more.safetensors")
    found = take("more.safetensors", "--spec", "old.yaml")
    assert "\n1 tensor that no step needs left out: mask\n" in found.output
    save_file({"one": numpy.zeros(1, numpy.float32)}, "one.safetensors")
    assert run("weights", "inspect", "one.safetensors").output.endswith("\n1 tensor, 1 number\n")


def test_a_file_of_no_known_kind_and_no_ending_is_told_so() -> None:
    Path("settings").write_text("[user]\n")
    assert "its name has no extension" in run("weights", "inspect", "settings").stderr


def test_a_map_of_another_version_is_refused() -> None:
    weights("old", OLD)
    Path("map.json").write_text('{"archspec_map": 2, "tensors": {}}')
    refused = take("old.safetensors", "--map", "map.json", "--spec", "old.yaml")
    assert refused.exit_code == 1
    assert "map.json is no key map: its version is 2, and 1 is read here" in refused.stderr
    assert not Path("out.safetensors").exists()


def test_a_tensor_that_is_new_in_a_map_is_not_filled_with_an_old_one_of_its_key() -> None:
    old = weights("old", OLD)
    fresh = draw(spec("new", GAINED))
    mapped("old", "new")

    refused = take("old.safetensors", "--map", "map.json", "--spec", "new.yaml")

    assert refused.exit_code == 1
    assert "`conv_1.conv2d.weight` is new: no name of the file corresponds to it" in refused.stderr
    assert "--partial" in refused.stderr
    assert not Path("out.safetensors").exists()
    told = take("old.safetensors", "--map", "map.json", "--spec", "new.yaml", "--partial")
    assert "8 tensors matched" in told.stdout
    assert "2 drawn from seed 0: conv_1.conv2d.weight (new)" in told.stdout
    found = load_file("out.safetensors")
    for new_key, origin in {
        "conv_1.conv2d.weight": fresh["conv_1.conv2d.weight"],
        "conv_2.conv2d.weight": old["conv_1.conv2d.weight"],
        "conv_3.conv2d.weight": old["conv_2.conv2d.weight"],
    }.items():
        assert numpy.array_equal(found[new_key], origin), new_key


def test_a_map_is_refused_by_another_spec_and_for_other_weights_than_its_own() -> None:
    weights("old", NAMED)
    weights("new", SWAPPED)
    mapped("old", "new")
    right = take("old.safetensors", "--map", "map.json", "--spec", "new.yaml")
    other_spec = take("old.safetensors", "--map", "map.json", "--spec", "old.yaml")
    other_weights = take("new.safetensors", "--map", "map.json", "--spec", "new.yaml")
    assert right.exit_code == 0, right.output
    assert other_spec.exit_code == other_weights.exit_code == 1
    assert "it leads to another version of t, and not to this" in other_spec.stderr
    assert "it comes from another version of t, and the weights do not" in other_weights.stderr


def test_keys_of_another_version_of_a_spec_are_taken_with_a_note() -> None:
    weights("old", NAMED)
    spec("new", SWAPPED)
    told = take("old.safetensors", "--spec", "new.yaml")
    assert told.exit_code == 0
    assert "old.safetensors was written for another version of t: a key may mean" in told.stderr
    assert take("old.safetensors", "--spec", "old.yaml").stderr == ""


def test_a_map_written_by_hand_names_every_tensor_and_none_that_the_spec_has_not() -> None:
    weights("old", NAMED)
    Path("map.json").write_text('{"tensors": {"x.conv2d.weight": "a.conv2d.weight"}}')
    refused = take("old.safetensors", "--map", "map.json", "--spec", "old.yaml")
    assert "`x.conv2d.weight` is no tensor of t" in refused.stderr


@pytest.mark.parametrize("ending", [".weights.h5", ".h5"])
def test_a_map_changes_the_layout_of_a_file_of_keras(ending: str) -> None:
    graph = spec("sq", "archspec: 1\nname: sq\ninput: 8x8x3\nnetwork:\n  - conv 3x3 3\n")
    tensors, naming = draw(graph, 5), names.own(graph, EMITTED)
    given, file = giving.give(tensors, naming, graph), Path(f"k{ending}")
    file.write_bytes(writing.encode(given, naming, graph, file))
    theirs = {"conv.conv2d.weight": "conv.conv2d/kernel", "conv.conv2d.bias": "conv.conv2d/bias"}
    Path("map.json").write_text(json.dumps({"tensors": theirs}))
    for way in (["--map", "map.json"], []):
        assert take(file.name, *way, "--spec", "sq.yaml").exit_code == 0
        found = load_file("out.safetensors")["conv.conv2d.weight"]
        kernel = reading.read(file)["conv.conv2d/kernel"]
        assert found[2, 1, 0, 2] == kernel[0, 2, 1, 2]
        assert numpy.array_equal(found, tensors["conv.conv2d.weight"])


def test_names_that_would_command_a_terminal_are_shown_escaped() -> None:
    evil = "x\x1b]0;evil\x07\u202e"
    save_file({evil: numpy.zeros(2, numpy.float32)}, "evil.safetensors")
    spec("old", OLD)
    listed = run("weights", "inspect", "evil.safetensors").stdout
    refused = take("evil.safetensors", "--spec", "old.yaml").stderr
    tensors = weights("old", OLD)
    save_file({**tensors, evil: numpy.zeros(2, numpy.float32)}, "evil.safetensors")
    told = take("evil.safetensors", "--spec", "old.yaml").stdout
    for text in (listed, refused, told):
        assert r"x\x1b]0;evil\x07\u202e" in text
        assert evil not in text


def test_short_floats_are_listed_as_what_they_are() -> None:
    header = b'{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}'
    Path("s.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + bytes(4))
    assert run_json("weights", "inspect", "s.safetensors")["tensors"] == [
        {"name": "x", "shape": [2], "type": "bfloat16"}
    ]


def published(publisher: str, name: str, file: str) -> None:
    graph = checked.load(f"zoo:{name}").without_heads()
    naming = publishers.find(publisher, graph).naming(graph)
    given = giving.give(draw(graph), naming, graph)
    save_file(given, file)


def test_weights_of_a_network_with_other_pools_draw_a_warning_that_names_the_spec() -> None:
    published("torchvision", "released/torchvision_inception_v3", "v3.safetensors")
    words = ("v3.safetensors", "--from", "torchvision", "--spec")
    warned = take(*words, "zoo:inception_v3")
    assert warned.exit_code == 0
    assert "warning[weights/otherwise]: torchvision's inception_v3 computes" in warned.stderr
    assert "is zoo:released/torchvision_inception_v3" in warned.stderr
    assert take(*words, "zoo:released/torchvision_inception_v3").stderr == ""


def test_weights_of_another_network_are_refused_in_five_lines() -> None:
    published("torchvision", "resnet_50", "r50.safetensors")
    deeper = take("r50.safetensors", "--from", "torchvision", "--spec", "zoo:resnet_152")
    other = take("r50.safetensors", "--from", "torchvision", "--spec", "zoo:densenet_121")
    own = take("r50.safetensors", "--spec", "zoo:resnet_50")
    for refused in (deeper, other, own):
        assert refused.exit_code == 1
        assert len(refused.stderr.splitlines()) <= 5, refused.stderr
    assert "of the 777 tensors that are needed" in deeper.stderr
    assert "--from torchvision --spec zoo:resnet_50" in other.stderr
    assert "--from torchvision --spec zoo:resnet_50" in own.stderr


def test_a_part_of_a_larger_network_is_taken_with_a_warning() -> None:
    published("timm", "resnet_152", "r152.safetensors")
    warned = take("r152.safetensors", "--from", "timm", "--spec", "zoo:resnet_50")
    assert "the file has all tensors of torchvision's resnet_152" in warned.stderr


def test_a_shape_is_shown_as_the_file_has_it() -> None:
    published("keras", "inception_v3", "keras.safetensors")
    words = ("--from", "keras", "--spec", "zoo:inception_v3", "--set", "classes=7")
    refused = take("keras.safetensors", *words)
    assert "`predictions/kernel` is 2048 x 1000, and should be 2048 x 7" in refused.stderr
    told = take("keras.safetensors", *words, "--partial")
    assert "2 drawn from seed 0: logits.fully_connected.weight (2048 x 1000" in told.stdout


def test_a_scale_that_keras_has_not_is_refused_rather_than_dropped() -> None:
    graph = checked.load("zoo:inception_v3").without_heads()
    tensors = draw(graph)
    tensors["stem.conv.batch_norm.weight"][3] = 1.5
    canonical.save(Path("w.safetensors"), tensors, graph)
    words = ("--to", "keras", "--spec", "zoo:inception_v3", "-o", "w.weights.h5")
    refused = run("weights", "export", "w.safetensors", *words)
    assert refused.exit_code == 1
    assert "`stem.conv.batch_norm.weight` is not one, and keras's norms have no" in refused.stderr
    assert not Path("w.weights.h5").exists()


def test_what_tf_slim_would_load_is_not_written() -> None:
    graph = checked.load("zoo:inception_v3").without_heads()
    canonical.save(Path("w.safetensors"), draw(graph), graph)
    words = ("--to", "tf-slim", "--spec", "zoo:inception_v3", "-o", "w.h5")
    refused = run("weights", "export", "w.safetensors", *words)
    assert "tf-slim reads checkpoints of TensorFlow, which are not written" in refused.stderr


def test_names_are_said_in_one_way() -> None:
    refused = take("w.safetensors", "--from", "timm", "--by", "order", "--spec", "zoo:resnet_50")
    assert refused.exit_code == 2
    assert "say in one way how the names map" in refused.stderr
