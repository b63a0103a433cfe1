"""Imports: modules of other files, with what they need and nothing else."""

from __future__ import annotations

import pytest

from tests.language.specs import HEAD, checked, document, findings, graph_of, shapes

UNIT = "archspec: 1\nparts: {unit: [conv 3x3 4]}\n"


def test_exactly_the_named_modules_come_into_scope() -> None:
    text = document("unit", "other", head="import: {other.yaml: [unit]}\n")
    other = "archspec: 1\nparts: {unit: [relu], other: [relu]}\n"
    found = checked(text, other=other)
    assert [each.code for each in found.diagnostics] == ["word/unknown"]


def test_they_keep_their_own_defaults_and_params_and_bring_what_they_use() -> None:
    other = (
        "archspec: 1\nparams: {p: 5}\ndefaults: {conv: {activation: relu}}\n"
        "parts: {unit: [conv 1x1 p, helper], helper: [elu]}\n"
    )
    text = document(
        "unit",
        "conv 1x1 p",
        head="params: {p: 7}\ndefaults: {conv: {activation: gelu}}\nimport: {other.yaml: [unit]}\n",
    )
    assert shapes(graph_of(text, other=other)) == {
        "unit.conv.conv2d": "32x32x5",
        "unit.conv.relu": "32x32x5",
        "unit.helper.elu": "32x32x5",
        "conv.conv2d": "32x32x7",
        "conv.gelu": "32x32x7",
    }


def test_what_they_bring_stays_unseen() -> None:
    other = "archspec: 1\nparts: {unit: [helper], helper: [elu]}\n"
    text = document("unit", "helper", head="import: {other.yaml: [unit]}\n")
    assert findings(text, other=other) == ["word/unknown"]


def test_a_module_may_be_imported_by_a_file_that_is_imported() -> None:
    other = "archspec: 1\nimport: {third.yaml: [unit]}\nparts: {pair: [unit, unit]}\n"
    text = document("pair", head="import: {other.yaml: [pair]}\n")
    graph = graph_of(text, other=other, third=UNIT)
    assert list(graph.nodes) == ["pair.unit.conv.conv2d", "pair.unit_1.conv.conv2d"]


def test_what_was_imported_is_not_handed_on() -> None:
    other = "archspec: 1\nimport: {third.yaml: [unit]}\nparts: {pair: [unit, unit]}\n"
    text = document("unit", head="import: {other.yaml: [unit]}\n")
    assert findings(text, other=other, third=UNIT) == ["import/unknown"]


def test_a_circle_is_shown_file_by_file() -> None:
    text = document("unit", head="import: {other.yaml: [unit]}\nparts: {mine: [relu]}\n")
    other = "archspec: 1\nimport: {net.yaml: [mine]}\nparts: {unit: [mine]}\n"
    found = [each for each in checked(text, other=other).diagnostics if each.severity == "error"]
    assert [each.code for each in found] == ["import/circle"]
    assert found[0].message == "imports form a cycle: net.yaml -> other.yaml -> net.yaml"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("other.yaml: [unti]", "import/unknown"),
        ("other.yaml: unit", "import/form"),
        ("nowhere.yaml: [unit]", "file/not-found"),
        ("../other.yaml: [unit]", "file/outside-root"),
        ("/other.yaml: [unit]", "file/outside-root"),
        ("net.yaml: [unit]", "import/circle"),
    ],
)
def test_an_import_that_brings_nothing_is_the_one_thing_said(written: str, code: str) -> None:
    text = document("unit", head=f"import: {{{written}}}\n")
    assert findings(text, other=UNIT) == [code]


def test_what_is_wrong_in_an_imported_file_is_shown_there() -> None:
    other = "archspec: 1\ndefaults: {conv: {foo: 1}}\nparts: {unit: [conv 3x3 4 4]}\n"
    found = checked(document("unit", head="import: {other.yaml: [unit]}\n"), other=other)
    places = [(each.code, str(each.span)) for each in found.diagnostics]
    assert places == [
        ("argument/unknown", "other.yaml:2:19"),
        ("argument/twice", "other.yaml:3:27"),
    ]


def test_the_network_of_an_imported_file_is_left_alone() -> None:
    other = f"{HEAD}parts: {{unit: [relu]}}\nnetwork: [dense 3]\n"
    assert findings(document("unit", head="import: {other.yaml: [unit]}\n"), other=other) == []


def test_the_options_of_an_imported_module_are_evaluated_where_it_is_used() -> None:
    other = "archspec: 1\nparams: {p: 5}\nparts: {unit: {options: [f=p], steps: [conv 1x1 f]}}\n"
    text = document("unit", "unit p", head="params: {p: 7}\nimport: {other.yaml: [unit]}\n")
    assert shapes(graph_of(text, other=other)) == {
        "unit.conv.conv2d": "32x32x5",
        "unit_1.conv.conv2d": "32x32x7",
    }


def test_two_modules_of_one_name_are_refused() -> None:
    head = "import: {other.yaml: [unit]}\nparts: {unit: [relu]}\n"
    assert findings(document("unit", head=head), other=UNIT) == ["name/duplicate"]
    head = "import: {other.yaml: [unit], third.yaml: [unit]}\n"
    assert findings(document("unit", head=head), other=UNIT, third=UNIT) == ["name/duplicate"]
