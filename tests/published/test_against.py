"""Others' models that nobody has trained, by ``verify --against``: they agree, no error hides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torchvision", reason="torchvision is not installed")
pytest.importorskip("timm", reason="timm is not installed")
pytest.importorskip("facenet_pytorch", reason="facenet-pytorch is not installed")

from tests.commands.running import run

Record = Callable[[str, object], None]

SPECS = Path(__file__).parents[2] / "specs"
THEIRS = """
import facenet_pytorch, timm
from torchvision import models

def torchvision_inception_v3():
    return models.inception_v3(weights=None, init_weights=False, aux_logits=False)
def efficientnet_b0(): return models.efficientnet_b0(weights=None)
def se_resnet_50(): return timm.create_model("seresnet50")
def facenet_inception_resnet_v1():
    return facenet_pytorch.InceptionResnetV1(pretrained=None, classify=False)
"""
PUBLISHERS = {
    "efficientnet_b0": "torchvision",
    "released/torchvision_inception_v3": "torchvision",
    "se_resnet_50": "timm",
    "released/facenet_inception_resnet_v1": "facenet",
}
INCEPTION, FACENET = "released/torchvision_inception_v3", "released/facenet_inception_resnet_v1"
FAULTS = {
    "activation": (INCEPTION, "activation: relu", "activation: gelu"),
    "pool": (INCEPTION, "max_pool 3x3 /2 V                      -> 73", "avg_pool 3x3 /2 V -> 73"),
    "what pools count": (INCEPTION, "count_padding: true", "count_padding: false"),
    "epsilon": (INCEPTION, "epsilon: 1e-3", "epsilon: 0.1"),
    "padding": (
        INCEPTION,
        "conv 3x3 64                            ->",
        "conv 3x3 64 padding=[2,0,1,1] ->",
    ),
    "scale": (FACENET, "scale: 0.17", "scale: 0.18"),
}


def compared(spec: Path, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Compare a spec, by the interpreter and PyTorch, with the model of a publisher."""
    monkeypatch.chdir(folder)
    (folder / "models_of_others.py").write_text(THEIRS)
    function = name.rpartition("/")[2]
    options = ("--backends", "interpreter,torch", "--from", PUBLISHERS[name], "--format", "json")
    result = run("verify", spec, "--against", f"models_of_others:{function}", *options)
    return json.loads(result.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHERS)
def test_a_spec_agrees_with_the_model_of_its_publisher_in_values_that_vary(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    found = compared(SPECS / f"{name}.yaml", name, tmp_path, monkeypatch)
    record_property(f"verify --against {PUBLISHERS[name]}, {name}", worst(found))
    assert found["answer"] == "agree", found


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAULTS)
def test_an_error_in_a_spec_is_found_beside_the_model_of_its_publisher(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    name, right, wrong = FAULTS[kind]
    text = (SPECS / f"{name}.yaml").read_text("utf-8")
    assert right in text
    (tmp_path / "net.yaml").write_text(text.replace(right, wrong, 1))
    found = compared(tmp_path / "net.yaml", name, tmp_path, monkeypatch)
    record_property(f"verify --against {PUBLISHERS[name]}, another {kind}", worst(found))
    assert found["answer"] == "disagree", found


def worst(found: Any) -> str:
    """Find the largest difference, as a share of how much the values vary."""
    largest = max(each["max_rel"] or 0.0 for each in found["modules"])
    return f"{largest:.1e}"
