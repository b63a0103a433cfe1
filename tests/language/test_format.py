"""Formatting: what specs look like before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.diagnostic import SpecError
from archspec.language.formatting.format import format_text
from archspec.source import Source

HEAD = """\
archspec: 1
import: {other.yaml: [stem]}
blocks: {unit: {options: [f, k], steps: relu}}
network:"""


def table(*rows: tuple[str, str, str]) -> pytest.MarkDecorator:
    """Make a table of titles, of what is written and of what becomes of it."""
    cases = [(before, after) for _, before, after in rows]
    return pytest.mark.parametrize(("before", "after"), cases, ids=[row[0] for row in rows])


def formatted(text: str) -> str:
    return format_text(Source("spec.yaml", text))


def network(*lines: str) -> str:
    """Format a network's lines."""
    after = formatted("\n".join((HEAD, *lines, "")))
    head, newline, network = after.partition(f"{HEAD}\n")
    assert (head, newline) == ("", f"{HEAD}\n")
    return network


@table(
    ("a short step stays", "conv 3x3 64 /2 V", "conv 3x3 64 /2 V"),
    ("one blank between arguments", "conv   3x3  64", "conv 3x3 64"),
    ("a kernel needs no name", "conv kernel=3x3 64", "conv 3x3 64"),
    ("a kernel of one number is square", "conv kernel=3 64", "conv 3x3 64"),
    ("a kernel that is a name keeps its own", "conv kernel=k 64", "conv kernel=k 64"),
    ("the main attribute needs no name", "conv 3x3 filters=64", "conv 3x3 64"),
    ("nor does an operator's", "dropout rate=0.2", "dropout 0.2"),
    ("a pool's kernel is written as one", "max_pool 3 /2", "max_pool 3x3 /2"),
    ("a stride is a slash", "conv 1x1 8 stride=2", "conv 1x1 8 /2"),
    ("with an expression, too", "conv 1x1 8 stride=2*s", "conv 1x1 8 /2*s"),
    ("two equal strides are one", "conv 1x1 8 stride=2x2", "conv 1x1 8 /2"),
    ("unequal strides are two", "conv 1x1 8 stride=2x1", "conv 1x1 8 /2x1"),
    ("valid is V", "conv 3x3 8 padding=valid", "conv 3x3 8 V"),
    ("as it is without a name", "conv 3x3 8 valid", "conv 3x3 8 V"),
    ("same needs no name", "conv 3x3 8 padding=same", "conv 3x3 8 same"),
    ("a padding in cells does", "conv 3x3 8 padding=1", "conv 3x3 8 padding=1"),
    (
        "kernel, main, stride, padding, linear, then the named",
        "conv linear norm=none same /2 8 3x3",
        "conv 3x3 8 /2 same linear norm=none",
    ),
    (
        "the named keep their order",
        "conv 1x1 8 bias=true activation=relu",
        "conv 1x1 8 bias=true activation=relu",
    ),
    ("as before from", "conv 1x1 8 from a as b -> 8x8x8", "conv 1x1 8 as b from a -> 8x8x8"),
    ("a step that is wrong stays", "conv 1x1 8->8x8x8", "conv 1x1 8->8x8x8"),
    ("a blank behind the arrow", "conv 1x1 8 ->8x8x8", "conv 1x1 8 -> 8x8x8"),
    ("a count stands first", "2   x conv 1x1 8", "2 x conv 1x1 8"),
    ("a list may be the main attribute", "pad cells=[1,0,1,0]", "pad [1,0,1,0]"),
    ("two sizes alone would be a kernel", "upsample factor=2x3", "upsample factor=2x3"),
    ("a module's options keep their names", "unit k=3 f=8", "unit k=3 f=8"),
    ("its main option still stands first", "unit k=3 8", "unit 8 k=3"),
    ("a module may be imported", "stem   a=1", "stem a=1"),
    ("an unknown word may mean anything", "nonsense   a=1", "nonsense   a=1"),
    ("an attribute given twice stays", "conv 8 filters=9", "conv 8 filters=9"),
    ("a merge of names is short", "concat  from a b", "concat from a b"),
)
def test_a_step_string_is_written_in_canonical_order(before: str, after: str) -> None:
    assert network(f"  - {before}") == f"  - {after}\n"


EXAMPLE = (
    "{conv: {kernel: [3, 3], filters: 64, stride: 2}, as: conv1, from: stem, times: 2, "
    "shape: 35x35x384}"
)


@table(
    (
        "the example of language.md",
        EXAMPLE,
        "2 x conv 3x3 64 /2 as conv1 from stem  -> 35x35x384",
    ),
    ("arguments in a string", "{conv: 3x3 64, as: a}", "conv 3x3 64 as a"),
    ("nothing to say", "{relu: {}}", "relu"),
    ("a lone main attribute", "{dropout: 0.2}", "dropout 0.2"),
    (
        "expressions lose their blanks",
        '{conv: {filters: "2 * k", kernel: [k, 1]}}',
        "conv kernel=[k,1] 2*k",
    ),
    ("linear", "{conv: {kernel: 1, filters: 8, linear: true}}", "conv 1x1 8 linear"),
    (
        "a list keeps its brackets",
        "{conv: {kernel: 1, filters: 8, padding: [1, 1, 0, 0]}}",
        "conv 1x1 8 padding=[1,1,0,0]",
    ),
    (
        "a step that is wrong stays",
        "{concat: 3, from: [a, b], as: c}",
        "{concat: 3, from: [a, b], as: c}",
    ),
    ("a module", "{unit: {f: 8, k: 3}}", "unit f=8 k=3"),
    ("an unknown word stays", "{nonsense: {f: 8}}", "{nonsense: {f: 8}}"),
    ("two words stay", "{conv: 8, relu: {}}", "{conv: 8, relu: {}}"),
    (
        "a merge stays, its steps do not",
        "{concat: [conv  1x1 8, relu: {}]}",
        "{concat: [conv 1x1 8, relu]}",
    ),
    (
        "nor do a residual's",
        "{residual: {scale: 0.5, shortcut: {conv: 1x1 8}, steps: [conv: 1x1 8]}}",
        "{residual: {scale: 0.5, shortcut: conv 1x1 8, steps: [conv 1x1 8]}}",
    ),
    (
        "nor a repeat's, whose paths have one more name",
        "{repeat: [relu: {}], times: 2}",
        "{repeat: [relu], times: 2}",
    ),
)
def test_a_mapping_is_written_as_a_string(before: str, after: str) -> None:
    assert network(f"  - {before}") == f"  - {after}\n"


@table(
    ("needless on a line of its own", '"conv 1x1 8"', "conv 1x1 8"),
    ("needless in brackets", "concat: [\"relu\", 'elu']", "concat: [relu, elu]"),
    (
        "needed where YAML would cut at a comma",
        "concat: ['conv 1x1 round_to(k,8)']",
        'concat: ["conv 1x1 round_to(k,8)"]',
    ),
    ("or read a list", "concat: [pad: {cells: [1, 0, 1, 0]}]", 'concat: ["pad [1,0,1,0]"]'),
    ("but only in brackets", '"conv 1x1 round_to(k,8)"', "conv 1x1 round_to(k,8)"),
)
def test_quotes_stand_only_where_yaml_would_read_something_else(before: str, after: str) -> None:
    assert network(f"  - {before}") == f"  - {after}\n"


def test_a_long_step_is_written_on_the_line_of_its_dash_or_key() -> None:
    before = (
        "  - concat:",
        "      left:",
        "        conv: {kernel: 3, filters: 8}",
        "        as: a",
        "  -",
        "    conv:",
        "      kernel: [3, 3]",
        "      filters: 8    # eight",
    )
    after = "  - concat:\n      left: conv 3x3 8 as a\n  - conv 3x3 8  # eight\n"
    assert network(*before) == after


LONG = """\
  - conv_transpose:
      kernel: [3, 3]
      filters: round_to(some_number_of_filters*another_number,8)
      activation: leaky_relu
    as: a_name_that_is_long
    shape: 128x128x1024
"""


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            "  - conv:  # why\n      kernel: 3\n      filters: 8\n", id="a comment inside"
        ),
        pytest.param(LONG, id="a line would be longer than 100 columns"),
        pytest.param("  - &a conv   1x1 8\n  - *a\n", id="an anchor"),
        pytest.param("  - {conv: &a {kernel: 1}}\n  - conv: *a\n", id="an anchor inside"),
        pytest.param("  - |\n    conv   1x1 8\n", id="a text under its dash"),
        pytest.param("  - conv   3x3 64 64\n", id="a step that is wrong"),
    ],
)
def test_what_has_no_short_form_stays(lines: str) -> None:
    assert network(lines.removesuffix("\n")) == lines


WIDE = f"conv 1x1 {'a+' * 38}aa -> 8x8x8"


@table(
    (
        "two blanks behind the longest step that has one",
        "relu -> 8; conv 1x1 8 -> 8x8x8; dropout 0.5",
        "relu        -> 8; conv 1x1 8  -> 8x8x8; dropout 0.5",
    ),
    (
        "where most stand in one column, that is their author's",
        "relu         -> 8; conv  1x1 8 -> 8x8x8; elu          -> 8",
        "relu         -> 8; conv 1x1 8   -> 8x8x8; elu          -> 8",
    ),
    (
        "a step that is too long for it stands out",
        "relu    -> 8; elu     -> 8; conv  1x1 64 -> 8x8x64",
        "relu    -> 8; elu     -> 8; conv 1x1 64 -> 8x8x64",
    ),
    ("one alone has any column", "relu          -> 8", "relu          -> 8"),
    (
        "nor does it move the column of a single one",
        "relu     -> 8; conv 1x1 64 -> 8x8x64",
        "relu     -> 8; conv 1x1 64 -> 8x8x64",
    ),
    (
        "one that is over 20 columns longer than half of them stands out, too",
        f"{WIDE}; relu -> 8; conv 1x1 8 -> 8x8x8",
        f"{WIDE}; relu        -> 8; conv 1x1 8  -> 8x8x8",
    ),
    (
        "two long ones do not",
        f"{WIDE}; {WIDE}; relu -> 8",
        f"{WIDE}; {WIDE}; relu{' ' * 84}-> 8",
    ),
)
def test_contracts_of_a_list_stand_in_one_column(before: str, after: str) -> None:
    assert network(*lines_of(before)) == "".join(f"{line}\n" for line in lines_of(after))


def lines_of(steps: str) -> list[str]:
    """Write steps on lines of their own."""
    return [f"  - {step}" for step in steps.split("; ")]


@table(
    ("a comment stays where it is", "relu   # c", "relu   # c"),
    ("also behind a shorter step", "conv   1x1   8  # c", "conv 1x1 8      # c"),
    ("a longer step moves it", "max_pool 3 # c", "max_pool 3x3  # c"),
    ("also behind brackets", "concat: [relu: {}]  # c", "concat: [relu]      # c"),
)
def test_a_comment_keeps_its_column_if_it_can(before: str, after: str) -> None:
    assert network(f"  - {before}") == f"  - {after}\n"


UNEVEN = """\
archspec: 1
doc: |
    a text
      keeps its shape
blocks:
    # a comment belongs to what it stands beside
    unit:
        steps:
        -   concat:
            -   - relu
                # and so does this
                - elu
            - identity
            shape: 8x8x16
        - [conv 1x1 8,
           relu]
network:
- unit
# here, too
-
    unit
"""
EVEN = """\
archspec: 1
doc: |
    a text
      keeps its shape
blocks:
  # a comment belongs to what it stands beside
  unit:
    steps:
      - concat:
          - - relu
            # and so does this
            - elu
          - identity
        shape: 8x8x16
      - [conv 1x1 8,
         relu]
network:
  - unit
  # here, too
  -
    unit
"""


def test_lines_are_indented_by_two_and_lists_deeper_than_their_key() -> None:
    assert formatted(UNEVEN) == EVEN


def test_a_layout_that_cannot_be_moved_line_by_line_stays() -> None:
    text = "archspec: 1\nparams: &p\n    a: 1\nnetwork:\n- relu\n"
    assert formatted(text) == text
    explicit = "archspec: 1\nnetwork:\n- ? concat\n  : - relu\n"
    assert formatted(explicit) == explicit


@table(
    ("blanks at the end of a line go", "doc: a  \t\n", "doc: a\n"),
    ("behind a comment, too", "doc: a # b  \n", "doc: a # b\n"),
    ("the last line has an end", "doc: a", "doc: a\n"),
    ("and nothing behind it", "doc: a\n\n\n", "doc: a\n"),
    ("a quoted text is left alone", "doc: 'a  \n  b'  \n", "doc: 'a  \n  b'\n"),
    ("and one under its key", "doc: |\n  a  \n  b", "doc: |\n  a  \n  b"),
    ("with the lines it keeps", "doc: |+\n  a\n\n", "doc: |+\n  a\n\n"),
    ("blank lines stay", "\ndoc: a\n\nname: b\n", "\ndoc: a\n\nname: b\n"),
)
def test_ends_of_lines_are_clean(before: str, after: str) -> None:
    assert formatted(f"archspec: 1\n{before}") == f"archspec: 1\n{after}"


def test_line_ends_are_all_like_the_first() -> None:
    dos = "archspec: 1\r\nnetwork:\r\n- conv   1x1 8  # c\r\n"
    assert formatted(dos) == "archspec: 1\r\nnetwork:\r\n  - conv 1x1 8    # c\r\n"
    assert formatted("archspec: 1\nname: a\r\n") == "archspec: 1\nname: a\n"


def test_heads_modules_and_single_steps_are_formatted_too() -> None:
    before = """\
archspec: 1
stems:
  a: conv  1x1 8
  b: {conv: 1x1 8}
parts: {c: [relu: {}]}
auxiliary: {d: {from: e, steps: [relu: {}]}}
"""
    after = """\
archspec: 1
stems:
  a: conv 1x1 8
  b: conv 1x1 8
parts: {c: [relu]}
auxiliary: {d: {from: e, steps: [relu]}}
"""
    assert formatted(before) == after


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("archspec: 1\nnetwork: [\n", "yaml/bracket"),
        ("network: [relu]\n", "spec/version"),
        ("archspec: 2\n", "spec/version"),
        ("", "yaml/empty"),
    ],
)
def test_a_text_that_is_no_spec_is_refused(text: str, code: str) -> None:
    with pytest.raises(SpecError) as refused:
        formatted(text)
    assert [each.code for each in refused.value.diagnostics] == [code]


def test_the_zoo_is_formatted() -> None:
    specs = Path(__file__).parents[2] / "specs"
    unlike = [
        path.name
        for path in specs.rglob("*.yaml")
        if format_text(Source(path.name, text := path.read_text("utf-8"))) != text
    ]
    assert unlike == []
