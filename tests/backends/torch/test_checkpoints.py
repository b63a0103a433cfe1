"""Checkpoints of PyTorch are read as tensors by name; nothing in them is executed."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed")

import torch

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


@pytest.mark.parametrize("wrap", [dict, lambda found: {"epoch": 3, "state_dict": found}])
def test_a_state_dict_is_read_alone_or_beside_other_things(wrap: Any, tmp_path: Path) -> None:
    found = TorchRuntime().checkpoint(saved(tmp_path, wrap(TENSORS)))
    assert {name: array.tolist() for name, array in found.items()} == {
        "conv.weight": [0, 1, 2, 3],
        "conv.num_batches_tracked": 3,
    }


def test_short_floats_are_read_as_long_ones(tmp_path: Path) -> None:
    file = saved(tmp_path, {"x": torch.tensor([1.0, -2.5], dtype=torch.bfloat16)})
    assert TorchRuntime().checkpoint(file)["x"].tolist() == [1.0, -2.5]


@pytest.mark.parametrize("write", [torch.save, lambda it, file: file.write_bytes(pickle.dumps(it))])
def test_a_pickle_with_code_is_refused_and_not_executed(write: Any, tmp_path: Path) -> None:
    write(Touching(tmp_path / "touched"), tmp_path / "evil.pth")
    assert "more than tensors and plain data" in refusal(TorchRuntime(), tmp_path / "evil.pth")
    assert not (tmp_path / "touched").exists()


def test_damaged_files_and_sparse_tensors_are_refused_with_the_reason(tmp_path: Path) -> None:
    content = saved(tmp_path, TENSORS).read_bytes()
    for part in (b"", b"garbage", content[: len(content) // 2]):
        (tmp_path / "part.pth").write_bytes(part)
        assert not refusal(TorchRuntime(), tmp_path / "part.pth").endswith(": ")
    sparse = torch.eye(2).to_sparse()
    assert "Sparse" in refusal(TorchRuntime(), saved(tmp_path, {"x": sparse}))
