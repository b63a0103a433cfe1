"""A backend in a process of its own gives the values that it gives here, and tells what failed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")

from archspec.backend import Backend
from archspec.diagnostic import SpecError
from archspec.verification import isolation, side
from archspec.verification.party import Emitted
from archspec.verification.verdict import Demand, verify
from archspec_torch import backend as torch_backend
from tests.conformance.specs import SEVERAL, graph_of
from tests.docs.packages import install
from tests.verify.crooked import trial


def test_values_and_outputs_are_the_same_bits_as_in_this_process() -> None:
    given = trial(graph_of(SEVERAL))
    here, there = side.run(torch_backend, given), isolation.run(torch_backend, given)
    assert here.version == there.version
    assert here.values.keys() == there.values.keys()
    assert all((here.values[path] == there.values[path]).all() for path in here.values)
    assert len(here.outputs) == 3
    assert all(map(np.array_equal, here.outputs, there.outputs))


def stranger(folder: Path, body: str) -> Backend:
    """Install a backend that writes as PyTorch's does and runs as ``body`` says."""
    module = f"import dataclasses\nfrom archspec_torch import backend as torch\n\n{body}\n"
    (folder / "strange.py").write_text(
        f"{module}\nbackend = dataclasses.replace(torch, name='strange', start=start)\n"
    )
    points = {"archspec.backends": {"strange": "strange:backend"}}
    install({"name": "strange", "entry-points": points}, folder)
    return Backend("strange", "Strange", "strange", torch_backend.write, torch_backend.start, {},
                   torch_backend.rules)  # fmt: skip


def refusal(backend: Backend) -> str:
    with pytest.raises(SpecError) as caught:
        isolation.run(backend, trial(graph_of(SEVERAL)))
    (diagnostic,) = caught.value.diagnostics
    return f"{diagnostic.code}: {diagnostic.message}"


def test_a_process_that_dies_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    body = "def start():\n    raise SystemExit('out of luck')"
    message = refusal(stranger(tmp_path, body))
    assert message == (
        "backend/process: the process that ran Strange ended with status 1: out of luck"
    )


def test_float32_is_whole_on_gpus_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE", raising=False)
    body = "import os\n\n\ndef start():\n    raise ImportError(os.environ['NVIDIA_TF32_OVERRIDE'])"
    assert refusal(stranger(tmp_path, body)).endswith("needs PyTorch: 0")


def test_a_missing_framework_is_told_from_there_as_it_is_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    message = refusal(stranger(tmp_path, "def start():\n    import nowhere_to_be_found"))
    assert message.startswith("backend/no-framework: running a model with strange needs PyTorch")


def test_a_backend_that_nobody_asked_for_is_left_out_where_its_framework_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    strange = stranger(tmp_path, "def start():\n    import nowhere_to_be_found")
    parties = [Emitted(each, isolate=True) for each in (torch_backend, strange, torch_backend)]
    given = trial(graph_of(SEVERAL))
    found = verify(given, Demand(parties, chosen=False))
    assert found.agree
    assert [each.code for each in found.left_out] == ["backend/no-framework"]
    with pytest.raises(SpecError):
        verify(given, Demand(parties))
