"""Checkpoints of PyTorch are read as tensors by name; nothing in them is executed."""

from __future__ import annotations

import os
import pickle
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")

import torch
from torch.serialization import get_safe_globals

from archspec.diagnostic import SpecError
from archspec.weights.short_floats import stored_type
from archspec_torch.checkpoint import BYSTANDERS
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


@pytest.mark.parametrize("write", [torch.save, save_as_before])
def test_what_training_scripts_keep_beside_the_tensors_is_passed_over(
    write: Any, tmp_path: Path
) -> None:
    options = Namespace(lr=0.1, output_dir=tmp_path, best=np.float64(0.5))
    scores = {"top1": np.float32(78.5), "epoch": np.int64(3), "folder": tmp_path}
    write({"args": options, "model": TENSORS, "scores": scores}, tmp_path / "file.pth")
    found = TorchRuntime().checkpoint(tmp_path / "file.pth")
    assert set(found) == {"model.conv.weight", "model.conv.num_batches_tracked"}
    assert found["model.conv.weight"].tolist() == [0, 1, 2, 3]


def test_what_is_passed_over_is_never_made_and_is_so_while_reading_alone(tmp_path: Path) -> None:
    TorchRuntime().checkpoint(saved(tmp_path, TENSORS))
    assert not {Namespace, np.dtype} & {*BYSTANDERS, *get_safe_globals()}
    assert not set(BYSTANDERS) & set(get_safe_globals())


class Options(Namespace):
    """The options of a script that has a class of its own for them."""


class Compiling:
    """Compiles an expression when it is unpickled."""

    def __reduce__(self) -> Any:
        return compile, ("1 / 0", "", "eval")


class Constructing:
    """Gives code to a class that is passed over."""

    def __reduce__(self) -> Any:
        return Namespace, (Compiling(),)


@pytest.mark.parametrize(
    ("stranger", "name"),
    [
        (Options(lr=0.1), f"{__name__}.Options"),
        (Compiling(), "builtins.compile"),
        (Namespace(inner=Compiling()), "builtins.compile"),
        (Constructing(), "builtins.compile"),
        (np.zeros(2), "numpy.ndarray"),
    ],
)
def test_everything_else_is_refused_by_name_and_says_how_to_save_it_again(
    stranger: Any, name: str, tmp_path: Path
) -> None:
    file = saved(tmp_path, {"args": stranger, "model": TENSORS})
    with pytest.raises(SpecError) as caught:
        TorchRuntime().checkpoint(file)
    (told,) = caught.value.diagnostics
    assert f"`{name}`, which only running its code" in told.message
    assert "`argparse.Namespace`" not in told.message
    assert "torch.save(model.state_dict(), file)" in str(told.help)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"hello world", "it begins as no checkpoint does"),
        (b"a model", "it begins as no checkpoint does"),
        (b"<html>Not found</html>", "it begins as no checkpoint does"),
        (b"\x80\x02a", "it holds more than tensors and plain data, or is damaged"),
        (b"\x80\x02", "it holds more than tensors and plain data, or is damaged"),
    ],
)
def test_what_is_no_checkpoint_is_refused_in_a_sentence(
    content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "some.pth").write_bytes(content)
    assert f"as a PyTorch checkpoint: {reason}" in refusal(TorchRuntime(), tmp_path / "some.pth")


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
