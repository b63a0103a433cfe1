"""Both forms of the step grammar."""

from __future__ import annotations

import pytest

from archspec.diagnostic import Diagnostic
from archspec.language.syntax.expressions import Expression, Literal
from archspec.language.syntax.steps import Step, Text, parse_arguments
from tests.language.reading import arguments, mistake, read, step, steps, under, written


def texts(found: Step) -> tuple[object, ...]:
    """Show everything about a step but its places."""
    return (
        found.word.text,
        arguments(found),
        written(found.count),
        found.name and found.name.text,
        [source.text for source in found.sources],
        found.shape and found.shape.shape,
        [
            (branch.name and branch.name.text, [texts(inner) for inner in branch.steps])
            for branch in found.branches
        ],
    )


@pytest.mark.parametrize(
    ("line", "read_as"),
    [
        ("relu", []),
        ("conv 3x3 64", [("kernel", ["3", "3"]), (None, "64")]),
        ("conv 1x7 64 /2", [("kernel", ["1", "7"]), (None, "64"), ("stride", "2")]),
        ("conv 3x3 V", [("kernel", ["3", "3"]), ("padding", "V")]),
        ("max_pool /s symmetric", [("stride", "s"), ("padding", "symmetric")]),
        ("conv 1x1 4*f linear", [("kernel", ["1", "1"]), (None, "4*f"), ("linear", "linear")]),
        ("reduction_a k=192 l=224", [("k", "192"), ("l", "224")]),
        ("conv kernel=5 8", [("kernel", "5"), (None, "8")]),
        ("conv padding=[1,0,1,0]", [("padding", ["1", "0", "1", "0"])]),
        ("conv padding=[1, 0, 1, 0]", [("padding", ["1", "0", "1", "0"])]),
        ("conv kernel=3x1 padding=V", [("kernel", ["3", "1"]), ("padding", "V")]),
        ("pad padding=[max(1,k),0,0,0]", [("padding", ["max(1,k)", "0", "0", "0"])]),
        ("dense round_to(k*1.5,8)", [(None, "round_to(k*1.5,8)")]),
        ("dense round_to(k * 2, 8) V", [(None, "round_to(k * 2, 8)"), ("padding", "V")]),
        ("dropout 0.2", [(None, "0.2")]),
        ("block bias=false scale=1e-3", [("bias", "false"), ("scale", "1e-3")]),
    ],
)
def test_the_arguments_of_a_step(line: str, read_as: list[object]) -> None:
    assert arguments(step(line)) == read_as


def test_a_step_says_how_often_what_under_which_name_from_where_and_of_what_shape() -> None:
    found = step("n-1 x block 8 as stage from stem input -> 35x35x384")
    assert texts(found) == (
        "block",
        [(None, "8")],
        "n-1",
        "stage",
        ["stem", "input"],
        (35, 35, 384),
        [],
    )


def test_clauses_stand_in_any_order() -> None:
    assert texts(step("add from a b as sum")) == texts(step("add as sum from a b"))


def test_a_shape_may_be_one_length_and_needs_no_blank() -> None:
    assert (step("relu -> 1536").shape, step("relu ->8x8x3").shape) != (None, None)
    shape = step("relu ->8x8x3").shape
    assert shape is not None
    assert shape.shape == (8, 8, 3)


def test_marks_mean_what_they_would_mean_by_name() -> None:
    padding, linear = step("conv 1 V linear").arguments[1:]
    assert isinstance(padding.operand.value, Expression)
    assert isinstance(linear.operand.value, Expression)
    assert padding.operand.value.names == {"valid"}
    assert linear.operand.value.root == Literal(0, 0, value=True)


def test_every_part_of_a_step_is_underlined_by_itself() -> None:
    found = step("4 x conv 3x3 2*k /s padding=[1,2] as a from b -> 8x8x3 # comment")
    kernel, main, stride, padding = found.arguments
    assert under(found.span) == "4 x conv 3x3 2*k /s padding=[1,2] as a from b -> 8x8x3"
    assert under(found.word.span) == "conv"
    assert found.count is not None
    assert under(found.count.span) == "4"
    assert [under(each.span) for each in found.arguments] == ["3x3", "2*k", "/s", "padding=[1,2]"]
    assert under(stride.operand.span) == "s"
    assert under(main.operand.span) == "2*k"
    assert under(kernel.operand.span) == "3x3"
    assert isinstance(padding.operand.value, tuple)
    assert [under(each.span) for each in padding.operand.value] == ["1", "2"]
    assert found.name is not None
    assert found.shape is not None
    assert [under(span) for span in (found.name.span, found.sources[0].span)] == ["a", "b"]
    assert under(found.shape.span) == "8x8x3"


def test_quoted_steps_are_underlined_as_exactly_and_folded_ones_at_their_beginning() -> None:
    assert under(step('"conv 3x3 64"').word.span) == "conv"
    (folded,), _ = steps("network:\n  - conv 3x3\n    64\n")
    assert arguments(folded)[1] == (None, "64")
    assert under(folded.arguments[1].span) == "conv 3x3"


@pytest.mark.parametrize(
    ("short", "long"),
    [
        (
            "2 x conv 3x3 64 /2 as conv1 from stem -> 35x35x64",
            "{conv: 3x3 64 /2, as: conv1, from: stem, times: 2, shape: 35x35x64}",
        ),
        ("conv 3x3 64", "{conv: '3x3 64'}"),
        ("add from a b", "{add: [identity], from: [a, b]}"),
        ("relu -> 1536", "{relu: {}, shape: 1536}"),
        ("block k=3 act=relu", "{block: {k: 3, act: relu}}"),
        ("pool kernel=[3,3] padding=[1,1,0,0]", "{pool: {kernel: [3, 3], padding: [1, 1, 0, 0]}}"),
        ("conv filters=2*k kernel=3x3", "{conv: {filters: 2 * k, kernel: 3x3}}"),
        ("relu -> 8x8x3", "{relu: {}, shape: [8, 8, 3]}"),
        ("conv linear", "{conv: {linear: true}}"),
    ],
)
def test_both_forms_say_the_same(short: str, long: str) -> None:
    one, other = (str(texts(step(each))) for each in (short, long))
    assert _comparable(one) == _comparable(other)


def _comparable(shown: str) -> str:
    """Leave out what only a mapping can have, and how a list's or a mark's text is written."""
    for text, instead in (
        ("[(None, [('identity', [], None, None, [], None, [])])]", "[]"),
        (" ", ""),
    ):
        shown = shown.replace(text, instead)
    return shown.replace("'linear','linear'", "'linear','true'")


def test_a_merge_has_branches_with_names_or_without() -> None:
    named = step("{concat: {pool: max_pool 3x3, deep: [conv 1x1 8, conv 3x3 8]}}")
    assert [branch.name and branch.name.text for branch in named.branches] == ["pool", "deep"]
    assert [len(branch.steps) for branch in named.branches] == [1, 2]
    unnamed = step("add: [identity, [conv 3x3 8, relu], {conv: 3x3 8}]")
    assert [len(branch.steps) for branch in unnamed.branches] == [1, 2, 1]
    assert [branch.name for branch in unnamed.branches] == [None, None, None]


def test_a_branch_may_start_from_a_name() -> None:
    (branch,) = step("concat: {skip: identity from stem}").branches
    assert branch.steps[0].sources[0].text == "stem"


def test_a_residual_has_a_body_a_shortcut_and_attributes() -> None:
    found = step(
        "residual: {steps: [conv 1x1 f], shortcut: conv 1x1 4*f, scale: 0.17, activation: relu}"
    )
    assert [branch.name and branch.name.text for branch in found.branches] == ["body", "shortcut"]
    assert arguments(found) == [("scale", "0.17"), ("activation", "relu")]
    (body,) = step("residual: [conv 1x1 f, relu]").branches
    assert body.name is not None
    assert (body.name.text, len(body.steps)) == ("body", 2)


def test_a_repeat_has_steps_and_a_count() -> None:
    found = step("{repeat: [conv 3x3 64, relu], times: n-1}")
    assert (written(found.count), len(found.branches[0].steps)) == ("n-1", 2)


def test_merges_nest() -> None:
    found = step("concat: {a: [concat: {b: conv 3x3 8, c: relu}, relu], d: relu}")
    inner = found.branches[0].steps[0]
    assert [branch.name and branch.name.text for branch in inner.branches] == ["b", "c"]


@pytest.mark.parametrize(
    ("line", "code", "shown"),
    [
        ("conv 3 x 3 64", "syntax/blank", "x"),
        ("4x conv 3x3", "syntax/no-word", "4x"),
        ("3x3 64", "syntax/no-word", "3x3"),
        ("4 x", "syntax/no-word", "4 x"),
        ("same 3x3", "syntax/no-word", "same"),
        ("''", "syntax/no-word", "''"),
        ("conv: 3x3 64\n    relu: 2", "syntax/two-words", "relu"),
        ("as: a", "syntax/no-word", "as"),
        ("[conv 3x3, relu]", "syntax/nested-list", "[conv 3x3, relu]"),
        ("conv 3x3 64: 5", "syntax/no-word", "conv 3x3 64"),
        ("conv 3x3 2k", "expression/syntax", "k"),
        ("conv 3x3/2 64", "expression/syntax", "x3"),
        ("conv padding=[1,1,0,k+]", "expression/syntax", "+"),
        ("conv k= 3", "syntax/argument", "k="),
        ("conv K=3", "syntax/argument", "K=3"),
        ("conv linear=false", "syntax/argument", "linear=false"),
        ("conv: {linear: false}", "syntax/argument", "linear"),
        ("conv: {Kernel: 3}", "syntax/argument", "Kernel"),
        ("conv: {kernel: {a: b}}", "syntax/argument", "{a: b}"),
        ("conv: [3, 3]", "syntax/argument", "[3, 3]"),
        ("conv: {name: ''}", "syntax/argument", "''"),
        ("conv bias=no", "yaml/value", "no"),
        ("conv activation=null", "yaml/value", "null"),
        ("conv round_to(k,8 3x3", "expression/syntax", "3"),
        ("conv 3x3 round_to(k,8", "expression/parenthesis", "("),
        ("conv padding=[1,2 3x3", "syntax/argument", "["),
        ("conv padding=[1,,2]", "expression/syntax", ","),
        ("conv as", "syntax/clause", "as"),
        ("conv as a b", "syntax/clause", "b"),
        ("conv as a as b", "syntax/clause", "b"),
        ("conv as a 64", "syntax/clause", "64"),
        ("conv from", "syntax/clause", "from"),
        ("conv from a, b", "syntax/clause", "a,"),
        ("conv from a from b", "syntax/clause", "b"),
        ("conv from a /2", "syntax/clause", "/2"),
        ("{conv: 3x3 as a, as: b}", "syntax/clause", "a"),
        ("{conv: 3x3, as: [a]}", "syntax/clause", "[a]"),
        ("{conv: 3x3, from: {a: b}}", "syntax/clause", "{a: b}"),
        ("conv as in_channels", "name/reserved", "in_channels"),
        ("conv as Stem", "name/invalid", "Stem"),
        ("conv as stem_", "name/invalid", "stem_"),
        ("{conv: 3x3, from: [1a]}", "name/invalid", "1a"),
        ("concat: {A: conv 3x3 8}", "name/invalid", "A"),
        ("conv ->", "syntax/shape", "->"),
        ("conv -> 3x4", "syntax/shape", "3x4"),
        ("conv -> 35 x 35 x 3", "syntax/shape", "35 x 35 x 3"),
        ("conv -> 0x1x1", "syntax/shape", "0x1x1"),
        ("conv -> 8x8x3 as a", "syntax/shape", "as a"),
        ("{conv: 3x3 -> 3, shape: 4}", "syntax/shape", "3"),
        ("{conv: 3x3, shape: {a: b}}", "syntax/shape", "{a: b}"),
        ("concat", "syntax/no-steps", "concat"),
        ("residual", "syntax/no-steps", "residual"),
        ("repeat", "syntax/no-steps", "repeat"),
        ("concat: conv 3x3 8", "syntax/no-steps", "conv 3x3 8"),
        ("concat: []", "syntax/no-steps", "[]"),
        ("concat: {}", "syntax/no-steps", "{}"),
        ("residual: {scale: 2}", "syntax/no-steps", "residual"),
        ("repeat: [relu]", "syntax/times", "repeat"),
        ("{repeat: [relu], times: [1]}", "syntax/times", "[1]"),
        ("concat: {a: relu, as: b}", "syntax/too-deep", "as"),
        ("concat: {a: relu, from: b}", "syntax/too-deep", "from"),
        ("concat: {a: relu, shape: 8x8x3}", "syntax/too-deep", "shape"),
        ("residual: {steps: relu, times: 3}", "syntax/too-deep", "times"),
        ("conv: {filters: 64, as: a}", "syntax/too-deep", "as"),
    ],
)
def test_a_mistake_in_a_step_is_underlined_and_named(line: str, code: str, shown: str) -> None:
    found = mistake(line)
    assert (found.code, under(found.span)) == (code, shown)


def cut(line: str) -> tuple[int, list[Diagnostic]]:
    found, wrong = steps(f"network: {line}\n")
    return len(found), wrong


@pytest.mark.parametrize(
    ("line", "shown", "count"),
    [
        ("[conv 1x1 round_to(k,8), relu]", "conv 1x1 round_to(k,8)", 2),
        ("[relu, conv 1x1 max(k,min(n,8)) V]", "conv 1x1 max(k,min(n,8)) V", 2),
        ("[conv 1x1 round_to(k,8]", "conv 1x1 round_to(k,8", 1),
    ],
)
def test_a_step_that_yaml_cut_at_a_comma_is_to_be_quoted(line: str, shown: str, count: int) -> None:
    steps_found, (found,) = cut(line)
    assert (found.code, under(found.span)) == ("syntax/cut-at-comma", shown)
    assert found.help == f'quote the step: "{shown}"'
    assert steps_found == count


def test_a_step_whose_arguments_stand_apart_by_commas_is_to_have_none() -> None:
    steps_found, (found,) = cut("[conv 3x3, 64, relu]")
    assert (found.code, under(found.span)) == ("syntax/cut-at-comma", "conv 3x3, 64")
    assert found.help == "write arguments without commas: conv 3x3 64"
    assert steps_found == 2


def test_a_quoted_step_is_not_cut() -> None:
    assert cut('["conv 1x1 round_to(k,8)", relu]') == (2, [])


def test_an_empty_list_of_steps_asks_for_identity() -> None:
    (found,), (wrong,) = steps("network: []\n")
    assert (found.broken, wrong.code) == (True, "syntax/no-steps")


def test_reading_goes_on_behind_a_mistake_and_every_mistake_is_reported() -> None:
    found, wrong = steps("network: [conv K=3 2k as a -> 8, 3x3, relu]\n")
    assert [each.code for each in wrong] == [
        "syntax/argument",
        "expression/syntax",
        "syntax/no-word",
    ]
    assert [each.broken for each in found] == [True, True, False]


def test_a_broken_step_keeps_its_name_and_its_contract() -> None:
    (found,), _ = steps("network: [conv 2k as a from b -> 8]\n")
    assert found.name is not None
    assert found.shape is not None
    assert (found.name.text, found.sources[0].text, found.shape.shape) == ("a", "b", (8,))


def test_two_words_in_one_mapping_show_both_and_the_way_to_indent_them() -> None:
    found = mistake("concat: [relu]\n    conv: 3x3 64")
    assert [under(label.span) for label in found.labels] == ["conv", "concat"]
    assert found.help is not None
    assert found.help.startswith("indent `conv` further")


def test_a_module_may_shadow_a_word_so_the_caller_says_what_stands_under_it() -> None:
    found = step("pool: {k: 3}")
    assert arguments(found) == [("k", "3")]


def test_a_step_string_has_at_most_ten_thousand_characters() -> None:
    assert mistake("concat from " + "a " * 5000).code == "syntax/too-long"


def test_a_message_about_a_huge_text_stays_short() -> None:
    found = mistake("A" * 9000)
    assert len(found.message) <= 300


def test_attribute_values_are_read_without_a_step_for_the_defaults_of_a_file() -> None:
    reported: list[Diagnostic] = []
    value = read("a: {norm: batch_norm, epsilon: 1e-3}\n").get("a")
    assert value is not None
    found = parse_arguments(value, Text("conv", value.span), reported.append)
    assert [(each.key, each.operand.text) for each in found] == [
        ("norm", "batch_norm"),
        ("epsilon", "1e-3"),
    ]
    assert reported == []


def test_clauses_have_no_meaning_where_no_step_stands() -> None:
    reported: list[Diagnostic] = []
    value = read("a: V as b\n").get("a")
    assert value is not None
    parse_arguments(value, Text("conv", value.span), reported.append)
    assert [each.code for each in reported] == ["syntax/clause"]
