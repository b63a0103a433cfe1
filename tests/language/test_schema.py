"""The JSON Schema accepts the zoo, and refuses the broken specs that a schema can see."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from jsonschema import Draft7Validator

from archspec.language.document.sections import PROMISES
from archspec.language.schema.spec_schema import schema
from archspec.language.syntax.words import known_words
from archspec.language.yaml import reader
from archspec.language.yaml.values import Scalar, Sequence, Value
from archspec.location import shipped
from archspec.source import ZOO, Source
from tests.authoring.documents import Draft, random_spec
from tests.conformance.specs import SPECS
from tests.docs.pages import blocks
from tests.docs.test_pages import PAGES, PARTS, document

SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)
HEAD = "archspec: 1\nname: example\n"

BROKEN = {
    "no version": "name: example\nnetwork: [relu]",
    "another version": "archspec: 2\nname: example\nnetwork: [relu]",
    "an unknown key": HEAD + "networks: [relu]",
    "a name with a capital": "archspec: 1\nname: Example\nnetwork: [relu]",
    "an input without channels": HEAD + "input: 299x299",
    "an input that lacks its shape": HEAD + "input: {mean: [0.5]}",
    "a param that is a list": HEAD + "params: {k: [1, 2]}",
    "a param that is a phrase": HEAD + "params: {k: two words}",
    "an import that is no list": HEAD + "import: {a.yaml: stem}",
    "defaults of an unknown word": HEAD + "defaults: {convolution: {stride: 2}}",
    "defaults of an unknown attribute": HEAD + "defaults: {conv: {strides: 2}}",
    "a module with a capital": HEAD + "blocks: {Unit: [relu]}",
    "a module with an unknown key": HEAD + "blocks: {unit: {option: [k], steps: [relu]}}",
    "an empty list of steps": HEAD + "network: []",
    "a step with a capital": HEAD + "network: [Conv 3x3 64]",
    "a step that is a number": HEAD + "network: [3]",
    "a step that is a list": HEAD + "network: [[relu]]",
    "an unknown attribute": HEAD + "network: [{conv: {kernels: 3, filters: 64}}]",
    "a value of another kind": HEAD + "network: [{dropout: {rate: 20}}]",
    "a kernel of three sizes": HEAD + "network: [{conv: {kernel: [3, 3, 3], filters: 64}}]",
    "an activation with a capital": HEAD + "network: [{conv: {filters: 64, activation: ReLU}}]",
    "a merge without branches": HEAD + "network: [{concat: []}]",
    "a residual without steps": HEAD + "network: [{residual: {scale: 0.1}}]",
    "a name that is a number": HEAD + "network: [{relu: {}, as: 3}]",
    "a negative count": HEAD + "network: [{relu: {}, times: -1}]",
    "a head without its source": HEAD + "auxiliary: {side: {steps: [relu]}}",
    "an unknown total": HEAD + "expect: {flops: 12}",
    "a total that is prose": HEAD + "expect: {macs: about 12}",
    "a move without its end": HEAD + "moved: [{from: a.b}]",
}

STEPS = """
    conv 3x3 8; conv 3x3 8 /2 V; conv 3x3 8 /1x2 padding=[0,0,1,1]; stage 64; unit k=3 8 as a from b
    -> 3x3x4; concat from a b; conv 3x3 round_to(20,8) linear; conv 3x3 2*in_channels; 4 x relu
    ; conv kernel=[4-1,1] 16 V; batch_norm epsilon=1e-5; upsample 2 mode=bilinear; pad [1,0,1,0]
    ; upsample factor=1x2; identity from a; 0 x conv 3x3 64; pad cells=1; 2*3 x unit; dropout 0.2
    ; conv 3x3 max(8,in_channels//4) norm=batch_norm activation=relu -> 3x3x64; max_pool 3 ceil=true
    ; conv 3x3 (2 + (4 - 1)*8) /2; unit round_to(in_channels, 8) s=valid bias=true; unit stride=2 /2
"""
NO_STEPS = """
    cnv 3x3 8; rleu 2x2; concat a b; concat; residual; repeat 3; conv 3 x 3 8; relu 3; dropout 3x3
    ; conv 3x3 8 stirde=2; conv 3x3 8 as x; conv 3,3 8; conv 3x3, 8; conv 3x3 8 -> 3x3
    ; conv 3x3 8 from; conv 3x3 8 => 8x8x8; max_pool 3x3 pading=1; batch_norm 3x3; V 3x3
    ; dropout 50%; dropout rate=50%; unit 50%; 2* x relu; conv 3x3 8 /2+
"""
NO_WORDS = """
    conv 3x3 8 padding=foo; conv 3x3 8 activation=rleu; conv 3x3 8 relu; conv 3x3 8 bias=yes
    ; conv 3x3 8 norm=bn; conv 3x3 k; n-1 x relu; upsample 2 mode=cubic; conv 3x3 8 s2; dropout p
    ; max_pool 3x3 ceil=1
"""


def each(steps: str) -> list[str]:
    return [" ".join(step.split()) for step in steps.split(";")]


@pytest.mark.parametrize("step", each(STEPS))
def test_the_schema_accepts_a_step_in_one_line(step: str) -> None:
    assert complaints(f'{HEAD}network: ["{step}"]') == []


@pytest.mark.parametrize("step", each(NO_STEPS))
def test_the_schema_refuses_a_step_in_one_line(step: str) -> None:
    assert complaints(f'{HEAD}params: {{k: 3}}\nnetwork: ["{step}"]') != []


@pytest.mark.parametrize("step", each(NO_WORDS))
def test_where_no_name_has_a_value_a_name_has_to_be_a_word(step: str) -> None:
    assert complaints(f'{HEAD}network: ["{step}"]') != []
    assert complaints(f'{HEAD}parts: {{unit: ["{step}"]}}') != []


@pytest.mark.parametrize(
    "step",
    [
        *("conv 3x3 8 bias=1", "conv 3x3 8 bias=2*k", "conv 3x3 8 norm=k+1", "dropout same"),
        *("conv 3x3 8 stride=same", "conv 3x3 8 activation=[k]", "upsample 2 mode=min(1,k)"),
        *("conv 3x3 8 padding=true", "true x relu", "conv 3x3 8 activation=3x3"),
    ],
)
def test_what_no_value_of_a_name_makes_legal_is_refused_where_names_have_values(step: str) -> None:
    assert complaints(f'{HEAD}params: {{k: 3}}\nnetwork: ["{step}"]') != []


@pytest.mark.parametrize(
    "step",
    [
        *("conv 3x3 k padding=foo", "n-1 x conv 3x3 8 activation=after", "conv 3x3 8 bias=biased"),
        *("conv 3x3 8 activation=(after)", "conv 3x3 in_channels norm=none padding=same"),
    ],
)
def test_where_names_may_have_values_the_schema_lets_them_pass(step: str) -> None:
    params = "params: {k: 3, after: relu, biased: true, foo: same}"
    assert complaints(f"{HEAD}{params}\nnetwork: [{step}]") == []
    assert complaints(f"{HEAD}parts: {{unit: {{options: [k], steps: [{step}]}}}}") == []


@pytest.mark.parametrize(
    "step",
    [
        *("conv 3x3 8 activation=rleu", "{conv: {kernel: 3, filters: k, norm: bn}}"),
        *("conv 3x3 8 bias=biased", "upsample 2 mode=cubic", "{conv: 3x3 8 activation=rleu}"),
        *("{residual: {activation: rleu, steps: [relu]}}", "{residual: [conv 3x3 8 norm=bn]}"),
    ],
)
def test_where_all_params_are_numbers_no_name_stands_for_a_word(step: str) -> None:
    numbers, words = "params: {k: 3, scale: 0.5}", "params: {k: 3, act: relu}"
    assert complaints(f"{HEAD}{numbers}\nnetwork: [{step}]") != []
    assert complaints(f"{HEAD}{numbers}\nparts: {{unit: [{step}]}}") != []
    assert complaints(f"{HEAD}{words}\nnetwork: [{step}]") == []
    assert (
        complaints(f"{HEAD}{numbers}\nparts: {{unit: {{options: [act], steps: [{step}]}}}}") == []
    )


def test_where_all_params_are_numbers_names_still_stand_for_numbers() -> None:
    steps = "conv 3x3 2*k padding=k, dropout p, k x relu, {conv: {kernel: k, filters: 8}}"
    assert complaints(f"{HEAD}params: {{k: 3, p: 0.5}}\nnetwork: [{steps}]") == []


@pytest.mark.parametrize(
    "written",
    [
        *("{conv: {kernel: 3, filters: 8, linear: true}}", "{conv: {kernel: 3, filters: 2 * 8}}"),
        *("{relu: {}, times: 4 // 2}", "{conv: {kernel: 3, filters: 8, stride: ( 1 + 1 ) / 2}}"),
    ],
)
def test_a_mapping_may_hold_marks_and_space_around_operators(written: str) -> None:
    assert complaints(f"{HEAD}network: [{written}]") == []
    assert complaints(f"{HEAD}params: {{k: 3}}\nnetwork: [{written}]") == []


@pytest.mark.parametrize("written", ["{dropout: 50%}", "{dropout: {rate: 50%}}"])
def test_no_arithmetic_ends_with_an_operator_under_a_word_either(written: str) -> None:
    assert complaints(f"{HEAD}params: {{k: 3}}\nnetwork: [{written}]") != []
    assert complaints(f"{HEAD}network: [{written}]") != []


@pytest.mark.parametrize(
    "written",
    ["{conv: 3x3 8 padding=foo}", "{conv: {padding: foo}}", "{conv: {activation: rleu}}"],
)
def test_attributes_under_a_word_are_held_to_the_same(written: str) -> None:
    assert complaints(f"{HEAD}network: [{written}]") != []
    assert complaints(f"{HEAD}defaults: {written}") != []
    assert complaints(f"{HEAD}params: {{foo: 1, rleu: relu}}\nnetwork: [{written}]") == []


def test_a_pattern_reads_a_hostile_step_in_no_time() -> None:
    patterns = [
        re.compile(SCHEMA["definitions"][name]["pattern"]) for name in ("line", "plain_line")
    ]
    texts = (
        "3x3 ",
        "from a ",
        "(",
        "(a,",
        "()",
        "(a) ",
        "a=b ",
        "1e",
        "(a, b) ",
        "a x ",
        "in_channels",
    )
    start = perf_counter()
    for pattern in patterns:
        for text in texts:
            for word in ("conv", "unit"):
                assert pattern.search(f"{word} {text * 500}?") is None
    assert perf_counter() - start < 5


EXAMPLES = {str(block): document(block) for block in PARTS if "says" not in block.notes} | {
    str(block): block.text
    for page in PAGES
    for block in blocks(page)
    if block.text.startswith("archspec: 1\n")
}


@pytest.mark.parametrize("text", EXAMPLES.values(), ids=EXAMPLES)
def test_the_schema_accepts_the_examples_of_the_pages(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize("text", SPECS.values(), ids=SPECS)
def test_the_schema_accepts_what_backends_are_compared_with(text: str) -> None:
    assert (
        complaints(text.lstrip() if "archspec: 1" in text else HEAD + "input: 8x8x4\n" + text) == []
    )


def plain(value: Value) -> Any:
    """Turn a value with places into what a JSON Schema is told of."""
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return {key.text: plain(item) for key, item in value.entries}


def complaints(text: str) -> list[str]:
    document = plain(reader.read(Source("example.yaml", text)))
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_the_schema_is_one_of_draft_07() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_nothing_stands_beside_a_reference_where_draft_07_would_ignore_it() -> None:
    def beside(node: Any) -> bool:
        if isinstance(node, list):
            return any(map(beside, node))
        if not isinstance(node, dict):
            return False
        return ("$ref" in node and len(node) > 1) or any(map(beside, node.values()))

    assert not beside(SCHEMA)


def test_a_step_may_begin_with_every_word_of_the_language() -> None:
    properties = SCHEMA["definitions"]["step"]["anyOf"][1]["properties"]
    assert set(known_words()) < set(properties)


@pytest.mark.parametrize(
    "spec", sorted(shipped(ZOO).rglob("*.yaml")), ids=lambda spec: str(spec.stem)
)
def test_the_schema_accepts_the_zoo(spec: Path) -> None:
    assert complaints(spec.read_text("utf-8")) == []


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_the_schema_refuses(text: str) -> None:
    assert complaints(text) != []


def test_the_schema_accepts_expressions_options_and_modules_in_mapping_form() -> None:
    text = HEAD + (
        "params: {k: 8, act: relu, on: true}\n"
        "blocks:\n"
        "  unit: {options: [f, s=2], steps: [{conv: {kernel: [k, 1], filters: 2*f, stride: s}}]}\n"
        "network:\n"
        "  - {unit: {f: 64}, as: first, times: n-1, shape: [8, 8, 3]}\n"
        "  - {conv: 3x3 64, from: [first]}\n"
        "  - residual: {steps: [conv 1x1 4], shortcut: identity, activation: act}\n"
    )
    assert complaints(text) == []


def shadows(draft: Draft) -> bool:
    """Whether a module takes the place of a word, to which the schema holds it."""
    documents = (draft.document, draft.other or {})
    modules = (each.get(section) or {} for each in documents for section in PROMISES)
    return any({*each} & {*known_words()} for each in modules)


LEGAL = [draft for draft in map(random_spec, range(60)) if not shadows(draft)]


@pytest.mark.parametrize("draft", LEGAL)
def test_the_schema_accepts_random_legal_specs(draft: Draft) -> None:
    assert [complaints(text) for text in draft.texts.values() if complaints(text)] == []
