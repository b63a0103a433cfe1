"""The page on the house shows the floors and the folders that are there."""

from __future__ import annotations

import tomllib

from tests.docs.pages import DOCS, ROOT, table, words

PAGE = DOCS / "architecture.md"


def floors() -> list[set[str]]:
    """Read the floors of the contract, the lowest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    return [set(each.replace("(", "").replace(")", "").split(" | ")) for each in reversed(layers)]


def test_the_table_of_floors_is_the_contract() -> None:
    rows = table(PAGE, "## Floors")
    there = {path.stem for path in (ROOT / "archspec").iterdir()}
    listed = {int(row[0]): set(words(row[1])) & there for row in rows}
    held = {number: floor & there for number, floor in enumerate(floors(), 1)}
    assert listed == held


def test_files_and_folders_that_the_page_names_are_there() -> None:
    package = ROOT / "archspec"
    found = {file.name for file in package.rglob("*.py")}
    found |= {f"{folder.name}/" for folder in package.rglob("*") if folder.is_dir()}
    found |= {"rules.py", "specs/", "backends/", "archspec/", "website/"}
    text = PAGE.read_text("utf-8")
    named = {word for word in words(text) if word.endswith((".py", "/")) and " " not in word}
    paths = {word for word in named if "/" in word.rstrip("/")}
    assert sorted(named - paths - found) == []
    assert [word for word in paths if not exists(word)] == []


def exists(word: str) -> bool:
    return any((folder / word).exists() for folder in (ROOT, ROOT / "archspec"))
