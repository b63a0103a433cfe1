"""Modules that contain themselves, which no graph can be made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from archspec.diagnostic import Diagnostic, Label, Report
from archspec.language.document.spec import Module, nested
from archspec.language.syntax.syntax import Step
from archspec.language.syntax.words import known_words


def recursive(modules: Mapping[str, Module], report: Report) -> set[str]:
    """Find the modules on cycles of calls, and report each cycle."""
    done: set[str] = set()
    endless: set[str] = set()
    for name in modules:
        circle = _circle_from(name, modules, done)
        if circle:
            report(_recursive(circle))
            endless.update(step.word.text for step in circle)
    return endless


def _circle_from(start: str, modules: Mapping[str, Module], done: set[str]) -> list[Step]:
    """Find a cycle of calls among modules by depth-first search; return its steps, if any.

    The stack is explicit, since the depth of calls is not bounded. ``done`` are modules known to be
    free of cycles.
    """
    path: list[Step] = []
    stack: list[tuple[str, Iterator[Step]]] = [(start, nested(modules[start].steps))]
    open_names = {start}
    while stack:
        name, steps = stack[-1]
        step = next(steps, None)
        if step is None:
            stack.pop()
            open_names.discard(name)
            done.add(name)
            path = path[: max(len(stack) - 1, 0)]
        elif step.word.text in open_names:
            names = [entry for entry, _ in stack]
            done.update(names)
            return [*path, step][names.index(step.word.text) :]
        elif step.word.text in modules and step.word.text not in done:
            path.append(step)
            open_names.add(step.word.text)
            stack.append((step.word.text, nested(modules[step.word.text].steps)))
    return []


def _recursive(circle: list[Step]) -> Diagnostic:
    chain = " -> ".join(step.word.text for step in [circle[-1], *circle])
    labels = [Label(step.word.span, f"uses `{step.word.text}`") for step in reversed(circle)]
    help = "use a repeat: `4 x block`"
    if len(circle) == 1 and circle[0].word.text in known_words():
        help = "rename the module: its name shadows the word, inside the module, too"
    return Diagnostic(
        "module/recursion",
        f"a module cannot contain itself: {chain}",
        tuple(labels),
        help,
    )
