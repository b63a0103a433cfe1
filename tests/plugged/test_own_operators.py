"""Operators of another package are known everywhere by what they say of themselves."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from archspec.interpreter.rule import rules
from archspec.operator import operators
from tests.docs.packages import PROGRAM, install, run

ROOT = Path(__file__).parents[2]
OPERATORS = {"project": "Project", "largest": "Largest", "drop_branch": "DropBranch"}
SPEC = """\
archspec: 1
name: net
input: 8x8x4
params: {k: 8}
parts:
  unit:
    options: [n]
    steps: [project 2*n, relu]
network:
  - unit k
  - largest: {a: conv 3x3 16, b: [drop_branch 0.2, max_pool 3x3]}
  - project 6
"""
EDITS = {
    "swapped": (
        "a: conv 3x3 16, b: [drop_branch 0.2, max_pool 3x3]",
        "b: [drop_branch 0.2, max_pool 3x3], a: conv 3x3 16",
    ),
    "wider": ("project 6", "project 10"),
    "rarer": ("drop_branch 0.2", "drop_branch 0.1"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install a package with three operators, and write a spec that uses them and its edits."""
    found = tmp_path_factory.mktemp("plugged")
    copy(Path(__file__).parent / "own_operators.py", found)
    entries = {word: f"own_operators:{name}" for word, name in OPERATORS.items()}
    install({"name": "own-operators", "entry-points": {"archspec.operators": entries}}, found)
    (found / "net.yaml").write_text(SPEC, "utf-8")
    for name, (old, new) in EDITS.items():
        assert old in SPEC
        (found / f"{name}.yaml").write_text(SPEC.replace(old, new), "utf-8")
    return found


def tell(folder: Path, *arguments: str) -> str:
    """Run a command that finds the package; return what it prints."""
    return run(folder, (folder, ROOT, ROOT / "backends"), "-c", PROGRAM, *arguments)


def test_they_are_counted_by_their_own_rules(folder: Path) -> None:
    """4 * 16, 3 * 3 * 16 * 16 + 16, 16 * 6 parameters; each but the bias works at 8 * 8 cells."""
    told = tell(folder, "count", "net.yaml")
    assert f"parameters                {64 + 2320 + 96:,}" in told
    assert f"MACs                    {64 * (64 + 2304 + 96):,}" in told


def test_a_view_takes_no_memory(folder: Path) -> None:
    """Input, what both branches read, one branch, and the pool: 8 * 8 * 4 * (4 + 3 * 16) bytes."""
    told = tell(folder, "count", "net.yaml", "--format", "json")
    assert f'"bytes": {8 * 8 * 4 * (4 + 3 * 16)}' in told


def test_boxes_say_what_they_are_called_and_are_drawn_as_what_they_are(folder: Path) -> None:
    told = tell(
        folder,
        "draw",
        "net.yaml",
        "-o",
        "-",
        "--format",
        "dot",
        "--depth",
        "operators",
        "--style",
        "color",
    )
    boxes = {
        line.partition("label=")[2].partition('"')[2].partition('"')[0]: line
        for line in told.splitlines()
        if "label=" in line
    }
    assert {"Projection (to 16)", "Projection (to 6)", "Largest", "Drop branch (0.2)"} <= set(boxes)
    assert "#E7E7E7" in boxes["Largest"]


def test_the_inputs_of_what_commutes_may_change_places(folder: Path) -> None:
    told = tell(folder, "diff", "net.yaml", "swapped.yaml")
    assert "net.yaml -> swapped.yaml: cosmetic" in told
    assert "inference computes what it did" not in told


def test_a_change_of_its_channels_is_told_by_its_attribute(folder: Path) -> None:
    told = tell(folder, "diff", "net.yaml", "wider.yaml")
    assert "~ project width: 6 -> 10" in told
    assert "1 node: +64 parameters, +4,096 MACs" in told


def test_what_only_trains_leaves_inference_as_it_was(folder: Path) -> None:
    told = tell(folder, "diff", "net.yaml", "rarer.yaml")
    assert "net.yaml -> rarer.yaml: numerics" in told
    assert "inference computes what it did; training has changed" in told


def test_a_misfit_is_traced_to_the_attribute_that_set_the_channels(folder: Path) -> None:
    (folder / "misfit.yaml").write_text(
        "archspec: 1\nname: net\ninput: 8x8x4\nnetwork:\n"
        "  - project 16 as wide\n  - largest: [relu, project 8]\n",
        "utf-8",
    )
    told = tell(folder, "check", "misfit.yaml")
    assert "error[largest/channels]" in told
    assert "5 |   - project 16 as wide" in told


def test_an_option_stays_an_argument_of_the_emitted_source(folder: Path) -> None:
    told = tell(folder, "emit", "net.yaml", "--backend", "torch")
    assert "project=nn.Conv2d(4, 2 * n, 1, bias=False),  # 8x8x(2 * n)" in told
    assert "relu=nn.ReLU(inplace=True)," in told
    assert "self.largest = Largest(" in told
    assert "class Largest(Chain):" in told


def test_the_emitted_source_computes_what_the_interpreter_does(folder: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    assert "they agree" in tell(folder, "verify", "net.yaml", "--backends", "torch")


def test_none_of_this_is_known_without_the_package() -> None:
    assert not OPERATORS.keys() & operators().keys()
    assert not set(OPERATORS.values()) & {each.__name__ for each in rules()}


def test_a_package_that_cannot_be_loaded_is_told_where_its_word_is_used(tmp_path: Path) -> None:
    lines = (
        "from __future__ import annotations",
        "from archspec.attributes import Number",
        "from archspec.operator import Operator",
        "class Shift(Operator, name='shift', main='by'):",
        "    by: Number",
    )
    (tmp_path / "late.py").write_text("\n".join(lines), "utf-8")
    entries = {"archspec.operators": {"shift": "late:Shift"}}
    install({"name": "late", "entry-points": entries}, tmp_path)
    spec = "archspec: 1\nname: net\ninput: 8x8x4\nnetwork: [shift 2]\n"
    (tmp_path / "net.yaml").write_text(spec, "utf-8")
    told = tell(tmp_path, "check", "net.yaml")
    assert "error[word/unknown]" in told
    assert (
        "late:Shift provides `shift` and cannot be loaded: TypeError: 'Number' is no kind" in told
    )
    assert "leave out `from __future__ import annotations`" in told
    assert "Traceback" not in told
