"""Diagnostics for unknown words and misplaced arguments, with suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archspec.attributes import PADDINGS
from archspec.diagnostic import Diagnostic, Label, Replacement, instead
from archspec.language.advice import porting, positions
from archspec.language.advice.calls import step_of
from archspec.language.advice.positions import is_number
from archspec.language.document.spec import Spec, nested
from archspec.language.syntax.names import nearest
from archspec.language.syntax.plugins import trouble_with
from archspec.language.syntax.syntax import Argument, Step
from archspec.language.syntax.words import Attributes, attributes_of, known_words
from archspec.operator import Attribute, operators

_COUNT = re.compile(r"x([0-9]+)|([0-9]+)x")
_GLUED = re.compile(r"([a-z]+)_?([0-9]+(?:x[0-9]+)?)")
_SIZES = re.compile(r"[0-9]{1,9}x[0-9]{1,9}")
_NO_NEAR_WORD = "`archspec operators` lists the words; a module of another file has to be imported"
_NO_STEPS = "list them without `steps:`; the first of a branch may say `from`"
_ROLES = ("norm", "activation")


class Stray(NamedTuple):
    """A misplaced argument: its text, the word of its step, and the argument that follows."""

    text: str
    word: str = "word"
    following: str = ""


def unknown_word(step: Step, spec: Spec) -> Diagnostic:
    """Return the diagnostic for an unknown word, with a suggestion."""
    word = step.word.text
    message = f"`{word}` is not an operator, a layer or a module of this file"
    labels, (help, meant) = (Label(step.word.span),), _way_to(word, spec)
    notes, fixes = trouble_with(word), instead(step.word.span, word, *meant)
    return Diagnostic("word/unknown", message, labels, help, notes, about=(word,), fixes=fixes)


class Way(NamedTuple):
    """How to mend a text, in a sentence if it is known, and the texts to write in its place."""

    help: str | None
    texts: tuple[str, ...] = ()


def _way_to(word: str, spec: Spec) -> Way:
    modules = [*spec.modules, *spec.imported]
    own = next((each for each in modules if porting.plain(each) == porting.plain(word)), None)
    count = _COUNT.fullmatch(word)
    if word == "steps":
        return Way(_NO_STEPS)
    if own is not None:
        return Way(f"write `{own}`", (own,))
    if word in _step_names(spec):
        return Way(f"`{word}` is the name of a step: write `from {word}` where its value is taken")
    if count is not None:
        return Way(f"write a count first, with blanks around the x: `{_number(count)} x word`")
    step = step_of(word)
    if step is not None:
        return Way(f"write `{step}`")
    hint = None if nearest(word, modules) else porting.hint(word, known_words())
    return Way(hint) if hint else _nearest(word, [*modules, *known_words()])


def _step_names(spec: Spec) -> Iterator[str]:
    lists = [spec.network or (), *(module.steps for module in spec.modules.values())]
    return (step.name.text for steps in lists for step in nested(steps) if step.name)


def _nearest(word: str, words: list[str]) -> Way:
    near = nearest(word, words)
    asked = f"did you mean {' or '.join(f'`{each}`' for each in near)}?"
    return Way(asked, near) if near else Way(_NO_NEAR_WORD)


def _number(count: re.Match[str]) -> str:
    return str(next(filter(None, count.groups())))


def unknown_argument(
    step: Step, argument: Argument, name: str | None, attributes: Attributes, spec: Spec
) -> Diagnostic:
    """Return the diagnostic for an argument that a word does not take, with a suggestion."""
    word, text = step.word.text, argument.operand.text
    help: str | None
    texts: tuple[str, ...] = ()
    known = f"`{word}` takes {', '.join(attributes)}" if attributes else f"`{word}` takes nothing"
    if not attributes and attributes_of(word) is None and not _COUNT.fullmatch(text):
        message = f"`{word}` has no options, and takes nothing"
        help = "declare them in the module: `options: [k]`"
        return Diagnostic("argument/unknown", message, (Label(argument.span),), help, about=(word,))
    if argument.key is None or name is None:
        message = f"`{word}` takes no `{text}`"
        named = _way_of_a_name(text, spec)
        help, texts = Way(named) if named else way_of(_stray(argument, step), attributes)
        if _role(word) == "norm" and is_number(text):
            help, texts = "leave it out: input channels are inferred", ()
    else:
        message, way = f"`{word}` has no `{name}`", _way_of_key(name, text, attributes)
        help, texts = way or (None, ())
    about, labels = (word, name or text), (Label(argument.span),)
    fixes = instead(argument.span, argument.key or text, *texts)
    return Diagnostic("argument/unknown", message, labels, help or known, about=about, fixes=fixes)


def _way_of_key(name: str, value: str, attributes: Attributes) -> Way | None:
    if name == "kernel" and _SIZES.fullmatch(value):
        sizes = _way_of_sizes(value, attributes)
        return Way(sizes) if sizes else None
    meant = attribute_of(name, attributes)
    if meant is not None:
        value = (_word(value) or value) if meant in _ROLES else value
        return Way(f"did you mean `{meant}`? write `{spelled(meant, value)}`", (meant,))
    near = nearest(name, attributes)
    said = porting.ARGUMENTS.get(porting.plain(name))
    asked = Way(f"did you mean `{near[0]}`?", near[:1]) if near else None
    return Way(said) if said else asked


def _way_of_sizes(sizes: str, attributes: Attributes) -> str | None:
    """Suggest how to write two sizes for a word without a kernel; None if it takes none."""
    height, width = sizes.split("x")
    if "cells" in attributes:
        return f"write above, below, left, right: [{height},{height},{width},{width}]"
    return f"write `factor={sizes}`" if "factor" in attributes else None


def attribute_of(name: str, attributes: Iterable[str]) -> str | None:
    """Return the attribute that is equivalent to another tool's name, if any."""
    names = (name, *porting.ATTRIBUTES.get(porting.plain(name), ()))
    return next((each for each in names if each in attributes), None)


def given_twice(
    step: Step,
    name: str,
    both: tuple[Argument, Argument],
    attributes: Attributes,
    spec: Spec,
) -> Diagnostic:
    """Return the diagnostic for two values of one attribute, with a suggestion."""
    second, first = both
    bare = [each for each in both if _is_bare(each)]
    message = f"`{name}` is given twice"
    if len(bare) == 2:
        message = f"`{first.operand.text}` and `{second.operand.text}` are both read as `{name}`"
    help, fixes = _way_of_bare(step, name, bare, attributes, spec)
    labels = (Label(second.span), Label(first.span, "the first"))
    about = tuple(each.operand.text for each in both)
    return Diagnostic("argument/twice", message, labels, help, about=about, fixes=fixes)


def _way_of_bare(
    step: Step, name: str, bare: list[Argument], attributes: Attributes, spec: Spec
) -> tuple[str, tuple[Replacement, ...]]:
    """Suggest how to write the values of an attribute that lack its name, and what to change."""
    strays = [_stray(each, step) for each in bare]
    for argument, stray in zip(bare, strays, strict=True):
        named = _way_of_a_name(stray.text, spec)
        help, texts = Way(named) if named else way_of(stray, attributes)
        if help is not None:
            return help, instead(argument.span, stray.text, *texts)
    if len(bare) < 2:
        return "keep one of them", ()
    pair = positions.Bare(bare[1].operand.text, strays[0].text, strays[0].following)
    return positions.way_of(step, name, pair, tuple(attributes)) or "keep one of them", ()


def _way_of_a_name(text: str, spec: Spec) -> str | None:
    """Suggest ``as`` if other steps refer to this name; None otherwise."""
    steps = nested(spec.network or ())
    wanted = {name.text for step in steps for name in step.sources}
    wanted.update(name.text for name in spec.outputs)
    return f"write a name after `as`: `as {text}`" if text in wanted else None


def _is_bare(argument: Argument) -> bool:
    return argument.key is None or _SIZES.fullmatch(argument.operand.text) is not None


def _stray(argument: Argument, step: Step) -> Stray:
    behind = step.arguments[step.arguments.index(argument) + 1 :]
    is_value = behind and (_is_bare(behind[0]) or behind[0].operand.text in PADDINGS)
    following = behind[0].operand.text if is_value else ""
    return Stray(argument.operand.text, step.word.text, following)


def way_of(stray: Stray, attributes: Attributes) -> Way:
    """Suggest how to write what a stray argument means."""
    count, glued = _COUNT.fullmatch(stray.text), _GLUED.fullmatch(stray.text)
    meant = attribute_of(stray.text, attributes)
    chosen = next((each.name for each in attributes.values() if _chooses(each, stray)), None)
    if count is not None:
        return Way(f"write the count first: `{_number(count)} x {stray.word}`")
    if chosen is not None:
        return Way(f"write `{chosen}={stray.text}`", (f"{chosen}={stray.text}",))
    if glued is not None and (sized := attribute_of(glued[1], attributes)):
        right = spelled(sized, glued[2])
        return Way(f"write `{right}` for the {sized}", (right,))
    if meant is not None and not _role(stray.text) and _is_told(stray):
        return Way(f"write `{spelled(meant, stray.following or '...')}` for the {meant}")
    said = porting.ARGUMENTS.get(porting.plain(stray.text))
    return Way(said or way_of_word(stray.text, attributes))


def _chooses(attribute: Attribute, stray: Stray) -> bool:
    """Whether a stray is one of the words that an attribute takes."""
    return stray.text in attribute.kind.schema.get("enum", ())


def _is_told(stray: Stray) -> bool:
    """Whether a value follows a stray name, or the name is long enough to be unambiguous."""
    value = stray.following
    is_value = is_number(value) or _SIZES.fullmatch(value) is not None or value in PADDINGS
    return is_value or (not value and len(stray.text) > 1)


def way_of_word(text: str, attributes: Iterable[str] = _ROLES) -> str | None:
    """Suggest how to write a word among arguments; None if it is not a word."""
    word = _word(text)
    if word is None:
        return porting.hint(text, known_words())
    role = _role(text)
    named = f"write `{role}={word}`, or " if role in attributes else ""
    return f"`{text}` is a word: {named}begin a step of its own with a dash"


def _word(text: str) -> str | None:
    word = text.lower() if text.lower() in known_words() else porting.word_for(text)
    return word if word in known_words() else None


def _role(text: str) -> str:
    """Return the role of the operator that a text denotes: a norm or an activation, if either."""
    operator = operators().get(_word(text) or "")
    return operator.role if operator else ""


def spelled(attribute: str, value: str) -> str:
    """Format an attribute in the shortest notation: ``/2``, ``3x3``, ``groups=4``."""
    if attribute == "stride":
        return f"/{value}"
    if attribute == "kernel" and is_number(value):
        return f"{value}x{value}"
    is_kernel = attribute == "kernel" and _SIZES.fullmatch(value)
    is_bare = is_kernel or attribute in ("filters", "units", "rate")
    return value if is_bare else f"{attribute}={value}"
