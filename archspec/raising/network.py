"""The network of a document: its own steps, what comes out, and its heads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from archspec.graph import Graph, last
from archspec.raising.naming import ARRIVING, is_counted, name_of, numbered
from archspec.raising.options import Options
from archspec.raising.pieces import Steps, Use, copies_of
from archspec.raising.regions import ROOT
from archspec.raising.repeats import wanted
from archspec.raising.writing import NOTHING, Body, Written

_OUTPUT, _HEAD = "result", "head"


@dataclass(frozen=True)
class Network:
    """Writes the list of the network and those of its heads; ``body`` makes what writes a list.

    ``words`` are those after which steps without a name are called.
    """

    graph: Graph
    lists: Mapping[str, Steps]
    words: frozenset[str]
    body: Callable[..., Body]

    def content(self) -> dict[str, Any]:
        """Return the sections that say what is computed and what comes out."""
        steps = self.lists[ROOT]
        starts = {self.lists[name].arriving for name in self.graph.heads}
        proposed = self._proposed()
        names = {name: name for name in self.graph.inputs}
        body = self.body("", Options(), {*wanted(steps), *proposed, *starts}, names, proposed)
        called = self._heads()
        body.names.reserve(called.values())
        body.names.keep(self._kept({*names, *called.values()}))
        written = [*self._with_shapes(body.steps([steps]))] or [self._nothing()]
        more, outputs = ([], []) if self._is_last() else self._outputs(body)
        heads = {name: self._head(head, body) for head, name in called.items()}
        return {"network": [*written, *more], "outputs": outputs, "auxiliary": heads}

    def _is_last(self) -> bool:
        """Whether what comes out is the value of the last step, and nothing else."""
        steps = self.lists[ROOT].contents
        final = steps[-1].gives if steps else tuple(self.graph.inputs)
        return len(final) == 1 and tuple(self.graph.outputs.values()) == final

    def _nothing(self) -> str:
        first, *others = self.graph.inputs
        return f"{NOTHING} from {first}" if others else NOTHING

    def _proposed(self) -> dict[str, str]:
        """Map values to the names that they have: of modules at the top, and of what comes out."""
        uses = ((each.value, copies_of(each.piece)[0]) for each in self.lists[ROOT])
        named = {value: last(use.path) for value, use in uses if isinstance(use, Use)}
        inner = self._leaving()
        if self._is_last():
            named.update(inner)
            inner = {}
        counted = {value: name for value, name in named.items() if not is_counted(name, self.words)}
        return {**counted, **inner}

    def _leaving(self) -> dict[str, str]:
        """Map values that steps give to the first names under which they come out."""
        leaving = {value: name for name, value in reversed([*self.graph.outputs.items()])}
        return {v: name for v, name in leaving.items() if v not in self.graph.inputs}

    def _kept(self, taken: AbstractSet[str]) -> dict[str, str]:
        """Map what comes out to the names that it keeps: those of steps, that nothing else has."""
        if self._is_last():
            return {}
        names = {value: name for value, name in self._leaving().items() if name not in taken}
        return {value: name for value, name in names.items() if name_of(name, "") == name}

    def _with_shapes(self, written: list[Written]) -> Iterator[Written]:
        for step, placed in zip(written, self.lists[ROOT], strict=True):
            has_one = isinstance(step, str) and len(placed.gives) == 1
            yield f"{step} -> {self.graph.type_of(placed.value)}" if has_one else step

    def _outputs(self, body: Body) -> tuple[list[str], list[str]]:
        """List what comes out; a value that does so under a second name has a step for that."""
        names = body.names.values
        more: list[str] = []
        found: list[str] = []
        for name, value in self.graph.outputs.items():
            known = names[value]
            if known in found:
                taken = {*body.names.taken, *body.names.unnamed, *found}
                again = next(n for n in numbered(name_of(name, _OUTPUT)) if n not in taken)
                more.append(f"{NOTHING} as {again} from {known}")
                known = again
            found.append(known)
        return more, found

    def _heads(self) -> dict[str, str]:
        """Map heads to the names that they have."""
        found: dict[str, str] = {}
        for head in self.graph.heads:
            taken = {*found.values(), *self.graph.inputs}
            names = numbered(name_of(head, _HEAD))
            found[head] = next(each for each in names if each not in taken)
        return found

    def _head(self, head: str, body: Body) -> dict[str, Any]:
        """Write a head, which begins with a name for what arrives if a step takes that by name."""
        steps, start = self.lists[head], self.lists[head].arriving
        asked = {*wanted(steps)}
        own = self.body(head, Options(), asked, {start: ARRIVING}, {})
        written = own.steps([steps]) or [NOTHING]
        first = [f"{NOTHING} as {ARRIVING}"] if start in asked else []
        return {"from": body.names.values[start], "steps": [*first, *written]}
