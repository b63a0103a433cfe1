"""A step while it is being parsed, and the checks of its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from archspec.diagnostic import Diagnostic, Label, Replacement, Report, instead
from archspec.language.syntax.expressions import Expression, Literal
from archspec.language.syntax.names import COUNTED, RESERVED, corrected, is_name, naming
from archspec.language.syntax.syntax import Argument, Branch, Contract, Operand, Step, Text
from archspec.source import Span

SHAPES = "write height x width x channels without blanks, 35x35x384, or one length, 1536"
WORDS = "a step begins with the word of an operator, a layer or a module: conv 3x3 64"

_INSTEAD_OF_RESERVED = {
    "linear": "a dense layer is `dense`; `linear` comes after `conv 3x3 64`",
    "none": "write `identity` to pass the value through",
}

LONGEST_MESSAGE = 300

_GLUED_COUNT = re.compile(r"([0-9]+)x([a-z]\w*)?")
_FOREIGN = re.compile(r"[A-Za-z_][\w./-]*(?:\(.*\))?", re.ASCII | re.DOTALL)
"""A word of another tool, perhaps with arguments, which is reported later, as an unknown word."""
_SHAPE = re.compile(r"[0-9]{1,9}(?:x[0-9]{1,9}){0,7}")
_TRUE = Literal(0, 0, value=True)


@dataclass(slots=True)
class Draft:
    """The parts of a step parsed so far; any error makes it ``broken``."""

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
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        *why: Label,
        about: tuple[str, ...] = (),
        fixes: tuple[Replacement, ...] = (),
    ) -> None:
        """Report an error and mark the step as broken."""
        self.broken = True
        labels = (Label(span), *why)
        help = help and shorten(help)
        self.report(Diagnostic(code, shorten(message), labels, help, about=about, fixes=fixes))

    def check_word(self) -> None:
        """Report a text that cannot be a word."""
        text, span = self.word.text, self.word.span
        if len(text) <= LONGEST_MESSAGE and _FOREIGN.fullmatch(text) and text not in RESERVED:
            return
        glued = _GLUED_COUNT.fullmatch(text)
        if not text:
            self.refuse("syntax/no-word", "a count without a word", span, "write `4 x word`")
        elif text in RESERVED:
            help = _INSTEAD_OF_RESERVED.get(text, WORDS)
            self.refuse("syntax/no-word", f"`{text}` cannot begin a step", span, help)
        elif glued:
            help = f"leave blanks around the x: {glued[1]} x {glued[2] or 'word'}"
            fixes = instead(span, text, f"{glued[1]} x {glued[2]}") if glued[2] else ()
            self.refuse("syntax/no-word", f"`{text}` is not a word", span, help, fixes=fixes)
        else:
            self.refuse("syntax/no-word", f"`{text}` is not a word", span, _fix_of_word(text))

    def check_name(self, name: Text, what: str = "a step") -> bool:
        """Whether a text can name a step, or ``what`` else; report it otherwise."""
        if name.text in RESERVED:
            message = f"`{name.text}` is a word of the language and cannot name {what}"
            help, about = "choose another name", (what, name.text)
            self.refuse("name/reserved", message, name.span, help, about=about)
        elif not is_name(name.text):
            message = f"`{name.text}` cannot name {what}"
            help, about = naming(name.text), (what, name.text)
            fixes = instead(name.span, name.text, *corrected(name.text))
            self.refuse("name/invalid", message, name.span, help, about=about, fixes=fixes)
        else:
            return True
        return False

    def check_source(self, name: Text) -> bool:
        """Whether a text is a name or ``step.output``; report it otherwise."""
        step, dot, output = name.text.partition(".")
        if not dot or not is_name(step):
            return self.check_name(name)
        return self.check_name(Text(output, name.span), "an output")

    def take_argument(self, argument: Argument) -> None:
        """Add an argument; report a value of ``linear`` other than true."""
        value = argument.operand.value
        is_true = isinstance(value, Expression) and value.root == _TRUE
        if argument.key == "linear" and not is_true:
            help = "write `linear`, or leave it out"
            self.refuse("syntax/argument", "`linear` has no value", argument.span, help)
        else:
            self.arguments.append(argument)

    def take_name(self, name: Text) -> None:
        """Set the name of clause ``as``."""
        if not self.check_name(name):
            return
        if self.name is None:
            self.name = name
        else:
            first = Label(self.name.span, "the first one")
            self.refuse("syntax/clause", "two names for one step", name.span, "keep one", first)

    def take_sources(self, sources: tuple[Text, ...]) -> None:
        """Set the sources of clause ``from``."""
        if self.sources and sources:
            first, help = Label(self.sources[0].span, "the first one"), "write one `from` for all"
            self.refuse("syntax/clause", "`from` twice in a step", sources[0].span, help, first)
        else:
            self.sources = sources or self.sources

    def take_shape(self, text: str, span: Span) -> None:
        """Set the shape of clause ``->``."""
        extents = _extents(text)
        if len(extents) not in (1, 3) or min(extents) < 1:
            self.refuse("syntax/shape", f"`{text}` is not a shape", span, SHAPES)
        elif self.shape is not None:
            first = Label(self.shape.span, "the first one")
            self.refuse("syntax/shape", "two shapes for one step", span, "keep one", first)
        else:
            self.shape = Contract(extents, span)

    def finish(self) -> Step:
        """Return the step."""
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


def _fix_of_word(text: str) -> str:
    fixes = ((pattern.match(text), fix) for pattern, fix in _FIXES)
    return next((fix.format(*found.groups()) for found, fix in fixes if found), WORDS)


_FIXES = (
    (COUNTED, "write `{1}:` and beside it `times: {0}`"),
    (re.compile(r"([0-9]+)$"), "an x follows a count: {0} x word"),
    (re.compile(r"([0-9]+x[0-9]+)$"), "the word comes first: conv {0} 64"),
    (re.compile(r"([0-9]+) +x$"), "write `repeat:` and beside it `times: {0}`"),
    (re.compile(r"([a-z]\w*) +(as|from) +(.+)"), "write `{0}:` and beside it `{1}: {2}`"),
    (re.compile(r"\[.*[0-9=].*\]$"), "list steps that repeat under `repeat:`, beside `times:`"),
    (re.compile(r"\[(.*)\]$"), "a step merges values by their names: concat from {0}"),
    (re.compile(r"([a-z]\w*):$"), "put `{0}:` before the quotes, which enclose a single step"),
    (re.compile(r"-([a-z]\w*)$"), "leave a blank after the dash: - {0}"),
    (re.compile(r".*[^\x00-\x7f]"), "write plain letters, quotes and dashes"),
    (re.compile(r".* "), "leave the colon out, or write only the word before it"),
)
"""Patterns of texts that cannot be words, and their fixes."""


def shorten(message: str) -> str:
    """Truncate a message, which may quote a text of eight million characters."""
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


@lru_cache(maxsize=8192)
def _extents(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("x"))) if _SHAPE.fullmatch(text) else ()
