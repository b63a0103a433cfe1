"""Steps whose word is an option or a param, which holds the word that is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archspec.attributes import show
from archspec.diagnostic import Diagnostic, Label
from archspec.language.document.spec import Spec
from archspec.language.elaboration.evaluate import StepEnvironment, StepError
from archspec.language.syntax.expressions import Constant
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Step, Text
from archspec.language.syntax.words import REPEAT, attributes_of, known_words
from archspec.layers import residual

_NEED_STEPS = (residual.WORD, REPEAT)
"""Words that mean nothing without steps of their own, which a step of another word has not."""


def is_variable(word: str, spec: Spec, names: Iterable[str]) -> bool:
    """Whether a step's word is an option or a param: words and modules come first."""
    return word in names and not _has_meaning(word, spec) and word not in spec.missing


def _has_meaning(word: str, spec: Spec) -> bool:
    is_module = spec.module(word) is not None  # asked first: other packages are asked for words
    return is_module or word == REPEAT or attributes_of(word) is not None


def denoted(step: Step, environment: StepEnvironment) -> Step:
    """Return a step with the word that its variable holds; raise ``StepError`` if it holds none."""
    spec, word = environment.spec, step.word.text
    if not is_variable(word, spec, environment.values):
        return step
    found: Step | None = environment.memory.get((id(step),))
    if found is None:
        held = environment.values[word]
        if not isinstance(held, str) or not _is_usable(held, spec):
            raise StepError(_no_word(step, held, spec))
        found = replace(step, word=Text(held, step.word.span))
        environment.memory[(id(step),)] = found
    return found


def _is_usable(word: str, spec: Spec) -> bool:
    return word not in _NEED_STEPS and (_has_meaning(word, spec) or word in spec.missing)


def _no_word(step: Step, held: Constant, spec: Spec) -> Diagnostic:
    word, shown = step.word.text, show(held)
    param = spec.params.get(word)
    labels = [Label(step.word.span)]
    if param is not None and param.value == held:
        labels.append(Label(param.span, "its value"))
    near = nearest(shown, (*spec.modules, *spec.imported, *known_words()))
    help = f"did you mean `{near[0]}`?" if near else "give it the name of a module of this file"
    if shown in _NEED_STEPS:
        help = f"write a module that holds the {shown}, and give its name"
    message = f"`{word}` is {shown} here, which is not an operator, a layer or a module"
    return Diagnostic("word/value", message, tuple(labels), help, about=(word, shown))
