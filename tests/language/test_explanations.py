"""Every refusal of a text has its page, and the examples on the pages are true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import archspec
from archspec import api
from archspec.language.syntax.terms import Refusal

PACKAGE = Path(archspec.__file__).parent
AREAS = ("yaml", "syntax", "expression")
WHOLE = ("yaml/empty", "yaml/not-a-mapping")
"""Their examples are whole files; elsewhere the first two lines are left out."""
ABBREVIATED = (
    "yaml/character",
    "yaml/depth",
    "yaml/too-large",
    "yaml/values",
    "syntax/too-long",
    "expression/too-long",
)
"""Their wrong examples would be too long to print, or invisible."""


def sections(area: str) -> dict[str, str]:
    text = (PACKAGE / "explanations" / f"{area}.md").read_text("utf-8")
    return dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))


PAGES = {code: text for area in AREAS for code, text in sections(area).items()}


def codes(area: str) -> set[str]:
    """Find in the source what is written as a code, or as a refusal of an expression."""
    texts = [file.read_text("utf-8") for file in (PACKAGE / "language").rglob("*.py")]
    written = {code for text in texts for code in re.findall(rf'"({area}/[a-z-]+)"', text)}
    kinds = get_args(Refusal) if area == "expression" else ()
    return written | {f"expression/{kind}" for kind in kinds}


def examples(code: str) -> tuple[str, str]:
    wrong, right = re.findall(r"```yaml\n(.*?)```", PAGES[code], re.DOTALL)
    return wrong, right


def found(code: str, example: str, folder: Path) -> set[str]:
    file = folder / "example.yaml"
    head = "" if code in WHOLE else "archspec: 1\nname: example\n"
    file.write_text(head + example, "utf-8")
    return {diagnostic.code for diagnostic in api.check(file).diagnostics}


@pytest.mark.parametrize("area", AREAS)
def test_every_code_has_a_section_and_no_section_is_left_over(area: str) -> None:
    assert set(sections(area)) == codes(area)


@pytest.mark.parametrize("code", [code for code in PAGES if code not in ABBREVIATED])
def test_the_wrong_example_gives_the_code_alone(code: str, tmp_path: Path) -> None:
    assert found(code, examples(code)[0], tmp_path) == {code}


@pytest.mark.parametrize("code", PAGES)
def test_nothing_is_wrong_with_the_right_example(code: str, tmp_path: Path) -> None:
    assert found(code, examples(code)[1], tmp_path) == set()


def lines(code: str) -> Iterator[str]:
    return (line for line in PAGES[code].splitlines() if line)


@pytest.mark.parametrize("code", PAGES)
def test_a_section_begins_with_prose(code: str) -> None:
    first = next(lines(code))
    assert first[0].isupper() or first[0] == "`"
