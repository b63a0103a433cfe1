"""``archspec import``, from the command line to the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import archspec
from tests.commands.running import ROOT, run

pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_it_writes_a_spec_its_weights_and_the_proof(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    source = ("tests.importing.models:residual", "--arg", "width=6", "--input", "8x8x3")
    done = run("import", *source, "-o", str(folder), "--format", "json")
    told = json.loads(done.output)
    assert sorted(each.name for each in folder.iterdir()) == [
        *("import.json", "residual.yaml", "weights.safetensors"),
    ]
    assert told["difference"] < 1e-6
    assert told == {
        "ok": True,
        "files": told["files"],
        **json.loads((folder / "import.json").read_text()),
    }
    graph = archspec.load(folder / "residual.yaml")
    assert archspec.build(graph, "torch", folder / "weights.safetensors")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "tests.importing.models:Wordless",
            "aten.pad.default in inner.1 (CircularPad2d)",
        ),
        ("tests.importing.models:leaves", "this module is for a machine with a GPU"),
        ("tests.importing.models:missing", "no attribute 'missing'"),
        ("no_module_of_this_name:net", "No module named"),
        ("nothing", "there is no such file, nor is it module:function"),
    ],
)
def test_what_cannot_be_imported_leaves_nothing_behind(
    source: str, said: str, tmp_path: Path
) -> None:
    done = run("import", source, "--input", "8x8x3", "-o", str(tmp_path / "made"))
    assert done.exit_code in (1, 2)
    assert said in done.output
    assert not (tmp_path / "made").exists()
