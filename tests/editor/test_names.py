"""Names: where they are declared, where they are used, and what renaming them changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.editor import renaming
from archspec.editor.occurrences import Sort
from tests.editor.opened import NET, Opened, opened

PARTS = """\
archspec: 1
name: parts
parts:
  pair:
    options: [k]
    steps: [conv 3x3 k, relu]
"""
USER = """\
archspec: 1
name: user
input: 8x8x3
import:
  parts.yaml: [pair]
network: [pair k=4, pair 8]
"""


SIZES = (
    PARTS.replace("3x3 k", "3x3 width*k")
    + """\
params: {width: 1}
variants:
  small: {title: Small parts, expect: {parameters: 10}}
  large: {source: a paper, params: {width: 2}}
"""
)
OF_A_VARIANT = USER.replace("  parts.yaml", '  "parts.yaml#large"')


def places(at: Opened) -> list[tuple[str, int, int]]:
    found = at.reading.at(at.line, at.column)
    assert found is not None
    mentions = renaming.mentions(at.workspace, at.reading, found.symbol)
    return [
        (path.name, each.span.line, each.span.start)
        for path, all_of_file in mentions.items()
        for each in all_of_file
    ]


def renamed(at: Opened, name: str) -> str:
    found = renaming.renameable(at.reading, at.line, at.column)
    edits = renaming.rename(at.workspace, at.reading, found.symbol, name)
    return renaming.edited(at.reading.source.text, edits[at.path])


def test_a_param_is_found_in_arithmetic(tmp_path: Path) -> None:
    at = opened(tmp_path, NET.replace("{width", "{wi|dth"))
    assert places(at) == [("net.yaml", 4, 9), ("net.yaml", 12, 9), ("net.yaml", 14, 13)]


def test_a_name_of_a_step_is_found_where_it_is_taken(tmp_path: Path) -> None:
    at = opened(tmp_path, NET.replace("from first", "from fir|st"))
    assert places(at) == [("net.yaml", 12, 18), ("net.yaml", 13, 13), ("net.yaml", 13, 19)]


def test_an_option_and_a_word_of_the_same_text_are_told_apart(tmp_path: Path) -> None:
    at = opened(tmp_path, NET.replace("/stride", "/st|ride"))
    found = at.reading.at(at.line, at.column)
    assert found is not None
    assert found.symbol.sort is Sort.OPTION
    assert places(at) == [("net.yaml", 7, 17), ("net.yaml", 9, 22), ("net.yaml", 14, 19)]


def test_a_template_is_found_in_files_that_import_it(tmp_path: Path) -> None:
    (tmp_path / "user.yaml").write_text(USER)
    at = opened(tmp_path, PARTS.replace("  pair:", "  pa|ir:"), "parts.yaml")
    assert places(at) == [
        ("parts.yaml", 4, 2),
        ("user.yaml", 5, 15),
        ("user.yaml", 6, 10),
        ("user.yaml", 6, 20),
    ]


def test_the_declaration_of_an_imported_template_is_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS)
    at = opened(tmp_path, USER.replace("[pair k", "[pa|ir k"), "user.yaml")
    found = at.reading.at(at.line, at.column)
    assert found is not None
    where = renaming.declaration(at.workspace, at.reading, found.symbol)
    assert where is not None
    assert (where[0].name, where[1].span.line, where[1].span.start) == ("parts.yaml", 4, 2)


def test_an_unsaved_template_is_imported_as_it_is_typed(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(PARTS)
    at = opened(tmp_path, USER, "user.yaml")
    assert not at.reading.diagnostics
    at.workspace.put((tmp_path / "parts.yaml").resolve(), PARTS.replace("pair", "other"))
    assert [each.code for each in at.reading.diagnostics] == ["import/unknown"]


def test_renaming_changes_all_mentions_and_nothing_else(tmp_path: Path) -> None:
    at = opened(tmp_path, NET.replace("{width", "{wi|dth"))
    assert renamed(at, "base") == NET.replace("width", "base")


def test_renaming_an_option_leaves_the_attribute_of_its_name_alone(tmp_path: Path) -> None:
    at = opened(tmp_path, NET.replace("stride=1", "str|ide=1"))
    after = renamed(at, "by")
    assert "options: [k, by=1]" in after
    assert "- conv2d 3x3 k /by bias=false" in after
    assert "- pair k=2*width by=2" in after


def test_renaming_through_files_keeps_both_checked(tmp_path: Path) -> None:
    (tmp_path / "user.yaml").write_text(USER)
    at = opened(tmp_path, PARTS.replace("[k]", "[|k]"), "parts.yaml")
    found = renaming.renameable(at.reading, at.line, at.column)
    edits = renaming.rename(at.workspace, at.reading, found.symbol, "width")
    assert {path.name: len(each) for path, each in edits.items()} == {
        "parts.yaml": 2,
        "user.yaml": 1,
    }
    after = renaming.edited(USER, edits[(tmp_path / "user.yaml").resolve()])
    assert "[pair width=4, pair 8]" in after


@pytest.mark.parametrize(
    ("place", "name", "why"),
    [
        ("  pa|ir:", "conv", "word of the language"),
        ("  pa|ir:", "Pair", "lower-case"),
        ("[|k,", "stride", "two options are called"),
        ("as fir|st", "pair", "two steps"),
        ("{wi|dth", "in_channels", "word of the language"),
    ],
)
def test_a_name_that_would_clash_is_refused(
    place: str, name: str, why: str, tmp_path: Path
) -> None:
    at = opened(tmp_path, NET.replace(place.replace("|", ""), place, 1))
    with pytest.raises(renaming.Refused, match=why):
        renamed(at, name)


def test_an_option_that_would_hide_a_param_in_its_module_is_refused(tmp_path: Path) -> None:
    text = NET.replace("- relu as out", "- conv 1x1 width as out")
    at = opened(tmp_path, text.replace("[k,", "[|k,"))
    with pytest.raises(renaming.Refused, match="another option or a value is called so"):
        renamed(at, "width")


def test_words_of_the_language_keep_their_names(tmp_path: Path) -> None:
    at = opened(tmp_path, NET.replace("- relu", "- re|lu"))
    with pytest.raises(renaming.Refused, match="`relu` is a word of the language"):
        renaming.renameable(at.reading, at.line, at.column)


def test_a_template_of_a_file_outside_of_the_folders_is_not_renamed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "parts.yaml").write_text(PARTS)
    at = opened(
        inside, USER.replace("parts", "../parts").replace("[pair k", "[pa|ir k"), "user.yaml"
    )
    with pytest.raises(renaming.Refused, match="outside of the folders"):
        renamed(at, "couple")


def test_a_text_that_an_alias_repeats_is_renamed_once(tmp_path: Path) -> None:
    text = NET.replace("- add from first first", "- concat: [&same [conv 1x1 wi|dth], *same]")
    after = renamed(opened(tmp_path, text), "base")
    assert "- concat: [&same [conv 1x1 base], *same]" in after


def test_a_variant_is_found_in_files_that_import_from_it(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(SIZES)
    (tmp_path / "user.yaml").write_text(OF_A_VARIANT)
    at = opened(tmp_path, OF_A_VARIANT.replace("#la", "#l|a"), "user.yaml")
    assert places(at) == [("user.yaml", 5, 14), ("parts.yaml", 10, 2)]
    found = at.reading.at(at.line, at.column)
    assert found is not None
    where = renaming.declaration(at.workspace, at.reading, found.symbol)
    assert where is not None
    assert (where[0].name, where[1].span.line) == ("parts.yaml", 10)
    file = at.reading.at(at.line, at.column - 4)
    assert file is not None
    assert file.symbol == (Sort.FILE, "parts.yaml", ("", 0, 0))


def test_a_variant_is_renamed_where_it_is_imported_from(tmp_path: Path) -> None:
    (tmp_path / "user.yaml").write_text(OF_A_VARIANT)
    at = opened(tmp_path, SIZES.replace("  large", "  la|rge"), "parts.yaml")
    found = renaming.renameable(at.reading, at.line, at.column)
    edits = renaming.rename(at.workspace, at.reading, found.symbol, "wide")
    after = {path.name: each for path, each in edits.items()}
    assert "  wide: {source" in renaming.edited(SIZES, after["parts.yaml"])
    assert '  "parts.yaml#wide": [pair]' in renaming.edited(OF_A_VARIANT, after["user.yaml"])
    with pytest.raises(renaming.Refused, match="small"):
        renaming.rename(at.workspace, at.reading, found.symbol, "small")
