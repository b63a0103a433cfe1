"""The verdict on checkpoints against what PyTorch's strict ``load_state_dict`` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.backend import backend
from archspec.diffs.difference import diff
from archspec.diffs.impact.checkpoint import Checkpoint, Loads, checkpoint
from archspec.graph import Graph
from archspec.weights import reading
from tests.commands.running import run
from tests.diff.reading import graphs_of
from tests.diff.test_scripts import SCRIPTS
from tests.repositories import SMALL

pytest.importorskip("torch", reason="PyTorch is not installed")


def model(graph: Graph) -> Any:
    """Make a model whose tensors have shapes and no numbers."""
    source = archspec.emit(graph.without_heads(), "torch")
    return backend("torch").runtime().model(source, graph.name)


def tensors(found: Any) -> dict[str, Any]:
    """List a model's tensors, without PyTorch's count of batches."""
    counted = "num_batches_tracked"
    return {name: each for name, each in found.state_dict().items() if counted not in name}


def loads(into: Any, state: dict[str, Any]) -> bool:
    try:
        into.load_state_dict(state, assign=True)
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["title"]))
def test_the_verdict_is_what_load_state_dict_does(script: dict[str, Any]) -> None:
    old, new = graphs_of(script)
    difference = diff(old, new)
    verdict: Checkpoint = checkpoint(difference)
    state, built = tensors(model(old)), model(new)
    mapped = {
        key: state[origin] for key, origin in verdict.mapping(difference, "")["tensors"].items()
    }
    assert loads(built, mapped) is (verdict.loads is not Loads.NO)
    assert loads(built, state) is (verdict.loads is Loads.YES or verdict.loads_wrongly)


def test_a_built_model_takes_old_weights_by_the_map(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    renamed = SMALL.replace("10 as logits", "10 as classes").replace(
        "conv 3x3 8", "2 x conv 3x3 8", 1
    )
    Path("old.yaml").write_text(SMALL, "utf-8")
    Path("new.yaml").write_text(renamed.replace("  - conv 3x3 8\n", "", 1), "utf-8")
    for command in (
        "build old.yaml --backend torch -o old --seed 5",
        "diff old.yaml new.yaml --emit-map map.json -o report.txt",
        "weights import old/weights.safetensors --map map.json --spec new.yaml -o new.safetensors",
        "build new.yaml --backend torch -o new --weights new.safetensors",
    ):
        found = run(*command.split())
        assert found.exit_code == 0, found.output
    old, new = (reading.read(Path(f"{each}/weights.safetensors")) for each in ("old", "new"))
    assert (new["classes.fully_connected.weight"] == old["logits.fully_connected.weight"]).all()
    assert (new["conv.1.conv2d.weight"] == old["conv_1.conv2d.weight"]).all()
