"""The vocabulary of the language: the form and the attributes of each word."""

from __future__ import annotations

from collections.abc import Mapping

import archspec.layers
import archspec.operators
from archspec.language.syntax.plugins import plugged_in
from archspec.language.syntax.syntax import Form, Step
from archspec.layer import ACTIVATION, layers
from archspec.layers import residual
from archspec.operator import Attribute, Operator, operators

REGISTERED = (archspec.operators, archspec.layers)
"""Importing these packages registers the words of operators and layers."""

Attributes = Mapping[str, Attribute]
"""The attributes of a word, by name."""

REPEAT = "repeat"
MERGED: Attributes = {ACTIVATION.name: ACTIVATION}
"""The attributes that every merge has, beside its branches."""


def operator_of(word: str) -> type[Operator] | None:
    """Return the operator that a word names, also in other packages; None for any other word."""
    if word in layers() or word in (residual.WORD, REPEAT):
        return None
    return operators().get(word) or plugged_in(word)


def chooses_inputs(step: Step) -> bool:
    """Whether a step states its inputs with ``from``, or all branches of a merge do."""
    if step.sources:
        return True
    if not step.branches or step.word.text in (residual.WORD, REPEAT):
        return False
    return all(branch.steps[0].sources for branch in step.branches)


def form_of(word: str) -> Form:
    """Return the form of a word's value in a mapping, unless a module has that name."""
    if word == residual.WORD:
        return Form.RESIDUAL
    if word == REPEAT:
        return Form.STEPS
    if word in layers():
        return Form.ATTRIBUTES
    operator = operator_of(word)
    if operator is None:
        return Form.UNKNOWN
    return Form.BRANCHES if operator.variadic else Form.ATTRIBUTES


def attributes_of(word: str) -> Attributes | None:
    """Return the attributes of an operator, a layer or ``residual``; None for any other word.

    A merge has an activation besides those of its operator.
    """
    if word in layers():
        return layers()[word].attributes()
    if word == residual.WORD:
        return residual.ATTRIBUTES
    operator = operator_of(word)
    if operator is None:
        return None
    return {**operator.attributes, **(MERGED if operator.role == "merge" else {})}


def main_of(word: str) -> str | None:
    """Return the attribute that may be written without its name, if any."""
    if word in layers():
        return layers()[word].main
    operator = operator_of(word)
    return None if operator is None else operator.main


def known_words() -> tuple[str, ...]:
    """List every word of the language."""
    return (*layers(), residual.WORD, REPEAT, *operators())
