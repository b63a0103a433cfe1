"""What the words of the language are: what stands under each and what it may be told."""

from __future__ import annotations

from collections.abc import Mapping

import archspec.layers
import archspec.operators
from archspec.language.syntax.plugins import plugged_in
from archspec.language.syntax.syntax import Form, Step
from archspec.layer import layers
from archspec.layers import residual
from archspec.operator import Attribute, Operator, operators

REGISTERED = (archspec.operators, archspec.layers)
"""Importing these packages enters every word into its table."""

Attributes = Mapping[str, Attribute]
"""What a word may be told, by name."""

REPEAT = "repeat"


def operator_of(word: str) -> type[Operator] | None:
    """Find the operator that a word names, be it another package's; None for any other word."""
    if word in layers() or word in (residual.WORD, REPEAT):
        return None
    return operators().get(word) or plugged_in(word)


def chooses_inputs(step: Step) -> bool:
    """Whether a step says by ``from`` what it takes, or all branches of a merge do."""
    if step.sources:
        return True
    if not step.branches or step.word.text in (residual.WORD, REPEAT):
        return False
    return all(branch.steps[0].sources for branch in step.branches)


def form_of(word: str) -> Form:
    """Tell what stands under a word in mapping form, where no module takes its place."""
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
    """List what an operator, a layer or ``residual`` may be told; None for any other word."""
    if word in layers():
        return layers()[word].attributes()
    if word == residual.WORD:
        return residual.ATTRIBUTES
    operator = operator_of(word)
    return None if operator is None else operator.attributes


def main_of(word: str) -> str | None:
    """Find the attribute that may be written without its name."""
    if word in layers():
        return layers()[word].main
    operator = operator_of(word)
    return None if operator is None else operator.main


def known_words() -> tuple[str, ...]:
    """List every word of the language."""
    return (*layers(), residual.WORD, REPEAT, *operators())
