"""One cause gives one diagnostic, however much else follows from it."""

from __future__ import annotations

import pytest

from archspec.diagnostic import Diagnostic
from tests.language.specs import checked, document


def only(text: str) -> Diagnostic:
    """Return the one diagnostic that a text gives."""
    (diagnostic,) = checked(text).diagnostics
    return diagnostic


HEAD = "archspec: 1\nname: net\n"


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("input: 8x8x3\nnetwrok: [conv 3x3 4]\n", "netwrok", "network"),
        ("inptu: 8x8x3\nnetwork: [conv 3x3 4]\n", "inptu", "input"),
        ("input: 8x8x3\nnetwork: [conv 3x3 k]\nparms: {k: 3}\n", "parms", "params"),
        ("input: 8x8x3\nnetwork: [unit k=3, unit 8]\nblock: {unit: [relu]}\n", "block", "blocks"),
        ("input: 8x8x3\nnetwork: [conv 8]\ndefault: {conv: 3x3}\n", "default", "defaults"),
        (
            "input: 8x8x3\nnetwork: [relu as a]\nauxiliary: {h: {form: a, steps: [relu]}}\n",
            "form",
            "from",
        ),
        ("input: {shap: 8x8x3, order: rgb}\nnetwork: [conv 40x40 4 V]\n", "shap", "shape"),
    ],
)
def test_a_misspelt_key_stands_alone(text: str, key: str, meant: str) -> None:
    found = only(HEAD + text)
    assert (found.code, found.message.partition(" is not a key")[0]) == (
        "spec/unknown-key",
        f"`{key}`",
    )
    assert found.help is not None
    assert found.help.startswith(f"did you mean `{meant}`")


@pytest.mark.parametrize("name", ["x", "none", "same", "Conv1", "a_"])
def test_a_name_that_cannot_be_one_shows_all_its_places(name: str) -> None:
    steps = (f"conv 1x1 3 as {name}", f"relu from {name}", "relu as b", f"add from b {name}")
    found = only(document(*steps))
    assert found.code == ("name/invalid" if name in ("Conv1", "a_") else "name/reserved")
    assert [label.span.line for label in found.labels] == [5, 6, 8]


@pytest.mark.parametrize("name", ["x", "same", "linear", "none", "in_channels"])
def test_a_branch_may_not_have_a_reserved_name(name: str) -> None:
    assert only(document(f"concat: {{{name}: relu, other: elu}}")).code == "name/reserved"


@pytest.mark.parametrize(
    ("step", "least"),
    [
        ("conv 3x3 8 /0", 1),
        ("conv 3x3 8 /-1", 1),
        ("conv 3x3 8 /1x0", 1),
        ("conv 0x3 8", 1),
        ("conv 3x3 0", 1),
        ("conv 3x3 8 groups=0", 1),
        ("conv 3x3 8 dilation=0", 1),
        ("conv 3x3 8 padding=-1", 0),
        ("max_pool 0", 1),
        ("upsample 0", 1),
        ("pad -1", 0),
        ("conv_transpose 3x3 8 /2 V output_padding=-1", 0),
        ("-1 x relu", 0),
        ("1.5 x relu", 0),
        ("{relu: {}, times: -2}", 0),
    ],
)
def test_a_number_that_is_too_small_is_told_the_least(step: str, least: int) -> None:
    found = only(document(step))
    assert f"at least {least}" in found.message


def test_behind_a_broken_contract_others_are_silent_until_one_holds() -> None:
    """A stride that was forgotten breaks every contract behind it."""
    steps = ("conv 3x3 8 -> 16x16x8", "conv 3x3 8 -> 16x16x8", "relu -> 16x16x8")
    assert only(document(*steps)).span.line == 5  # type: ignore[union-attr]
    mended = ("conv 3x3 8 -> 16x16x8", "relu -> 32x32x8", "relu -> 32x32x9")
    found = checked(document(*mended)).diagnostics
    assert [each.span.line for each in found if each.span] == [5, 7]


@pytest.mark.parametrize(
    "step",
    ["relu from as", "relu as from", "relu as as", "relu from from as b", "relu as from -> 8x8x3"],
)
def test_a_clause_that_names_a_word_of_clauses_is_told_once(step: str) -> None:
    assert only(document(step)).code == "name/reserved"


@pytest.mark.parametrize("step", ["relu as", "relu from", "relu as from x0", "relu from -> 8x8x3"])
def test_a_clause_without_a_name_is_told_once(step: str) -> None:
    assert only(document("relu as x0", step)).code == "syntax/clause"


def test_a_name_that_nothing_has_speaks_once() -> None:
    found = only(document("relu as a", "add from a lost", "add from lost a"))
    assert [label.span.line for label in found.labels] == [6, 7]


def test_a_module_without_options_says_so_once() -> None:
    found = only(document("unit 8 k=3", "unit 16 k=4", head="parts: {unit: [conv 3x3 8]}\n"))
    assert found.message == "`unit` has no options, and takes nothing"
    assert len(found.labels) == 4


@pytest.mark.parametrize(
    "text",
    [
        "parts:\n  a:\n    doc: x\n    steps: [relu]\n    doc: y\n    steps: [elu]\n",
        "parts:\n  a: {steps: [relu]}\n    b:\n    steps: [relu]\n",
    ],
)
def test_the_keys_of_two_mappings_in_one_speak_once(text: str) -> None:
    only(f"{HEAD}{text}input: 8x8x3\nnetwork: [a]\n")


def test_a_key_that_lost_what_stands_under_it_speaks_alone() -> None:
    text = "parts:\n  a:\n    steps: [relu]\n    doc: x\n    b:\n    steps: [elu]\n    doc: y\n"
    assert only(f"{HEAD}{text}input: 8x8x3\nnetwork: [a]\n").code == "yaml/empty-value"


def test_a_dash_that_stands_too_deep_is_named() -> None:
    steps = "network:\n  - relu as a\n    - relu as b\n  - elu\n"
    found = only(f"{HEAD}input: 8x8x3\n{steps}")
    assert found.message == "a dash inside a step that continues over several lines"


def test_a_step_that_cannot_be_read_takes_its_name_along() -> None:
    text = document("conv 3x3 8 ) as a", "relu as b", "add from a b", head="outputs: [a, add]\n")
    assert only(text).code.startswith("expression/")


def test_a_name_without_as_is_told_and_speaks_alone() -> None:
    found = only(document("conv 3x3 8 first", "relu as b", "add from first b"))
    assert found.help == "write a name after `as`: `as first`"


def test_a_value_that_an_option_brings_to_many_places_speaks_once() -> None:
    head = "parts: {unit: {options: [k], steps: [conv 3x3 k, conv 1x1 k]}}\n"
    assert len(only(document("unit 0", head=head)).labels) == 2


def test_a_name_that_is_not_there_speaks_once_in_sums_and_alone() -> None:
    assert len(only(document("conv 3x3 k", "conv 3x3 2*k")).labels) == 2


def test_modules_under_the_wrong_key_speak_for_their_uses() -> None:
    head = "defaults: {unit: {steps: [relu]}}\n"
    found = only(document("unit", "unit", head=head))
    assert found.help == "define a module under `stems`, `blocks`, `reductions` or `parts`"


def test_a_head_without_a_name_speaks_once() -> None:
    head = "auxiliary: {from: relu, steps: [global_avg_pool]}\n"
    assert only(document("relu", head=head)).code == "auxiliary/form"
