"""``archspec import``, from the command line to the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import archspec
from tests.commands.running import ROOT, run, run_json
from tests.importing import graphs

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


def test_a_sweep_over_live_models_counts_the_lines_that_the_command_writes(tmp_path: Path) -> None:
    from tests.importing.models import residual
    from tests.published.imports.results import spec_fields

    swept = spec_fields(archspec.import_model(residual().eval(), (8, 8, 3), name="residual"))
    source = ("tests.importing.models:residual", "--input", "8x8x3", "-o", tmp_path)
    told = run_json("import", *source)
    written = (tmp_path / "residual.yaml").read_text("utf-8")
    assert swept["lines"] == told["lines"] == written.count("\n")


def test_a_file_takes_no_arguments(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.residuals())
    done = run("import", str(file), "--arg", "width=4", "-o", str(tmp_path / "made"))
    assert done.exit_code != 0
    assert "a file takes no arguments, which a function does" in done.output


def test_a_file_of_another_format_is_refused_with_the_way_to_load_it(tmp_path: Path) -> None:
    file = tmp_path / "classifier.h5"
    file.touch()
    done = run("import", file, "-o", tmp_path / "made")
    assert done.exit_code != 0
    assert f"{file}: its format is not read" in done.output
    assert "with a function that loads it and returns the torch.nn.Module or" in done.output


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


def test_what_is_missing_is_a_table_that_counts_and_nothing_is_written(tmp_path: Path) -> None:
    file, made = graphs.write(tmp_path / "net.onnx", without_words()), tmp_path / "made"
    done = run("import", file, "--list-missing", "-o", made)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0][:2] == ["operator", "times"]
    assert [row[:3] for row in rows[1:3]] == [["Erf", "2", "Erf_1"], ["CumSum", "1", "CumSum_5"]]
    assert done.exit_code == 1
    assert not made.exists()
    told = run_json("import", file, "--list-missing")
    assert told["ok"] is False
    assert [each["times"] for each in told["missing"]] == [2, 1]


def test_a_list_of_what_is_missing_says_that_what_follows_was_not_looked_at(tmp_path: Path) -> None:
    drawn = graphs.Drawn()
    summed = drawn.node("CumSum", "x", drawn.constant([1]))
    model = drawn.model(drawn.conv(drawn.node("Erf", summed), 3, 4))
    file = graphs.write(tmp_path / "net.onnx", model)
    said = "what is computed from their results was not looked at"
    assert said in run("import", file, "--list-missing").stdout
    told = run_json("import", file, "--list-missing")
    assert [each["operator"] for each in told["missing"]] == ["CumSum"]
    assert said in told["note"]


def without_words() -> Any:
    """Draw two error functions and a running sum, around a convolution."""
    drawn = graphs.Drawn()
    whole = drawn.conv("x", 3, 4)
    values = [drawn.conv(drawn.node("Erf", "x"), 3, 4) for _ in range(2)]
    left = drawn.node("CumSum", "x", drawn.constant([1]))
    return drawn.model(whole, *values, left)


def test_nothing_is_missing_where_every_operator_has_a_word(tmp_path: Path) -> None:
    file = graphs.write(tmp_path / "net.onnx", graphs.residuals())
    done = run("import", file, "--list-missing")
    assert done.exit_code == 0
    assert done.stdout.strip().endswith("every operator has a word")


def test_a_flat_spec_has_a_step_for_every_operator_and_no_module(tmp_path: Path) -> None:
    file, made = graphs.write(tmp_path / "net.onnx", graphs.residuals()), tmp_path / "made"
    told = json.loads(run("import", file, "--flat", "-o", made, "--format", "json").stdout)
    graph = archspec.load(made / "net.yaml")
    assert told["difference"] < 1e-5
    assert list(graph.scopes) == [""]
    folded = archspec.load(text=imported_text(file, tmp_path / "folded"))
    assert archspec.count(graph) == archspec.count(folded)


def imported_text(file: Path, folder: Path) -> str:
    run("import", file, "-o", folder, "--no-verify")
    return (folder / "net.yaml").read_text()
