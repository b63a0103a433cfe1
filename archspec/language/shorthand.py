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
Place = Callable[[int, int], Span]
"""Finds the place of a part of a step's text, from its first and last column."""

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


def split(text: str) -> list[Piece]:
    """Divide a step string at its blanks; blanks inside brackets do not count."""
    pieces: list[Piece] = []
    end = 0
    for word in text.split():
        start = text.index(word, end)
        end = start + len(word)
        pieces.append(Piece(word, start, end))
    return pieces if "(" not in text and "[" not in text else _joined(text, pieces)


def _joined(text: str, pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if joined and open_brackets(joined[-1].text) > 0:
            start = joined.pop().start
            joined.append(Piece(text[start : piece.end], start, piece.end))
        else:
            joined.append(piece)
    return joined


def open_brackets(text: str) -> int:
    """Count the parentheses and brackets that are opened and not closed."""
    return sum(map(text.count, "([")) - sum(map(text.count, ")]"))


def place(scalar: Scalar) -> Place:
    """Make the function that places parts of a scalar's text; its origin is looked up once."""
    whole, origin = scalar.span, scalar.origin
    if origin is None:
        return lambda _start, _end: whole
    source, line = whole.source, whole.line
    return lambda start, end: Span(source, line, origin + start, origin + end)


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
    at, pieces = place(scalar), split(scalar.text)
    draft = Draft(Text("", scalar.span), scalar.span, report)
    if not pieces:
        draft.refuse("syntax/no-word", "an empty step", scalar.span, "write `identity` for no step")
        return draft
    start = 0
    if len(pieces) > 1 and pieces[1].text == "x":
        draft.count = read_operand(draft, pieces[0], at)
        start = 2
    if start < len(pieces):
        word = pieces[start]
        draft.word = Text(word.text, at(word.start, word.end))
    check_word(draft)
    read_rest(draft, pieces[start + 1 :], at)
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


def read_rest(draft: Draft, pieces: list[Piece], at: Place) -> None:
    """Read what follows the word: arguments, then clauses, then the shape."""
    for index, piece in enumerate(pieces):
        if _is_clause(piece.text):
            _read_clauses(draft, pieces[index:], at)
            return
        read_argument(draft, piece, at)


def read_argument(draft: Draft, piece: Piece, at: Place) -> None:
    """Read one argument of a step string."""
    plain = _plain(piece.text)
    if plain is None:
        _read_unusual(draft, piece, at)
        return
    key, skip, value = plain
    whole = at(piece.start, piece.end)
    span = at(piece.start + skip, piece.end) if skip else whole
    text = piece.text[skip:]
    draft.arguments.append(Argument(key, Operand(text, span, _placed(value, span)), whole))


Unplaced = Expression | tuple[Expression, ...]
"""What an operand's text means, wherever it stands."""


@lru_cache(maxsize=8192)
def _plain(text: str) -> tuple[str | None, int, Unplaced] | None:
    """Read an argument's key, where its value begins, and the value; None unless it is simple."""
    if text in _MARKS:
        key, meaning = _MARKS[text]
        return key, 0, expressions.parse(meaning)
    name, skip = _key(text)
    value = _unplaced(text[skip:])
    simple = text != "x" and name != "linear" and (name is None or is_name(name))
    return (name, skip, value) if simple and value is not None else None


@lru_cache(maxsize=8192)
def _unplaced(text: str) -> Unplaced | None:
    """Read a kernel or an expression; None for what is neither."""
    if kernel := _KERNEL.fullmatch(text):
        return tuple(map(expressions.parse, kernel.groups()))
    try:
        return expressions.parse("valid" if text == "V" else text)
    except ExpressionError:
        return None


def _placed(value: Unplaced, span: Span) -> Expression | tuple[Operand, ...]:
    if isinstance(value, Expression):
        return value
    return tuple([Operand(size.text, span, size) for size in value])


def _key(text: str) -> tuple[str | None, int]:
    """Find which attribute an argument sets, and where its value begins."""
    if text[0] == "/":
        return "stride", 1
    key, equals, _ = text.partition("=")
    if equals:
        return key, len(key) + 1
    return ("kernel" if _KERNEL.fullmatch(text) else None), 0


def _read_unusual(draft: Draft, piece: Piece, at: Place) -> None:
    """Read an argument that is a list, or wrong."""
    key, skip = _key(piece.text)
    rest = Piece(piece.text[skip:], piece.start + skip, piece.end)
    span = at(piece.start, piece.end)
    if piece.text == "x":
        help = "write a kernel without blanks: 3x3; a count stands first: 4 x word"
        draft.refuse("syntax/blank", "`x` with blanks around it among the arguments", span, help)
    elif not rest.text:
        draft.refuse("syntax/argument", f"`{piece.text}` has no value", span)
    elif key is not None and not is_name(key):
        draft.refuse("syntax/argument", f"`{key}` is no attribute's name", span, _NAMING)
    else:
        operand = read_operand(draft, rest, at)
        if operand is not None:
            add_argument(draft, Argument(key, operand, span))


def add_argument(draft: Draft, argument: Argument) -> None:
    """Take an argument; ``linear`` has no other value than true."""
    value = argument.operand.value
    is_true = isinstance(value, Expression) and value.root == Literal(0, 0, value=True)
    if argument.key == "linear" and not is_true:
        help = "write `linear`, or leave it out"
        draft.refuse("syntax/argument", "`linear` is there or not", argument.span, help)
    else:
        draft.arguments.append(argument)


def read_operand(draft: Draft, piece: Piece, at: Place) -> Operand | None:
    """Read a value: an expression, a kernel, or a list in brackets; None if it is refused."""
    text, start, end = piece
    span = at(start, end)
    value = _unplaced(text)
    if value is not None:
        return Operand(text, span, _placed(value, span))
    if _PIECE.fullmatch(text) is None:
        compact = "".join(text.split())
        what = "is never closed" if open_brackets(text) > 0 else "has blanks"
        help = f"write it without blanks: {compact}"
        draft.refuse("syntax/blank", f"`{text}` {what}", span, help)
        return None
    if text[0] == "[" and text[-1] == "]":
        return _read_list(draft, piece, at)
    return read_expression(draft, text, span)


def _read_list(draft: Draft, piece: Piece, at: Place) -> Operand | None:
    items: list[Operand] = []
    column = piece.start + 1
    for text in _items(piece.text[1:-1]):
        span = at(column, column + max(1, len(text)))
        item = read_expression(draft, text, span)
        if item is None:
            return None
        items.append(item)
        column += len(text) + 1
    return Operand(piece.text, at(piece.start, piece.end), tuple(items))


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
    return text in ("as", "from") or text[:2] == ARROW


def _read_clauses(draft: Draft, pieces: list[Piece], at: Place) -> None:
    index = 0
    while index < len(pieces):
        head = pieces[index]
        if head.text[:2] == ARROW:
            _read_shape(draft, head, pieces[index + 1 :], at)
            return
        end = _clause_end(pieces, index + 1)
        read = _read_as if head.text == "as" else _read_from
        read(draft, head, pieces[index + 1 : end], at)
        index = end


def _clause_end(pieces: list[Piece], start: int) -> int:
    following = range(start, len(pieces))
    return next((index for index in following if _is_clause(pieces[index].text)), len(pieces))


def _read_as(draft: Draft, head: Piece, own: list[Piece], at: Place) -> None:
    span = at(head.start, head.end)
    if not own:
        draft.refuse("syntax/clause", "`as` without a name", span, "write `as name`")
        return
    name = Text(own[0].text, at(own[0].start, own[0].end))
    set_name(draft, name)
    for extra in own[1:]:
        _refuse_late(draft, extra, "as", at)


def _read_from(draft: Draft, head: Piece, own: list[Piece], at: Place) -> None:
    span = at(head.start, head.end)
    if not own:
        help = "write `from` and the name of a step or an input"
        draft.refuse("syntax/clause", "`from` without a name", span, help)
        return
    late = [piece for piece in own if not is_name(piece.text) or piece.text in RESERVED]
    for piece in late:
        _refuse_late(draft, piece, "from", at)
    names = [piece for piece in own if piece not in late]
    set_sources(draft, tuple(Text(each.text, at(each.start, each.end)) for each in names))


def _refuse_late(draft: Draft, piece: Piece, clause: str, at: Place) -> None:
    span = at(piece.start, piece.end)
    if piece.text.strip(",") != piece.text:
        help, message = f"write `{clause} a b`, without commas", f"`{piece.text}` is no name"
    else:
        help = "arguments stand before `as` and `from`"
        message = f"`{piece.text}` cannot stand after `{clause}`"
    draft.refuse("syntax/clause", message, span, help)


def _read_shape(draft: Draft, head: Piece, own: list[Piece], at: Place) -> None:
    glued = head.text[len(ARROW) :]
    pieces = [Piece(glued, head.start + len(ARROW), head.end), *own] if glued else own
    if not pieces:
        draft.refuse("syntax/shape", "`->` without a shape", at(*head[1:]), _SHAPE_HELP)
        return
    span = at(pieces[0].start, pieces[-1].end)
    if len(pieces) > 1 and not _SHAPE.fullmatch("".join(piece.text for piece in pieces)):
        help = "the shape stands last; `as` and `from` before it"
        extra = at(pieces[1].start, pieces[-1].end)
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
    extents = _extents(text)
    if len(extents) not in (1, 3) or min(extents) < 1:
        draft.refuse("syntax/shape", f"`{text}` is no shape", span, _SHAPE_HELP)
    elif draft.shape is not None:
        first = Label(draft.shape.span, "the first one")
        draft.refuse("syntax/shape", "two shapes for one step", span, "keep one", first)
    else:
        draft.shape = Contract(extents, span)


@lru_cache(maxsize=8192)
def _extents(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("x"))) if _SHAPE.fullmatch(text) else ()


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
