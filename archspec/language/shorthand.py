"""The short form of a step: ``4 x conv 3x3 64 /2 V as name from other -> 35x35x64``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label
from archspec.language import expressions
from archspec.language.expressions import Expression, ExpressionError, Literal
from archspec.language.names import RESERVED, is_name
from archspec.language.reader import Scalar
from archspec.language.syntax import Argument, Branch, Contract, Operand, Step, Text
from archspec.source import Span

Report = Callable[[Diagnostic], None]

ARROW = "->"
_PIECE = re.compile(r"\S+")
_KERNEL = re.compile(r"([0-9]+)x([0-9]+)")
_SHAPE = re.compile(r"[0-9]{1,9}(?:x[0-9]{1,9})*")
_GLUED_COUNT = re.compile(r"([0-9]+)x([a-z]\w*)?")
_MARKS: dict[str, tuple[str, str]] = {
    "V": ("padding", "valid"),
    "valid": ("padding", "valid"),
    "same": ("padding", "same"),
    "symmetric": ("padding", "symmetric"),
    "linear": ("linear", "true"),
}
"""Words that are arguments by themselves: the attribute they set, and to what."""

_NAMING = (
    "a name has lower-case letters, digits and underscores, begins with a letter and ends in no "
    "underscore"
)


class Piece(NamedTuple):
    """A word of a step string and the columns it stands in."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def split(text: str) -> tuple[Piece, ...]:
    """Divide a step string at its blanks; blanks inside brackets do not count."""
    pieces: list[Piece] = []
    for found in _PIECE.finditer(text):
        last = pieces[-1] if pieces else None
        if last and open_brackets(last.text) > 0:
            pieces[-1] = Piece(text[last.start : found.end()], last.start, found.end())
        else:
            pieces.append(Piece(found.group(), *found.span()))
    return tuple(pieces)


def open_brackets(text: str) -> int:
    """Count the parentheses and brackets that are opened and not closed."""
    return sum(map(text.count, "([")) - sum(map(text.count, ")]"))


class Place:
    """Where the characters of a scalar stand; its origin is looked up once."""

    __slots__ = ("line", "origin", "source", "whole")

    def __init__(self, scalar: Scalar) -> None:
        self.whole = scalar.span
        self.source, self.line = scalar.span.source, scalar.span.line
        self.origin = scalar.origin

    def at(self, start: int, end: int) -> Span:
        """Find the place of a part; the whole scalar's where it has no own."""
        if self.origin is None:
            return self.whole
        return Span(self.source, self.line, self.origin + start, self.origin + end)


@dataclass(slots=True)
class Draft:
    """A step as far as it has been read; one mistake makes it broken."""

    word: Text
    span: Span
    report: Report
    arguments: list[Argument] = field(default_factory=list)
    count: Operand | None = None
    name: Text | None = None
    sources: tuple[Text, ...] = ()
    shape: Contract | None = None
    branches: list[Branch] = field(default_factory=list)
    broken: bool = False

    def refuse(
        self, code: str, message: str, span: Span, help: str | None = None, *why: Label
    ) -> None:
        """Report a mistake."""
        self.broken = True
        self.report(Diagnostic(code, message, (Label(span), *why), help))

    def finish(self) -> Step:
        """Make the step."""
        return Step(
            self.word,
            self.span,
            tuple(self.arguments),
            self.count,
            self.name,
            self.sources,
            self.shape,
            tuple(self.branches),
            self.broken,
        )


def read_line(scalar: Scalar, report: Report) -> Draft:
    """Read a step that is written as one string."""
    place, pieces = Place(scalar), split(scalar.text)
    draft = Draft(Text("", scalar.span), scalar.span, report)
    if not pieces:
        draft.refuse("syntax/no-word", "an empty step", scalar.span, "write `identity` for no step")
        return draft
    start = 0
    if len(pieces) > 1 and pieces[1].text == "x":
        draft.count = read_operand(draft, pieces[0], place)
        start = 2
    if start < len(pieces):
        word = pieces[start]
        draft.word = Text(word.text, place.at(word.start, word.end))
    check_word(draft)
    read_rest(draft, pieces[start + 1 :], place)
    return draft


def check_word(draft: Draft) -> None:
    """Refuse a word that can be none."""
    text, span = draft.word.text, draft.word.span
    glued = _GLUED_COUNT.fullmatch(text)
    if is_name(text) and text not in RESERVED:
        return
    if not text:
        draft.refuse("syntax/no-word", "a count without a word", span, "write `4 x word`")
    elif text in RESERVED:
        draft.refuse("syntax/no-word", f"`{text}` cannot begin a step", span, _BEGINNING)
    elif glued:
        count, word = glued.groups()
        help = f"leave blanks around the x: {count} x {word or 'word'}"
        draft.refuse("syntax/no-word", f"`{text}` is no word", span, help)
    elif is_name(text.lower()):
        help = f"write `{text.lower()}`: words are lower case"
        draft.refuse("syntax/no-word", f"`{text}` is no word", span, help)
    else:
        draft.refuse("syntax/no-word", f"`{text}` is no word", span, _BEGINNING)


_BEGINNING = "a step begins with the word of an operator, a layer or a module: conv 3x3 64"


def read_rest(draft: Draft, pieces: tuple[Piece, ...], place: Place) -> None:
    """Read what follows the word: arguments, then clauses, then the shape."""
    for index, piece in enumerate(pieces):
        if _is_clause(piece.text):
            _read_clauses(draft, pieces[index:], place)
            return
        read_argument(draft, piece, place)


def read_argument(draft: Draft, piece: Piece, place: Place) -> None:
    """Read one argument of a step string."""
    text = piece.text
    span = place.at(piece.start, piece.end)
    if text in _MARKS:
        key, meaning = _MARKS[text]
        draft.arguments.append(Argument(key, Operand(text, span, expressions.parse(meaning)), span))
    elif text == "x":
        help = "write a kernel without blanks: 3x3; a count stands first: 4 x word"
        draft.refuse("syntax/blank", "`x` with blanks around it among the arguments", span, help)
    else:
        _read_value(draft, piece, span, place)


def _read_value(draft: Draft, piece: Piece, span: Span, place: Place) -> None:
    key, skip = _key(piece.text)
    rest = Piece(piece.text[skip:], piece.start + skip, piece.end)
    if skip and not rest.text:
        draft.refuse("syntax/argument", f"`{piece.text}` has no value", span)
    elif key is not None and not is_name(key):
        draft.refuse("syntax/argument", f"`{key}` is no attribute's name", span, _NAMING)
    else:
        operand = read_operand(draft, rest, place)
        if operand is not None:
            add_argument(draft, Argument(key, operand, span))


@lru_cache(maxsize=8192)
def _key(text: str) -> tuple[str | None, int]:
    """Find which attribute an argument sets, and where its value begins."""
    if text[0] == "/":
        return "stride", 1
    key, equals, _ = text.partition("=")
    if equals:
        return key, len(key) + 1
    return ("kernel" if _KERNEL.fullmatch(text) else None), 0


def add_argument(draft: Draft, argument: Argument) -> None:
    """Take an argument; ``linear`` has no other value than true."""
    value = argument.operand.value
    is_true = isinstance(value, Expression) and value.root == Literal(0, 0, value=True)
    if argument.key == "linear" and not is_true:
        help = "write `linear`, or leave it out"
        draft.refuse("syntax/argument", "`linear` is there or not", argument.span, help)
    else:
        draft.arguments.append(argument)


def read_operand(draft: Draft, piece: Piece, place: Place) -> Operand | None:
    """Read a value: an expression, a kernel, or a list in brackets; None if it is refused."""
    text, start, end = piece
    span = place.at(start, end)
    if kernel := _KERNEL.fullmatch(text):
        return Operand(text, span, tuple(_size(kernel, side, start, place) for side in (1, 2)))
    if _PIECE.fullmatch(text) is None:
        compact = "".join(text.split())
        what = "is never closed" if open_brackets(text) > 0 else "has blanks"
        draft.refuse(
            "syntax/blank", f"`{text}` {what}", span, f"write it without blanks: {compact}"
        )
        return None
    if text[0] == "[" and text[-1] == "]":
        return _read_list(draft, piece, place)
    return read_expression(draft, text, span)


def _size(kernel: re.Match[str], side: int, start: int, place: Place) -> Operand:
    span = place.at(start + kernel.start(side), start + kernel.end(side))
    return Operand(kernel[side], span, expressions.parse(kernel[side]))


def _read_list(draft: Draft, piece: Piece, place: Place) -> Operand | None:
    items: list[Operand] = []
    column = piece.start + 1
    for text in _items(piece.text[1:-1]):
        span = place.at(column, column + max(1, len(text)))
        item = read_expression(draft, text, span)
        if item is None:
            return None
        items.append(item)
        column += len(text) + 1
    return Operand(piece.text, place.at(piece.start, piece.end), tuple(items))


def _items(text: str) -> list[str]:
    """Divide a list at its commas; commas inside parentheses do not count."""
    items = [""]
    for part in re.split(r"(,)", text):
        if part == "," and open_brackets(items[-1]) <= 0:
            items.append("")
        else:
            items[-1] += part
    return items


def read_expression(draft: Draft, text: str, span: Span) -> Operand | None:
    """Read one expression; ``V`` means valid wherever it stands."""
    try:
        return Operand(text, span, expressions.parse("valid" if text == "V" else text))
    except ExpressionError as error:
        unread = Operand(text, span, ())
        draft.broken = True
        draft.report(unread.refusal(error))
        return None


def _is_clause(text: str) -> bool:
    return text in ("as", "from") or text.startswith(ARROW)


def _read_clauses(draft: Draft, pieces: tuple[Piece, ...], place: Place) -> None:
    index = 0
    while index < len(pieces):
        head = pieces[index]
        end = _clause_end(pieces, index + 1)
        own = pieces[index + 1 : end]
        if head.text == "as":
            _read_as(draft, head, own, place)
        elif head.text == "from":
            _read_from(draft, head, own, place)
        else:
            _read_shape(draft, head, pieces[index + 1 :], place)
            return
        index = end


def _clause_end(pieces: tuple[Piece, ...], start: int) -> int:
    following = range(start, len(pieces))
    return next((index for index in following if _is_clause(pieces[index].text)), len(pieces))


def _read_as(draft: Draft, head: Piece, own: tuple[Piece, ...], place: Place) -> None:
    span = place.at(head.start, head.end)
    if not own:
        draft.refuse("syntax/clause", "`as` without a name", span, "write `as name`")
        return
    name = Text(own[0].text, place.at(own[0].start, own[0].end))
    set_name(draft, name)
    for extra in own[1:]:
        _refuse_late(draft, extra, "as", place)


def _read_from(draft: Draft, head: Piece, own: tuple[Piece, ...], place: Place) -> None:
    span = place.at(head.start, head.end)
    if not own:
        help = "write `from` and the name of a step or an input"
        draft.refuse("syntax/clause", "`from` without a name", span, help)
        return
    late = [piece for piece in own if not is_name(piece.text) or piece.text in RESERVED]
    for piece in late:
        _refuse_late(draft, piece, "from", place)
    names = [piece for piece in own if piece not in late]
    set_sources(draft, tuple(Text(each.text, place.at(each.start, each.end)) for each in names))


def _refuse_late(draft: Draft, piece: Piece, clause: str, place: Place) -> None:
    span = place.at(piece.start, piece.end)
    if piece.text.strip(",") != piece.text:
        help, message = f"write `{clause} a b`, without commas", f"`{piece.text}` is no name"
    else:
        help = "arguments stand before `as` and `from`"
        message = f"`{piece.text}` cannot stand after `{clause}`"
    draft.refuse("syntax/clause", message, span, help)


def _read_shape(draft: Draft, head: Piece, own: tuple[Piece, ...], place: Place) -> None:
    glued = head.text[len(ARROW) :]
    pieces = (Piece(glued, head.start + len(ARROW), head.end), *own) if glued else own
    if not pieces:
        draft.refuse("syntax/shape", "`->` without a shape", place.at(*head[1:]), _SHAPE_HELP)
        return
    span = place.at(pieces[0].start, pieces[-1].end)
    if len(pieces) > 1 and not _SHAPE.fullmatch("".join(piece.text for piece in pieces)):
        help = "the shape stands last; `as` and `from` before it"
        extra = place.at(pieces[1].start, pieces[-1].end)
        draft.refuse("syntax/shape", "something stands after the shape", extra, help)
        return
    set_shape(draft, " ".join(piece.text for piece in pieces), span)


_SHAPE_HELP = "write height x width x channels without blanks, 35x35x384, or one length, 1536"


def set_name(draft: Draft, name: Text) -> None:
    """Take the name that ``as`` gives."""
    if not check_name(draft, name):
        return
    if draft.name is not None:
        first = Label(draft.name.span, "the first one")
        draft.refuse("syntax/clause", "two names for one step", name.span, "keep one", first)
    else:
        draft.name = name


def set_sources(draft: Draft, sources: tuple[Text, ...]) -> None:
    """Take the names that ``from`` gives."""
    if draft.sources and sources:
        first = Label(draft.sources[0].span, "the first one")
        help = "name all of them after one `from`"
        draft.refuse("syntax/clause", "`from` twice in one step", sources[0].span, help, first)
    else:
        draft.sources = sources or draft.sources


def set_shape(draft: Draft, text: str, span: Span) -> None:
    """Take the shape that stands after ``->``."""
    extents = tuple(map(int, text.split("x"))) if _SHAPE.fullmatch(text) else ()
    if len(extents) not in (1, 3) or min(extents) < 1:
        draft.refuse("syntax/shape", f"`{text}` is no shape", span, _SHAPE_HELP)
    elif draft.shape is not None:
        first = Label(draft.shape.span, "the first one")
        draft.refuse("syntax/shape", "two shapes for one step", span, "keep one", first)
    else:
        draft.shape = Contract(extents, span)


def check_name(draft: Draft, name: Text) -> bool:
    """Refuse what cannot name a step."""
    if name.text in RESERVED:
        message = f"`{name.text}` is a word of the language and cannot name a step"
        draft.refuse("name/reserved", message, name.span, "choose another name")
    elif not is_name(name.text):
        draft.refuse("name/invalid", f"`{name.text}` cannot name a step", name.span, _NAMING)
    else:
        return True
    return False
