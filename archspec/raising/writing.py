"""From lists of steps to the notation of the language, several uses of a module at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.graph import Graph
from archspec.operator import operators
from archspec.raising.arguments import Arguments
from archspec.raising.layering import ACTIVATION
from archspec.raising.modules import Modules
from archspec.raising.naming import IDENTITY, branch_names, step_name
from archspec.raising.options import Options
from archspec.raising.pieces import (
    Copied,
    Merge,
    Piece,
    Placed,
    Residual,
    Simple,
    Steps,
    Use,
    copies_of,
)
from archspec.raising.usual import RESIDUAL, Defaults

Written = str | dict[str, Any]
"""A step: in one line, or as a mapping."""


@dataclass
class Body:
    """Writes the lists of one module, or of the network, for all uses in parallel.

    ``wanted`` are the values of the first use that are asked for by name; ``names`` are theirs.
    ``proposed`` are names that some of them ought to have.
    """

    graph: Graph
    modules: Modules
    defaults: Defaults
    options: Options
    wanted: frozenset[str]
    names: dict[str, str]
    proposed: Mapping[str, str] = field(default_factory=dict)

    def steps(self, lists: Sequence[Steps]) -> list[Written]:
        """Write a list; ``lists`` are those of the uses, which have one skeleton."""
        self._name(lists[0])
        arriving = self._channels([each.arriving for each in lists])
        written, flow = [], lists[0].arriving
        for placed in zip(*(each.contents for each in lists), strict=True):
            step = self._step([each.piece for each in placed], arriving)
            written.append(self._placed(step, placed[0], flow))
            flow = placed[0].value
        return written

    def _name(self, steps: Steps) -> None:
        taken = {*self.names.values(), *self._counted(steps)}
        given = set(self.names.values())
        for placed in steps:
            clashes = self._word(copies_of(placed.piece)[0]) in given
            if (placed.value in self.wanted or clashes) and placed.value not in self.names:
                self.names[placed.value] = step_name(placed, self.proposed, taken)
                taken.add(self.names[placed.value])

    def _counted(self, steps: Steps) -> Iterator[str]:
        """Yield the names that unnamed steps of a list have: their words, counted."""
        counts = Counter(self._word(copies_of(each.piece)[0]) for each in steps)
        for word, count in counts.items():
            yield word
            yield from (f"{word}_{at}" for at in range(1, count))

    def _word(self, piece: Copied) -> str:
        if isinstance(piece, Simple | Merge):
            return piece.word
        if isinstance(piece, Residual):
            return RESIDUAL
        return self.modules.places[piece.path][0].name

    def _channels(self, values: Sequence[str]) -> tuple[int, ...] | None:
        if not all(values):
            return None
        return tuple(self.graph.type_of(each).channels for each in values)

    def _placed(self, step: Written, placed: Placed, flow: str) -> Written:
        """Add the name of a step and its sources."""
        name = self.names.get(placed.value, "")
        sources = () if placed.sources == (flow,) else placed.sources
        given = [self.names[each] for each in sources]
        if isinstance(step, str):
            parts = [step, *(["as", name] if name else []), *(["from", *given] if given else [])]
            return " ".join(parts)
        return {**step, **({"as": name} if name else {}), **({"from": given} if given else {})}

    def _step(self, pieces: Sequence[Piece], arriving: tuple[int, ...] | None) -> Written:
        copies = [copies_of(each) for each in pieces]
        counts = tuple(map(len, copies))
        step = self._copy([each[0] for each in copies], arriving)
        if counts == (1,) * len(counts):
            return step
        times = self.options.text(counts, "times", None)
        return f"{times} x {step}" if isinstance(step, str) else {**step, "times": _plain(times)}

    def _copy(self, pieces: Sequence[Any], arriving: tuple[int, ...] | None) -> Written:
        first: Piece = pieces[0]
        if isinstance(first, Simple):
            return Arguments(self.defaults, self.options).step(pieces, arriving)
        if isinstance(first, Merge):
            return self._merge(pieces)
        if isinstance(first, Residual):
            return self._residual(pieces)
        return self._use(pieces, arriving)

    def _merge(self, merges: Sequence[Merge]) -> Written:
        branches = [self._branch(each) for each in zip(*(m.branches for m in merges), strict=True)]
        word = merges[0].word
        if not operators()[word].concatenates:
            return {word: branches}
        return {word: dict(zip(branch_names(merges[0].branches), branches, strict=True))}

    def _branch(self, lists: Sequence[Steps]) -> Any:
        if not len(lists[0]):
            return IDENTITY
        steps = self._inside(lists)
        return steps[0] if len(steps) == 1 else steps

    def _inside(self, lists: Sequence[Steps]) -> list[Written]:
        """Write a list inside a step, where ``identity`` alone would mean no step at all."""
        steps = self.steps(lists)
        return [f"1 x {IDENTITY}"] if steps == [IDENTITY] else steps

    def _residual(self, residuals: Sequence[Residual]) -> Written:
        first = residuals[0]
        said: dict[str, Any] = {}
        scales = [each.values["scale"] for each in residuals]
        if any(each != 1 for each in scales):
            said["scale"] = _plain(self.options.text(tuple(scales), "scale", None))  # type: ignore[arg-type]
        if first.values[ACTIVATION] != self.defaults.of_attribute(RESIDUAL, ACTIVATION, {}):
            said[ACTIVATION] = first.values[ACTIVATION]
        if len(first.shortcut):
            said["shortcut"] = self._branch([each.shortcut for each in residuals])
        body = self._inside([each.body for each in residuals])
        return {RESIDUAL: {**said, "steps": body} if said else body}

    def _use(self, uses: Sequence[Use], arriving: tuple[int, ...] | None) -> str:
        module = self.modules.places[uses[0].path][0]
        places = [self.modules.places[each.path][1] for each in uses]
        said = [module.name]
        defaults = module.options.defaults
        for at, name in enumerate(module.options.ordered()):
            given = tuple(module.options.options[name][place] for place in places)
            default = defaults.get(name)
            if default is not None and all(each == default for each in given):
                continue
            text = self.options.text(given, module.options.kinds[name], arriving)
            said.append(text if at == 0 else f"{name}={text}")
        return " ".join(said)


def _plain(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
