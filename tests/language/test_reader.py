"""YAML as values that know their places."""

from __future__ import annotations

import pytest
import yaml

from archspec.diagnostic import SpecError
from archspec.language.yaml import reader
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from tests.language.reading import plain, read, refusals, under


def scalar(text: str) -> Scalar:
    value = read(f"a: {text}\n").get("a")
    assert isinstance(value, Scalar)
    return value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("3:3", "3:3"),
        ("1_7", "1_7"),
        ("-5", -5),
        ("+.5", 0.5),
        ("1.", 1.0),
        (".inf", float("inf")),
        ("true", True),
        ("False", False),
        ("3x3", "3x3"),
        ("V", "V"),
        ("n", "n"),
        ("2001-01-01", "2001-01-01"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("conv 3x3 64 -> 8x8x64", "conv 3x3 64 -> 8x8x64"),
        ("9" * 65, "9" * 65),
    ],
)
def test_plain_scalars_follow_the_core_rules_of_yaml_1_2(text: str, value: object) -> None:
    found = scalar(text).value
    assert (found, type(found)) == (value, type(value))


def test_values_keep_their_line_and_column() -> None:
    root = read("a: 1\nlist:\n  - conv 3x3\n  - {b: 'x y'}\n")
    items = root.get("list")
    assert isinstance(items, Sequence)
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    assert str(items.items[0].span) == "spec.yaml:3:5"
    assert [under(key.span) for key, _ in inner.entries] == ["b"]
    assert under(inner.entries[0][1].span) == "'x y'"
    assert not items.flow


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc def", "def"),
        ("'abc def'", "def"),
        ('"abc def"', "def"),
        ("&anchor abc def", "def"),
        ('"abc\\x20def"', '"abc\\x20def"'),
        ("'it''s def'", "'it''s def'"),
        ("abc\n  def", "abc"),
        ("|\n  abc def", "|"),
    ],
)
def test_a_part_of_a_text_is_underlined_exactly_where_it_is_written_as_such(
    text: str, shown: str
) -> None:
    value = scalar(text)
    start = value.text.index("def")
    assert under(value.at(start, start + 3)) == shown


def test_columns_count_characters_also_behind_wide_ones() -> None:
    value = read("doc: 'größer 🙂'\na: {b: 🙂 conv}\n").get("a")
    assert isinstance(value, Mapping)
    inner = value.get("b")
    assert isinstance(inner, Scalar)
    assert under(inner.at(2, 6)) == "conv"


def test_lines_may_end_as_windows_ends_them() -> None:
    value = read("a: 1\r\nb: conv 3x3\r\n").get("b")
    assert isinstance(value, Scalar)
    assert (value.text, under(value.span)) == ("conv 3x3", "conv 3x3")


def test_an_alias_stands_for_the_very_value() -> None:
    root = read("a: &stem [conv 3x3 64]\nb: *stem\n")
    assert root.get("a") is root.get("b")


def test_a_key_is_found_by_its_text() -> None:
    root = read("a: 1\n'b c': 2\n")
    key = root.key("b c")
    assert key is not None
    assert under(key.span) == "'b c'"
    assert root.get("d") is None
    assert root.key("d") is None


@pytest.mark.parametrize(("text", "close"), [("a: [", "]"), ("a: [b, {", "}"), ("a: {b: [c", "]")])
def test_a_bracket_that_is_never_closed_asks_for_its_like(text: str, close: str) -> None:
    (found,) = refusals(text)
    assert found.message == f"a comma or `{close}` is missing"


def test_a_duplicate_key_shows_both_places() -> None:
    (found,) = refusals("a: 1\nb: 2\na: 3\n")
    assert found.code == "yaml/duplicate-key"
    assert [label.span.line for label in found.labels] == [3, 1]


def test_keys_that_differ_in_their_quotes_alone_are_duplicates() -> None:
    assert refusals("1: a\n'1': b\n")[0].code == "yaml/duplicate-key"


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("yes", "true"),
        ("No", "false"),
        ("on", "true"),
        ("OFF", "false"),
        ("null", "none"),
        ("~", "none"),
    ],
)
def test_other_words_for_true_false_and_none_are_errors_that_say_them(
    text: str, instead: str
) -> None:
    for document in (f"a: {text}\n", f"a: [{text}]\n", f"a: {{b: {text}}}\n"):
        (found,) = refusals(document)
        assert (found.code, under(found.span)) == ("yaml/value", text)
        assert found.help is not None
        assert f"`{instead}`" in found.help


def test_they_are_texts_in_quotes_and_names_as_keys() -> None:
    assert plain(read("no: 'yes'\n")) == {"no": "yes"}


@pytest.mark.parametrize(
    "text", ["keep:\n", "a: {keep: }\n", "a: {keep}\n", "a:\n  - keep:\n", "keep: &anchor\n"]
)
def test_a_key_without_a_value_is_an_error_and_never_identity(text: str) -> None:
    (found,) = refusals(text)
    assert (found.code, under(found.span)) == ("yaml/empty-value", "keep")


def test_a_dash_without_a_value_is_an_error() -> None:
    (found,) = refusals("a:\n  - conv\n  -\n  - conv\n")
    assert (found.code, under(found.span)) == ("yaml/empty-value", "-")


def test_a_key_whose_content_stands_beside_it_is_told_to_indent_it() -> None:
    (found,) = refusals("a:\n  - concat:\n    pool: max_pool 3x3\n")
    assert under(found.span) == "concat"
    assert found.help is not None
    assert found.help.startswith("indent what belongs to `concat`")


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("a: Inception: v4\n", "yaml/colon", ":"),
        ("a:\n  - text: with: colon\n", "yaml/colon", ":"),
        ("a: 1\n  b: 2\n", "yaml/indentation", "b: 2"),
        ("a:\n  - b\n c: d\n", "yaml/indentation", "c: d"),
        ("a: 1\nfoo\nb: 2\n", "yaml/missing-colon", "foo"),
        ("a:\n  - b\n  -conv 3x3\nc: 1\n", "yaml/missing-colon", "-conv 3x3"),
        ("a: @b\n", "yaml/start", "@"),
        ("a: `b`\n", "yaml/start", "`"),
        ("a: %b\n", "yaml/start", "%"),
        ("a: [b, c\nd: e\n", "yaml/bracket", ":"),
        ("a: [b, c", "yaml/bracket", "c"),
        ("a: [\n", "yaml/bracket", "["),
        ("a: [b, {", "yaml/bracket", "{"),
        ("a: [pad padding=[1,2], c]\n", "yaml/bracket", "["),
        ("a: [b]]\n", "yaml/bracket", "]"),
        ("a: }\n", "yaml/bracket", "}"),
        ("a: 'b\n", "yaml/quote", "'"),
        ("'a' b: c\n", "yaml/quote", "b"),
        ('a: "\\q"\n', "yaml/escape", '"'),
        ("a: |x\n  b\n", "yaml/syntax", "x"),
        ("a:\n\tb: 1\n", "yaml/tab", "\t"),
        ("a:\n  - b\n  \t- c\n", "yaml/tab", "  \t"),
        ("a: *b\n", "yaml/alias", "*b"),
        ("a: &b [*b]\n", "yaml/alias", "*b"),
        ("a: !!python/object b\n", "yaml/tag", "!!python/object"),
        ("a: !x [b]\n", "yaml/tag", "!x"),
        ("<<: {a: 1}\n", "yaml/merge-key", "<<"),
        ("[a]: b\n", "yaml/key", "["),
        ("? {a: 1}\n: b\n", "yaml/key", "{"),
        ("a: 1\n--- b\n", "yaml/documents", "---"),
        ("- conv 3x3\n- relu\n", "yaml/not-a-mapping", "- conv 3x3"),
        ("conv 3x3\n", "yaml/not-a-mapping", "conv 3x3"),
        ("a: \x00b\n", "yaml/character", "\x00"),
        ("a: b\rc: d\n", "yaml/character", "\r"),
        ("a: b\u2028c\n", "yaml/character", "\u2028"),
        ("a: b\u202ec\n", "yaml/character", "\u202e"),
        ("a: \ud800\n", "yaml/character", "\ud800"),
    ],
)
def test_every_trap_of_yaml_has_a_diagnostic_of_its_own(text: str, code: str, shown: str) -> None:
    (found,) = refusals(text)
    assert found.code == code
    assert found.span is not None
    line = text.split("\n")[found.span.line - 1]
    assert line[found.span.start : found.span.end] == shown


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "--- # nothing\n...\n"])
def test_a_file_that_holds_nothing_says_so(text: str) -> None:
    assert refusals(text)[0].code == "yaml/empty"


def test_a_text_with_a_colon_is_shown_in_its_quotes() -> None:
    assert refusals("doc: Inception: v4\n")[0].help == 'quote the text: doc: "Inception: v4"'


def test_a_tab_between_words_is_a_blank() -> None:
    assert plain(read("a:\tconv\t3x3\n")) == {"a": "conv 3x3"}


def test_all_mistakes_are_reported_together() -> None:
    codes = [found.code for found in refusals("a: yes\na: 1\nb:\nc: !x 1\nd: }\n")]
    assert sorted(codes) == [
        "yaml/bracket",
        "yaml/duplicate-key",
        "yaml/tag",
        "yaml/value",
    ]


def test_reading_stops_after_a_hundred_mistakes() -> None:
    assert len(refusals("a: [" + "~, " * 5000 + "~]\n")) == 100


def test_lists_within_lists_are_read_to_a_depth_of_64() -> None:
    assert plain(read("a: " + "[" * 63 + "1" + "]" * 63)) is not None
    assert refusals("a: " + "[" * 64 + "1" + "]" * 64)[0].code == "yaml/depth"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_a_hundred_thousand_openings_are_refused_at_once(opening: str) -> None:
    assert refusals(opening * 100_000)[0].code in ("yaml/depth", "yaml/key")


def test_aliases_count_towards_the_depth() -> None:
    inner = "[" * 40 + "1" + "]" * 40
    outer = "[" * 30 + "*a" + "]" * 30
    assert refusals(f"x: &a {inner}\ny: {outer}\n")[0].code == "yaml/depth"


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    assert refusals("\n".join(lines))[0].code == "yaml/values"


def test_eight_mebibytes_are_the_most() -> None:
    assert refusals("a: " + "b" * 2**23)[0].code == "yaml/too-large"


DOCUMENTS = [
    "a: 1\nb: [x, 'y', {c: d}]\n",
    "? a\n: b\n",
    "a: |\n  text\n  more\nb: >-\n  folded\n  text\n",
    "a: &x {b: c}\nd: *x\n",
    "{a: b, 'c': [1, 2, ],}\n",
    "a: b # comment\n# more\nc: 'it''s'\n",
    "a: conv 3x3\n  64\n",
    "%YAML 1.1\n---\na: b\n...\n",
    "a: [conv 3x3 64 /2 V -> 8x8x64, relu]\n",
    "a:\n- b\n- - c\n  - d\n-  e: f\n   g: h\n",
    "a: b:c\nd: x#y\ne: -1\nf: - 1",
    "a: 'b\n",
    "a: {b: c\n",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_the_parser_in_python_gives_the_same_values_and_places(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = _outcome(text)
    monkeypatch.setattr(reader, "LOADER", yaml.SafeLoader)
    assert _outcome(text) == fast


def _outcome(text: str) -> object:
    try:
        return _places(read(text))
    except SpecError as error:
        return [(each.code, str(each.span)) for each in error.diagnostics]


def _places(value: Value) -> object:
    if isinstance(value, Scalar):
        return (value.text, value.plain, value.span[1:])
    if isinstance(value, Sequence):
        return (value.flow, value.span[1:], [_places(item) for item in value.items])
    return (value.span[1:], [(_places(key), _places(each)) for key, each in value.entries])
