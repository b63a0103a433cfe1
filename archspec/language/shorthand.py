"""The short form of a step: ``4 x conv 3x3 64 /2 V as name from other -> 35x35x64``."""

from __future__ import annotations

import re

from archspec.language.arguments import Piece, Place, place, read_argument, read_operand, split
from archspec.language.draft import SHAPES, Draft, Report
from archspec.language.syntax import Text
from archspec.language.values import Scalar

ARROW = "->"
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_NO_ARROWS = ("=>", "-->", "→", "\N{EN DASH}>", "\N{EM DASH}>")
_NO_TIMES = ("*", "X", "\N{MULTIPLICATION SIGN}", "times")


def read_line(scalar: Scalar, report: Report) -> Draft:
    """Read a step that is written as one string."""
    draft = Draft(Text("", scalar.span), scalar.span, report)
    at, pieces = place(scalar), split(draft, scalar)
    if draft.broken:
        return draft
    if not pieces:
        help = "write `identity` to pass the value through"
        draft.refuse("syntax/no-word", "an empty step", scalar.span, help)
        return draft
    start = 0
    if len(pieces) > 1 and pieces[1].text in _NO_TIMES and pieces[0].text.isdecimal():
        help = f"write `{pieces[0].text} x word`"
        span = at(pieces[0].start, pieces[1].end)
        draft.refuse("syntax/no-word", f"`{pieces[1].text}` makes no count", span, help)
        return draft
    if len(pieces) > 1 and pieces[1].text == "x":
        draft.count = read_operand(draft, pieces[0], at)
        start = 2
    if start < len(pieces):
        word = pieces[start]
        draft.word = Text(word.text, at(word.start, word.end))
    draft.check_word()
    if draft.word.text[:1] != "-":  # else a dash is glued to it, and the rest may be other steps
        read_rest(draft, pieces[start + 1 :], at)
    return draft


def read_rest(draft: Draft, pieces: list[Piece], at: Place) -> None:
    """Read what follows the word: arguments, then clauses, then the shape."""
    for index, piece in enumerate(pieces):
        if _is_clause(piece.text):
            _read_clauses(draft, pieces[index:], at)
            return
        if piece.text.startswith(_NO_ARROWS):
            help = "write `-> 35x35x384`"
            span = at(piece.start, piece.end)
            draft.refuse("syntax/shape", f"`{piece.text}` is no arrow", span, help)
            return
        read_argument(draft, piece, at)


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
    if not own:
        span = at(head.start, head.end)
        draft.refuse("syntax/clause", "`as` without a name", span, "write `as name`")
        return
    draft.take_name(Text(own[0].text, at(own[0].start, own[0].end)))
    if own[1:]:
        _refuse_late(draft, own[1], "as", at)


def _read_from(draft: Draft, head: Piece, own: list[Piece], at: Place) -> None:
    if not own:
        span, help = at(head.start, head.end), "write `from` and the name of a step or an input"
        draft.refuse("syntax/clause", "`from` without a name", span, help)
        return
    names: list[Text] = []
    for piece in own:
        if not _IDENTIFIER.fullmatch(piece.text):
            _refuse_late(draft, piece, "from", at)
            break
        name = Text(piece.text, at(piece.start, piece.end))
        if draft.check_name(name):
            names.append(name)
    draft.take_sources(tuple(names))


def _refuse_late(draft: Draft, piece: Piece, clause: str, at: Place) -> None:
    message = f"`{piece.text}` cannot stand after `{clause}`"
    help = "arguments stand before `as` and `from`"
    if "," in piece.text:
        help = f"write `{clause} {piece.text.replace(',', ' ').strip()} ...`, without commas"
    draft.refuse("syntax/clause", message, at(piece.start, piece.end), help)


def _read_shape(draft: Draft, head: Piece, following: list[Piece], at: Place) -> None:
    glued = head.text[len(ARROW) :]
    first = [Piece(glued, head.start + len(ARROW), head.end)] if glued else following[:1]
    extra = following if glued else following[1:]
    if not first:
        draft.refuse("syntax/shape", "`->` without a shape", at(head.start, head.end), SHAPES)
    elif extra and not set(extra[0].text) <= set("x0123456789"):
        help = "the shape stands last; `as` and `from` stand before it"
        span = at(extra[0].start, extra[-1].end)
        draft.refuse("syntax/shape", "something stands after the shape", span, help)
    else:
        text = " ".join(piece.text for piece in (*first, *extra))
        draft.take_shape(text, at(first[0].start, (extra or first)[-1].end))
