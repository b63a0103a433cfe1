"""Diagnostics of elaboration: steps, names and values that are missing, taken or too many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label
from archspec.graph import Template, Wire
from archspec.language.document.spec import Head, Spec
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Step, Text
from archspec.language.syntax.words import known_words
from archspec.source import Span


class Use(NamedTuple):
    """One use of a module on the way to a place: its template, its step, and all uses so far."""

    template: Template
    step: Step
    trail: tuple[Span, ...]


def inside(diagnostic: Diagnostic, uses: tuple[Use, ...]) -> Diagnostic:
    """Add the way through the enclosing modules, innermost first."""
    notes = tuple(_used(use, diagnostic.span) for use in reversed(uses))
    return replace(diagnostic, notes=(*diagnostic.notes, *notes)) if notes else diagnostic


def _used(use: Use, near: Span | None) -> str:
    span = use.step.span
    shown = f"{span.line}:{span.column}" if near and near.source is span.source else str(span)
    times = f" as {use.step.count.text} x" if use.step.count else ""
    return f"in {use.template.promise} {use.template.name}, used at {shown}{times}"


def no_step(code: str, name: Text, steps: Mapping[str, Wire]) -> Diagnostic:
    """Say that the network has no step of a name."""
    near = nearest(name.text, steps)
    known = f"its steps are {', '.join(steps)}"
    return Diagnostic(
        code,
        f"the network has no step called `{name.text}`",
        (Label(name.span),),
        f"did you mean `{near[0]}`?" if near else known,
    )


def no_name(name: Text, visible: Mapping[str, Wire], steps: Mapping[str, Wire]) -> Diagnostic:
    """Say that no value of a name is to be had at a ``from``."""
    near = nearest(name.text, visible)
    if name.text in ("and", "to", "with"):
        help = "names stand side by side: `from a b`"
    elif name.text in known_words() and name.text not in steps:
        help = f"`{name.text}` is a word: arguments stand before `from`, steps have their own dash"
    elif name.text in steps:
        help = f"name that step: write `as {name.text}` at its end"
    elif near:
        help = f"did you mean `{near[0]}`?"
    elif visible:
        help = f"named so far: {', '.join(visible)}"
    else:
        help = "no step before this one has a name: write `as name` at its end"
    return Diagnostic(
        "from/unknown",
        f"nothing before this step is called `{name.text}`",
        (Label(name.span),),
        help,
    )


def no_arrival(step: Step, spec: Spec) -> Diagnostic:
    """Say that a first step does not tell which input it takes."""
    return Diagnostic(
        "from/missing",
        "the first step of a network with several inputs says which it takes",
        (Label(step.word.span),),
        f"write `{step.word.text} ... from {next(iter(spec.inputs))}`",
    )


def no_channels(span: Span) -> Diagnostic:
    """Say that nothing arrives at a list whose channels are asked for."""
    return Diagnostic(
        "from/no-channels",
        "`in_channels` is what arrives at the list, and nothing arrives at this one",
        (Label(span),),
        "write the number: the steps of this list say by `from` what they take",
    )


def too_many_sources(step: Step) -> Diagnostic:
    """Say that only merges take several values."""
    return Diagnostic(
        "from/too-many",
        f"`{step.word.text}` takes one value, not {len(step.sources)}",
        (Label(step.sources[1].span),),
        "merge them first: `concat from ...` or `add from ...`",
    )


def branches_from_several(step: Step) -> Diagnostic:
    """Say that the branches of a merge start from one value unless they say otherwise."""
    return Diagnostic(
        "from/too-many",
        f"the branches of `{step.word.text}` start from one value, not {len(step.sources)}",
        (Label(step.sources[1].span),),
        f"write `from {step.sources[1].text}` in the branch that starts there",
    )


def repeated_merge(step: Step) -> Diagnostic:
    """Say that a step of several values cannot follow itself."""
    return Diagnostic(
        "repeat/sources",
        f"`{step.word.text}` takes {len(step.sources)} values and gives one: it cannot be repeated",
        (Label(step.word.span),),
    )


def lonely_merge(step: Step) -> Diagnostic:
    """Say that a merge has nothing to merge."""
    return Diagnostic(
        "merge/parts",
        f"`{step.word.text}` merges two values or more",
        (Label(step.word.span),),
        f"give it branches, or write `{step.word.text} from one other`",
    )


def too_deep(step: Step, most: int) -> Diagnostic:
    """Say that lists of steps are nested beyond the bound."""
    return Diagnostic(
        "module/depth",
        f"modules, branches and repeats stand inside each other more than {most} deep",
        (Label(step.word.span),),
    )


def no_count(step: Step) -> Diagnostic:
    """Say that a repeat does not tell how often."""
    return Diagnostic(
        "repeat/count",
        "`repeat` needs to know how often",
        (Label(step.word.span),),
        "write `times: 4` beside it",
    )


def head_name(head: Head) -> Diagnostic:
    """Say that a head's name is taken."""
    return Diagnostic(
        "name/duplicate",
        f"`{head.name.text}` is the name of a step or an input already",
        (Label(head.name.span),),
        "give the head another name",
    )
