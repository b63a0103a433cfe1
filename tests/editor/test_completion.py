"""What is offered while a line is half written."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.editor.completion import complete
from archspec.operator import words_with
from tests.editor.opened import NET, opened
from tests.editor.test_names import PARTS


def offered(folder: Path, text: str) -> list[str]:
    at = opened(folder, NET)
    at.workspace.reading(at.path)  # the last text without errors
    typed = opened(folder, text)
    at.workspace.put(at.path, typed.reading.source.text)
    good = at.workspace.good.get(at.path)
    return [each.text for each in complete(at.reading, good, typed.line, typed.column)]


def typed(line: str, after: str = "- add from first first") -> str:
    """Put a line in place of one of the network's steps."""
    return NET.replace(after, line)


def test_a_dash_begins_with_templates_and_words(tmp_path: Path) -> None:
    found = offered(tmp_path, typed("- |"))
    assert found[0] == "pair"
    assert {"conv", "max_pool", "residual"} <= set(found)


def test_a_word_is_completed_from_its_first_letters(tmp_path: Path) -> None:
    assert "max_pool" in offered(tmp_path, typed("- max|"))
    assert "conv" not in offered(tmp_path, typed("- max|"))


def test_a_template_offers_its_options(tmp_path: Path) -> None:
    found = offered(tmp_path, typed("- pair |"))
    assert found[:2] == ["k", "stride"]
    assert {"width", "as", "from", "->"} <= set(found)


def test_an_argument_that_is_given_is_not_offered_again(tmp_path: Path) -> None:
    assert "k" not in offered(tmp_path, typed("- pair k=4 |"))


def test_a_layer_offers_attributes_paddings_and_params(tmp_path: Path) -> None:
    found = offered(tmp_path, typed("- conv 3x3 |"))
    assert {"stride", "groups", "V", "same", "symmetric", "linear", "width"} <= set(found)
    assert "k" not in found


def test_inside_a_template_its_own_options_are_values(tmp_path: Path) -> None:
    found = offered(tmp_path, NET.replace("- relu as out", "- conv 3x3 |"))
    assert {"k", "width"} <= set(found)


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("- conv 3x3 4 activation=|", set(words_with("activation"))),
        ("- conv 3x3 4 padding=|", {"valid", "same", "symmetric"}),
        ("- conv 3x3 4 bias=|", {"true", "false"}),
        ("- {conv: {kernel: 3x3, |}}", {"filters", "groups"}),
        ("- {conv: 3x3 4, |}", {"as", "from", "shape", "times"}),
        ("- conv:\n      kernel: 3x3\n      |", {"filters", "padding"}),
        ("- conv: 3x3 4\n    |", {"as", "from"}),
        ("- residual:\n      |", {"steps", "shortcut", "scale", "activation"}),
        ("- concat:\n      left: con|", {"conv", "concat"}),
        ("- concat: [identity, dep|]", {"depthwise_conv"}),
        ("- 4 x pa|", {"pair"}),
    ],
)
def test_both_forms_of_a_step_are_completed(line: str, some: set[str], tmp_path: Path) -> None:
    assert some <= set(offered(tmp_path, typed(line)))


def test_from_offers_the_names_above_and_the_input(tmp_path: Path) -> None:
    found = offered(tmp_path, typed("- add from |"))
    assert {"first", "input"} <= set(found)
    assert "out" not in found


def test_a_name_is_the_authors_own(tmp_path: Path) -> None:
    assert offered(tmp_path, typed("- pair 4 as |")) == []


def test_the_arrow_offers_the_shape_that_the_step_yields(tmp_path: Path) -> None:
    """A step of 8 x 8 x 4 values, added to itself."""
    text = NET.replace("- add from first first", "- add from first first -> |8x8x4")
    at = opened(tmp_path, text)
    found = complete(at.reading, None, at.line, at.column)
    assert [each.text for each in found] == ["8x8x4"]


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("archspec: 1\nname: net\n|", {"input", "network", "blocks", "expect"}),
        (NET.replace("    options: [k", "    |\n    options: [k"), {"doc", "source", "inputs"}),
        (NET + "expect:\n  |", {"parameters", "macs"}),
        (NET + "outputs: [|]", {"first"}),
        (NET + "defaults:\n  con|", {"conv"}),
        (NET + "defaults:\n  conv:\n    |", {"activation", "norm"}),
        (NET + "auxiliary:\n  side:\n    |", {"from", "steps"}),
        (NET + "auxiliary:\n  side:\n    from: |", {"first"}),
        ("recipe: 1\n|", {"epochs", "batch", "optimizer"}),
    ],
)
def test_sections_offer_their_keys(text: str, some: set[str], tmp_path: Path) -> None:
    assert some <= set(offered(tmp_path, text))


def test_what_is_chosen_replaces_what_was_typed(tmp_path: Path) -> None:
    at = opened(tmp_path, typed("- conv 3x3 4 activation=re|"))
    found = complete(at.reading, None, at.line, at.column)
    start = len("  - conv 3x3 4 activation=")
    assert {each.start for each in found} == {start}


def test_an_import_offers_files_and_their_templates(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS)
    assert offered(tmp_path, NET + "import:\n  |") == ["parts.yaml"]
    assert offered(tmp_path, NET + "import:\n  parts.yaml: [|]") == ["pair"]


FAMILY = NET.replace("network:", "variants:\n  small:\n    |\nnetwork:", 1)


def test_a_variant_offers_what_it_may_say_and_the_params_of_the_file(tmp_path: Path) -> None:
    assert {"params", "input", "expect"} <= set(offered(tmp_path, FAMILY))
    inside = FAMILY.replace("    |\n", "    params:\n      |\n")
    assert offered(tmp_path, inside) == ["width"]


SIZES = (
    PARTS
    + """\
params: {width: 4}
variants:
  small: {title: Small parts}
  large: {params: {width: 8}}
"""
)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("  parts.yaml#|", "parts.yaml#small: ["),
        ("  parts.yaml#s|: [pair]", "parts.yaml#small"),
        ('  "parts.yaml#|', 'parts.yaml#small": ['),
        ('  "parts.yaml#|"', "parts.yaml#small"),
    ],
)
def test_behind_a_file_and_a_hash_its_variants_are_offered(
    typed: str, written: str, tmp_path: Path
) -> None:
    (tmp_path / "parts.yaml").write_text(SIZES)
    at = opened(tmp_path, NET + "import:\n" + typed)
    good = opened(tmp_path, NET).reading
    small = complete(at.reading, good, at.line, at.column)[0]
    assert (small.text, small.detail) == ("parts.yaml#small", "Small parts")
    assert (small.written, small.start) == (written, len(typed.partition("parts")[0]))


def test_variants_are_those_of_the_text_that_is_open(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(SIZES)
    at = opened(tmp_path, NET + "import:\n  parts.yaml#t|")
    at.workspace.put((tmp_path / "parts.yaml").resolve(), SIZES.replace("small", "tiny"))
    good = at.workspace.reading(at.path)
    at.workspace.put(at.path, NET)
    known = at.workspace.reading(at.path)
    assert [each.text for each in complete(good, known, at.line, at.column)] == ["parts.yaml#tiny"]


def test_an_import_of_a_variant_offers_its_templates(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(SIZES)
    for key in ("parts.yaml#small", '"parts.yaml#small"'):
        assert offered(tmp_path, f"{NET}import:\n  {key}: [|]") == ["pair"]
    assert offered(tmp_path, NET + 'import: {"parts.yaml#large": [|]}') == ["pair"]
