"""The tables of the README and the zoo are true, and the instructions can be followed."""

from __future__ import annotations

import re
import tomllib

import pytest

from archspec import api
from archspec.commands.main import VERBS
from tests.docs.pages import ROOT, blocks, table, written_table
from tests.golden_files import Golden

PAGE = ROOT / "README.md"
ZOO_PAGE = ROOT / "docs" / "zoo.md"
FAMILIES = table(ZOO_PAGE, "## Families")
ZOO = [*table(ZOO_PAGE, "## Networks"), *FAMILIES]
SPEC = re.compile(r"\[([\w/]+)(?:#(\w+))?\]\(\.\./specs/([\w/]+)\.yaml(?:#(\w+))?\)")


def test_the_table_of_verbs_is_that_of_the_command_line(golden: Golden) -> None:
    rows = (f"| `{verb}` | {summary} |\n" for verb, summary in VERBS.items())
    made = "".join(("| verb | what it does |\n", "| --- | --- |\n", *rows))
    old = written_table(PAGE, "## Verbs")
    if golden.refresh:
        PAGE.write_text(PAGE.read_text("utf-8").replace(old, made), "utf-8")
    assert written_table(PAGE, "## Verbs") == made


def test_the_table_of_the_zoo_holds_every_spec_once() -> None:
    specs = ROOT / "specs"
    files = [*specs.glob("*.yaml"), *specs.glob("released/*.yaml")]
    there = sorted(file.relative_to(specs).with_suffix("").as_posix() for file in files)
    listed = [SPEC.fullmatch(row[0]) for row in ZOO]
    families = {found[1] for found in listed if found and found[2]}
    alone = [found[1] for found in listed if found and not found[2]]
    assert sorted([*alone, *families]) == there
    assert all(found and found.groups()[:2] == found.groups()[2:] for found in listed)


@pytest.mark.parametrize("row", ZOO, ids=lambda row: str(row[0]))
def test_a_row_of_the_zoo_says_what_is_counted(row: list[str]) -> None:
    found = SPEC.fullmatch(row[0])
    assert found
    graph = api.load(ROOT / "specs" / f"{found[1]}.yaml", variant=found[2] or "")
    totals = api.count(graph)
    (given,) = graph.inputs.values()
    assert row[1:4] == [str(given.type), f"{totals.parameters:,}", f"{totals.macs:,}"]


def test_every_goal_that_the_pages_tell_to_make_is_there() -> None:
    goals = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = (PAGE, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md"))
    told = {
        goal for page in pages for goal in re.findall(r"`?\bmake (\w+)`", page.read_text("utf-8"))
    }
    told |= {
        goal
        for block in blocks(PAGE)
        if block.language == "sh"
        for goal in re.findall(r"^make (\w+)", block.text, re.MULTILINE)
    }
    assert told <= goals
    assert {"demo", "test", "check"} <= told


@pytest.mark.parametrize(("badge", "key"), [("licence", "license"), ("python", "requires-python")])
def test_a_badge_says_what_the_project_says(badge: str, key: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    said = re.sub(r">=(.+)", r"\1+", project[key])
    drawn = (ROOT / "docs" / "badges" / f"{badge}.svg").read_text("utf-8")
    assert f">{said}</text>" in drawn
    assert re.search(
        rf"!\[[^]]*: {said.rstrip('+')}[^]]*\]\(docs/badges/{badge}\.svg\)", PAGE.read_text("utf-8")
    )


def test_every_extra_that_the_readme_names_is_there() -> None:
    named = re.findall(r"\[(\w+)\]'", PAGE.read_text("utf-8"))
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert named
    assert all(f"\n{name} = [" in project for name in named)
