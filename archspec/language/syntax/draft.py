"""A step while it is being read: what has been found, and what has been refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.language.syntax.expressions import Expression, Literal
from archspec.language.syntax.names import COUNTED, RESERVED, is_name, naming
from archspec.language.syntax.syntax import Argument, Branch, Contract, Operand, Step, Text
from archspec.source import Span

SHAPES = "write height x width x channels without blanks, 35x35x384, or one length, 1536"
WORDS = "a step begins with the word of an operator, a layer or a module: conv 3x3 64"

_INSTEAD_OF_RESERVED = {
    "linear": "a dense layer is `dense`; `linear` stands behind `conv 3x3 64`",
    "none": "write `identity` to pass the value through",
}

LONGEST_MESSAGE = 300

_GLUED_COUNT = re.compile(r"([0-9]+)x([a-z]\w*)?")
_FOREIGN = re.compile(r"[A-Za-z_][\w./-]*(?:\(.*\))?", re.ASCII | re.DOTALL)
"""A word of another tool, perhaps called with arguments: that it means nothing here is said once
all modules are known."""
_SHAPE = re.compile(r"[0-9]{1,9}(?:x[0-9]{1,9}){0,7}")
_TRUE = Literal(0, 0, value=True)


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
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None = None,
        *why: Label,
        about: tuple[str, ...] = (),
    ) -> None:
        """Report a mistake."""
        self.broken = True
        labels = (Label(span), *why)
        help = help and shorten(help)
        self.report(Diagnostic(code, shorten(message), labels, help, about=about))

    def check_word(self) -> None:
        """Refuse a word that can be none."""
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
            self.refuse("syntax/no-word", f"`{text}` is no word", span, help)
        else:
            self.refuse("syntax/no-word", f"`{text}` is no word", span, _way_to_a_word(text))

    def check_name(self, name: Text, what: str = "a step") -> bool:
        """Refuse what cannot name a step, or another thing."""
        if name.text in RESERVED:
            message = f"`{name.text}` is a word of the language and cannot name {what}"
            help, about = "choose another name", (what, name.text)
            self.refuse("name/reserved", message, name.span, help, about=about)
        elif not is_name(name.text):
            message = f"`{name.text}` cannot name {what}"
            help, about = naming(name.text), (what, name.text)
            self.refuse("name/invalid", message, name.span, help, about=about)
        else:
            return True
        return False

    def check_source(self, name: Text) -> bool:
        """Refuse what is neither a name nor the output of a step, ``step.output``."""
        step, dot, output = name.text.partition(".")
        if not dot or not is_name(step):
            return self.check_name(name)
        return self.check_name(Text(output, name.span), "an output")

    def take_argument(self, argument: Argument) -> None:
        """Take an argument; ``linear`` has no other value than true."""
        value = argument.operand.value
        is_true = isinstance(value, Expression) and value.root == _TRUE
        if argument.key == "linear" and not is_true:
            help = "write `linear`, or leave it out"
            self.refuse("syntax/argument", "`linear` is there or not", argument.span, help)
        else:
            self.arguments.append(argument)

    def take_name(self, name: Text) -> None:
        """Take the name that ``as`` gives."""
        if not self.check_name(name):
            return
        if self.name is None:
            self.name = name
        else:
            first = Label(self.name.span, "the first one")
            self.refuse("syntax/clause", "two names for one step", name.span, "keep one", first)

    def take_sources(self, sources: tuple[Text, ...]) -> None:
        """Take the names that ``from`` gives."""
        if self.sources and sources:
            first, help = Label(self.sources[0].span, "the first one"), "write one `from` for all"
            self.refuse("syntax/clause", "`from` twice in a step", sources[0].span, help, first)
        else:
            self.sources = sources or self.sources

    def take_shape(self, text: str, span: Span) -> None:
        """Take the shape that stands after ``->``."""
        extents = _extents(text)
        if len(extents) not in (1, 3) or min(extents) < 1:
            self.refuse("syntax/shape", f"`{text}` is no shape", span, SHAPES)
        elif self.shape is not None:
            first = Label(self.shape.span, "the first one")
            self.refuse("syntax/shape", "two shapes for one step", span, "keep one", first)
        else:
            self.shape = Contract(extents, span)

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


def _way_to_a_word(text: str) -> str:
    ways = ((pattern.match(text), way) for pattern, way in _WAYS)
    return next((way.format(*found.groups()) for found, way in ways if found), WORDS)


_WAYS = (
    (COUNTED, "write `{1}:` and beside it `times: {0}`"),
    (re.compile(r"([0-9]+)$"), "a count has an x behind it: {0} x word"),
    (re.compile(r"([0-9]+x[0-9]+)$"), "the word stands first: conv {0} 64"),
    (re.compile(r"([0-9]+) +x$"), "write `repeat:` and beside it `times: {0}`"),
    (re.compile(r"([a-z]\w*) +(as|from) +(.+)"), "write `{0}:` and beside it `{1}: {2}`"),
    (re.compile(r"\[.*[0-9=].*\]$"), "steps that repeat stand under `repeat:`, beside `times:`"),
    (re.compile(r"\[(.*)\]$"), "a step merges values by their names: concat from {0}"),
    (re.compile(r"([a-z]\w*):$"), "leave `{0}:` before the quotes, which go around one step alone"),
    (re.compile(r"-([a-z]\w*)$"), "leave a blank after the dash: - {0}"),
    (re.compile(r".*[^\x00-\x7f]"), "write plain letters, quotes and dashes"),
    (re.compile(r".* "), "put no colon behind a step, or have its word alone before the colon"),
)
"""What the text of a word that can be none looks like, and what to write instead."""


def shorten(message: str) -> str:
    """Cut off what nobody would read: a text may have eight million characters."""
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


@lru_cache(maxsize=8192)
def _extents(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split("x"))) if _SHAPE.fullmatch(text) else ()
