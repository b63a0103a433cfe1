"""Every example in the documents is true: specs are checked, commands and sessions are run."""

from __future__ import annotations

from pathlib import Path
from shutil import copy
from textwrap import indent
from typing import NamedTuple

import pytest
import yaml

from archspec import api
from tests.docs.pages import DOCS, ROOT, Block, blocks
from tests.docs.session import Command, agree, commands, prepare, printed, python_session
from tests.golden_files import Golden

GENERATED = ("backends.md", "operators.md", "recipe-words.md", "diagnostics.md")
ELSEWHERE = ("adding-an-operator.md", "adding-a-backend.md")
"""Their files are put together and run by tests of their own."""
PAGES = sorted(
    page
    for page in (ROOT / "README.md", *DOCS.glob("*.md"))
    if page.name not in GENERATED + ELSEWHERE
)
SECTIONS = ("stems", "blocks", "reductions", "parts")


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_the_commands_of_a_page_print_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    found = blocks(page)
    differences = [each for block in found for each in follow(block)]
    if golden.refresh:
        refresh(page, differences)
    assert "\n\n".join(map(str, differences)) == ""
    for block in found:
        if "draws" in block.notes:
            assert_figure(block, golden)
    sessions = [each for each in found if each.language == "python" and ">>>" in each.text]
    assert not sessions or python_session(sessions, tmp_path) == ""


def assert_figure(block: Block, golden: Golden) -> None:
    """Compare what a block's command draws with the figure that the page shows."""
    figure = block.page.parent / block.notes["draws"]
    if golden.refresh:
        copy(figure.name, figure)
    assert Path(figure.name).read_bytes() == figure.read_bytes()


class Difference(NamedTuple):
    """A command that does not print what its page says."""

    block: Block
    command: Command
    found: str

    def __str__(self) -> str:
        return f"{self.block}: $ {self.command.line}\n{self.found}"


def follow(block: Block) -> list[Difference]:
    """Write a block's file, or run its commands and compare what they print."""
    if block.title:
        file = Path(block.title)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, "utf-8")
    lines = commands(block) if block.language == "console" else ()
    found = [Difference(block, each, printed(each.line)) for each in lines]
    return [each for each in found if not agree(each.command.expected, each.found)]


def refresh(page: Path, differences: list[Difference]) -> None:
    """Write what was printed into the page, from its end on, where nothing is abbreviated."""
    lines = page.read_text("utf-8").splitlines(keepends=True)
    for block, command, found in reversed(differences):
        if "..." not in command.expected:
            old = f"$ {command.line}\n{command.expected}\n"
            rest = "".join(lines[block.line :]).replace(old, f"$ {command.line}\n{found}\n", 1)
            lines[block.line :] = rest.splitlines(keepends=True)
    page.write_text("".join(lines), "utf-8")


NEVER_RUN = {"docs/import.md": 1, "docs/training.md": 2}
"""How many sessions of a page need models or hours of training that tests have not."""


def test_sessions_are_run_but_for_those_that_are_named() -> None:
    shown = {
        str(page.relative_to(ROOT)): sum(
            each.language == "text" and each.text.startswith("$ ") for each in blocks(page)
        )
        for page in PAGES
    }
    assert {name: count for name, count in shown.items() if count} == NEVER_RUN


EXCERPTS = [block for page in PAGES for block in blocks(page) if "from" in block.notes]


@pytest.mark.parametrize("block", EXCERPTS, ids=str)
def test_an_excerpt_is_what_its_source_says(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    source = block.notes["from"]
    whole = printed(source[2:]) if source.startswith("$ ") else Path(source).read_text("utf-8")
    assert agree(f"...{block.text.strip()}...", whole), f"{block} differs from {source}"


def is_part(block: Block) -> bool:
    return block.language == "yaml" and not block.title and "from" not in block.notes


PARTS = [block for page in PAGES for block in blocks(page) if is_part(block)]


USUAL = {"archspec": 1, "name": "example", "input": "8x8x3", "network": ["identity"]}


def document(block: Block) -> str:
    """Complete a part of a spec: what it lacks stands in a note, or goes without saying."""
    listed = block.text.startswith("- ")
    text = f"network:\n{indent(block.text, '  ')}" if listed else block.text
    around = yaml.safe_load(block.notes.get("with", "{}"))
    whole = {**USUAL, **around}
    if any(f"{section}:" in text for section in SECTIONS):
        assert "network" in around or "network:" in text, f"{block}: nothing uses its modules"
    lacking = {key: each for key, each in whole.items() if f"\n{key}:" not in f"\n{text}"}
    head: str = yaml.safe_dump(lacking, sort_keys=False) if lacking else ""
    return f"{head}{text}"


@pytest.mark.parametrize("block", PARTS, ids=str)
def test_a_part_of_a_spec_says_what_its_page_says(block: Block, tmp_path: Path) -> None:
    prepare(tmp_path)
    file = tmp_path / "example.yaml"
    file.write_text(document(block), "utf-8")
    found = [each.code for each in api.check(file).diagnostics]
    assert found == block.notes.get("says", "").split()
