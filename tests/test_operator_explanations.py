"""Every refusal of an operator has its page, and the examples on the pages are true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import archspec
from archspec import api
from tests.operator_tables import rows

PACKAGE = Path(archspec.__file__).parent
PAGES = (PACKAGE / "explanations" / "operators.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", PAGES, re.MULTILINE | re.DOTALL))
ELSEWHERE = {"residual/grid", "residual/channels", "suspect/unread"}
"""Codes that elaboration makes of what an operator says."""

Names = dict[str, set[str]]


def codes() -> set[str]:
    """Read from the source of the operators what each of them blames."""
    shared = [
        ast.parse((PACKAGE / name).read_text("utf-8")) for name in ("operator.py", "window.py")
    ]
    trees = (ast.parse(file.read_text("utf-8")) for file in (PACKAGE / "operators").glob("*.py"))
    return {code for tree in trees for code in _codes_of(tree, shared)}


def _codes_of(tree: ast.Module, shared: list[ast.Module]) -> Iterator[str]:
    functions = [*_functions(tree), *(each for other in shared for each in _functions(other))]
    classes = {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}
    for each in classes.values():
        word = _word(each)
        infer = _method(each, "infer", classes)
        if word and infer:
            yield from (f"{word}/{blamed}" for blamed in _blamed(infer, functions))


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]


def _word(operator: ast.ClassDef) -> str | None:
    found = [each.value for each in operator.keywords if each.arg == "name"]
    return str(ast.literal_eval(found[0])) if found else None


def _method(
    operator: ast.ClassDef, name: str, classes: dict[str, ast.ClassDef]
) -> ast.FunctionDef | None:
    own = [
        each for each in operator.body if isinstance(each, ast.FunctionDef) and each.name == name
    ]
    families = [
        classes[each.id]
        for each in operator.bases
        if isinstance(each, ast.Name) and each.id in classes
    ]
    return own[0] if own else _method(families[0], name, classes) if families else None


def _blamed(rule: ast.FunctionDef, functions: list[ast.FunctionDef]) -> set[str]:
    """Follow the calls of a rule, by name, and list what their refusals blame."""
    found, reached, waiting = set(), {rule.name}, [rule]
    while waiting:
        calls = [each for each in ast.walk(waiting.pop()) if isinstance(each, ast.Call)]
        for call in calls:
            found |= _blamed_by(call)
        called = {_called(call) for call in calls} - reached
        reached |= called
        waiting += [each for each in functions if each.name in called]
    return found


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _blamed_by(call: ast.Call) -> set[str]:
    place = {"require": 1, "RuleError": 0}.get(_called(call))
    if place is None or not isinstance(call.args[place], ast.Constant):
        return set()
    return {str(ast.literal_eval(call.args[place]))}


def test_every_refusal_of_an_operator_has_a_section_and_no_section_is_left_over() -> None:
    assert set(SECTIONS) == codes() | ELSEWHERE


def test_every_refusal_of_an_operator_is_shown_in_its_table() -> None:
    assert {f"{row.word}/{row.blames}" for row in rows() if row.refusal} == codes()


def examples() -> Iterator[tuple[str, str, str]]:
    """List for each section the wrong and the right example."""
    for code, text in SECTIONS.items():
        wrong, right = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        yield code, wrong, right


def _found(example: str, folder: Path) -> list[str]:
    file = folder / "example.yaml"
    file.write_text(f"archspec: 1\nname: example\n{example}", "utf-8")
    return [each.code for each in api.check(file).diagnostics]


@pytest.mark.parametrize(("code", "wrong", "right"), list(examples()), ids=SECTIONS)
def test_the_wrong_example_gives_the_code_and_the_right_one_nothing(
    code: str, wrong: str, right: str, tmp_path: Path
) -> None:
    assert set(_found(wrong, tmp_path)) == {code}
    assert _found(right, tmp_path) == []
