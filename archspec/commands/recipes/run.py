"""Printing the reference of recipes."""

from __future__ import annotations

from archspec.commands.entries import tell_entries
from archspec.training.recipes.reference import reference

_INTRODUCTION = """\
# Recipes, word by word

The keys of a recipe, and the words that stand behind some of them. An attribute in bold may stand
without its name: `sgd 0.1` is `sgd rate=0.1`. [Recipes](recipes.md) tells how they are written.
This page is made by `archspec recipes --format markdown`.

"""


def tell(word: str | None, form: str) -> None:
    """Print what a word means, takes and defaults to, or all words."""
    tell_entries(reference(), word, form, _INTRODUCTION)
