"""The reader on anything at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from archspec.diagnostic import Diagnostic, SpecError
from archspec.language.syntax.steps import Form, Step, parse_steps
from archspec.language.yaml import reader
from archspec.language.yaml.values import Mapping, Scalar, Sequence, Value
from archspec.source import Source, Span, Text, Unreadable

PIECES = (
    "a: ", "b:\n", "- ", "\n", "\n  ", "\n    ", "conv 3x3 64", "[", "]", "{", "}", ", ", "'", '"',
    "&x ", "*x", "# no", "|\n", "> ", "? ", ": ", "!t ", "%", "@", "\t", "~", "yes", "<<", "---\n",
    "...\n", "as", "from", "-> 8x8x3", "round_to(k,8)", "4 x ", "concat", "residual", "times: 2",
)  # fmt: skip
yamlish = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
anything = st.one_of(st.text(), yamlish, st.binary().map(lambda raw: raw.decode("latin-1")))


def outcome(text: str) -> Mapping | tuple[Diagnostic, ...]:
    try:
        return reader.read(Source("spec.yaml", text))
    except SpecError as error:
        return error.diagnostics


def spans(value: Value) -> Iterator[Span]:
    yield value.span
    if isinstance(value, Sequence):
        for item in value.items:
            yield from spans(item)
    elif isinstance(value, Mapping):
        for key, each in value.entries:
            yield key.span
            yield from spans(each)


def lies_in(span: Span, text: str) -> bool:
    lines = text.split("\n")
    return span.line <= len(lines) and 0 <= span.start <= span.end <= len(lines[span.line - 1]) + 1


@given(anything)
@example("a: \ud800")
@example("%YAML 2.0\n--- a")
@example("? [a]: b\n: c")
def test_any_text_is_read_or_refused_with_a_cause_and_a_place(text: str) -> None:
    found = outcome(text)
    if isinstance(found, Mapping):
        assert all(lies_in(span, text) for span in spans(found))
        return
    assert found
    for diagnostic in found:
        assert diagnostic.message
        assert all(lies_in(label.span, text) for label in diagnostic.labels)


@given(st.binary() | yamlish.map(lambda text: text.encode("utf-16")))
@example(b"\xef\xbb\xbfa: 1")
def test_any_bytes_are_no_utf_8_or_a_text_that_is_read_or_refused(raw: bytes) -> None:
    try:
        source = Text("<stdin>", raw).read(PurePosixPath("<stdin>"))
    except Unreadable as error:
        kind = error.kind
    else:
        kind = "read" if outcome(source.text) else ""
    assert kind in ("encoding", "read")


@given(yamlish)
def test_both_parsers_accept_the_same_texts_and_read_the_same_from_them(text: str) -> None:
    fast = outcome(text)
    with the_parser_in_python():
        slow = outcome(text)
    if isinstance(fast, Mapping) and isinstance(slow, Mapping):
        assert shown(fast) == shown(slow)
    else:
        assert isinstance(fast, tuple) == isinstance(slow, tuple)


@contextmanager
def the_parser_in_python() -> Iterator[None]:
    usual = reader.LOADER
    reader.LOADER = yaml.SafeLoader
    try:
        yield
    finally:
        reader.LOADER = usual


def shown(value: Value) -> object:
    if isinstance(value, Scalar):
        return (value.span[1:], value.text, value.plain)
    if isinstance(value, Sequence):
        return (value.span[1:], value.flow, [shown(item) for item in value.items])
    return (value.span[1:], [(shown(key), shown(each)) for key, each in value.entries])


@given(anything)
def test_any_value_is_read_as_steps_or_reported(text: str) -> None:
    found = outcome(f"a: [{text}]")
    if not isinstance(found, Mapping):
        return
    reported: list[Diagnostic] = []
    value = found.get("a")
    assert value is not None
    steps = parse_steps(value, lambda word: FORMS.get(word, Form.ATTRIBUTES), reported.append)
    assert any(map(broken, steps)) == bool(reported)


FORMS = {"concat": Form.BRANCHES, "residual": Form.RESIDUAL, "repeat": Form.STEPS}


def broken(step: Step) -> bool:
    return step.broken or any(broken(each) for branch in step.branches for each in branch.steps)


@given(st.text("abcxV0123456789/=.-+*()[],> \t", max_size=60))
def test_any_line_is_a_step_or_a_mistake_within_it(line: str) -> None:
    reported: list[Diagnostic] = []
    source = Source("spec.yaml", f"network: '{line}'")
    scalar = Scalar(Span(source, 1, 9, 11 + len(line)), line, plain=False)
    (step,) = parse_steps(scalar, lambda word: FORMS.get(word, Form.ATTRIBUTES), reported.append)
    assert step.broken == bool(reported)
    for diagnostic in reported:
        assert all(9 <= label.span.start <= 11 + len(line) for label in diagnostic.labels)
