"""Diagnostics for programs and for GitHub."""

from __future__ import annotations

from archspec.diagnostic import Diagnostic, Label, Replacement, Severity
from archspec.rendering import github, json
from archspec.source import Source, Span

SOURCE = Source("specs/a,b:c.yaml", "archspec: 1\nname: net\n")
PLACE = Span(SOURCE, 2, 6, 9)


def test_a_record_has_the_place_of_the_first_label_and_all_labels() -> None:
    diagnostic = Diagnostic(
        "a/b",
        "wrong",
        (Label(PLACE, "here"),),
        "mend it",
        ("a note",),
        fixes=(Replacement(PLACE, "right"),),
    )
    place = {"file": "specs/a,b:c.yaml", "line": 2, "column": 7, "end_column": 10}
    assert json.record(diagnostic) == {
        "code": "a/b",
        "severity": "error",
        "message": "wrong",
        **place,
        "help": "mend it",
        "fixes": [{**place, "text": "right"}],
        "labels": [{**place, "text": "here"}],
        "notes": ["a note"],
    }


def test_a_record_without_a_place_says_so() -> None:
    record = json.record(Diagnostic("file/not-found", "gone", severity=Severity.WARNING))
    assert (record["file"], record["line"], record["column"]) == (None, None, None)
    assert record["severity"] == "warning"


def test_a_workflow_command_escapes_what_would_end_a_property_or_the_line() -> None:
    diagnostic = Diagnostic("a/b", "100%\nwrong", (Label(PLACE, "here"), Label(PLACE, "there")))
    assert github.command(diagnostic) == (
        "::error file=specs/a%2Cb%3Ac.yaml,line=2,endLine=2,col=7,endColumn=9,title=a/b"
        "::100%25%0Awrong%0Ahere%0Aspecs/a,b:c.yaml:2:7: there"
    )


def test_a_workflow_command_without_a_place_has_a_title_alone() -> None:
    diagnostic = Diagnostic("a/b", "wrong", (), "mend it", severity=Severity.WARNING)
    assert github.command(diagnostic) == "::warning title=a/b::wrong%0Ahelp: mend it"
