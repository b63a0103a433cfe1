"""The parser of step strings: ``4 x conv 3x3 64 /2 V as name from other -> 35x35x64``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from archspec.diagnostic import Diagnostic, Report
from archspec.language.syntax.arguments import (
    Locate,
    Piece,
    locator,
    read_argument,
    read_operand,
    split,
)
from archspec.language.syntax.draft import SHAPES, Draft
from archspec.language.syntax.syntax import Text
from archspec.language.syntax.words import known_words
from archspec.language.yaml.values import Scalar

ARROW = "->"
_CLAUSES = ("as", "from")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LISTED = re.compile(r"[a-z_],|^[\[(]")
_SOURCE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)?")
_NO_ARROWS = ("=>", "-->", "→", "\N{EN DASH}>", "\N{EM DASH}>")
_NEXT = ("|", "+", "&", "&&", ">>", ";", "||")
_NO_TIMES = ("*", "X", "\N{MULTIPLICATION SIGN}", "times")


def read_line(scalar: Scalar, is_word: Callable[[str], bool], report: Report) -> Draft:
    """Parse a step that is written as one string.

    ``is_word`` tells whether a word is known; otherwise only the clauses are read, since it is not
    known which arguments the word takes.
    """
    draft = Draft(Text("", scalar.span), scalar.span, report)
    at, pieces = locator(scalar), split(draft, scalar)
    start = 0 if draft.broken else _read_head(draft, pieces, at)
    if draft.word.text[:1] in ("", "-"):  # with a glued dash the rest may be other steps
        return draft
    if draft.broken or not is_word(draft.word.text):
        unread = replace(draft, report=_silent)
        read_rest(unread, pieces[start + 1 :], at)
        draft.name, draft.shape = unread.name, unread.shape
    else:
        read_rest(draft, pieces[start + 1 :], at)
    return draft


def _silent(_: Diagnostic) -> None:
    """Ignore a diagnostic."""


def _read_head(draft: Draft, pieces: list[Piece], at: Locate) -> int:
    """Parse the count and the word; return the index of the word among the pieces."""
    start = 0
    refused = _wrong_head([piece.text for piece in pieces])
    if refused is not None:
        whole = at(pieces[0].start, pieces[1].end) if len(pieces) > 1 else draft.span
        draft.refuse("syntax/no-word", refused[0], whole, refused[1])
        return start
    if len(pieces) > 1 and pieces[1].text == "x":
        draft.count = read_operand(draft, pieces[0], at)
        start = 2
    if start < len(pieces):
        word = pieces[start]
        draft.word = Text(word.text, at(word.start, word.end))
    draft.check_word()
    return start


def _wrong_head(texts: list[str]) -> tuple[str, str] | None:
    """Return the error in the first words of a step, and its fix; None if there is none."""
    if not texts:
        return "an empty step", "write `identity` to pass the value through"
    if "-" in texts[1:]:
        return (
            "a dash inside a step that continues over several lines",
            "indent the second dash as far as the first",
        )
    if texts[0][0] == "(":
        return "a step cannot begin with a parenthesis", "write a count first: 4 x conv 3x3 64"
    if len(texts) < 2:
        return None
    first, second, *rest = texts
    if second in _NO_TIMES and first.isdecimal():
        return f"`{second}` is not how a count is written", f"write `{first} x word`"
    if second == "=":
        step = " ".join(rest) or "word"
        message = f"a step cannot begin with `{first} =`"
        return message, f"write the name at the end: `{step} as {first}`"
    if second == "+":
        return f"a step cannot begin with `{first} +`", f"write `add from {first} ...`"
    return None


def read_rest(draft: Draft, pieces: list[Piece], at: Locate) -> None:
    """Parse what follows the word: arguments, then clauses, then the shape."""
    if _refuse_separators(draft, pieces, at):
        return
    for index, piece in enumerate(pieces):
        if _is_clause(piece.text):
            _read_clauses(draft, pieces[index:], at)
            return
        if piece.text.startswith(_NO_ARROWS):
            help = "write `-> 35x35x384`"
            span = at(piece.start, piece.end)
            draft.refuse("syntax/shape", f"`{piece.text}` is not the arrow", span, help)
            return
        read_argument(draft, piece, at)


def _refuse_separators(draft: Draft, pieces: list[Piece], at: Locate) -> bool:
    """Whether arguments or steps are separated as in other notations; report it once."""
    clause = next((i for i, piece in enumerate(pieces) if _is_clause(piece.text)), len(pieces))
    for piece in pieces[:clause]:
        if piece.text in _NEXT or piece.text[-1] == ";":
            help = "write the next step on a line of its own, with a dash"
            if piece.text == "+":
                help += "; a sum is `add from a b`"
            span = at(piece.start, piece.end)
            message = f"`{piece.text[-1]}` does not separate steps"
            draft.refuse("syntax/argument", message, span, help)
            return True
        if piece.text[0] == "*":
            help = f"write the count first: {piece.text[1:] or 4} x {draft.word.text}"
            span = at(piece.start, piece.end)
            message = f"`{piece.text}` is not how a count is written"
            draft.refuse("syntax/argument", message, span, help)
            return True
        if piece.text[-1] == ",":
            texts = " ".join(each.text.rstrip(",") for each in pieces[:clause])
            help = f"write blanks instead of commas: {draft.word.text.rstrip(',')} {texts}"
            if any(each.text in known_words() for each in pieces[:clause]):
                help = "write the next step on a line of its own, with a dash"
            span = at(piece.start, piece.end)
            draft.refuse("syntax/argument", "a comma between arguments", span, help)
            return True
    return False


def _is_clause(text: str) -> bool:
    return text in _CLAUSES or text[:2] == ARROW


def _read_clauses(draft: Draft, pieces: list[Piece], at: Locate) -> None:
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
    """Return the index after a clause; `as` and `from` right before another clause are names."""
    begins = [_is_clause(piece.text) for piece in pieces]
    stands_alone = all(begins[start : start + 2]) and pieces[start:]
    if stands_alone and pieces[start].text in _CLAUSES:
        start += 1
    return next((index for index in range(start, len(pieces)) if begins[index]), len(pieces))


def _read_as(draft: Draft, head: Piece, own: list[Piece], at: Locate) -> None:
    if not own:
        span = at(head.start, head.end)
        draft.refuse("syntax/clause", "`as` without a name", span, "write `as name`")
        return
    draft.take_name(Text(own[0].text, at(own[0].start, own[0].end)))
    if own[1:]:
        _refuse_late(draft, own[1], "as", at)


def _read_from(draft: Draft, head: Piece, own: list[Piece], at: Locate) -> None:
    if not own:
        span, help = at(head.start, head.end), "write `from` and the name of a step or an input"
        draft.refuse("syntax/clause", "`from` without a name", span, help)
        return
    names: list[Text] = []
    for piece in own:
        if not _SOURCE.fullmatch(piece.text):
            _refuse_late(draft, piece, "from", at, own)
            break
        name = Text(piece.text, at(piece.start, piece.end))
        if draft.check_source(name):
            names.append(name)
    draft.take_sources(tuple(names))


def _refuse_late(
    draft: Draft, piece: Piece, clause: str, at: Locate, own: Sequence[Piece] = ()
) -> None:
    message = f"`{piece.text}` cannot follow `{clause}`"
    help = "write arguments before `as` and `from`"
    names = _NAME.findall(" ".join(each.text for each in own))
    if names and _LISTED.search(piece.text):
        help = f"write `{clause} {' '.join(names)}`, without commas and brackets"
    draft.refuse("syntax/clause", message, at(piece.start, piece.end), help)


def _read_shape(draft: Draft, head: Piece, following: list[Piece], at: Locate) -> None:
    glued = head.text[len(ARROW) :]
    first = [Piece(glued, head.start + len(ARROW), head.end)] if glued else following[:1]
    extra = following if glued else following[1:]
    if not first:
        draft.refuse("syntax/shape", "`->` without a shape", at(head.start, head.end), SHAPES)
    elif extra and not set(extra[0].text) <= set("x0123456789"):
        help = "write the shape last, after `as` and `from`"
        span = at(extra[0].start, extra[-1].end)
        draft.refuse("syntax/shape", "text after the shape", span, help)
    else:
        text = " ".join(piece.text for piece in (*first, *extra))
        draft.take_shape(text, at(first[0].start, (extra or first)[-1].end))
