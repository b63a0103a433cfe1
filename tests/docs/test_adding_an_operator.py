"""The page on adding an operator does what it says, in a copy and in a package of one's own."""

from __future__ import annotations

import shlex
import tomllib
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.docs.packages import PROGRAM, install, run
from tests.docs.pages import DOCS, ROOT, Block, blocks
from tests.docs.session import agree, commands

PAGE = DOCS / "adding-an-operator.md"
BLOCKS = blocks(PAGE)
COPIED = ("archspec", "backends", "docs", "specs", "tests")
TESTS = (
    "tests/test_operators.py",
    "tests/test_operator_explanations.py",
    "tests/conformance/test_operators.py",
    "tests/interpreter/test_operators.py",
    "tests/interpreter/test_traits.py",
    "tests/test_documents.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take a copy of the repository and put the page's files and lines into it."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__"))
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    for block in BLOCKS:
        if block.title and not block.title.startswith("plugin/"):
            put(block, folder / block.title)
    return folder


def put(block: Block, file: Path) -> None:
    """Write a block as a file, or into one, before the first line that begins as its note says."""
    place = block.notes.get("before")
    if place is None:
        assert not file.exists()
        file.write_text(block.text, "utf-8")
        return
    lines = file.read_text("utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.lstrip().startswith(place))
    file.write_text("".join([*lines[:at], block.text, *lines[at:]]), "utf-8")


COMMANDS = [each for block in BLOCKS if block.language == "console" for each in commands(block)]


@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_prints_what_the_page_says(copy: Path, number: int) -> None:
    command = COMMANDS[number]
    arguments = shlex.split(command.line)[1:]
    found = run(copy, (copy, copy / "backends"), "-c", PROGRAM, *arguments)
    assert agree(command.expected, found), found


@pytest.mark.slow
def test_the_tests_agree_after_the_pages_have_been_made_anew(copy: Path) -> None:
    pytest_in_copy = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
    run(copy, (copy,), *pytest_in_copy, "--refresh-golden", "tests/test_documents.py")
    found = run(
        copy, (copy,), *pytest_in_copy, *TESTS, "-k", "filter_response_norm or every or fresh"
    )
    assert " passed" in found
    assert "failed" not in found, found


def test_a_package_of_its_own_brings_the_same_operator(tmp_path: Path) -> None:
    texts = {block.title: block.text for block in BLOCKS}
    module = texts["archspec/operators/filter_response_norm.py"] + "\n\n" + texts["plugin/rule.py"]
    (tmp_path / "my_operators.py").write_text(module, "utf-8")
    install(tomllib.loads(texts["plugin/pyproject.toml"])["project"], tmp_path)
    (tmp_path / "filtered.yaml").write_text(texts["filtered.yaml"], "utf-8")
    path = (tmp_path, ROOT, ROOT / "backends")
    for command in COMMANDS:
        found = run(tmp_path, path, "-c", PROGRAM, *shlex.split(command.line)[1:])
        assert agree(command.expected, found), found
    pytest.importorskip("torch", reason="torch is not installed")
    proof = run(tmp_path, path, "-c", PROGRAM, "verify", "filtered.yaml", "--backends", "torch")
    assert "4 of 4 values compared: they agree" in proof
