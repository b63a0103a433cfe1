"""Reading ``defaults``: the attributes that words of a file have unless a step sets them."""

from __future__ import annotations

from archspec.diagnostic import Label, Report, instead
from archspec.language.document.sections import entries, wrong
from archspec.language.syntax.names import nearest
from archspec.language.syntax.steps import parse_arguments
from archspec.language.syntax.syntax import Argument, Text
from archspec.language.syntax.words import Attributes, attributes_of, known_words, main_of
from archspec.language.yaml.reader import Mapping, Scalar, Sequence, Value


def defaults(value: Value | None, report: Report) -> dict[str, dict[str, Argument]]:
    """Read ``defaults``: attribute values by word; erroneous ones are reported and left out."""
    found: dict[str, dict[str, Argument]] = {}
    for key, each in entries(value, "`defaults`", report):
        known = attributes_of(key.text)
        if known is None:
            _refuse_word(key, each, report)
        else:
            arguments = parse_arguments(each, Text(key.text, key.span), report)
            found[key.text] = _of_word(key.text, arguments, known, report)
    return found


def _refuse_word(key: Scalar, value: Value, report: Report) -> None:
    near = nearest(key.text, known_words())
    listed = "write the defaults of a module in its options: [width=64]"
    help, fixes = listed, instead(key.span, key.text, *near[:1])
    if near:
        help = f"did you mean `{near[0]}`?"
    if isinstance(value, Sequence) or (isinstance(value, Mapping) and value.get("steps")):
        help, fixes = "define a module under `stems`, `blocks`, `reductions` or `parts`", ()
    if key.text in (attributes_of("conv") or ()):
        help, fixes = f"write an attribute under its word: {{conv: {{{key.text}: ...}}}}", ()
    message = f"`{key.text}` is neither an operator nor a layer"
    report(wrong("defaults/unknown", message, key.span, help, fixes=fixes))


def _of_word(
    word: str,
    arguments: tuple[Argument, ...],
    known: Attributes,
    report: Report,
) -> dict[str, Argument]:
    found: dict[str, Argument] = {}
    for argument in arguments:
        name = argument.key or main_of(word) or ""
        if name not in known:
            _refuse_attribute(word, argument, known, report)
        elif name in found:
            first = Label(found[name].span, "the first")
            message = f"`{name}` is given twice"
            report(wrong("argument/twice", message, argument.span, "keep one of them", first))
        else:
            found[name] = argument
            _refuse_channels(argument, report)
    return found


def _refuse_channels(argument: Argument, report: Report) -> None:
    if "in_channels" in argument.operand.names:
        message = "`in_channels` is defined in steps only, not in `defaults`"
        help = "write it in the steps, or in a module of your own"
        about = ("defaults", "in_channels")
        report(wrong("expression/unknown-name", message, argument.operand.span, help, about=about))


def _refuse_attribute(word: str, argument: Argument, known: Attributes, report: Report) -> None:
    near = nearest(argument.key or "", known)
    if argument.key is None:
        message = f"`{word}` takes no `{argument.operand.text}`"
    else:
        message = f"`{word}` has no `{argument.key}`"
    listed = f"it takes {', '.join(known)}" if known else "it takes nothing"
    help = f"did you mean `{near[0]}`?" if near else listed
    about = (word, argument.key or argument.operand.text)
    fixes = instead(argument.span, argument.key or "", *near[:1])
    report(wrong("argument/unknown", message, argument.span, help, about=about, fixes=fixes))
