"""Checkpoints of PyTorch are read as tensors by name; nothing in them is executed."""

from __future__ import annotations

import os
import pickle
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed")

import torch

from archspec.diagnostic import SpecError
from archspec.weights.short_floats import stored_type
from archspec_torch.runtime import TorchRuntime
from tests.backends.saved import refusal

TENSORS = {"conv.weight": torch.arange(4.0), "conv.num_batches_tracked": torch.tensor(3)}


class Touching:
    """Makes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.file}",)


def saved(folder: Path, found: Any) -> Path:
    torch.save(found, folder / "file.pth")
    return folder / "file.pth"


def test_the_tensors_of_a_checkpoint_are_named_by_the_way_to_them(tmp_path: Path) -> None:
    moments = [{"state": {0: torch.zeros(1)}, "lr": 0.1}]
    whole = {"epoch": 3, "state_dict": TENSORS, "optimizer_states": moments}
    found = TorchRuntime().checkpoint(saved(tmp_path, whole))
    assert {name: array.tolist() for name, array in found.items()} == {
        "state_dict.conv.weight": [0, 1, 2, 3],
        "state_dict.conv.num_batches_tracked": 3,
        "optimizer_states.0.state.0": [0],
    }


def test_parameters_that_want_gradients_are_read_as_others(tmp_path: Path) -> None:
    file = saved(tmp_path, dict(torch.nn.Linear(2, 1, bias=False).named_parameters()))
    assert TorchRuntime().checkpoint(file)["weight"].shape == (1, 2)


def test_short_floats_are_read_as_long_ones(tmp_path: Path) -> None:
    file = saved(tmp_path, {"x": torch.tensor([1.0, -2.5], dtype=torch.bfloat16)})
    (array,) = TorchRuntime().checkpoint(file).values()
    assert array.tolist() == [1.0, -2.5]
    assert stored_type(array) == "bfloat16"


def save_as_before(found: Any, file: Path) -> None:
    torch.save(found, file, _use_new_zipfile_serialization=False)


def save_plain(found: Any, file: Path) -> None:
    file.write_bytes(pickle.dumps(found))


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (torch.save, "`posix.system`, which only running its code"),
        (save_as_before, "`posix.system`, which only running its code"),
        (save_plain, "more than tensors and plain data"),
    ],
)
def test_a_pickle_with_code_is_refused_and_not_executed(
    write: Any, told: str, tmp_path: Path
) -> None:
    write(Touching(tmp_path / "touched"), tmp_path / "evil.pth")
    assert told in refusal(TorchRuntime(), tmp_path / "evil.pth")
    assert not (tmp_path / "touched").exists()


def test_a_checkpoint_with_the_options_of_a_training_script_says_how_to_save_it_again(
    tmp_path: Path,
) -> None:
    file = saved(tmp_path, {"args": Namespace(lr=0.1), "model": TENSORS})
    with pytest.raises(SpecError) as caught:
        TorchRuntime().checkpoint(file)
    (told,) = caught.value.diagnostics
    assert "it holds `argparse.Namespace`, which only running its code" in told.message
    assert "torch.save(model.state_dict(), file)" in str(told.help)


def test_damaged_files_and_sparse_tensors_are_refused_with_the_reason(tmp_path: Path) -> None:
    content = saved(tmp_path, TENSORS).read_bytes()
    for part in (b"", b"garbage", content[: len(content) // 2]):
        (tmp_path / "part.pth").write_bytes(part)
        assert not refusal(TorchRuntime(), tmp_path / "part.pth").endswith(": ")
    sparse = torch.eye(2).to_sparse()
    assert "Sparse" in refusal(TorchRuntime(), saved(tmp_path, {"x": sparse}))


def test_containers_that_hold_others_over_and_over_are_refused(tmp_path: Path) -> None:
    nest: Any = []
    for _ in range(11):
        nest = [nest] * 9
    assert "more than 1,000,000 parts" in refusal(TorchRuntime(), saved(tmp_path, nest))
