"""``archspec diff`` holds files that are deployed to their specs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("onnxscript")

import archspec
from tests.commands.running import run, run_json
from tests.importing import graphs
from tests.importing.trips import onnx_file

TRUNK = """\
archspec: 1
name: small
input: 20x20x3
defaults:
  conv: {norm: batch_norm, activation: relu}
blocks:
  block: [{residual: [conv 3x3 4, conv 1x1 4 linear]}]
network:
  - conv 3x3 4 /2
  - 2 x block
  - max_pool 3x3 /2 V as reduction
"""
REST = "  - conv 3x3 6\n  - global_avg_pool\n  - dropout 0.2\n  - dense 5 as logits\n"
SIDE = ("conv 1x1 3", "global_avg_pool", "dense 5 as logits")
HEAD = f"auxiliary:\n  side:\n    from: reduction\n    steps: [{', '.join(SIDE)}]\n"
FOLDED = "batch norms folded"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the whole network, and what it is up to its auxiliary head."""
    found = tmp_path_factory.mktemp("deployed")
    (found / "spec.yaml").write_text(TRUNK + REST + HEAD)
    cut = TRUNK + "".join(f"  - {each}\n" for each in SIDE)
    for name, text in (("whole", TRUNK + REST), ("cut", cut)):
        onnx_file(archspec.load(text=text), found / f"{name}.onnx")
    return found


def line(spec: Path, file: Path, *options: str) -> str:
    return run("diff", spec, file, "--format", "line", *options).stdout.strip()


def test_a_whole_export_is_as_the_spec(folder: Path) -> None:
    done = run("diff", folder / "spec.yaml", folder / "whole.onnx", "--exit-code")
    assert done.stdout.splitlines()[0] == f"as the spec, {FOLDED}"
    assert done.exit_code == 0


def test_an_export_that_ends_at_the_head_says_so_and_differs(folder: Path) -> None:
    said = f"{FOLDED}, cut at the auxiliary head side: "
    sides = folder / "spec.yaml", folder / "cut.onnx"
    assert line(*sides).startswith(said)
    assert run("diff", *sides, "--exit-code").exit_code == 1
    told = run_json("diff", *sides)
    assert told["deployed"] == {"conforms": False, "norms": FOLDED}
    assert told["headline"].startswith(said)
    assert run("diff", *sides, "--format", "markdown").stdout.startswith(f"### {said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("dense 5", "dense 8", "5 classes instead of 8"),
        ("2 x", "3 x", "2 x block instead of 3 x"),
        ("20x20x3", "24x24x3", "input 24x24x3→20x20x3"),
    ],
)
def test_a_spec_that_says_otherwise_is_told_from_the_file(
    old: str, new: str, said: str, folder: Path, tmp_path: Path
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text((TRUNK + REST).replace(old, new))
    assert line(spec, folder / "whole.onnx").startswith(f"{FOLDED}, {said}: ")


def test_either_side_may_be_the_file(folder: Path) -> None:
    assert line(folder / "whole.onnx", folder / "spec.yaml") == f"as the spec, {FOLDED}"
    assert line(folder / "whole.onnx", folder / "whole.onnx") == "as the other file"


def damaged(file: Path) -> None:
    file.write_bytes(b"\x00\xff" * 50)


def cyclic(file: Path) -> None:
    model = graphs.chain(3)
    model.graph.node[0].input[0] = model.graph.node[2].output[0]
    graphs.write(file, model)


def missing(file: Path) -> None:
    assert not file.exists()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (damaged, "it is no ONNX file, or a damaged one"),
        (cyclic, "which nothing before it gives"),
        (missing, "bad.onnx does not exist"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_import_refuses_it(
    make: Callable[[Path], None], said: str, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bad.onnx"
    make(file)
    done = run("diff", folder / "spec.yaml", file)
    assert done.exit_code == run("import", file, "-o", tmp_path / "made").exit_code != 0
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_a_model_that_is_missing_or_a_folder_is_no_difference_but_trouble(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder.onnx").mkdir()
    for name, said in (("nosuch.onnx", "does not exist"), ("folder.onnx", "is a folder")):
        for status in ((), ("--exit-code",)):
            done = run("diff", folder / "spec.yaml", tmp_path / name, *status)
            assert done.exit_code == 2
            assert said in done.stderr


def test_a_model_of_an_older_commit_is_asked_for_as_a_file() -> None:
    done = run("diff", "HEAD:net.onnx", "net.onnx")
    assert done.exit_code == 2
    assert "`git show HEAD:net.onnx > before.onnx`" in done.stderr
