"""Somebody else's model is found, run and compared by its outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed")

from safetensors.numpy import save_file

from archspec.verify import values
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
    save_file(values.tensors(graph_of(SPEC)), "weights.safetensors")
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


def test_outputs_are_compared_by_name_where_both_name_them_alike(folder: Path) -> None:
    spec = SPEC.replace("dense 5", "dense 5 as last") + "outputs: [first, last]\n"
    Path("small.yaml").write_text(spec)
    tensors = values.tensors(graph_of(SPEC))
    ours = {key.replace("dense.", "last."): array for key, array in tensors.items()}
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


def test_names_of_a_publisher_that_are_not_known_are_refused(folder: Path) -> None:
    command = [each for each in against(folder, "same") if "weights" not in each]
    result = run(*command, "--from", "timm")
    assert result.exit_code == 1
    assert "error[weights/no-names]: no names of timm are known for small" in result.stderr
