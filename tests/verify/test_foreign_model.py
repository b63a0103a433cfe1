"""Somebody else's model is found, run and compared by its outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed")

from safetensors.numpy import save_file

from archspec.verification.drawn import tensors
from tests.commands.running import run, run_json
from tests.conformance.specs import graph_of

SPEC = """\
archspec: 1
name: small
input: 8x8x4
network:
  - conv 3x3 4 as first
  - flatten
  - dense 5
"""
MODELS = """\
from pathlib import Path

from safetensors.torch import load_file
from torch import nn


class Theirs(nn.Module):
    def __init__(self, units=5, activation=None):
        super().__init__()
        self.first = nn.ModuleDict({"conv2d": nn.Conv2d(4, 4, 3, padding=1)})
        self.dense = nn.ModuleDict({"fully_connected": nn.Linear(256, units)})
        self.activation = activation or nn.Identity()

    def forward(self, x):
        x = self.first["conv2d"](x).flatten(1)
        return self.activation(self.dense["fully_connected"](x))


def filled(model):
    model.load_state_dict(load_file("weights.safetensors"))
    return model


def same():
    return filled(Theirs()).train()


def other():
    return filled(Theirs(activation=nn.Tanh()))


def renamed():
    model = same()
    model.last = model._modules.pop("dense")
    return model


def wider():
    return Theirs(6)


def two():
    class Two(Theirs):
        def forward(self, x):
            return super().forward(x), x
    return Two()


def narrow():
    return nn.Conv2d(3, 4, 1)


def broken():
    raise RuntimeError("out of luck")


def text():
    return "no model"


def leaving():
    raise SystemExit(4)


def flat():
    class Flat(Theirs):
        def forward(self, x):
            return super().forward(x).sum()
    return Flat()


def named():
    class Named(Theirs):
        def forward(self, x):
            return {"last": super().forward(x), "first": self.first["conv2d"](x)}
    return filled(Named())
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a spec, its weights, and models of somebody else."""
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SPEC)
    Path(f"models_{tmp_path.name}.py").write_text(MODELS)
    save_file(tensors(graph_of(SPEC)), "weights.safetensors")
    return tmp_path


def against(folder: Path, function: str) -> tuple[str, ...]:
    target = f"models_{folder.name}:{function}"
    options = ("--backends", "torch", "--weights", "weights.safetensors")
    return ("verify", "small.yaml", *options, "--against", target)


def test_a_model_that_computes_the_same_agrees_in_its_outputs(folder: Path) -> None:
    found = run_json(*against(folder, "same"))
    assert found["agree"] is True
    assert [each["path"] for each in found["modules"]] == ["dense"]
    assert found["values"] == {"compared": 1, "all": 1}
    assert found["compared"][0].startswith(f"models_{folder.name}:same (torch ")


def test_a_model_with_the_names_of_the_spec_brings_its_own_weights(folder: Path) -> None:
    options = ("verify", "small.yaml", "--backends", "torch", "--against")
    found = run(*options, f"models_{folder.name}:same")
    assert found.exit_code == 0
    assert "4 tensors taken over from it by the names of the spec" in found.stdout
    found = run(*options, f"models_{folder.name}:renamed")
    assert found.exit_code == 1
    assert "--from PUBLISHER says whose names they are" in found.stderr


def test_an_archive_of_torch_export_brings_its_own_weights() -> None:
    weights = ("--weights", "weights.safetensors")
    run("build", "small.yaml", "--backend", "torch", *weights, "--export", "pt2", "-o", "made")
    found = run_json("verify", "small.yaml", "--backends", "torch", "--against", "made/model.pt2")
    assert found["agree"] is True
    assert "4 tensors taken over" in found["weights"]


def test_outputs_are_compared_by_name_where_both_name_them_alike(folder: Path) -> None:
    spec = SPEC.replace("dense 5", "dense 5 as last") + "outputs: [first, last]\n"
    Path("small.yaml").write_text(spec)
    drawn = tensors(graph_of(SPEC))
    ours = {key.replace("dense.", "last."): array for key, array in drawn.items()}
    save_file(ours, "ours.safetensors")
    command = [
        each.replace("weights.safetensors", "ours.safetensors") for each in against(folder, "named")
    ]
    found = run_json(*command)
    assert found["agree"] is True
    assert [each["path"] for each in found["modules"]] == ["first", "last"]


def test_a_model_that_computes_something_else_disagrees(folder: Path) -> None:
    result = run(*against(folder, "other"))
    assert result.exit_code == 1
    assert "1 of 1 outputs compared: they disagree" in result.stdout


@pytest.mark.parametrize(
    ("function", "status", "said"),
    [
        ("wider", 1, "error[verify/outputs]: the output `dense` is 6 there and 5 in the spec"),
        ("two", 1, "gives 2 outputs, and the spec 1"),
        ("narrow", 2, "it does not run on these inputs: RuntimeError: Given groups=1"),
        ("leaving", 2, "cannot be compared with: SystemExit: 4"),
        ("flat", 1, "the output `dense` is a single number there and 5 in the spec"),
        ("broken", 2, "cannot be compared with: RuntimeError: out of luck"),
        ("text", 2, "no backend that can run takes a str"),
        ("nothing", 2, "AttributeError: module"),
        ("Theirs.training", 2, "AttributeError: type object 'Theirs' has no attribute 'training'"),
        ("__name__", 2, "it is a str and no function"),
    ],
)
def test_a_model_that_cannot_be_compared_is_refused_with_the_reason(
    function: str, status: int, said: str, folder: Path
) -> None:
    result = run(*against(folder, function))
    assert result.exit_code == status
    assert said in result.stderr


def test_a_file_that_no_framework_takes_as_a_model_is_refused() -> None:
    options = ("--weights", "weights.safetensors", "--against", "weights.safetensors")
    result = run("verify", "small.yaml", "--backends", "torch", *options)
    assert result.exit_code == 2
    assert "no backend that can run takes a file `.safetensors`" in result.stderr


NET = """\
archspec: 1
name: resnet_50
input: 33x33x3
defaults: {conv: {norm: batch_norm, activation: relu, padding: symmetric}}
stems: {stem: {steps: [conv 3x3 8 /2, max_pool 3x3 /2 padding=symmetric]}}
network:
  - stem
  - scale 0.5
  - global_avg_pool
  - dense 5 as logits
"""
FLAT = NET.replace(
    "  - stem\n", "  - conv 3x3 8 /2\n  - max_pool 3x3 /2 padding=symmetric\n"
).replace("resnet_50", "keras_resnet_152")
"""The same network, with the paths for which names of Keras are known."""
THEIRS = """\
import keras
from keras import layers
from torch import nn


class Fresh(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8, eps=1e-3)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = nn.functional.relu(self.bn1(self.conv1(x)))
        x = nn.functional.max_pool2d(x, 3, 2, 1) * 0.5
        return self.fc(x.mean((2, 3)))


def dead():
    model = Fresh()
    nn.init.zeros_(model.bn1.weight)
    return model


def of_keras():
    image = keras.Input((33, 33, 3))
    x = layers.ZeroPadding2D(1)(image)
    x = layers.Conv2D(8, 3, 2, use_bias=False, name="conv1_conv")(x)
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1e-3, name="conv1_bn")(x))
    x = layers.Rescaling(0.5)(layers.MaxPooling2D(3, 2, "same")(x))
    return keras.Model(image, layers.Dense(5, name="predictions")(layers.GlobalAvgPool2D()(x)))
"""
FAULTS = {
    "activation": ("activation: relu", "activation: gelu"),
    "pool": ("max_pool", "avg_pool"),
    "epsilon": ("conv: {norm", "batch_norm: {epsilon: 0.1}, conv: {norm"),
    "padding": ("conv 3x3 8 /2", "conv 3x3 8 /2 V"),
    "scale": ("scale 0.5", "scale 0.51"),
}


def fresh(folder: Path, spec: str, function: str, *options: str) -> tuple[str, ...]:
    """Write a spec, and say how it is compared with a model whose weights nobody has trained."""
    Path("net.yaml").write_text(spec)
    Path(f"theirs_{folder.name}.py").write_text(THEIRS)
    return ("verify", "net.yaml", *options, "--against", f"theirs_{folder.name}:{function}")


def test_a_fresh_model_of_pytorch_is_given_weights_that_show_something(folder: Path) -> None:
    found = run_json(*fresh(folder, NET, "Fresh", "--from", "torchvision"))
    assert found["answer"] == "agree", found
    assert found["weights"].endswith(", given to it by the names of torchvision")
    assert found["compared"][1].startswith("interpreter ")


def test_a_fresh_model_of_keras_is_given_weights_that_show_something(folder: Path) -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    found = run_json(*fresh(folder, FLAT, "of_keras", "--from", "keras"))
    assert found["answer"] == "agree", found
    wrong = FLAT.replace(*FAULTS["epsilon"])
    assert run_json(*fresh(folder, wrong, "of_keras", "--from", "keras"))["answer"] == "disagree"


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("side", ["interpreter", "torch"])
def test_an_error_of_each_kind_is_found_beside_a_fresh_model(
    fault: str, side: str, folder: Path
) -> None:
    right, wrong = FAULTS[fault]
    assert NET.count(right) == 1
    spec = NET.replace(right, wrong)
    options = ("--from", "torchvision", "--backends", side)
    assert run_json(*fresh(folder, spec, "Fresh", *options))["answer"] == "disagree"


def test_weights_with_which_no_output_depends_on_the_inputs_show_nothing(folder: Path) -> None:
    command = fresh(folder, NET, "dead", "--from", "torchvision", "--own-weights")
    result = run(*command)
    assert result.exit_code == 1
    assert "0 of 1 outputs compared: they show nothing" in result.stdout
    assert "hardly vary between the inputs: logits" in result.stdout


def test_names_of_a_publisher_that_are_not_known_are_refused(folder: Path) -> None:
    command = [each for each in against(folder, "same") if "weights" not in each]
    result = run(*command, "--from", "timm")
    assert result.exit_code == 1
    assert "error[weights/no-names]: no names of timm are known for small" in result.stderr
