"""The JSON Schema of recipes allows what is right, and refuses what it can see is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft7Validator

from archspec.language.yaml import reader
from archspec.language.yaml.values import Scalar, Sequence, Value
from archspec.location import of_text
from archspec.source import Source
from archspec.training.recipes import check
from archspec.training.recipes.schema import schema
from tests.commands.running import ROOT

SCHEMA = schema()
VALIDATOR = Draft7Validator(SCHEMA)
LEAST = "recipe: 1\nname: example\nbatch: 32\nepochs: 100\n"
RIGHT = (
    "optimizer: sgd 0.1",
    "optimizer: sgd rate=0.1*2 momentum=0.5 nesterov=true",
    "optimizer: {rmsprop: 0.045}",
    "optimizer: {rmsprop: 0.045 decay=0.9 variant=keras}",
    "optimizer: {adamw: {rate: 1e-3, beta2: 0.95}}",
    "optimizer: sgd 0.1\nschedule: constant",
    "optimizer: sgd 0.1\nschedule: cosine",
    "optimizer: sgd 0.1\nschedule: steps 0.1 at=[30, 60, 90]",
    "optimizer: sgd 0.1\nschedule: {steps: {factor: 0.1, at: [30, 60]}}",
    "optimizer: sgd 0.1\nweight_decay: 0.00004",
    "optimizer: sgd 0.1\nweight_decay: 0.00004 spares=norm",
    "optimizer: sgd 0.1\nweight_decay: {rate: 2*1e-5, spares: none}",
    "optimizer: sgd 0.1\nweight_decay: 0.00004 spares=[norm,bias]",
    "optimizer: sgd 0.1\naugmentation: light padding=2",
    "optimizer: sgd 0.1\naugmentation: none",
    "optimizer: sgd 0.1\nclip: none\naveraging: 0.999",
    "optimizer: sgd 0.1\nset: {scale: 0.17, activation: relu, wide: true}",
    "optimizer: sgd 0.1\nnormalization: imagenet\nprecision: bfloat16\nsynchronized: true\nseed: 7",
)
WRONG = (
    "optimizer: lion 0.1",
    "optimizer: sgd 0.1 rho=0.9",
    "optimizer: sgd 0.1 nesterov=maybe",
    "optimizer: {adamw: {rate: 0}}",
    "optimizer: {adamw: {rate: 0.1, beta3: 0.9}}",
    "optimizer: {adamw: 0.1, sgd: 0.1}",
    "optimizer: [sgd 0.1]",
    "optimizer: sgd 0.1\nschedule: cosin",
    "optimizer: sgd 0.1\nweight_decay: 0.1 spares=biases",
    "optimizer: sgd 0.1\naugmentation: heavy",
    "optimizer: sgd 0.1\nclip: -1",
    "optimizer: sgd 0.1\nsmoothing: 1",
    "optimizer: sgd 0.1\nseed: 0.5",
    "optimizer: sgd 0.1\nlr: 0.1",
    "schedule: constant",
)


def plain(value: Value) -> Any:
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Sequence):
        return [plain(item) for item in value.items]
    return {key.text: plain(item) for key, item in value.entries}


def is_allowed(text: str) -> bool:
    return bool(VALIDATOR.is_valid(plain(reader.read(Source("example.yaml", text)))))


def test_the_schema_is_one_of_draft_07() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_is_allowed(text: str) -> None:
    assert check(of_text((LEAST + text).encode())).diagnostics == ()
    assert is_allowed(LEAST + text)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_refused(text: str) -> None:
    assert check(of_text((LEAST + text).encode())).diagnostics
    assert not is_allowed(LEAST + text)


@pytest.mark.parametrize(
    "file", sorted((ROOT / "recipes").glob("*.yaml")), ids=lambda file: file.stem
)
def test_the_recipes_that_come_along_are_allowed(file: Any) -> None:
    text = file.read_text()
    assert text.startswith("# yaml-language-server: $schema=../docs/schema/archspec-recipe-1.json")
    assert is_allowed(text)
