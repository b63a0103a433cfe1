"""Diagnostics of elaboration about missing, duplicate or excess steps, names and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from archspec.diagnostic import Diagnostic, Label, Replacement, instead
from archspec.graph import Template, Wire
from archspec.language.document.spec import Head
from archspec.language.elaboration.step_values import Values, spoken
from archspec.language.syntax.names import nearest
from archspec.language.syntax.syntax import Contract, Step, Text
from archspec.language.syntax.words import known_words
from archspec.source import Span

Wires = Sequence[Wire]


class Inlining(NamedTuple):
    """A use of a module: its template, its step, and the call sites up to it."""

    template: Template
    step: Step
    trail: tuple[Span, ...]


def inside(diagnostic: Diagnostic, uses: tuple[Inlining, ...]) -> Diagnostic:
    """Add notes with the call sites of the enclosing modules, innermost first."""
    notes = tuple(_used(use, diagnostic.span) for use in reversed(uses))
    return replace(diagnostic, notes=(*diagnostic.notes, *notes)) if notes else diagnostic


def _used(use: Inlining, near: Span | None) -> str:
    span = use.step.span
    shown = f"{span.line}:{span.column}" if near and near.source is span.source else str(span)
    times = f" as {use.step.count.text} x" if use.step.count else ""
    return f"in {use.template.promise} {use.template.name}, used at {shown}{times}"


def no_step(code: str, name: Text, steps: Mapping[str, Values]) -> Diagnostic:
    """Report a name that no step of the network has."""
    near = nearest(name.text, steps)
    known = f"its steps are {', '.join(steps)}"
    return Diagnostic(
        code,
        f"the network has no step called `{name.text}`",
        (Label(name.span),),
        f"did you mean `{near[0]}`?" if near else known,
        about=(name.text,),
        fixes=instead(name.span, name.text, *near[:1]),
    )


def no_name(name: Text, visible: Mapping[str, Values], steps: Mapping[str, Values]) -> Diagnostic:
    """Report a name in ``from`` that is not defined there."""
    near = nearest(name.text, visible)
    fixes: tuple[Replacement, ...] = ()
    if name.text in ("and", "to", "with"):
        help = "write names side by side: `from a b`"
    elif name.text in known_words() and name.text not in steps:
        help = f"`{name.text}` is a word: write arguments before `from`, steps with their own dash"
    elif name.text in steps:
        help = f"name that step: write `as {name.text}` at its end"
    elif near:
        help, fixes = f"did you mean `{near[0]}`?", instead(name.span, name.text, near[0])
    elif visible:
        help = f"named so far: {', '.join(visible)}"
    else:
        help = "no step before this one has a name: write `as name` at its end"
    return Diagnostic(
        "from/unknown",
        f"nothing before this step is called `{name.text}`",
        (Label(name.span),),
        help,
        about=(name.text,),
        fixes=fixes,
    )


def no_arrival(step: Step, visible: Mapping[str, Values]) -> Diagnostic:
    """Report a first step that does not state which of several inputs it takes."""
    return Diagnostic(
        "from/missing",
        "the first step of a network or module with several inputs must state which it takes",
        (Label(step.word.span),),
        f"write `{step.word.text} ... from {next(iter(visible))}`",
    )


def no_channels(span: Span) -> Diagnostic:
    """Report a use of ``in_channels`` in a list at which no value arrives."""
    return Diagnostic(
        "from/no-channels",
        "`in_channels` counts the channels that arrive at a list, and nothing arrives at this one",
        (Label(span),),
        "write the number: the steps of this list state with `from` what they take",
    )


def too_many_sources(step: Step, sources: Wires, visible: Mapping[str, Values]) -> Diagnostic:
    """Report several values for a step that takes one."""
    if len(step.sources) > 1:
        message = f"`{step.word.text}` takes one value, not {len(sources)}"
        help = "merge them first: `concat from ...` or `add from ...`"
        return Diagnostic("from/too-many", message, (Label(step.sources[1].span),), help)
    given = f"`{step.sources[0].text}`" if step.sources else "the step before it"
    message = f"`{step.word.text}` takes one value, and {given} has {len(sources)}"
    return Diagnostic("from/too-many", message, (_taken(step),), _way_to_one(sources, visible))


def _taken(step: Step) -> Label:
    return Label(step.sources[0].span if step.sources else step.word.span)


def _way_to_one(sources: Wires, visible: Mapping[str, Values]) -> str:
    names = spoken(sources, visible)
    if not names:
        return "name the step before it: write `as name` there and `from name.output` here"
    return f"choose one: {' or '.join(f'`from {name}`' for name in names)}"


def branches_from_several(step: Step, sources: Wires, visible: Mapping[str, Values]) -> Diagnostic:
    """Report several values for the branches of a merge, which start from one."""
    message = f"the branches of `{step.word.text}` start from one value, not {len(sources)}"
    names = [name.text for name in step.sources[1:]] or [*spoken(sources, visible), "name.output"]
    help = f"write `from {names[0]}` in the branch that starts there"
    label = Label(step.sources[1].span) if len(step.sources) > 1 else _taken(step)
    return Diagnostic("from/too-many", message, (label,), help)


def repeated(step: Step, count: int, outputs: tuple[str, ...]) -> Diagnostic:
    """Report a repeated step whose numbers of inputs and outputs differ."""
    taken = f"{count} values" if count > 1 else "one value"
    given = f"{len(outputs)}" if len(outputs) > 1 else "one"
    return Diagnostic(
        "repeat/sources",
        f"`{step.word.text}` takes {taken} and yields {given}: it cannot be repeated",
        (Label(step.word.span),),
    )


def wrong_count(
    step: Step, template: Template, sources: Wires, visible: Mapping[str, Values]
) -> Diagnostic:
    """Report a number of values that differs from that of a module's inputs."""
    if len(template.inputs) < 2:
        return too_many_sources(step, sources, visible)
    word, inputs = template.name, ", ".join(f"`{each}`" for each in template.inputs)
    message = f"`{word}` takes {len(template.inputs)} values, {inputs}, not {len(sources)}"
    label = Label(step.sources[-1].span if step.sources else step.word.span)
    assert template.span is not None
    declared = Label(template.span, "declared here")
    help = f"write `{word} ... from {' '.join(template.inputs)}` with names of steps"
    return Diagnostic("from/count", message, (label, declared), help)


def several_left(step: Step, outputs: tuple[str, ...]) -> Diagnostic:
    """Report a list of steps whose last step has several values where one is needed."""
    return Diagnostic(
        "outputs/several",
        f"this list needs one value, and `{step.word.text}` has {len(outputs)}: "
        f"{', '.join(f'`{each}`' for each in outputs)}",
        (Label(step.word.span),),
        "merge them in another step, or list them under `outputs` of the module or network",
    )


def no_output(output: Text, found: Values | None, known: Mapping[str, Values]) -> Diagnostic:
    """Report a name under ``outputs`` that has no value, or several."""
    if found is None:
        near = nearest(output.text, known)
        message = f"the module has no step called `{output.text}`"
        help = f"did you mean `{near[0]}`?" if near else f"its steps are {', '.join(known)}"
        labels, about = (Label(output.span),), (output.text,)
        fixes = instead(output.span, output.text, *near[:1])
        return Diagnostic("outputs/unknown", message, labels, help, about=about, fixes=fixes)
    names = " or ".join(f"`{output.text}.{each}`" for each in found)
    message = f"`{output.text}` has {len(found)} values, and an output is one"
    return Diagnostic("outputs/several", message, (Label(output.span),), f"write {names}")


def contract_on_several(contract: Contract, outputs: tuple[str, ...]) -> Diagnostic:
    """Report a contract on a step with several outputs."""
    return Diagnostic(
        "contract/several",
        f"a contract states one shape, and this step has {len(outputs)} values",
        (Label(contract.span),),
        "write contracts at the steps inside the module",
    )


def lonely_merge(step: Step) -> Diagnostic:
    """Report a merge of fewer than two values."""
    return Diagnostic(
        "merge/parts",
        f"`{step.word.text}` merges two values or more",
        (Label(step.word.span),),
        f"give it branches, or write `{step.word.text} from one other`",
    )


def too_deep(step: Step, most: int) -> Diagnostic:
    """Report lists of steps that are nested beyond the limit."""
    return Diagnostic(
        "module/depth",
        f"modules, branches and repeats are nested more than {most} deep",
        (Label(step.word.span),),
    )


def recursive(step: Step, template: Template, uses: tuple[Inlining, ...]) -> Diagnostic:
    """Report a module that contains itself by way of an option or a param."""
    first = next(at for at, use in enumerate(uses) if use.template is template)
    chain = " -> ".join(use.template.name for use in uses[first:])
    return Diagnostic(
        "module/recursion",
        f"a module cannot contain itself: {chain} -> {template.name}",
        (Label(step.word.span, f"uses `{template.name}`"),),
        "use a repeat: `4 x block`",
    )


def no_count(step: Step) -> Diagnostic:
    """Report a repeat without a count."""
    return Diagnostic(
        "repeat/count",
        "`repeat` needs a count",
        (Label(step.word.span),),
        "write `times: 4` beside it",
    )


def head_name(head: Head) -> Diagnostic:
    """Report an auxiliary head whose name is taken."""
    return Diagnostic(
        "name/duplicate",
        f"`{head.name.text}` is already the name of a step or an input",
        (Label(head.name.span),),
        "give the head another name",
    )
