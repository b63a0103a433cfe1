"""`build` into a folder: what is written, and that nothing broken is left."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from archspec.backend import Backend, Runtime
from archspec.diagnostic import SpecError
from archspec.emission.building import (
    FACTS,
    MODEL,
    WEIGHTS,
    Filling,
    FolderDraft,
    Target,
    build,
    build_folder,
)
from archspec.graph import Graph
from archspec.version import __version__
from archspec.weights.initial import example
from archspec_torch import backend
from tests.commands.running import ROOT
from tests.conformance.specs import SEVERAL, graph_of

CPU = Target("cpu")
NAMES = sorted((MODEL, WEIGHTS, FACTS))


@pytest.fixture
def graph() -> Graph:
    """Load a small network."""
    return graph_of("""
archspec: 1
name: tiny
source: by hand
input: {shape: 9x9x3, mean: 0.5, std: [0.2, 0.3, 0.4]}
params: {classes: 5}
network: [conv 3x3 4 /2 norm=batch_norm activation=relu, global_avg_pool, dense classes as logits]
""")


def imported(file: Path) -> ModuleType:
    """Import a written model as its user would."""
    spec = importlib.util.spec_from_file_location(f"model_{file.parent.name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def listing(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_written_model_is_the_live_one(graph: Graph, tmp_path: Path) -> None:
    built = build_folder(graph, backend, tmp_path / "out", target=CPU)
    assert listing(tmp_path / "out") == NAMES
    model = imported(tmp_path / "out" / MODEL).build(str(tmp_path / "out" / WEIGHTS)).eval()
    live = build(graph, backend).eval()
    images = torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(0))
    assert torch.equal(model(images), live(images))
    assert built.outputs["logits"] == ((5,), True)
    assert built.device == "cpu"
    assert built.parameters == 3 * 9 * 4 + 2 * 4 + 4 * 5 + 5


def test_a_written_model_can_be_made_without_weights_and_with_other_arguments(
    graph: Graph, tmp_path: Path
) -> None:
    build_folder(graph, backend, tmp_path, target=CPU)
    module = imported(tmp_path / MODEL)
    assert module.build().training
    assert module.Tiny(classes=7)(torch.zeros(1, 3, 9, 9)).shape == (1, 7)


def test_the_facts_name_the_spec_the_versions_the_input_and_the_counts(
    graph: Graph, tmp_path: Path
) -> None:
    build_folder(graph, backend, tmp_path, Filling(seed=4), CPU)
    facts = json.loads((tmp_path / FACTS).read_text())
    assert facts["archspec"] == __version__
    assert facts["framework"] == f"torch {torch.__version__}"
    assert facts["spec"]["name"] == "tiny"
    assert facts["spec"]["source"] == "by hand"
    assert facts["spec"]["params"] == {"classes": 5}
    assert len(facts["spec"]["digest"]) == 64
    assert facts["inputs"]["input"]["shape"] == [9, 9, 3]
    assert facts["inputs"]["input"]["std"] == [0.2, 0.3, 0.4]
    assert facts["outputs"] == {"logits": [5]}
    assert facts["parameters"] == 3 * 9 * 4 + 2 * 4 + 4 * 5 + 5
    assert facts["macs"] == 5 * 5 * 3 * 9 * 4 + 4 * 5
    assert facts["weights"] == {"seed": 4}


def test_a_reader_can_tell_the_files_of_two_builds_apart(graph: Graph, tmp_path: Path) -> None:
    build_folder(graph, backend, tmp_path, target=CPU)
    read = (tmp_path / MODEL).read_bytes()
    build_folder(graph, backend, tmp_path, Filling(seed=1), CPU)
    told = json.loads((tmp_path / FACTS).read_text())["sha256"]
    assert told[WEIGHTS] == sha256((tmp_path / WEIGHTS).read_bytes()).hexdigest()
    assert told[MODEL] == sha256(read).hexdigest()  # the same spec: these belong together
    build_folder(graph_of("network: [conv 3x3 4]\n"), backend, tmp_path, target=CPU)
    told = json.loads((tmp_path / FACTS).read_text())["sha256"]
    assert told[MODEL] != sha256(read).hexdigest()


def test_equal_specs_and_seeds_give_equal_bytes(graph: Graph, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_folder(graph, backend, tmp_path / name, Filling(seed=9), CPU)
    for name in NAMES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_weights_of_a_file_are_kept_to_the_bit(graph: Graph, tmp_path: Path) -> None:
    build_folder(graph, backend, tmp_path / "one", Filling(seed=9), CPU)
    filling = Filling(tmp_path / "one" / WEIGHTS)
    build_folder(graph, backend, tmp_path / "two", filling, CPU)
    assert (tmp_path / "two" / WEIGHTS).read_bytes() == (tmp_path / "one" / WEIGHTS).read_bytes()
    assert json.loads((tmp_path / "two" / FACTS).read_text())["weights"] == {"file": WEIGHTS}


def test_heads_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    graph = graph_of(SEVERAL)
    built = build_folder(graph, backend, tmp_path, target=CPU)
    assert {name: each.shape for name, each in built.outputs.items()} == {
        "logits": (3,),
        "both": (6, 6, 4),
        "side": (5,),
    }


def test_an_older_model_is_replaced_as_a_whole(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / MODEL).write_text("an older model")
    (tmp_path / "notes.txt").write_text("mine")
    build_folder(graph, backend, tmp_path, target=CPU)
    assert listing(tmp_path) == sorted([*NAMES, "notes.txt"])
    assert "class Tiny" in (tmp_path / MODEL).read_text()


@pytest.mark.parametrize("below", [False, True])
def test_a_folder_that_cannot_be_is_refused(graph: Graph, tmp_path: Path, *, below: bool) -> None:
    (tmp_path / "taken").write_text("a file")
    folder = tmp_path / "taken" / "out" if below else tmp_path / "taken"
    with pytest.raises(SpecError, match="build/unwritable"):
        build_folder(graph, backend, folder, target=CPU)
    assert listing(tmp_path) == ["taken"]


def test_a_device_that_is_not_there_is_refused(graph: Graph, tmp_path: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    with pytest.raises(SpecError, match="backend/no-device"):
        build_folder(graph, backend, tmp_path / "out", target=Target("cuda"))
    assert not (tmp_path / "out").exists()


def test_broken_weights_leave_the_older_model_untouched(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / MODEL).write_text("an older model")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing")
    with pytest.raises(SpecError, match="weights/unreadable"):
        build_folder(graph, backend, tmp_path, Filling(broken), CPU)
    assert listing(tmp_path) == ["broken.safetensors", MODEL]
    assert (tmp_path / MODEL).read_text() == "an older model"


def test_a_model_that_fails_in_its_first_run_leaves_nothing(graph: Graph, tmp_path: Path) -> None:
    def write(_: Backend, graph: Graph) -> str:
        return backend.emit(graph).replace("return self.logits(x)", "raise RuntimeError('no')")

    def start() -> Runtime:
        return backend.runtime()

    failing = Backend("failing", "PyTorch", "torch", write, start, rules=backend.rules)
    with pytest.raises(SpecError, match=r"PyTorch could not run .*: RuntimeError: no"):
        build_folder(graph, failing, tmp_path / "deep" / "out", target=CPU)
    assert listing(tmp_path) == []


def test_an_interrupted_draft_leaves_no_file_and_no_folder_of_its_own(tmp_path: Path) -> None:
    def interrupted() -> None:
        with FolderDraft(tmp_path / "out") as draft:
            draft.write(MODEL, "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert listing(tmp_path) == []


KILLED = """
import os, sys
from pathlib import Path
from archspec.emission.building import FolderDraft
left, replace = int(sys.argv[2]), Path.replace
def counted(self, target):
    global left
    left -= 1
    {end}
    return replace(self, target)
Path.replace = counted
with FolderDraft(Path(sys.argv[1])) as draft:
    for name in sys.argv[3:]:
        draft.write(name, "new")
    draft.keep(tuple(sys.argv[3:]))
"""
ENDS = {
    "killed": "if left < 0: os._exit(9)",
    "interrupted": "if left == -1: raise KeyboardInterrupt",
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("renamed", range(6))
def test_a_build_that_ends_between_renames_leaves_no_mixture(
    how: str, renamed: int, tmp_path: Path
) -> None:
    names = (MODEL, WEIGHTS, FACTS)
    for name in names:
        (tmp_path / name).write_text("old")
    code = KILLED.format(end=ENDS[how])
    order = [sys.executable, "-c", code, str(tmp_path), str(renamed), *names]
    done = subprocess.run(order, check=False, cwd=ROOT, capture_output=True)
    assert done.returncode != 0
    found = {name: (tmp_path / name).read_text() for name in names if (tmp_path / name).exists()}
    assert set(found.values()) in (set(), {"old"}, {"new"})
    if how == "interrupted":
        assert (set(found), listing(tmp_path)) == (set(names), NAMES)


def test_an_example_is_the_same_for_the_same_seed(graph: Graph) -> None:
    np.testing.assert_array_equal(example(graph, 1)["input"], example(graph, 1)["input"])
    assert example(graph)["input"].shape == (1, 9, 9, 3)
