"""The networks of a family: what each variant is, and what is said of some of them alone."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

import archspec
from archspec import api
from archspec.diagnostic import Diagnostic, SpecError
from archspec.language.document.overrides import Overrides
from archspec.source import File
from tests.texts import Texts

FAMILY = """
archspec: 1
name: family
source: a paper
input: {shape: 8x8x3, order: rgb}
params: {width: 4, unit: plain}
variants:
  narrow: {expect: {parameters: 112}}
  wide: {params: {width: 8}, source: another paper, expect: {parameters: 224}}
  large: {input: 16x16x3, expect: {macs: 27648}}
  deep: {params: {unit: double}}
parts:
  plain: [conv 3x3 width]
  double: [2 x conv 3x3 width]
network: [unit]
"""


def file_of(text: str, variant: str = "", **others: str) -> File:
    files = {"family.yaml": text} | {f"{name}.yaml": other for name, other in others.items()}
    return File(Texts(files), PurePosixPath("family.yaml"), variant)


def found(text: str, variant: str = "", **others: str) -> tuple[Diagnostic, ...]:
    return api.check(file_of(text, variant, **others)).diagnostics


def parameters(variant: str, text: str = FAMILY) -> int:
    return archspec.count(archspec.load(file_of(text, variant))).parameters


def test_a_variant_sets_params_inputs_source_and_name() -> None:
    assert [parameters(name) for name in ("narrow", "wide", "large")] == [112, 224, 112]
    wide, large = (archspec.load(file_of(FAMILY), variant=name) for name in ("wide", "large"))
    assert (wide.name, wide.header.source) == ("wide", "another paper")
    assert large.inputs["input"].type.shape == (16, 16, 3)
    assert large.inputs["input"].preprocessing == {"order": "rgb"}


def test_a_variant_has_a_title_of_its_own_and_never_that_of_its_family() -> None:
    text = FAMILY.replace("source: a paper", "title: Family").replace("source: an", "title: An")
    wide, large = (archspec.load(file_of(text), variant=name) for name in ("wide", "large"))
    assert (wide.title, large.title) == ("Another paper", "Large")


def test_a_param_chooses_a_module() -> None:
    deep = archspec.load(file_of(FAMILY, "deep"))
    assert archspec.count(deep).parameters == 112 + 9 * 4 * 4 + 4
    assert list(deep.nodes) == ["unit.conv.0.conv2d", "unit.conv.1.conv2d"]


def test_a_file_without_a_choice_is_its_first_variant() -> None:
    assert archspec.load(file_of(FAMILY)).name == "narrow"


def test_all_variants_are_checked_and_what_is_wrong_names_those_it_is_wrong_with() -> None:
    assert found(FAMILY) == ()
    (error,) = found(FAMILY.replace("224", "225"))
    assert error.code == "contract/parameters"
    assert error.notes == ("in variant wide",)
    assert found(FAMILY.replace("224", "225"), "narrow") == ()


def test_what_is_wrong_with_every_variant_is_said_once() -> None:
    (error,) = found(FAMILY.replace("network: [unit]", "network: [unit -> 9x9x9]"))
    assert error.code == "contract/shape"
    assert error.notes == ()


def test_many_variants_are_told_by_their_number() -> None:
    sizes = "".join(f"  v{at}: {{params: {{k: {at}}}}}\n" for at in range(7, 12))
    (error,) = found(
        "archspec: 1\nname: net\ninput: 8x8x3\nparams: {k: 3}\n"
        f"variants:\n  fits: {{}}\n{sizes}network: [conv kernel=k 4 V]\n"
    )
    assert error.notes == ("in variants v9, v10 and v11",)


def test_overrides_stand_above_a_variant() -> None:
    graph = archspec.load(file_of(FAMILY, "wide"), Overrides(params={"width": 16}))
    assert archspec.count(graph).parameters == 448


def test_the_expectations_of_the_file_hold_for_every_variant() -> None:
    (error,) = found(f"{FAMILY}expect: {{parameters: '<= 230'}}\n")
    assert error.notes == ("in variant deep",)


@pytest.mark.parametrize(
    ("variants", "code"),
    [
        ("{wide: {params: {wdith: 8}}}", "variant/param"),
        ("{wide: {input: {left: 8x8x3}}}", "variant/input"),
        ("{wide: {steps: 4}}", "spec/unknown-key"),
        ("{wide: 8}", "spec/mapping"),
        ("[wide]", "spec/mapping"),
        ("{class: {}}", "name/keyword"),
    ],
)
def test_a_variant_that_says_what_it_cannot_is_refused(variants: str, code: str) -> None:
    text = (
        "archspec: 1\nname: net\ninput: 8x8x3\nparams: {width: 4}\n"
        f"variants: {variants}\nnetwork: [conv 3x3 width]\n"
    )
    assert {each.code for each in found(text)} == {code}


def test_an_unknown_variant_is_told_with_one_of_nearly_that_name() -> None:
    with pytest.raises(SpecError) as error:
        archspec.load(file_of(FAMILY), variant="wid")
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.help) == ("variant/unknown", "did you mean `wide`?")


def test_modules_of_a_variant_are_imported_with_its_params() -> None:
    other = "archspec: 1\nname: other\ninput: 8x8x3\nimport: {IMPORT: [plain]}\nnetwork: [plain]\n"
    for named, width in (("family.yaml", 4), ('"family.yaml#wide"', 8)):
        texts = Texts({"family.yaml": FAMILY, "other.yaml": other.replace("IMPORT", named)})
        graph = archspec.load(File(texts, PurePosixPath("other.yaml")))
        assert graph.nodes["plain.conv.conv2d"].output.channels == width


def test_a_word_that_a_param_holds_is_refused_at_the_step_and_the_value() -> None:
    (error,) = found(FAMILY.replace("unit: double", "unit: dubble"), "deep")
    assert error.code == "word/value"
    assert error.help == "did you mean `double`?"
    assert [label.span.text for label in error.labels] == ["unit", "dubble"]


@pytest.mark.parametrize("held", ["residual", "repeat", "3", "true"])
def test_a_step_is_not_what_needs_steps_or_is_no_word(held: str) -> None:
    text = (
        f"archspec: 1\nname: net\ninput: 8x8x3\nparams: {{unit: {held}}}\nnetwork: [unit, relu]\n"
    )
    assert [each.code for each in found(text)] == ["word/value"]


def test_an_option_chooses_an_operator_or_a_layer() -> None:
    text = (
        "archspec: 1\nname: net\ninput: 8x8x3\n"
        "parts: {unit: {options: [k, by=conv, after=relu], steps: [by 3x3 k, after]}}\n"
        "network: [unit 4, unit 4 by=conv_transpose after=tanh]\n"
    )
    assert [node.op.word for node in archspec.load(file_of(text)).nodes.values()] == [
        "conv2d",
        "relu",
        "conv_transpose2d",
        "tanh",
    ]


def test_a_module_that_contains_itself_through_an_option_is_refused() -> None:
    text = (
        "archspec: 1\nname: net\ninput: 8x8x3\n"
        "parts: {unit: {options: [by], steps: [by by=by, by by=by]}}\nnetwork: [unit by=unit]\n"
    )
    assert {each.code for each in found(text)} == {"module/recursion"}
