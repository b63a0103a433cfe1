"""Readers for the sections of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword

from archspec.diagnostic import Diagnostic, Label, Replacement, Report, instead
from archspec.graph import Promise
from archspec.language.document.bounds import read_bound
from archspec.language.document.spec import Expectation, Move, Param
from archspec.language.syntax.expressions import Constant
from archspec.language.syntax.names import (
    RESERVED,
    corrected,
    is_name,
    naming,
    nearest,
    output_name,
)
from archspec.language.syntax.syntax import Text
from archspec.language.syntax.terms import LARGEST
from archspec.language.yaml import reader
from archspec.language.yaml.reader import Scalar, Sequence, Value
from archspec.source import Span

PROMISES: Mapping[str, Promise] = {
    "stems": Promise.STEM,
    "blocks": Promise.BLOCK,
    "reductions": Promise.REDUCTION,
    "parts": Promise.PART,
}
_MOST_ADVISED = 100
"""The most unknown keys of a mapping for which similar ones are searched, which takes long."""

_TOTALS = 'write 42679816, or "<= 12.3G"'


def wrong(
    code: str,
    message: str,
    span: Span,
    help: str | None = None,
    *why: Label,
    about: tuple[str, ...] = (),
    fixes: tuple[Replacement, ...] = (),
) -> Diagnostic:
    """Return an error with its primary place, a fix, and labels that explain it."""
    return Diagnostic(code, message, (Label(span), *why), help, about=about, fixes=fixes)


def entries(value: Value | None, what: str, report: Report) -> Iterator[tuple[Scalar, Value]]:
    """Yield the entries of a mapping; report any other value."""
    if isinstance(value, reader.Mapping):
        yield from value.entries
    elif value is not None:
        help = "write `name: value` for each, without a dash"
        report(wrong("spec/mapping", f"{what} is a mapping of names", value.span, help))


def prose(value: Value | None, key: str, report: Report) -> str:
    """Read a free text."""
    if value is None:
        return ""
    if isinstance(value, Scalar):
        return value.text
    report(wrong("spec/text", f"`{key}` is a text", value.span))
    return ""


def name(key: Scalar, what: str, report: Report) -> Text | None:
    """Read the name of a declaration; None if it is invalid, which is reported."""
    if not is_name(key.text):
        message, help = f"`{key.text}` cannot name {what}", naming(key.text)
        about, fixes = (what, key.text), instead(key.span, key.text, *corrected(key.text))
        report(wrong("name/invalid", message, key.span, help, about=about, fixes=fixes))
        return None
    if key.text in RESERVED:
        report(
            wrong(
                "name/reserved",
                f"`{key.text}` is a word of the language and cannot name {what}",
                key.span,
                about=(what, key.text),
            )
        )
        return None
    return Text(key.text, key.span)


def document_name(value: Scalar, report: Report) -> Text | None:
    """Read the name of a document, after which a class, files and the graph are named."""
    if iskeyword(value.text):
        report(
            wrong(
                "name/keyword",
                f"`{value.text}` is a keyword of Python and cannot name a network",
                value.span,
                f"write {value.text}_net, say",
                fixes=instead(value.span, value.text, f"{value.text}_net"),
            )
        )
        return None
    return name(value, "a network", report)


def params(value: Value | None, report: Report, section: str = "params") -> dict[str, Param]:
    """Read ``params``, or a section that sets them: numbers, true, false or words, by name."""
    found = {}
    written = list(entries(value, f"`{section}`", report))
    others = {"in_channels", *(key.text for key, _ in written)}
    for key, each in written:
        label = name(key, "a param", report)
        if not isinstance(each, Scalar):
            report(wrong("param/value", "a param is a number, true, false or a word", each.span))
        elif each.value in others - {key.text}:
            message = f"a param is a plain value, not another name: `{each.text}`"
            report(wrong("param/value", message, each.span, _PLAIN))
        elif label:
            found[label.text] = Param(_constant(each, report), each.span)
    return found


_QUOTED = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_PLAIN = "write its value, or write the expression where the param is used"


def _no_constant(text: str, span: Span) -> Diagnostic:
    """Return the diagnostic for a text that is not a value of a param."""
    if _QUOTED.fullmatch(text):
        help = f"write it without quotes: {text}"
        message = f"`{text}` in quotes is a text, not a number"
        return wrong("param/value", message, span, help, fixes=(Replacement(span, text),))
    message = f"`{text}` is not a number, a word, true or false"
    if text == "V":
        fixes = instead(span, text, "valid")
        return wrong("param/value", message, span, "write `valid`", fixes=fixes)
    return wrong("param/value", message, span, _PLAIN)


def _constant(value: Scalar, report: Report) -> Constant:
    constant = value.value
    if constant is None:
        report(
            wrong(
                "param/value", "a param needs a value", value.span, "write `none` for the word none"
            )
        )
        return 0
    if isinstance(constant, str) and not is_name(constant):
        report(_no_constant(constant, value.span))
    if isinstance(constant, int | float) and not abs(constant) <= LARGEST:
        message = f"`{value.text}` is beyond 2**53, up to which whole numbers are exact"
        report(wrong("param/value", message, value.span))
    return constant


def names(value: Value | None, key: str, report: Report) -> tuple[Text, ...]:
    """Read a name or a list of names."""
    items = value.items if isinstance(value, Sequence) else (value,) if value else ()
    found = []
    for item in items:
        if isinstance(item, Scalar):
            found.append(Text(item.text, item.span))
        else:
            report(wrong("spec/names", f"`{key}` is a list of names", item.span))
    return tuple(found)


def outputs(value: Value | None, report: Report) -> tuple[Text, ...]:
    """Read ``outputs``: names of steps or of outputs of steps; duplicates are reported."""
    found: dict[str, Text] = {}
    for each in names(value, "outputs", report):
        output = output_name(each.text)
        if output in found:
            first = Label(found[output].span, "the first")
            message = f"the output `{output}` is listed twice"
            report(wrong("name/duplicate", message, each.span, "keep one of them", first))
        found.setdefault(output, each)
    return tuple(found.values())


def expectations(value: Value | None, report: Report) -> tuple[Expectation, ...]:
    """Read ``expect``: totals as exact numbers or comparisons with a unit."""
    found = []
    for key, each in entries(value, "`expect`", report):
        if key.text not in ("parameters", "macs"):
            report(unknown(key, ("parameters", "macs"), "`expect`"))
            continue
        bound = read_bound(each.text) if isinstance(each, Scalar) else None
        if bound is None:
            message = f"`{key.text}` expects a whole number, or a comparison as a text"
            plain = each.text.replace(",", "") if isinstance(each, Scalar) else ""
            is_grouped = read_bound(plain)
            help = f"write {plain}, without commas" if is_grouped else _TOTALS
            fixes = (Replacement(each.span, plain),) if is_grouped else ()
            report(wrong("expect/form", message, each.span, help, fixes=fixes))
            continue
        found.append(Expectation(key.text, bound, each.span))
    return tuple(found)


def moves(value: Value | None, report: Report) -> tuple[Move, ...]:
    """Read ``moved``: a list of ``{from, to}``."""
    items = value.items if isinstance(value, Sequence) else (value,) if value else ()
    found = []
    for item in items:
        pair = {key.text: each for key, each in entries(item, "a move", lambda _: None)}
        old, new = pair.get("from"), pair.get("to")
        if isinstance(old, Scalar) and isinstance(new, Scalar) and len(pair) == 2:
            found.append(Move(old.text, new.text))
        else:
            report(
                wrong(
                    "moved/form",
                    "a move names two paths",
                    item.span,
                    "write {from: old.path, to: new.path}",
                )
            )
    return tuple(found)


def unknown(key: Scalar, known: tuple[str, ...], what: str, *, advised: bool = True) -> Diagnostic:
    """Return the diagnostic for an unknown key, with the most similar known ones if ``advised``."""
    near = nearest(key.text, known) if advised else ()
    help = (
        f"did you mean {' or '.join(f'`{each}`' for each in near)}?"
        if near
        else f"known: {', '.join(known)}"
    )
    message, fixes = f"`{key.text}` is not a key of {what}", instead(key.span, key.text, *near)
    return wrong("spec/unknown-key", message, key.span, help, fixes=fixes)


def unknown_keys(value: Value, known: tuple[str, ...], what: str, report: Report) -> None:
    """Report every key of a mapping that is not known, the first hundred with similar ones."""
    strays = (key for key, _ in entries(value, what, report) if key.text not in known)
    for index, key in enumerate(strays):
        report(unknown(key, known, what, advised=index < _MOST_ADVISED))
