"""The section ``variants``: the networks of a family, each by what it says in place of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archspec.diagnostic import Diagnostic, Label, Report, instead
from archspec.language.document import inputs, sections
from archspec.language.document.sections import wrong
from archspec.language.document.spec import InputDeclaration, Param, Spec, Variant
from archspec.language.syntax.names import nearest
from archspec.language.yaml.reader import Scalar, Value
from archspec.source import Span

KEYS = ("title", "source", "doc", "params", "input", "expect")
MOST = 64
"""The most variants of a file, each of which is checked as a network of its own."""


def variants(value: Value | None, document: Spec, report: Report) -> dict[str, Variant]:
    """Read ``variants``; report what the document does not declare."""
    found: dict[str, Variant] = {}
    for key, each in sections.entries(value, "`variants`", report):
        variant = _variant(key, each, document, report)
        if len(found) == MOST:
            message = f"a file has at most {MOST} variants"
            report(wrong("graph/too-large", message, key.span, "put the others in another file"))
            return found
        if variant is not None:
            found[key.text] = variant
    return found


def _variant(key: Scalar, value: Value, document: Spec, report: Report) -> Variant | None:
    what = f"the variant `{key.text}`"
    said = {each.text: content for each, content in sections.entries(value, what, report)}
    sections.unknown_keys(value, KEYS, what, report)
    name = sections.document_name(key, report)
    if name is None:
        return None
    params = sections.params(said.get("params"), report)
    given = {
        _input_of(document, input): each
        for input, each in inputs.inputs(said.get("input"), report).items()
    }
    for stray in _strays(params, given, document):
        report(stray)
    return Variant(
        name,
        sections.prose(said.get("title"), "title", report),
        sections.prose(said.get("source"), "source", report),
        sections.prose(said.get("doc"), "doc", report),
        {name: params.get(name, each) for name, each in document.params.items()},
        given,
        sections.expectations(said.get("expect"), report),
    )


def _strays(
    params: Mapping[str, Param], given: Mapping[str, InputDeclaration], document: Spec
) -> Iterator[Diagnostic]:
    for name, param in params.items():
        if name not in document.params:
            yield _undeclared("param", name, param.span, document.params)
    for name, declared in given.items():
        if name not in document.inputs:
            yield _undeclared("input", name, declared.span, document.inputs)


def _undeclared(what: str, name: str, span: Span, known: Mapping[str, object]) -> Diagnostic:
    near = nearest(name, known)
    help = f"did you mean `{near[0]}`?" if near else f"declare it under `{what}s` of the file"
    message = f"a variant sets the {what} `{name}`, which the file does not declare"
    return wrong(f"variant/{what}", message, span, help, fixes=instead(span, name, *near[:1]))


def _input_of(document: Spec, name: str) -> str:
    """Return the input that a variant means; an only input needs no name."""
    is_only = name == "input" and len(document.inputs) == 1
    return next(iter(document.inputs)) if is_only else name


def choose(document: Spec, wanted: str, span: Span | None, report: Report) -> bool:
    """Put a variant in place of what the document says: the one wanted, else the first.

    Returns false if there is none of that name, which is reported; ``span`` is where it is named.
    """
    if not (wanted or document.variants):
        return True
    chosen = document.variants.get(wanted or next(iter(document.variants)))
    if chosen is None:
        report(_unknown(document, wanted, span))
        return False
    document.name = chosen.name
    document.title = chosen.title
    document.origin = chosen.source or document.origin
    document.doc = chosen.doc or document.doc
    document.params = dict(chosen.params)
    document.expect += chosen.expect
    for name, declared in chosen.inputs.items():
        _put(document, name, declared)
    return True


def _put(document: Spec, name: str, said: InputDeclaration) -> None:
    """Give an input the shape that a variant says, and the preprocessing if it says any."""
    before = document.inputs.get(name)
    if before is not None:
        preprocessing = {**before.given.preprocessing, **said.given.preprocessing}
        document.inputs[name] = said._replace(
            given=said.given._replace(preprocessing=preprocessing)
        )


def _unknown(document: Spec, wanted: str, span: Span | None) -> Diagnostic:
    shown = document.source.name
    near = nearest(wanted, document.variants)
    listed = f"its variants are {', '.join(document.variants)}"
    help = f"did you mean `{near[0]}`?" if near else listed
    return Diagnostic(
        "variant/unknown",
        f"{shown} has no variant `{wanted}`" if document.variants else f"{shown} has no variants",
        (Label(span, "named here"),) if span else (),
        help if document.variants else f"name it as {shown} alone",
        about=("variant", wanted),
    )
