"""``archspec emit`` and ``archspec backends``; what is emitted has tests of its own."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.commands.running import ROOT, run, run_json

SPEC = ROOT / "specs/inception_v3.yaml"


def test_the_source_of_a_model_is_printed() -> None:
    result = run("emit", SPEC, "--backend", "torch")
    assert result.exit_code == 0
    classes = [
        node.name for node in ast.parse(result.stdout).body if isinstance(node, ast.ClassDef)
    ]
    assert "InceptionV3" in classes


def test_auxiliary_heads_are_kept_on_demand() -> None:
    without, with_heads = (
        run("emit", SPEC, "--backend", "torch", *more).stdout for more in ((), ("--auxiliary",))
    )
    assert "auxiliary_logits" not in without
    assert "auxiliary_logits" in with_heads


def test_the_source_is_written_to_a_file_on_demand(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    result = run("emit", SPEC, "--backend", "torch", "-o", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text() == run("emit", SPEC, "--backend", "torch").stdout
    assert [each.name for each in tmp_path.iterdir()] == ["model.py"]


def test_a_backend_that_is_not_there_is_a_wrong_command() -> None:
    result = run("emit", SPEC, "--backend", "torc")
    assert result.exit_code == 2
    assert "no backend is called `torc`; installed: " in result.stderr


def test_a_backend_has_to_be_named() -> None:
    assert run("emit", SPEC).exit_code == 2


def test_the_backends_are_listed_with_what_they_refuse() -> None:
    found = {each["name"]: each for each in run_json("backends")["backends"]}
    assert found["torch"]["framework"] == "PyTorch"
    assert found["torch"]["refused"] == {}
    assert "torch: PyTorch, writes " in run("backends").stdout


def test_what_a_backend_writes_in_part_is_listed_with_what_it_leaves_out() -> None:
    found = {each["name"]: each for each in run_json("backends")["backends"]}
    assert set(found["tensorflow"]["limited"]) == {"conv2d", "conv_transpose2d"}
    assert "  conv2d, in part: No stride with a dilation" in run("backends").stdout
    table = run("backends", "--format", "markdown").stdout
    assert "| operator | TensorFlow | PyTorch |" in table
    assert "| `conv2d` | in part: No stride with a dilation" in table
