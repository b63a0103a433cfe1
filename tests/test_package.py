"""The package as users get it: its public names, its wheel, its neighbour of the same name."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

import archspec
from archspec.commands.installation import foreign_installation

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel and list its files."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return set(ZipFile(path).namelist())


def test_every_public_name_is_there_and_listed() -> None:
    assert [name for name in archspec.__all__ if getattr(archspec, name, None) is None] == []
    assert dir(archspec) == sorted(archspec.__all__)


def test_type_checkers_are_told_the_same_public_names() -> None:
    stub = ast.parse((ROOT / "archspec/__init__.pyi").read_text("utf-8"))
    (names,) = [node.value for node in stub.body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(names) == archspec.__all__


def test_an_error_says_in_python_where_it_is_and_what_to_write(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text("archspec: 1\nname: net\ninput: 8x8x3\nnetwork: [dense 10]\n")
    with pytest.raises(archspec.SpecError) as caught:
        archspec.load(spec)
    assert str(caught.value) == (
        f"{spec}:4:11: error[fully_connected/x]: expects a vector, got a map of 8x8x3\n"
        "  help: put global_avg_pool or flatten before it"
    )


TEXT = "archspec: 1\nname: net\ninput: 8x8x3\nnetwork: [conv 3x3 4]\n"


def test_a_spec_is_loaded_from_a_text_in_python() -> None:
    assert archspec.count(archspec.load(text=TEXT)).parameters == 3 * 3 * 3 * 4 + 4


def test_a_text_in_the_place_of_a_name_is_told_how_to_be_passed() -> None:
    with pytest.raises(archspec.SpecError, match="pass it as text="):
        archspec.load(TEXT)
    with pytest.raises(TypeError, match="not both"):
        archspec.load("zoo:vgg_16", text=TEXT)


def test_params_and_inputs_are_set_in_python_as_on_the_command_line() -> None:
    given = archspec.TensorType((331, 331, 3))
    changes = archspec.Overrides(params={"classes": 10}, inputs={"": given})
    graph = archspec.load("zoo:inception_v4", changes)
    assert graph.inputs["input"].type == given
    assert graph.nodes["logits.fully_connected"].output.shape == (10,)


def test_the_shape_of_an_input_is_set_by_its_text_as_in_a_spec() -> None:
    graph = archspec.load("zoo:vgg_16", archspec.Overrides(inputs={"input": "256x224x3"}))
    assert graph.inputs["input"].type == archspec.TensorType((256, 224, 3))


@pytest.mark.parametrize(
    ("given", "fix"), [("wide", "height x width x channels"), ((40, 28, 3), "write 40x28x3")]
)
def test_what_is_no_shape_is_refused_in_python_too(given: Any, fix: str) -> None:
    with pytest.raises(archspec.SpecError, match="is not an input shape") as caught:
        archspec.load("zoo:vgg_16", archspec.Overrides(inputs={"": given}))
    assert fix in str(caught.value.diagnostics[0].help)


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'archspec' has no attribute 'lode'"):
        archspec.__getattribute__("lode")


def test_the_wheel_holds_the_zoo(wheel: set[str]) -> None:
    specs = {path.relative_to(ROOT / "specs") for path in (ROOT / "specs").rglob("*.yaml")}
    assert specs
    assert wheel >= {f"archspec/zoo/{path.as_posix()}" for path in specs}


def test_the_wheel_holds_the_recipes(wheel: set[str]) -> None:
    recipes = {path.name for path in (ROOT / "recipes").glob("*.yaml")}
    assert recipes
    assert wheel >= {f"archspec/recipes/{name}" for name in recipes}


def test_the_wheel_tells_type_checkers_that_its_packages_are_typed(wheel: set[str]) -> None:
    assert wheel >= {"archspec/py.typed", "archspec_torch/py.typed"}


def test_the_wheel_leaves_tests_and_documents_out(wheel: set[str]) -> None:
    tops = {name.partition("/")[0] for name in wheel if ".dist-info/" not in name}
    assert tops == {"archspec", "archspec_tensorflow", "archspec_torch"}


def pins(lock: str) -> dict[str, str]:
    """Read a lock file, which holds nothing but ``name==version``, a line each."""
    lines = (ROOT / "requirements" / lock).read_text("utf-8").splitlines()
    found = [re.fullmatch(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    assert None not in found, f"{lock} has lines that are no plain pins"
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


@pytest.mark.parametrize(
    ("locks", "extras"),
    [
        (["demo.lock"], ["torch"]),
        (["test.lock"], ["torch", "dev"]),
        (["test.lock", "tensorflow.lock"], ["tensorflow-cpu"]),
        (["published.lock"], ["torch", "onnx", "tensorflow-cpu"]),
    ],
)
def test_the_lock_files_pin_what_the_package_asks_for_within_its_ranges(
    locks: list[str], extras: list[str]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = [text for extra in extras for text in project["optional-dependencies"][extra]]
    wanted = [Requirement(text) for text in (*project["dependencies"], *optional)]
    pinned = {name: version for lock in locks for name, version in pins(lock).items()}
    assert [str(each) for each in wanted if pinned.get(each.name.lower()) is None] == []
    assert [str(each) for each in wanted if pinned[each.name.lower()] not in each.specifier] == []


def test_a_folder_of_our_own_is_no_foreign_installation(tmp_path: Path) -> None:
    assert foreign_installation(tmp_path) is None


def test_spacks_archspec_in_our_folder_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    line = foreign_installation(tmp_path)
    assert line is not None
    assert "Spack" in line
    assert str(tmp_path) in line
    assert "\n" not in line


def test_nobody_is_told_to_install_archspec_from_an_index_which_does_not_have_it() -> None:
    texts = [
        *(path for folder in ("archspec", "backends") for path in (ROOT / folder).rglob("*.py")),
        *(ROOT / "archspec" / "explanations").glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
    ]
    told = re.compile(r"pip install (?:'|\")?archspec")
    assert [path.name for path in texts if told.search(path.read_text("utf-8"))] == []
