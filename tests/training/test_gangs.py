"""What is left, and what is said, when one of several processes that train together fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from archspec import api
from archspec.weights.file import save
from archspec.weights.initial import draw
from tests.training.test_processes import PLAIN, TORCHRUN, furthest, start

pytest.importorskip("torch")
GONE = "waits for another that is gone"


@pytest.fixture(scope="module")
def gangs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gangs")
    graph = api.load(text=PLAIN)
    (folder / "model.py").write_text(api.emit(graph, "torch"))
    save(folder / "weights.safetensors", draw(graph), graph)
    start(sys.executable, "tests/training/gangs.py", folder)
    return folder


def statuses(gangs: Path, name: str) -> list[list[int]]:
    """Tell how the processes of a gang ended, each time."""
    return [json.loads(line) for line in (gangs / f"{name}.json").read_text().splitlines()]


def said(gangs: Path, name: str, rank: int) -> str:
    return (gangs / f"{name}.{rank}.txt").read_text()


@pytest.mark.parametrize(
    ("name", "ended", "others"),
    [
        ("fewer", [1, -9, 1], (0, 2)),
        ("killed", [-9, 1], (1,)),
        ("terminated", [143, 1], (1,)),
        ("raised", [1, 1], (0,)),
        ("full", [1, 1], (1,)),
    ],
)
def test_the_others_end_with_a_sentence_when_one_process_fails(
    gangs: Path, name: str, ended: list[int], others: tuple[int, ...]
) -> None:
    assert statuses(gangs, name)[0] == ended
    for rank in others:
        assert f"process {rank} of {len(ended)} {GONE}" in said(gangs, name, rank)
        assert "Traceback" not in said(gangs, name, rank)


def test_fewer_processes_go_on_to_the_weights_of_one(gangs: Path) -> None:
    assert statuses(gangs, "fewer")[1] == [0, 0]
    assert furthest(gangs / "one", gangs / "fewer") < 1e-4


@pytest.mark.parametrize(("name", "whole"), [("interrupted", "one"), ("full", "whole")])
def test_what_was_stopped_goes_on_to_the_bytes_of_what_never_was(
    gangs: Path, name: str, whole: str
) -> None:
    assert statuses(gangs, name)[1] in ([0], [0, 0])
    for file in ("weights.safetensors", "log.jsonl"):
        assert (gangs / name / file).read_bytes() == (gangs / whole / file).read_bytes()


@pytest.mark.slow  # torchrun takes half a minute to start everything anew, twice
def test_killed_processes_that_torchrun_starts_again_go_on_to_the_same_bytes(gangs: Path) -> None:
    start(*TORCHRUN, "2", "--max-restarts", "3", "tests/training/elastic.py", gangs)
    for ways in ("", "_shards"):
        for file in ("weights.safetensors", "log.jsonl"):
            whole, killed = (gangs / f"{run}{ways}" / file for run in ("whole", "elastic"))
            assert whole.read_bytes() == killed.read_bytes()


def test_a_full_disk_leaves_the_last_checkpoint_and_a_sentence(gangs: Path) -> None:
    told = said(gangs, "full", 0)
    assert "the checkpoint of step 6 cannot be written" in told
    assert "File too large" in told
    assert "the one of step 4 is whole" in told
    assert "Traceback" not in told


def test_an_interrupt_tells_where_the_training_goes_on(gangs: Path) -> None:
    assert statuses(gangs, "interrupted")[0] == [130]
    assert "stopped after step 4; --resume goes on after step 4" in said(gangs, "interrupted", 0)
    assert "process 0 of 2 stopped after step 4" in said(gangs, "terminated", 0)
    assert "Traceback" not in said(gangs, "interrupted", 0)


@pytest.mark.parametrize(
    ("name", "module"), [("overflown", "logits"), ("overflown_shards", "last")]
)
def test_a_loss_that_is_not_finite_in_one_process_ends_all(
    gangs: Path, name: str, module: str
) -> None:
    assert statuses(gangs, name) == [[1, 1]]
    assert f"step 5 is nan: the output of {module} is the first" in said(gangs, name, 1)
    assert "step 5 is not finite in another process" in said(gangs, name, 0)
    assert "Traceback" not in said(gangs, name, 0) + said(gangs, name, 1)


def test_a_batch_that_processes_cannot_share_is_refused(gangs: Path) -> None:
    assert statuses(gangs, "odd") == [[1, 1]]
    assert "a batch of 25 does not go into 1 parts on 2 processes" in said(gangs, "odd", 0)
