"""The parser of arguments in a step string: ``3x3 64 /2 V padding=[1,1,0,0] linear``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from archspec.diagnostic import instead
from archspec.language.syntax import expressions
from archspec.language.syntax.draft import Draft
from archspec.language.syntax.expressions import Expression, ExpressionError
from archspec.language.syntax.names import NAMING, is_name
from archspec.language.syntax.syntax import Argument, Operand
from archspec.language.yaml.reader import INSTEAD
from archspec.language.yaml.values import Scalar
from archspec.source import Span

LONGEST = 10_000
"""The maximum length of a step string in characters."""

Locate = Callable[[int, int], Span]
"""Maps a range of columns of a step's text to its span in the source."""

Unplaced = Expression | tuple[Expression, ...]
"""The parsed value of an operand without its place, which can be cached by text."""

_KERNEL = re.compile(r"([0-9]+)x([0-9]+)")
_NUMBERS = re.compile(r"[0-9]+")
_TUPLE = re.compile(r"\(?[0-9]+(, *[0-9]+)+,?\)?")
_GLUED_STRIDE = re.compile(r"([0-9]+[xX][0-9]+)(?:/|[sS])([0-9].*)")
_SOLID = re.compile(r"[0-9]+[xX][0-9]+[xX][0-9]+")
_MARKS: dict[str, tuple[str, str]] = {
    "V": ("padding", "valid"),
    "valid": ("padding", "valid"),
    "same": ("padding", "same"),
    "symmetric": ("padding", "symmetric"),
    "linear": ("linear", "true"),
}
"""Words that are arguments by themselves: the attribute that each sets, and its value."""


class Piece(NamedTuple):
    """A token of a step string, with its columns."""

    text: str
    start: int
    end: int


def locator(scalar: Scalar) -> Locate:
    """Return the function that maps columns of a scalar's text to spans, with one lookup of it."""
    whole, origin = scalar.span, scalar.origin
    if origin is None:
        return lambda _start, _end: whole
    source, line = whole.source, whole.line
    return lambda start, end: Span(source, line, origin + start, origin + end)


def split(draft: Draft, scalar: Scalar) -> list[Piece]:
    """Split a step string at blanks outside of brackets."""
    text = scalar.text
    pieces: list[Piece] = []
    end = 0
    if len(text) > LONGEST:
        message = f"a step of {len(text):,} characters; the most is {LONGEST:,}"
        draft.refuse("syntax/too-long", message, scalar.span, "write it as a mapping")
        return pieces
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        pieces.append(Piece(word, start, end))
    return pieces if "(" not in text and "[" not in text else _joined(text, pieces)


def open_brackets(text: str) -> int:
    """Count opening minus closing parentheses and brackets."""
    return text.count("(") + text.count("[") - text.count(")") - text.count("]")


def read_argument(draft: Draft, piece: Piece, at: Locate) -> None:
    """Parse one argument of a step string and add it to the draft."""
    plain = _plain(piece.text)
    if plain is None:
        _read_unusual(draft, piece, at)
        return
    key, skip, value = plain
    whole = at(piece.start, piece.end)
    span = at(piece.start + skip, piece.end) if skip else whole
    text = piece.text[skip:]
    draft.arguments.append(Argument(key, Operand(text, span, _placed(value, span)), whole))


def read_operand(draft: Draft, piece: Piece, at: Locate) -> Operand | None:
    """Parse a value: an expression, a kernel, or a list in brackets; None if it is reported."""
    text, start, end = piece
    span = at(start, end)
    value = _unplaced(text)
    if value is not None:
        return Operand(text, span, _placed(value, span))
    if text in INSTEAD:
        help, fixes = f"write `{INSTEAD[text]}`", instead(span, text, INSTEAD[text])
        draft.refuse("yaml/value", f"`{text}` is not a value", span, help, fixes=fixes)
        return None
    if text.startswith("["):
        return _read_list(draft, piece, at)
    return _read_expression(draft, text, span)


def _joined(text: str, pieces: list[Piece]) -> list[Piece]:
    """Join the pieces between matching brackets."""
    joined: list[Piece] = []
    opened = 0
    for piece in pieces:
        start = joined.pop().start if opened > 0 else piece.start
        opened = max(0, opened) + open_brackets(piece.text)
        joined.append(Piece(text[start : piece.end], start, piece.end))
    return joined


@lru_cache(maxsize=8192)
def _plain(text: str) -> tuple[str | None, int, Unplaced] | None:
    """Parse an argument to its key, the column of its value, and the value; None unless simple."""
    if text in _MARKS:
        key, meaning = _MARKS[text]
        return key, 0, expressions.parse(meaning)
    name, skip = _key(text)
    value = _unplaced(text[skip:])
    simple = text != "x" and name != "linear" and (name is None or is_name(name))
    return (name, skip, value) if simple and value is not None else None


@lru_cache(maxsize=8192)
def _unplaced(text: str) -> Unplaced | None:
    """Parse a kernel or an expression; None if it is neither."""
    try:
        if kernel := _KERNEL.fullmatch(text):
            return tuple(map(expressions.parse, kernel.groups()))
        return None if text in INSTEAD else expressions.parse(text)
    except ExpressionError:
        return None


def _placed(value: Unplaced, span: Span) -> Expression | tuple[Operand, ...]:
    if isinstance(value, Expression):
        return value
    return tuple([Operand(size.text, span, size) for size in value])


def _key(text: str) -> tuple[str | None, int]:
    """Return the attribute that an argument sets, and the column of its value."""
    if text[0] == "/":
        return "stride", 1
    key, equals, _ = text.partition("=")
    if equals:
        return key, len(key) + 1
    return ("kernel" if _KERNEL.fullmatch(text) else None), 0


def _read_unusual(draft: Draft, piece: Piece, at: Locate) -> None:
    """Parse an argument that is a list, or report it."""
    key, skip = _key(piece.text)
    rest = Piece(piece.text[skip:], piece.start + skip, piece.end)
    span = at(piece.start, piece.end)
    if piece.text == "x":
        help = "write a kernel without blanks: 3x3; write a count first: 4 x word"
        draft.refuse("syntax/blank", "`x` with blanks around it among the arguments", span, help)
    elif "->" in piece.text:
        help = "put blanks around the arrow; input channels are inferred"
        draft.refuse("syntax/shape", "an arrow without blanks around it", span, help)
    elif not rest.text:
        help = f"write a value after `{piece.text}`, without a blank"
        draft.refuse("syntax/argument", f"`{piece.text}` has no value", span, help)
    elif key is not None and not is_name(key):
        draft.refuse("syntax/argument", f"`{key}` cannot name an attribute", span, NAMING)
    elif operand := read_operand(draft, rest, at):
        draft.take_argument(Argument(key, operand, span))


def _read_list(draft: Draft, piece: Piece, at: Locate) -> Operand | None:
    if not piece.text.endswith("]"):
        span = at(piece.start, piece.start + 1)
        draft.refuse("syntax/argument", "this list is never closed", span, "write [1,0,1,0]")
        return None
    items: list[Operand] = []
    column = piece.start + 1
    for text in _items(piece.text[1:-1]):
        start = column + len(text) - len(text.lstrip())
        item = _read_expression(draft, text.strip(), at(start, start + max(1, len(text.strip()))))
        if item is None:
            return None
        items.append(item)
        column += len(text) + 1
    return Operand(piece.text, at(piece.start, piece.end), tuple(items))


def _items(text: str) -> list[str]:
    """Split a list at commas outside of parentheses."""
    items: list[str] = []
    opened = 0
    for part in text.split(","):
        if opened > 0:
            items[-1] += f",{part}"
        else:
            items.append(part)
        opened = max(0, opened) + open_brackets(part)
    return items


def _read_expression(draft: Draft, text: str, span: Span) -> Operand | None:
    try:
        return Operand(text, span, expressions.parse(text))
    except ExpressionError as error:
        draft.broken = True
        refusal = Operand(text, span, ()).refusal(error)
        draft.report(replace(refusal, help=_instead(text) or refusal.help))
        return None


def _instead(text: str) -> str | None:
    """Suggest how to write a value in another tool's notation; None if it is not known."""
    sizes = _NUMBERS.findall(text)
    if not text:
        return None
    if _TUPLE.fullmatch(text):
        return _sizes(sizes)
    if text[-1] == "%" and len(sizes) == 1:
        return f"write a fraction as a number: {int(sizes[0]) / 100:g}"
    if text[0] == text[-1] and text[0] in "'\"" and len(text) > 1:
        return f"write it without quotes: {text[1:-1]}"
    if glued := _GLUED_STRIDE.fullmatch(text):
        return f"leave a blank before the stride: {glued[1]} /{glued[2]}"
    if _SOLID.match(text) and len(sizes) > 2:
        return "a kernel has two sizes, 3x3; version 1 has no operators on volumes"
    if not text.isidentifier() or is_name(text):
        return None
    from archspec.language.advice.strays import way_of_word

    return way_of_word(text)


def _sizes(sizes: list[str]) -> str:
    if len(sizes) == 2:
        return f"write two sizes as {'x'.join(sizes)}"
    if len(sizes) == 4:
        return f"write a list in brackets: [{','.join(sizes)}]"
    return "two sizes are written 3x3, four cells [1,1,1,1]"
