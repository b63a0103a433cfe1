"""The changes of a text that diagnostics offer, and what is left when they are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archspec.checked import check
from archspec.diagnostic import Diagnostic, Replacement
from archspec.location import locate, of_text
from archspec.source import File
from archspec.training import recipes
from tests.commands.running import ROOT, run_json

HERE = Path(__file__).parent
SPECS = [*sorted((HERE / "specs").glob("*.yaml")), *sorted(ROOT.glob("specs/as_printed/*.yaml"))]

HEAD = "archspec: 1\nname: net\ninput: 8x8x3\n"
TEXTS = {
    "a misspelt section": (f"{HEAD}netwrok: [conv 3x3 4]", "netwrok", ["network"]),
    "a misspelt word": (f"{HEAD}network: [cnov 3x3 4]", "cnov", ["conv"]),
    "a word of another tool's attribute": (
        f"{HEAD}network: [conv 3x3 4 strides=2]",
        "strides",
        ["stride"],
    ),
    "a misspelt param inside arithmetic": (
        f"{HEAD}params: {{width: 4}}\nnetwork: [conv 3x3 2*widht]",
        "widht",
        ["width"],
    ),
    "an activation that is none": (
        f"{HEAD}network: [conv 3x3 4 activation=relo]",
        "relo",
        ["relu"],
    ),
    "a misspelt step": (
        f"{HEAD}network: [conv 3x3 4 as first, conv 3x3 4 from frist]",
        "frist",
        ["first"],
    ),
    "a broken contract": (f"{HEAD}network: [conv 3x3 4 -> 8x8x5]", "8x8x5", ["8x8x4"]),
    "a total that differs, of 3 x 3 x 3 weights": (
        f"{HEAD}network: [conv2d 3x3 1 bias=false]\nexpect: {{parameters: 28}}",
        "28",
        ["27"],
    ),
    "a count without blanks": (f"{HEAD}network: [2xrelu]", "2xrelu", ["2 x relu"]),
    "a name in capitals": (f"{HEAD}network: [conv 3x3 4 as Stem]", "Stem", ["stem"]),
    "an input with its batch": (
        "archspec: 1\nname: net\ninput: 1x3x224x224\nnetwork: [relu]",
        "1x3x224x224",
        ["224x224x3"],
    ),
    "a number in quotes": (
        f'{HEAD}params: {{width: "4"}}\nnetwork: [conv 3x3 width]',
        '"4"',
        ["4"],
    ),
    "a step that YAML splits at a comma": (
        f"{HEAD}network: [conv 3x3 round_to(5, 8)]",
        "conv 3x3 round_to(5, 8)",
        ['"conv 3x3 round_to(5, 8)"'],
    ),
    "a word for padding without its attribute": (
        f"{HEAD}network: [upsample factor=2 bilinear]",
        "bilinear",
        ["mode=bilinear"],
    ),
    "a kernel with a letter": (f"{HEAD}network: [conv k3 4]", "k3", ["3x3"]),
    "a version to come": (
        "archspec: 2\nname: net\ninput: 8x8x3\nnetwork: [relu]",
        "2",
        ["1"],
    ),
    "a keyword of Python": (
        "archspec: 1\nname: lambda\ninput: 8x8x3\nnetwork: [relu]",
        "lambda",
        ["lambda_net"],
    ),
    "a key of a recipe": ("recipe: 1\nepoch: 3", "epoch", ["epochs"]),
}


def diagnosed(text: str) -> tuple[Diagnostic, ...]:
    file = of_text(text.encode())
    is_recipe = text.startswith("recipe")
    return recipes.check(file).diagnostics if is_recipe else check(file).diagnostics


def mended(text: str, fix: Replacement) -> str:
    lines = text.split("\n")
    line = lines[fix.span.line - 1]
    lines[fix.span.line - 1] = line[: fix.span.start] + fix.text + line[fix.span.end :]
    return "\n".join(lines)


@pytest.mark.parametrize("case", TEXTS)
def test_what_the_help_says_can_be_done_by_a_program(case: str) -> None:
    text, wrong, right = TEXTS[case]
    fixes = [fix for each in diagnosed(text) for fix in each.fixes]
    assert [(fix.span.text, fix.text) for fix in fixes] == [(wrong, each) for each in right]


@pytest.mark.parametrize("case", [each for each in TEXTS if "recipe" not in each])
def test_a_fix_mends_its_text(case: str) -> None:
    text, _, _ = TEXTS[case]
    (fix,) = (fix for each in diagnosed(text) for fix in each.fixes)
    assert diagnosed(mended(text, fix)) == ()


def offered() -> Iterator[tuple[File, Diagnostic, Replacement]]:
    for path in SPECS:
        file = locate(str(path))
        for diagnostic in check(file).diagnostics:
            own = (fix for fix in diagnostic.fixes if fix.span.source.name == file.shown)
            yield from ((file, diagnostic, fix) for fix in own)


def test_every_fix_for_the_specs_with_errors_takes_away_what_it_is_for() -> None:
    count = 0
    for file, diagnostic, fix in offered():
        text = mended(file.read().text, fix)
        after = [
            label.span[1:3]
            for each in check(of_text(text.encode(), file.shown)).diagnostics
            if each.code == diagnostic.code and each.message == diagnostic.message
            for label in each.labels
        ]
        assert fix.span[1:3] not in after, (diagnostic, fix)
        count += 1
    assert count > 20


def test_the_json_of_a_check_says_what_to_write_where(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(f"{HEAD}network: [cnov 3x3 4]")
    found = run_json("check", spec)
    place = {"file": str(spec), "line": 4, "column": 11, "end_column": 15}
    assert found["diagnostics"][0]["fixes"] == [{**place, "text": "conv"}]
