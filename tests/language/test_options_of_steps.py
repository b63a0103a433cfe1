"""Giving options of the modules that steps of the network use other values."""

from __future__ import annotations

import pytest

from archspec.language.document.overrides import Overrides
from tests.language.specs import checked, document, shapes

OPTIONAL = "blocks: {unit: {options: [k=3, f=1], steps: [conv 1x1 k*f]}}\n"


@pytest.mark.parametrize("step", ["unit 4 f=2", "unit k=4 f=2", "unit f=2"])
def test_an_option_takes_the_place_of_what_a_step_or_the_module_says(step: str) -> None:
    found = checked(document(step, head=OPTIONAL), Overrides({"k": 5}))
    assert found.graph is not None
    assert shapes(found.graph) == {"unit.conv.conv2d": "32x32x10"}
    assert found.graph.scopes["unit"].arguments == {"k": 5, "f": 2}


def test_an_option_of_a_repeat_is_that_of_every_copy() -> None:
    found = checked(document("2 x unit 4", head=OPTIONAL), Overrides({"k": 5}))
    assert found.graph is not None
    assert list(shapes(found.graph).values()) == ["32x32x5", "32x32x5"]


def test_an_option_of_several_steps_is_told_apart_by_the_step() -> None:
    text = document("unit 4", "unit 6 as last", "unit 8", head=OPTIONAL)
    found = checked(text, Overrides({"last.k": 7, "unit_1.k": 9}))
    assert found.graph is not None
    assert list(shapes(found.graph).values()) == ["32x32x4", "32x32x7", "32x32x9"]
    (refused,) = checked(text, Overrides({"k": 7})).diagnostics
    assert (refused.code, refused.help) == (
        "command/param",
        "name one: unit.k, last.k, unit_1.k",
    )


def test_a_param_has_its_name_before_an_option() -> None:
    found = checked(document("unit k", head=OPTIONAL + "params: {k: 3}\n"), Overrides({"k": 5}))
    assert found.graph is not None
    assert found.graph.header.params == {"k": 5}
    assert found.graph.nodes["unit.conv.conv2d"].written["filters"].text == "k*f"


def test_an_option_may_be_a_word_or_a_fraction() -> None:
    head = "blocks: {unit: {options: [r, act], steps: [dropout r, conv 1x1 4 activation=act]}}\n"
    text = document("unit 0.5 act=relu", head=head)
    found = checked(text, Overrides({"r": 0.25, "act": "gelu"}))
    assert found.graph is not None
    assert found.graph.scopes["unit"].arguments == {"r": 0.25, "act": "gelu"}
