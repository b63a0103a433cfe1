"""The names of steps and branches, which make up paths."""

from __future__ import annotations

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.graph import Step as Record
from archspec.graph import Written
from archspec.language.syntax.names import owned
from archspec.language.syntax.syntax import Operand, Step, step_names
from archspec.source import Span


def named(
    steps: tuple[Step, ...], taken: tuple[str, ...], report: Report
) -> tuple[tuple[str, Step], ...]:
    """Name each step of a list by its ``as``, or else by its word, numbered among the unnamed.

    ``taken`` are names that the list may not use again: the inputs, in the network's list. A step
    with a duplicate name gets a unique name that no author can write.
    """
    found: dict[str, Step] = {}
    for written, step in zip(step_names(steps), steps, strict=True):
        name = own = owned(written)
        if name in found:
            report(_duplicate(name, step, found[name].span))
            own = f"{name}_{len(found)}_"
        elif written in taken:
            report(_taken(written, step))
        found[own] = step
    return tuple(found.items())


def _duplicate(name: str, step: Step, first: Span) -> Diagnostic:
    span = step.name.span if step.name else step.word.span
    return Diagnostic(
        "name/duplicate",
        f"two steps of this list are called `{name}`",
        (Label(span), Label(first, "the first")),
        f"give one of them another name: `{step.word.text} ... as other`",
    )


def _taken(name: str, step: Step) -> Diagnostic:
    span = step.name.span if step.name else step.word.span
    return Diagnostic(
        "name/duplicate",
        f"`{name}` is already the name of an input",
        (Label(span),),
        f"give the step another name: `{step.word.text} ... as other`",
    )


def branch_names(step: Step) -> tuple[str, ...]:
    """Name the branches of a merge as written, or else by number."""
    return tuple(
        owned(branch.name.text) if branch.name else f"branch_{number}"
        for number, branch in enumerate(step.branches)
    )


def repeat_record(step: Step, count: Operand) -> Record:
    """Return the origin of a repeat, with the count as ``times``."""
    return Record(step.word.text, step.word.span, {"times": Written(count.text, count.span)})
