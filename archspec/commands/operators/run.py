"""Printing the reference of the language's words."""

from __future__ import annotations

from archspec.commands.entries import tell_entries
from archspec.views.reference import reference

_INTRODUCTION = """\
# Operators, layers and structures

The words that a step may begin with. An attribute in bold may stand without its name:
`conv 3x3 64` is `conv kernel=3x3 filters=64`.
This page is made by `archspec operators --format markdown`.

"""


def tell(word: str | None, form: str) -> None:
    """Print what a word does, takes and defaults to, or all words."""
    tell_entries(reference(), word, form, _INTRODUCTION)
