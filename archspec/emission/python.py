"""Pretty-printing Python: calls broken over lines as by ruff format, literals, docstrings.

Lines have at most 88 columns, ruff's default; the layout is that of ruff format, for 88 columns and
for 100, which is why a trailing comma holds apart whatever would fit into 100.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from archspec.emission.names import identifier

COLUMNS = 88
WIDE = 100
INDENT = 4


@dataclass(frozen=True)
class Bracketed:
    """Items in brackets, each with the text before it; a comment goes behind the whole."""

    opening: str
    items: tuple[tuple[str, Code], ...]
    closing: str = ")"
    comment: str = ""
    broken: bool = False


@dataclass(frozen=True)
class Generated:
    """``element for variables in iterable``, with the text before and after it."""

    opening: str
    element: Code
    variables: str
    iterable: Code
    closing: str = ")"


Code = str | Bracketed | Generated


def call(
    head: str, positional: Iterable[Code] = (), named: Mapping[str, Code] | None = None
) -> Bracketed:
    """Write a call."""
    items = [("", each) for each in positional]
    items += [(f"{name}=", each) for name, each in (named or {}).items()]
    return Bracketed(f"{head}(", tuple(items))


def listed(items: Iterable[Code], brackets: str = "[]") -> Bracketed:
    """Write a list, or a tuple of at least two."""
    return Bracketed(brackets[0], tuple([("", each) for each in items]), brackets[1])


def dictionary(entries: Mapping[str, Code]) -> Bracketed:
    """Write a dictionary with words for keys."""
    return Bracketed(
        "{", tuple([(f"{literal(key)}: ", each) for key, each in entries.items()]), "}"
    )


def commented(source: Code, comment: str) -> Code:
    """Put a comment behind a call."""
    return replace(source, comment=comment) if isinstance(source, Bracketed) else source


def flat(source: Code) -> str:
    """Write on one line, without comments."""
    if isinstance(source, Bracketed):
        items = ", ".join([prefix + flat(item) for prefix, item in source.items])
        return f"{source.opening}{items}{source.closing}"
    if isinstance(source, Generated):
        loop = f"for {source.variables} in {flat(source.iterable)}"
        return f"{source.opening}{flat(source.element)} {loop}{source.closing}"
    return source


def lines(source: Code, indent: int, before: str = "", after: str = "") -> list[str]:
    """Write code between ``before`` and ``after``, on one line if that fits."""
    start = " " * indent + before
    comment = f"  # {source.comment}" if isinstance(source, Bracketed) and source.comment else ""
    width = COLUMNS
    if not _is_broken(source):
        line = f"{start}{flat(source)}{after}{comment}"
        width = len(line) if not comment else WIDE + 1
        if len(line) <= COLUMNS or not _can_break(source):
            return [line]
    if isinstance(source, Generated):
        return _generated(source, indent, (start, after), joined=width <= WIDE)
    assert isinstance(source, Bracketed)
    behind = max(len(source.closing) - 2, 0)  # a second pair of brackets might break instead
    inner = _inner(source, indent + INDENT, joined=width - behind <= WIDE)
    return [f"{start}{source.opening}{comment}", *inner, f"{' ' * indent}{source.closing}{after}"]


def _inner(source: Bracketed, indent: int, *, joined: bool) -> list[str]:
    """Write items on one line, or each on its own: so if a wider line would join them."""
    together = " " * indent + ", ".join([prefix + flat(item) for prefix, item in source.items])
    if not joined and not _is_broken(source) and len(together) <= COLUMNS:
        return [together]
    return [line for prefix, item in source.items for line in lines(item, indent, prefix, ",")]


def _generated(
    source: Generated, indent: int, around: tuple[str, str], *, joined: bool
) -> list[str]:
    element, margin = source.element, " " * indent
    if joined and isinstance(element, Bracketed) and element.items:
        element = replace(element, broken=True)
    loop = lines(source.iterable, indent + INDENT, f"for {source.variables} in ")
    inner = [*lines(element, indent + INDENT), *loop]
    start, after = around
    return [f"{start}{source.opening}", *inner, f"{margin}{source.closing}{after}"]


def _can_break(source: Code) -> bool:
    return isinstance(source, Generated) or (isinstance(source, Bracketed) and bool(source.items))


def _is_broken(source: Code) -> bool:
    """Whether it must be on several lines: it is marked so, or has a comment inside."""
    if isinstance(source, Generated):
        return _is_broken(source.element)
    if not isinstance(source, Bracketed):
        return False
    inner = [item for _, item in source.items]
    has_comment = any(isinstance(item, Bracketed) and item.comment for item in inner)
    return source.broken or has_comment or any(map(_is_broken, inner))


def literal(value: object) -> str:
    """Write a number, a word, true or false, or a tuple of them."""
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, str):
        return f'"{identifier(value)}"'
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(f"{value!r} is no literal")


def plain(text: str) -> str:
    """Make an author's prose safe inside a docstring: one line, without quotes or escapes."""
    kept = "".join(each if _is_printed(each) else " " for each in text)
    return " ".join(kept.split()).replace("\\", "/").replace('"', "'")


def _is_printed(character: str) -> bool:
    """Whether a character is printable: no control, no change of direction, nothing unassigned."""
    return unicodedata.category(character)[0] != "C"


def docstring(summary: str, details: Sequence[str], indent: int) -> list[str]:
    """Write a docstring of safe texts: a summary of one line, and paragraphs."""
    margin = " " * indent
    if not details:
        return [f'{margin}"""{summary}"""']
    wrapped = [textwrap.wrap(each, COLUMNS - indent, break_long_words=False) for each in details]
    body = [f"{margin}{line}" for block in wrapped for line in block]
    return [f'{margin}"""{summary}', "", *body, f'{margin}"""']


def fits(summary: str, indent: int) -> bool:
    """Whether a docstring has its summary on one line."""
    return indent + len(summary) + 6 <= COLUMNS


def signature(head: str, arguments: Sequence[str], returns: str, indent: int) -> list[str]:
    """Write the head of a function; the name ``l``, common in papers, needs a noqa."""
    items = tuple(("", each) for each in arguments)
    written = lines(Bracketed(f"def {head}(", items), indent, "", f" -> {returns}:")
    disliked = [place for place, line in enumerate(written) if re.search(r"\bl: ", line)]
    for place in disliked:
        written[place] += "  # noqa: E741"
    return written
