"""The short form of a step, with arguments in the order of papers."""

from __future__ import annotations

import re
from typing import NamedTuple

from archspec.attributes import Extra, Pair, kind_of
from archspec.diagnostic import Diagnostic
from archspec.language.syntax.expressions import Expression, Number, Term
from archspec.language.syntax.steps import parse_steps
from archspec.language.syntax.syntax import Argument, Form, Operand, Step
from archspec.language.syntax.words import Attributes, attributes_of, main_of
from archspec.language.yaml.values import Scalar

_PAIRS = (kind_of(Pair), kind_of(Extra))
_SIZES = re.compile(r"[0-9]+x[0-9]+")
_PADDINGS = {"V": "V", "valid": "V", "same": "same", "symmetric": "symmetric"}
"""The notations of paddings without the attribute's name."""
_RANKS = {"stride": 2, "padding": 3, "linear": 4}
"""The ranks of attributes after the kernel (0) and the main one (1); all others come last."""

Terms = Term | tuple["Terms", ...] | tuple[int, int]


class Short(NamedTuple):
    """A step in its short form: the text before the contract, and the contract, possibly empty."""

    text: str
    contract: str

    @property
    def whole(self) -> str:
        """The step on one line."""
        return f"{self.text} {self.contract}" if self.contract else self.text


class Word(NamedTuple):
    """The main attribute and all attributes of a word; empty for a module."""

    main: str | None
    attributes: Attributes


MODULE = Word(None, {})


def word_of(text: str) -> Word | None:
    """Return the attributes of a word of the language; None for any other."""
    attributes = attributes_of(text)
    return None if attributes is None else Word(main_of(text), attributes)


def short_form(step: Step, word: Word) -> Short | None:
    """Return the short form of a step; None if it has none with exactly the same meaning."""
    keys = {each.key or word.main for each in step.arguments}
    if step.broken or step.branches or len(keys) < len(step.arguments):
        return None
    shape = f"-> {'x'.join(map(str, step.shape.shape))}" if step.shape else ""
    short = Short(" ".join(_parts(step, word)), shape)
    again = _reread(short, step)
    is_same = again is not None and meaning(again, word) == meaning(step, word)
    return short if is_same else None


def meaning(step: Step, word: Word) -> tuple[object, ...]:
    """Return the meaning of a step independently of its notation, for comparison."""
    return (
        step.word.text,
        {each.key or word.main: _terms(each.operand) for each in step.arguments},
        _terms(step.count) if step.count else None,
        step.name.text if step.name else None,
        [source.text for source in step.sources],
        step.shape.shape if step.shape else None,
    )


def _terms(operand: Operand) -> Terms:
    if isinstance(operand.value, Expression):
        return _sizes(operand) or operand.value.root
    return _sizes(operand) or tuple(_terms(each) for each in operand.value)


def _sizes(operand: Operand) -> tuple[int, int] | None:
    """Return the sizes of ``3``, ``3x3`` or ``[3, 3]``; None for anything else."""
    value = operand.value
    if isinstance(value, Expression):
        number = value.root.value if isinstance(value.root, Number) else None
        return (number, number) if isinstance(number, int) else None
    sizes = [_sizes(each) for each in value if isinstance(each.value, Expression)]
    first, second = sizes if len(sizes) == len(value) == 2 else (None, None)
    return (first[0], second[0]) if first and second else None


def _parts(step: Step, word: Word) -> list[str]:
    count = [_text(step.count), "x"] if step.count else []
    arguments = [_argument(each, word) for each in step.arguments]
    arguments.sort(key=lambda each: each[0])
    name = ["as", step.name.text] if step.name else []
    sources = ["from", *(source.text for source in step.sources)] if step.sources else []
    return [*count, step.word.text, *(text for _, text in arguments), *name, *sources]


def _argument(argument: Argument, word: Word) -> tuple[int, str]:
    """Return the rank and the shortest notation of an argument."""
    key = argument.key or word.main
    value = _value(key, argument.operand, word)
    is_kernel = key == "kernel" and (key in word.attributes or _SIZES.fullmatch(value))
    rank = 0 if is_kernel else 1 if key == word.main else _RANKS.get(key or "", 5)
    return rank, _shortest(key, value, word)


def _shortest(key: str | None, value: str, word: Word) -> str:
    if key == "linear":
        return key
    if key == "padding" and value in _PADDINGS:
        return _PADDINGS[value]
    if key == "stride" and value[0] != "[":
        return f"/{value}"
    is_sizes = _SIZES.fullmatch(value) is not None
    is_bare = key == "kernel" if is_sizes else key == word.main
    return value if is_bare else f"{key}={value}"


def _value(key: str | None, operand: Operand, word: Word) -> str:
    sizes = _sizes(operand)
    attribute = word.attributes.get(key or "")
    if sizes is None or attribute is None or attribute.kind not in _PAIRS:
        return _text(operand)
    is_one = sizes[0] == sizes[1] and key != "kernel"
    return str(sizes[0]) if is_one else f"{sizes[0]}x{sizes[1]}"


def _text(operand: Operand) -> str:
    if isinstance(operand.value, Expression) or not operand.text.startswith("["):
        return "".join(operand.text.split())
    return f"[{','.join(map(_text, operand.value))}]"


def _reread(short: Short, step: Step) -> Step | None:
    found: list[Diagnostic] = []
    scalar = Scalar(step.span, short.whole, plain=True)
    steps = parse_steps(scalar, lambda _: Form.ATTRIBUTES, found.append)
    return None if found or steps[0].broken else steps[0]
