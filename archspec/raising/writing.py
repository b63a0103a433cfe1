"""From lists of steps to the notation of the language, several uses of a module at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archspec.attributes import Value
from archspec.graph import Graph
from archspec.operator import operators
from archspec.raising.arguments import Arguments, Channels
from archspec.raising.layering import ACTIVATION
from archspec.raising.modules import Modules
from archspec.raising.naming import IDENTITY, branch_names
from archspec.raising.options import CHANNELS, Options, kind_of
from archspec.raising.pieces import (
    Merge,
    Piece,
    Placed,
    Residual,
    Simple,
    Steps,
    Use,
    copies_of,
)
from archspec.raising.step_names import StepNames
from archspec.raising.usual import RESIDUAL, Defaults

Written = str | dict[str, Any]
"""A step: in one line, or as a mapping."""
NOTHING = f"0 x {IDENTITY}"
"""A step that adds no operator, and passes on what arrives."""


@dataclass
class Body:
    """Writes the lists of one module, or of the network, for all uses in parallel."""

    graph: Graph
    modules: Modules
    defaults: Defaults
    options: Options
    names: StepNames

    def steps(self, lists: Sequence[Steps], branch: str = "") -> list[Written]:
        """Write a list; ``lists`` are those of the uses, which have one structure.

        ``branch`` is its name, if it is a branch, after which options may be called.
        """
        self.names.add(lists[0])
        arriving = self._channels([each.arriving for each in lists])
        written = []
        flow: tuple[str, ...] = (lists[0].arriving,)
        for at, placed in enumerate(zip(*(each.contents for each in lists), strict=True)):
            hint = (
                f"{branch}_in"
                if branch and at == 0 and _has_channels(lists[0].contents[1:])
                else branch
            )
            step = self._step([each.piece for each in placed], arriving, hint)
            written.append(self._placed(step, placed[0], flow))
            flow = placed[0].gives
        return written

    def _channels(self, values: Sequence[str]) -> Channels | None:
        if not all(values):
            return None
        return tuple([self.graph.type_of(each).channels for each in values])

    def _placed(self, step: Written, placed: Placed, flow: tuple[str, ...]) -> Written:
        """Add the name of a step and its sources."""
        name = self.names.steps.get(placed.value, "")
        given = [] if placed.follows(flow) else self.names.sources(placed.takes)
        if isinstance(step, str):
            parts = [step, *(["as", name] if name else []), *(["from", *given] if given else [])]
            return " ".join(parts)
        source = given if len(given) > 1 else "".join(given)
        return {**step, **({"as": name} if name else {}), **({"from": source} if given else {})}

    def _step(self, pieces: Sequence[Piece], arriving: Channels | None, hint: str) -> Written:
        copies = [copies_of(each) for each in pieces]
        counts = tuple(map(len, copies))
        step = self._copy([each[0] for each in copies], arriving, hint)
        if counts == (1,) * len(counts):
            return step
        times = self.options.text(counts, "times")
        return f"{times} x {step}" if isinstance(step, str) else {**step, "times": _plain(times)}

    def _copy(self, pieces: Sequence[Any], arriving: Channels | None, hint: str) -> Written:
        first: Piece = pieces[0]
        if isinstance(first, Simple):
            return Arguments(self.defaults, self.options).step(pieces, arriving, hint)
        if isinstance(first, Merge):
            return self._merge(pieces)
        if isinstance(first, Residual):
            return self._residual(pieces)
        return self._use(pieces, arriving, hint)

    def _merge(self, merges: Sequence[Merge]) -> Written:
        word, activation = merges[0].word, merges[0].values[ACTIVATION]
        said = {} if activation == "none" else {ACTIVATION: activation}
        lists = [*zip(*(each.branches for each in merges), strict=True)]
        if not operators()[word].concatenates:
            return {word: [self._branch(each) for each in lists], **said}
        names = branch_names(merges[0].branches)
        named = {name: self._branch(each, name) for name, each in zip(names, lists, strict=True)}
        return {word: named, **said}

    def _branch(self, lists: Sequence[Steps], name: str = "") -> Any:
        if not len(lists[0]):
            return IDENTITY
        steps = self._inside(lists, name)
        return steps[0] if len(steps) == 1 else steps

    def _inside(self, lists: Sequence[Steps], name: str = "") -> list[Written]:
        """Write a list inside a step, where ``identity`` alone would mean no step at all."""
        steps = self.steps(lists, name)
        return [f"1 x {IDENTITY}"] if steps == [IDENTITY] else steps

    def _residual(self, residuals: Sequence[Residual]) -> Written:
        first = residuals[0]
        said: dict[str, Any] = {}
        for name, unless in (("scale", 1), (ACTIVATION, self._after_residuals())):
            values = tuple([each.values[name] for each in residuals])
            if any(each != unless for each in values):
                said[name] = _plain(self.options.text(values, name))
        if len(first.shortcut):
            said["shortcut"] = self._branch([each.shortcut for each in residuals])
        body = self._inside([each.body for each in residuals])
        return {RESIDUAL: {**said, "steps": body} if said else body}

    def _after_residuals(self) -> Value | None:
        return self.defaults.of_attribute(RESIDUAL, ACTIVATION, {})

    def _use(self, uses: Sequence[Use], arriving: Channels | None, hint: str) -> str:
        module = self.modules.of_use(uses[0])
        options, defaults = module.options, module.options.defaults
        places = [self.modules.places[each.path][1] for each in uses]
        said = [module.name]
        for name in options.ordered():
            given = tuple([options.options[name][place] for place in places])
            if name in defaults and all(each == defaults[name] for each in given):
                continue
            text = self.options.text(given, options.kinds[name], arriving, hint or _hint(name))
            said.append(text if name == options.main else f"{name}={text}")
        return " ".join(said)


def _has_channels(steps: Sequence[Placed]) -> bool:
    """Whether a step has a number of channels that may be an option."""
    copies = (copies_of(each.piece)[0] for each in steps)
    return any(
        kind_of(name) == CHANNELS for c in copies if isinstance(c, Simple) for name in c.values
    )


def _hint(name: str) -> str:
    """Return the name of an option of a module inside, unless it is but a letter."""
    return name if len(name) > 1 else ""


def _plain(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
