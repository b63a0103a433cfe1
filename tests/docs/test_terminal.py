"""A picture of a terminal shows what its command prints, and its alternative text says it.

A note above it may tell what an author has changed since the last commit:
``<!-- edit: FILE: OLD -> NEW -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from shutil import copytree
from typing import NamedTuple
from xml.etree import ElementTree as ET

import click
import pytest

from tests.docs.pages import DOCS, ROOT
from tests.docs.session import printed
from tests.docs.terminal import picture
from tests.golden_files import Golden
from tests.repositories import Repository

_PICTURE = re.compile(
    r"(?:^<!-- edit: (?P<edit>.+) -->\n)?"
    r'^<p><img src="(?P<file>[\w/.]*terminal/\w+\.svg)" alt="(?P<text>[^"]*)"></p>$',
    re.MULTILINE,
)


_EDIT = re.compile(r"(?P<file>\S+): (?P<old>.+) -> (?P<new>.+)")


class Picture(NamedTuple):
    """A picture on a page: its file, its text, and what has been edited before."""

    page: Path
    file: Path
    text: str
    edit: re.Match[str] | None

    def __str__(self) -> str:
        return f"{self.page.name}:{self.file.stem}"


def pictures() -> Iterator[Picture]:
    for page in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        for found in _PICTURE.finditer(page.read_text("utf-8")):
            edit = _EDIT.fullmatch(found["edit"] or "")
            yield Picture(page, page.parent / found["file"], found["text"], edit)


def alternative(command: str, text: str) -> str:
    """Write a text as an attribute in which Markdown finds neither a paragraph's end nor code."""
    return escape(f"$ {command}\n{text}").replace("`", "&#96;").replace("\n\n", "\n&#10;")


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """Stand in a repository with the specs of the zoo, at a terminal with colours."""
    for name, value in {"FORCE_COLOR": "1", "NO_COLOR": "", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    copytree(ROOT / "specs", tmp_path / "specs")
    repository = Repository(tmp_path)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit("Add the zoo")
    return repository


PICTURES = list(pictures())


@pytest.mark.parametrize("shown", PICTURES, ids=str)
def test_a_picture_of_a_terminal_shows_what_its_command_prints(
    shown: Picture, zoo: Repository, golden: Golden
) -> None:
    if shown.edit:
        zoo.change(*shown.edit.group("file", "old", "new"))
    command = unescape(shown.text).partition("\n")[0].removeprefix("$ ")
    output = printed(command)
    said = alternative(command, click.unstyle(output))
    if golden.refresh:
        page = shown.page.read_text("utf-8").replace(shown.text, said)
        shown.page.write_text(page, "utf-8")
    golden.assert_kept(shown.file, picture(command, output))
    assert f'alt="{said}"' in shown.page.read_text("utf-8")


def test_every_picture_of_a_terminal_is_on_a_page() -> None:
    files = {file.resolve() for file in (DOCS / "terminal").glob("*.svg")}
    assert files == {each.file.resolve() for each in PICTURES}


def test_a_picture_keeps_colours_blanks_and_empty_lines_of_the_terminal() -> None:
    drawn = picture(
        "archspec check net.yaml", "\x1b[1;31merror\x1b[0m: a < b\n\n  \x1b[2m-->\x1b[0m net"
    )
    root = ET.fromstring(drawn)  # noqa: S314  # it is our own
    lines = root.findall(".//{*}text")
    assert ["".join(line.itertext()).replace("\xa0", " ") for line in lines] == [
        "$ archspec check net.yaml",
        "error: a < b",
        "  --> net",
    ]
    assert [line.get("y") for line in lines] == ["29.3", "48.3", "86.3"]
    spans = {span.text: span.get("class") for span in root.findall(".//{*}tspan")}
    assert spans["error"] == "bold red"
    assert spans["-->"] == "dim"
