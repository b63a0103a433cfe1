"""How diagnostics are drawn for people."""

from __future__ import annotations

from archspec.diagnostic import Diagnostic, Label, Severity
from archspec.rendering.colour import coloured
from archspec.rendering.excerpt import excerpt, visible
from archspec.rendering.text import draw, render, tally
from archspec.source import Source, Span

TEXT = "archspec: 1\n  - conv 3x3 64\n"


def span(text: str, marked: str, line: int = 1) -> Span:
    source = Source("net.yaml", text)
    start = source.line(line).index(marked)
    return Span(source, line, start, start + len(marked))


def test_a_diagnostic_shows_its_place_its_line_its_remark_and_a_way_out() -> None:
    diagnostic = Diagnostic(
        "conv/bad",
        "64 is bad",
        (Label(span(TEXT, "64", 2), "this 64"), Label(span(TEXT, "1"))),
        "write 32",
        ("in block a, used at 1:1",),
    )
    assert draw(diagnostic).splitlines() == [
        "error[conv/bad]: 64 is bad",
        "  --> net.yaml:2:14",
        "2 |   - conv 3x3 64",
        "  |              ^^ this 64",
        "  --> net.yaml:1:11",
        "1 | archspec: 1",
        "  |           ^",
        "in block a, used at 1:1",
        "help: write 32",
    ]


def test_line_numbers_of_several_places_stand_under_each_other() -> None:
    text = "\n" * 9 + "last"
    near, far = span("first\n" + text, "first"), span(text, "last", 10)
    drawn = draw(Diagnostic("a/b", "m", (Label(near), Label(far))))
    assert " 1 | first" in drawn
    assert "10 | last" in drawn


def test_a_diagnostic_without_a_place_is_its_message() -> None:
    assert draw(Diagnostic("file/not-found", "a does not exist")) == (
        "error[file/not-found]: a does not exist"
    )


def test_errors_come_before_warnings_and_both_are_counted() -> None:
    warning = Diagnostic("a/b", "suspect", severity=Severity.WARNING)
    error = Diagnostic("a/c", "wrong")
    assert render([warning, error, error]).splitlines() == [
        "error[a/c]: wrong",
        "",
        "error[a/c]: wrong",
        "",
        "warning[a/b]: suspect",
        "",
        "2 errors, 1 warning",
    ]


def test_at_most_twenty_are_drawn_and_the_rest_is_counted() -> None:
    drawn = render([Diagnostic("a/b", f"number {number}") for number in range(25)])
    assert drawn.count("error[a/b]") == 20
    assert drawn.endswith("... and 5 errors more; --format json lists all\n\n25 errors")


def test_one_is_counted_as_one() -> None:
    assert tally([Diagnostic("a/b", "m")]) == "1 error"
    assert tally([]) == ""


def test_carets_stand_under_what_is_marked_behind_tabs_and_wide_characters() -> None:
    shown = excerpt(span('\tdoc: "漢字" x', "x"))
    assert shown.line == '    doc: "漢字" x'
    assert (shown.column, shown.width) == (4 + 5 + 1 + 4 + 1 + 1, 1)


def test_wide_characters_are_marked_in_their_whole_width() -> None:
    assert excerpt(span("a 漢字 b", "漢字")).width == 4


def test_a_long_line_is_cut_around_what_is_marked() -> None:
    text = "a" * 500 + "MARK" + "b" * 500
    shown = excerpt(span(text, "MARK"))
    assert shown.line.startswith("...a")
    assert shown.line.endswith("b...")
    assert len(shown.line) == 106
    assert shown.line[shown.column : shown.column + shown.width] == "MARK"


def test_a_line_of_many_megabytes_is_cut_as_well() -> None:
    text = "a" * 8_000_000
    shown = excerpt(Span(Source("net.yaml", text), 1, 7_999_999, 8_000_000))
    assert shown.line[shown.column :] == "a"


def test_a_mark_that_is_longer_than_the_line_shown_is_cut() -> None:
    shown = excerpt(span("x" + "y" * 400, "y" * 400))
    assert shown.line == "x" + "y" * 99 + "..."
    assert (shown.column, shown.width) == (1, 99)


def test_a_mark_past_the_end_of_a_line_is_one_caret() -> None:
    assert excerpt(Span(Source("net.yaml", "ab"), 1, 2, 3)) == ("ab", 2, 1)


def test_what_a_terminal_would_obey_or_hide_is_escaped() -> None:
    assert visible("a\x1b[31mb\u202ec\nd\u200be") == "a\\x1b[31mb\\u202ec\\nd\\u200be"
    assert excerpt(span("a\x1bb", "b")) == ("a\\x1bb", 5, 1)


def test_a_text_that_is_too_long_is_cut() -> None:
    assert visible("a" * 1000) == "a" * 400 + "..."


def test_colours_stand_around_the_same_text() -> None:
    diagnostic = Diagnostic("a/b", "m", (Label(span(TEXT, "1"), "here"),), "do")
    plain, bright = draw(diagnostic), draw(diagnostic, coloured)
    assert "\x1b[1;31merror[a/b]" in bright
    for code in ("\x1b[1;31m", "\x1b[1;34m", "\x1b[1;36m", "\x1b[1m", "\x1b[0m"):
        bright = bright.replace(code, "")
    assert bright == plain
