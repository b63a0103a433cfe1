"""Norms and functions of PyTorch become words, from a module and from its ONNX file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")

from archspec.importing.importing import ImportedSpec, import_source, spec_of  # noqa: E402
from archspec.importing.onnx.file import OnnxFile  # noqa: E402
from archspec.importing.order import Order  # noqa: E402
from archspec_torch.importing.exported import network  # noqa: E402
from tests.importing.test_torch import assert_same, shaken  # noqa: E402
from tests.importing.words import MODULES  # noqa: E402

WORDS = {
    "last": ["global_response_norm", "global_response_norm", "rms_norm", "rms_norm"],
    "context": ["conv2d", "global_attention_pool", "fully_connected", "sigmoid", "multiply"],
    "written_out": ["mish", "hard_tanh", "softsign"],
    "norms": [
        *("group_norm", "group_norm", "instance_norm", "instance_norm"),
        *("local_response_norm", "local_response_norm"),
    ],
    "functions": ["prelu", "prelu", "mish", "softplus", "softsign", "hard_tanh"],
}
SIZE = (5, 4, 6)


def made(name: str) -> Any:
    return shaken(MODULES[name]())


def words(found: ImportedSpec) -> list[str]:
    return [node.op.word for node in found.graph.nodes.values()]


@pytest.mark.parametrize("name", WORDS)
def test_a_module_becomes_words_that_compute_the_same(name: str) -> None:
    model = made(name)
    found = spec_of(network(model, {"": SIZE}, name), Order("tests", {}, {}, verify=False))
    assert words(found) == WORDS[name]
    assert_same(model, found, SIZE)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("name", WORDS)
def test_its_file_becomes_the_same_words(name: str, tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    given = torch.zeros(1, SIZE[2], *SIZE[:2])
    torch.onnx.export(made(name), (given,), file, dynamo=True, verbose=False)
    found = import_source(Order(str(file), {}, {}), OnnxFile(file), lambda _: None)
    assert words(found) == WORDS[name]
    assert found.difference is not None
    assert found.difference < 1e-5
