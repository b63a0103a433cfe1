"""The JSON Schema accepts the zoo, and refuses the broken specs that a schema can see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from archspec.language import reader
from archspec.language.schema import schema
from archspec.language.values import Scalar, Sequence, Value
from archspec.language.words import known_words
from archspec.location import zoo
from archspec.source import Source

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


@pytest.mark.parametrize("spec", sorted(zoo().rglob("*.yaml")), ids=lambda spec: str(spec.stem))
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
