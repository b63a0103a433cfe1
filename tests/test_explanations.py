"""Every diagnostic has its page, and the examples on the pages are true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from archspec import api
from archspec.commands.explain.run import Page, pages
from archspec.graph import Promise
from archspec.training import recipes
from tests.commands.running import ROOT

SOURCES = [path for folder in ("archspec", "backends") for path in (ROOT / folder).rglob("*.py")]
TREES = {path: ast.parse(path.read_text("utf-8")) for path in SOURCES}
OPERATORS, EXPRESSIONS = "operators.md", "expression.md"
"""These pages are compared with the sources by tests of their own."""

CODE = re.compile(r"[a-z_]+/[a-z-]+")
ELSEWHERE = ("file", "yaml", "syntax", "expression")
"""Areas whose examples need more than one file, or have tests of their own."""
MODULES = "archspec: 1\nblocks: {unit: [conv 3x3 4]}\n"


def strings() -> Iterator[str]:
    """List what looks like a code: first arguments of calls, and texts beside diagnostics."""
    for tree in TREES.values():
        nodes = list(ast.walk(tree))
        imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
        calls = (node for node in nodes if isinstance(node, ast.Call))
        speaks = "archspec.diagnostic" in imported
        found: Sequence[ast.AST] = (
            nodes if speaks else [call.args[0] for call in calls if call.args]
        )
        for node in found:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from CODE.findall(node.value) if CODE.fullmatch(node.value) else ()


def raised(name: str, place: int) -> set[str]:
    """List the constants that stand at a place of the calls of a function."""
    calls = [
        node
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name
    ]
    arguments = [call.args[place] for call in calls if len(call.args) > place]
    return {str(each.value) for each in arguments if isinstance(each, ast.Constant)}


def composed() -> dict[str, set[str]]:
    """Say which codes come of an area and a word that is known only when it happens."""
    return {
        "file": raised("Unreadable", 0),
        "attribute": {"norm", "activation"},
        "promise": {each.value for each in Promise if each is not Promise.PART},
        "contract": {"parameters", "macs"},
        "command": {"param", "input"},
        "variant": {"param", "input"},
        "suspect": {"unread"},
    }


def codes() -> set[str]:
    """List every code that the sources speak of."""
    found = {each for each in strings() if not each.startswith("expression/")}
    return found | {f"{area}/{word}" for area, words in composed().items() for word in words}


def described() -> dict[str, Page]:
    compared = (OPERATORS, EXPRESSIONS)
    return {code: page for code, page in pages().items() if page.file not in compared}


def test_every_code_in_the_sources_has_a_page_and_no_page_is_left_over() -> None:
    elsewhere = {page.code for page in pages().values() if page.file == OPERATORS}
    assert sorted(codes() - elsewhere ^ set(described())) == []


def test_a_code_that_is_composed_comes_of_an_area_whose_words_are_known() -> None:
    heads = {
        re.match(r"([a-z]+)/$", str(node.values[0].value))
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and len(node.values) == 2
        and isinstance(node.values[0], ast.Constant)
    }
    assert {found[1] for found in heads if found} == {*composed(), "expression"}


def test_every_page_has_a_wrong_and_a_right_example() -> None:
    shape = re.compile(r".+\n\nWrong:\n\n```\w+\n.+?```\n\nRight:\n\n```\w+\n.+?```", re.DOTALL)
    assert [code for code, page in pages().items() if not shape.fullmatch(page.text)] == []


def examples() -> list[tuple[str, str, str]]:
    """List for each page the wrong and the right example, where they are specs."""
    found = []
    for code, page in described().items():
        specs = re.findall(r"```yaml\n(.*?)```", page.text, re.DOTALL)
        if len(specs) == 2 and code.partition("/")[0] not in ELSEWHERE:
            found.append((code, *specs))
    return found


def diagnosed(example: str, folder: Path) -> set[str]:
    file = folder / "example.yaml"
    head = "" if example.startswith(("archspec", "recipe")) else "archspec: 1\nname: example\n"
    file.write_text(head + example, "utf-8")
    (folder / "blocks.yaml").write_text(MODULES, "utf-8")
    checked = recipes.check(file) if example.startswith("recipe") else api.check(file)
    return {each.code for each in checked.diagnostics}


@pytest.mark.parametrize(
    ("code", "wrong", "right"), examples(), ids=[example[0] for example in examples()]
)
def test_the_wrong_example_gives_its_code_and_the_right_one_nothing(
    code: str, wrong: str, right: str, tmp_path: Path
) -> None:
    assert diagnosed(wrong, tmp_path) == {code}
    assert diagnosed(right, tmp_path) == set()
